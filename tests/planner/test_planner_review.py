"""Sessions over cards and the time that they tell: every minute once, however many sessions a day has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from studyplan.clock import Clock
from studyplan.model import Answer, Card, Grade, Status, Task
from studyplan.notation import refs
from studyplan.planner import Planner
from studyplan.planner.who import Who
from studyplan.rules.drafts import StartRequest
from studyplan.store import Store
from studyplan.template import Catalog

CARDED = """\
studyplan: 1
id: carded
title: A plan with cards
edition: "1"
language: en
about: For tests.
windows:
  - {id: short, days: [10, 20], tier: core, goal: The core.}
default_window: short
modules:
  - id: words
    title: Words
    tasks:
      - {id: read-words, title: Read the words, kind: read, minutes: 30}
    cards:
      - {id: w1, question: "What is w1?", answer: "One."}
      - {id: w2, question: "What is w2?", answer: "Two."}
      - {id: w3, question: "What is w3?", answer: "Three."}
  - id: rules
    title: Rules
    tasks:
      - {id: read-rules, title: Read the rules, kind: read, minutes: 30}
      - {id: exam, title: The exam, kind: exam, minutes: 60}
    cards:
      - {id: r1, question: "What is r1?", answer: "A rule."}
      - {id: r2, question: "What is r2?", answer: "Another rule."}
"""


class Seat:
    """A plan with cards on the day of its last pass, all that was to be read done."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._folder = store, folder
        self.now = datetime(2026, 7, 1, 9, tzinfo=UTC)
        self.planner.plans.start(StartRequest("carded", start=date(2026, 7, 1), days=14))
        self.planner.tasks.mark(refs(("read-words", "read-rules")), Status.DONE)
        self.now = datetime.combine(self.task("last-pass-1").date, self.now.timetz())

    @property
    def planner(self) -> Planner:
        catalog = Catalog(self._folder, self._folder / "none")
        return Planner(self._store, lambda: catalog, Clock("UTC", stopped=self.now), Who("ana", "ana", single=True))

    def tasks(self) -> list[Task]:
        return self._store.read(lambda unit: unit.tasks(1))

    def task(self, key: str) -> Task:
        return next(task for task in self.tasks() if task.key == key)

    def answer(self, *ids: str, minutes: int = 1) -> None:
        """Answer these cards, each in that many minutes."""
        cards: dict[str, Card] = self._store.read(lambda unit: {card.id: card for card in unit.cards(1, 1)})
        given = [Answer(cards[id].number, Grade.GOOD, self.now, minutes * 60_000) for id in ids]
        self.planner.review.record(None, given)
        self.now += timedelta(minutes=30)

    def told(self) -> int:
        """The minutes of all reviews."""
        return sum(task.spent_minutes or 0 for task in self.tasks())

    def logged(self) -> int:
        return sum(entry.minutes for entry in self.planner.timer.log().entries)


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    (tmp_path / "carded.yaml").write_text(CARDED)
    with closing(Store(str(tmp_path / "study.db"), tell=lambda line: None)) as store:
        yield Seat(store, tmp_path)


def test_two_sessions_of_a_day_tell_each_minute_once(seat: Seat) -> None:
    """The first ends the reviews of a module, the second the last pass over all cards: five cards, ten minutes."""
    seat.answer("w1", "w2", "w3", minutes=2)
    assert seat.task("review-words-1").status is Status.DONE
    assert seat.told() == 6
    seat.answer("r1", "r2", minutes=2)
    assert seat.task("last-pass-1").status is Status.DONE
    assert (seat.told(), seat.logged()) == (10, 10)


def test_a_review_begun_before_counts_whole(seat: Seat) -> None:
    """What was answered of it in an earlier session is part of its minutes."""
    seat.answer("w1", minutes=2)
    assert seat.told() == 0
    seat.answer("w2", "w3", minutes=2)
    assert seat.task("review-words-1").spent_minutes == 6


def test_a_session_adds_to_what_was_timed(seat: Seat) -> None:
    """A sitting told before stays in the total, and undo takes the session's minutes back alone."""
    seat.planner.timer.add(refs(("review-words-1",))[0], 20, on=date(2026, 7, 5))
    seat.answer("w1", "w2", "w3", minutes=2)
    assert (seat.task("review-words-1").spent_minutes, seat.logged()) == (26, 26)
    seat.planner.history.undo()
    assert (seat.task("review-words-1").spent_minutes, seat.logged()) == (20, 20)


def test_a_review_opened_again_tells_only_what_is_new(seat: Seat) -> None:
    """It keeps the session's minutes, and a second session adds its own."""
    seat.answer("w1", "w2", "w3", minutes=2)
    seat.planner.tasks.mark(refs(("review-words-1",)), Status.OPEN)
    assert seat.task("review-words-1").spent_minutes == 6
    seat.answer("w1", minutes=3)
    assert seat.task("review-words-1").status is Status.DONE
    assert (seat.told(), seat.logged()) == (9, 9)
