"""What other people's parsers read from what a feed serves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from calendar_readers import READERS, components

from studyplan import open_planner
from studyplan.planner import Planner


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    """A plan in the middle of its life: tasks done, skipped, moved, removed and added, and one that is over."""
    folder: Path = tmp_path_factory.mktemp("served")
    with open_planner(folder / "study.db", learner="ana", today="2026-07-23", zone="Europe/Berlin") as made:
        made.plans.start("foundations", start="2026-06-20", days=30, name="over, and; done")
        made.plans.finish("over, and; done")
        made.plans.start("foundations", start="2026-07-20", days=30)
        first = made.plans.get("foundations").tasks[0].number
        made.tasks.done(first, first + 1, on="2026-07-20")
        made.tasks.skip(first + 2)
        made.tasks.add("Größe; Ünïcode, \\ and 漢字 " * 4, 30)
        made.replan.apply(plan="foundations")
        made.tasks.remove(first + 8)
        yield made


@pytest.mark.parametrize("form", ["events", "timed", "todos"])
def test_all_read_the_same(planner: Planner, form: str) -> None:
    """icalendar, vobject, ics, libical and ical.js: every entry once, with the same title and day."""
    token = planner.feeds.add(form, form=form, alarm=15, numbered=True, zoned=form == "timed").token
    file = planner.feeds.body(token).content
    known = components(file)
    told = {}
    for name, read in READERS.items():
        found = read(file)
        assert found.keys() == known.keys(), name
        # ``ics`` has an instant for every DUE.
        days = {} if form == "todos" and name == "ics" else {uid: seen.end for uid, seen in found.items()}
        told[name] = {uid: seen.title for uid, seen in found.items()}, days
    titles, days = told.pop("icalendar")
    assert len(titles) > 100
    assert any(title.endswith("漢字") for title in titles.values())
    for name, (others, ends) in told.items():
        assert others == titles, name
        assert ends in ({}, days), name
