"""The texts of plans on a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browsing import Browser

from studyplan import resources
from studyplan.template import Catalog
from studyplan.web.plan_texts import linked


@pytest.mark.parametrize("level", ["foundations", "practitioner", "advanced"])
def test_no_page_names_a_command_of_ours(browser: Browser, level: str) -> None:
    """Whatever a shipped plan tells to type has a page that does it, and the link leads to one that there is."""
    days = {window.longest for window in Catalog(resources.plans(), Path()).entry(level).template.windows}
    browser.planner.plans.start(level, days=max(days), window="full", name=level)
    addresses = set()
    for view in browser.planner.queries.plan_views():
        for task in view.tasks:
            for text in (task.objective, task.evidence):
                shown = str(linked(text, task))
                assert "studyplan " not in re.sub(r"<[^>]+>", "", shown), (task.key, text)
                addresses |= set(re.findall(r'href="([^"]+)"', shown))
    assert len(addresses) > 5


def test_code_is_code_and_the_rest_is_text(studying: Browser) -> None:
    task = studying.planner.queries.show(1)[0][0]
    assert str(linked("run `ls <x>` & see `studyplan quiz`", task)) == (
        'run <code>ls &lt;x&gt;</code> &amp; see <a href="/quiz">a quiz</a>'
    )
    assert str(linked("`" * 50_000, task)) == "`" * 50_000
