"""Where the learner stands, in the browser: figures, charts with their tables, and the report."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browsing import Browser

from studyplan.model import Grade
from studyplan.planner.progress import Insights

LONG = "進捗" * 100


@pytest.fixture
def learning(studying: Browser) -> Browser:
    """Something of everything that charts draw."""
    planner = studying.planner
    planner.tasks.done(1, minutes=30)
    for held in planner.cards.decks()[0].cards[:3]:
        planner.review.grade(None, [(held.card.id, Grade.GOOD)])
    studying.get("/mock/2")
    studying.send("/mock/2/begin")
    studying.send("/test/1", sure="1", given="1")
    studying.get("/test/1/overview")
    studying.send("/test/1/end")
    return studying


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """How often a picture is made."""
    made: list[object] = []
    before = Insights.picture_with_recall

    def noted(self: Insights, plan: object = None) -> object:
        made.append(plan)
        return before(self, plan)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(Insights, "picture_with_recall", noted)
        yield made


def test_no_plan(browser: Browser) -> None:
    page = browser.get("/progress")
    assert page.status == 200
    assert "No plan is running" in page.main


def test_figures_and_charts(learning: Browser) -> None:
    page = learning.get("/progress")
    assert "2% done" in page.main
    assert "26 days to the exam" in page.main
    assert "needs 5 tasks with recorded minutes, 1 so far" in page.main
    charts = page.soup.select(".chart svg[role=img]")
    assert len(charts) == 7
    assert all(chart["aria-label"] for chart in charts)
    for title in ("Hours by module", "Hours by kind", "Scores", "Sure and right", "What was behind wrong answers"):
        assert title in page.main
    assert "3 of" in page.main
    assert len(page.soup.select("table")) >= 6


def test_charts_need_no_style_of_their_own(learning: Browser) -> None:
    """The page's policy lets no style attribute and no style element count."""
    page = learning.get("/progress")
    assert not page.soup.select("[style], style, script:not([src])")
    assert "studyplan " not in page.main
    assert "`" not in page.main


def test_the_forecast_is_not_run_again(learning: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with counted(monkeypatch) as made:
        first = learning.get("/progress")
        assert learning.get("/progress").html == first.html
        assert len(made) == 1
        learning.get("/progress?plan=1")
        assert len(made) == 2
        learning.get("/progress", **{"accept-language": "de"})
        learning.planner.tasks.done(3)
        assert learning.get("/progress").html != first.html
        learning.planner.history.undo()
        assert "2% done" in learning.get("/progress").main
        assert made[-1] is None
        assert len(made) in (4, 5)


def test_several_plans(studying: Browser) -> None:
    studying.planner.plans.start("practitioner", start="2026-07-20")
    page = studying.get("/progress")
    assert "open work by week" in page.main
    page = studying.get("/progress?plan=2")
    assert len(page.soup.select("section[aria-labelledby^=plan-]")) == 1
    assert "open work by week" not in page.main


@pytest.mark.parametrize("query", ["plan=9", f"plan={LONG}", "plan=%00"])
def test_plans_that_are_none(studying: Browser, query: str) -> None:
    assert studying.get(f"/progress?{query}").status == 404
    assert studying.get(f"/report/md?{query}").status == 404


def test_the_report_to_print(learning: Browser) -> None:
    learning.planner.tasks.done(3, note="private words")
    learning.get("/report")
    answer = learning.client.get("/report/page")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "style-src 'sha256-" in policy
    assert "style=" not in answer.text
    assert "private words" not in answer.text
    assert "Study report" in answer.text


def test_the_report_to_send(learning: Browser) -> None:
    page = learning.get("/report?plan=1")
    for form in ("html", "md", "csv", "json"):
        link = page.soup.select_one(f'a[href="/report/{form}?plan=1"]')
        assert link
        answer = learning.client.get(str(link["href"]))
        name = re.search(r"filename\*=UTF-8''([\w.-]+)$", answer.headers["content-disposition"])
        assert name
        assert name[1] == f"report-foundations-2026-07-23.{form}"
    rows = list(csv.reader(io.StringIO(learning.client.get("/report/csv").content.decode("utf-8-sig"))))
    assert len(rows) == 72
    assert json.loads(learning.client.get("/report/json").content)["plans"]
    assert learning.get("/report/exe").status == 404
    assert learning.get(f"/report/{LONG}").status == 404
