"""Addresses that calendars subscribe to: what they serve, and that its name changes whenever its bytes do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from import_samples import START, World
from sqlalchemy import event

from studyplan.calendar import Form
from studyplan.clock import Clock
from studyplan.errors import NotFound, StudyplanError, UsageProblem
from studyplan.model import Change, Kind
from studyplan.model.feeds import FeedContent
from studyplan.planner import Planner
from studyplan.planner.feeds import MissingEntries
from studyplan.planner.who import Who
from studyplan.rules.drafts import StartRequest
from studyplan.rules.replan_offers import Remedy
from studyplan.store import Store, backups


def titles(content: bytes) -> dict[str, str]:
    """The title of each entry by its uid; no uid stands twice."""
    entries = Calendar.from_ical(content).walk("VEVENT") + Calendar.from_ical(content).walk("VTODO")
    found = {str(entry["UID"]): str(entry["SUMMARY"]) for entry in entries}
    assert len(found) == len(entries)
    return found


def served(world: World, token: str) -> bytes:
    """What an address serves, named alike by both ways to ask."""
    body = world.planner.feeds.body(token)
    assert body.version == world.planner.feeds.version(token)
    return body.content


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """What is asked of the database inside."""
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    event.listen(store._engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(store._engine, "before_cursor_execute", note)


class Contract:
    """On SQLite and on PostgreSQL alike."""

    def test_an_address_serves_the_plan(self, world: World) -> None:
        token = world.planner.feeds.add("phone").token
        assert len(titles(served(world, token))) == len(world.tasks)

    def test_no_task_is_read_to_say_that_nothing_has_changed(self, world: World) -> None:
        """One statement, by keys, where anything was written; at most that where nothing was."""
        token = world.planner.feeds.add("phone").token
        feeds = world.planner.feeds
        feeds.version(token)
        world.planner.tasks.done(1)
        with statements(world.store) as asked:
            feeds.version(token)
        (statement,) = (each for each in asked if "SELECT" in each)
        assert "feed" in statement
        assert "task" not in statement.replace("next_task", "")
        with statements(world.store) as asked:
            feeds.version(token)
        assert len(asked) <= 1

    def test_every_change_and_its_undoing_has_a_name_of_its_own(self, world: World) -> None:
        """All in one second of one day: no clock tells them apart."""
        token = world.planner.feeds.add("phone").token
        tags = [world.planner.feeds.version(token).etag]
        for run in (
            lambda planner: planner.tasks.done(1),
            lambda planner: planner.tasks.skip(2),
            lambda planner: planner.history.undo(),
            lambda planner: planner.history.redo(),
            lambda planner: planner.tasks.remove(3),
            lambda planner: planner.plans.finish(),
            lambda planner: planner.history.undo(),
            lambda planner: planner.plans.drop("small"),
        ):
            run(world.planner)
            tags.append(world.planner.feeds.version(token).etag)
            served(world, token)
        assert len(set(tags)) == len(tags)

    def test_a_fetch_is_kept_once_a_day_and_no_undo_knows_of_it(self, world: World) -> None:
        token = world.planner.feeds.add("phone").token
        world.planner.tasks.done(1)
        before = world.planner.feeds.version(token)
        assert before.is_first_today
        world.planner.feeds.note_fetch(before)
        after = world.planner.feeds.version(token)
        assert (after.etag, after.is_first_today) == (before.etag, False)
        assert after.feed is not None
        assert after.feed.used_on == START
        world.planner.history.undo()
        assert not world.planner.feeds.version(token).is_first_today
        world.later(days=1)
        assert world.planner.feeds.version(token).is_first_today

    def test_an_address_lives_until_it_is_revoked(self, world: World) -> None:
        """Another one beside it takes nothing from it, and what was revoked is told from what never was."""
        first = world.planner.feeds.add("phone", form="todos", alarm=0)
        second = world.planner.feeds.rotate(1)
        assert second.view.feed.content == first.view.feed.content
        assert (second.view.feed.number, second.view.feed.name) == (2, "phone")
        assert served(world, first.token) == served(world, second.token)
        world.planner.feeds.rename(2, "tablet")
        world.planner.feeds.revoke(1)
        for _ in range(2):
            with pytest.raises(NotFound) as refused:
                world.planner.feeds.version(first.token)
            assert refused.value.code == "feed-revoked"
            with pytest.raises(NotFound):
                world.planner.feeds.body(first.token)
            world.planner.feeds.revoke(1)
        world.planner.history.undo()
        assert served(world, second.token)
        assert [(each.feed.name, each.feed.revoked_at is None) for each in world.planner.feeds.all()] == [
            ("phone", False),
            ("tablet", True),
        ]

    def test_two_learners_have_addresses_of_their_own(self, world: World) -> None:
        world.store.write(lambda unit: unit.add_learner("bea", zone=None, at=world.now))
        bea = Planner(world.store, lambda: world.catalog, world.clock, Who("bea", "bea", single=True))
        hers, his = bea.feeds.add("phone").token, world.planner.feeds.add("phone").token
        assert titles(served(world, hers)) == {}
        assert len(titles(bea.feeds.body(his).content)) == len(world.tasks)
        with pytest.raises(NotFound, match="no feed 2"):
            bea.feeds.revoke(2)
        for word in (f"{hers[:4]}{his[4:]}", f"{his[:4]}{hers[4:]}"):
            with pytest.raises(NotFound):
                bea.feeds.version(word)


class TestOnSqlite(Contract):
    """With the world of every test of this folder."""


class TestOnPostgresql(Contract):
    @pytest.fixture
    def world(self, started: Path, tmp_path: Path, postgres_url: str) -> Iterator[World]:
        world = World(started)
        world.store = Store(postgres_url, tell=lambda line: None)
        yield world.begin()
        world.store.close()


# --- whose address it is


@pytest.mark.parametrize(
    "word",
    [
        "",
        "1",
        "1-1-",
        f"1-1-{'a' * 32}",
        f"zzzzzz-1-{'a' * 32}",
        f"1-4000000000-{'a' * 32}",
        "x" * 9000,
        "ü-1",
        "\ud800",
    ],
)
def test_an_address_that_nobody_has(world: World, word: str) -> None:
    world.planner.feeds.add("phone")
    for ask in (world.planner.feeds.version, world.planner.feeds.body):
        with pytest.raises(NotFound) as refused:
            ask(word)
        assert refused.value.code == "not-found"


def test_an_address_with_a_letter_wrong(world: World) -> None:
    token = world.planner.feeds.add("phone").token
    for wrong in (token[:-1] + "ab"[token[-1] == "a"], token.upper(), f" {token}", f"{token}\n", f"0{token}"):
        with pytest.raises(NotFound):
            world.planner.feeds.version(wrong)


def test_the_token_is_kept_nowhere(world: World) -> None:
    """Not in the database, not in the history, in no dump, and in no text that a failing program may print."""
    made = world.planner.feeds.add("phone")
    made_again = world.planner.feeds.rotate(1)
    for token in (made.token, made_again.token):
        secret = token.rpartition("-")[2]
        world.store.close()
        for file in world.database.parent.glob("study.db*"):
            assert secret.encode() not in file.read_bytes()
        said = repr([made, made_again, world.planner.feeds.all(), world.planner.history.batches()])
        assert secret not in said
        assert secret not in world.planner.dump.write()[1].decode()
        assert made.view.feed.digest not in world.planner.dump.write()[1].decode()


def test_a_bad_name_and_a_feed_that_is_not_there(world: World) -> None:
    for name in ("", " ", "a\nb", "x" * 201):
        with pytest.raises(UsageProblem):
            world.planner.feeds.add(name)
    for run in (world.planner.feeds.revoke, world.planner.feeds.rotate, world.planner.feeds.get):
        with pytest.raises(NotFound, match="no feed 7"):
            run(7)
    assert world.planner.feeds.all() == []


# --- what it serves


def test_times_wait_for_a_zone(world: World) -> None:
    """Without one they would be those of the server. One that is lost again, by an undo, stops no calendar."""
    world.store.write(
        lambda unit: unit.apply(
            1, [Change("learner", 0, "zone", "Europe/Berlin", None)], action="z", at=world.now, actor=""
        )
    )
    with pytest.raises(UsageProblem, match="time zone"):
        world.planner.feeds.add("phone", form="timed")
    with pytest.raises(UsageProblem, match="times"):
        world.planner.feeds.add("phone", zoned=True)
    assert world.planner.feeds.all() == []
    world.planner.learners.set_zone("Asia/Tokyo")
    token = world.planner.feeds.add("phone", form="timed", zoned=True, alarm=10).token
    assert b"TZID=Asia/Tokyo" in served(world, token)
    world.planner.history.undo()
    assert b"TZID" not in served(world, token)


def test_the_past_stays_and_so_do_plans_that_are_over(world: World) -> None:
    """All plans that are not dropped, whether another runs or not; no window cuts the days."""
    token = world.planner.feeds.add("phone").token
    only = world.planner.feeds.add("second", plan="small").token
    before = titles(served(world, token))
    world.later(days=60)
    world.planner.tasks.done(*(task.number for task in world.tasks))
    world.planner.plans.start(StartRequest("small", start=date(2026, 9, 1), days=8, name="again"))
    after = titles(served(world, token))
    assert before.keys() < after.keys()
    assert all(after[uid].startswith("✓") for uid in before)
    assert titles(served(world, only)).keys() == before.keys()
    world.planner.plans.drop("again")
    assert sum(title.startswith("✗") for title in titles(served(world, token)).values()) == len(after) - len(before)


def test_what_was_removed_is_told_for_a_month(world: World) -> None:
    """Until the first change that is 30 days later: what is served rests on the data, not on the day of the question."""
    token = world.planner.feeds.add("phone").token
    uid = world.uid(2)
    world.planner.tasks.remove(2)
    assert titles(served(world, token))[uid].startswith("✗")
    told = served(world, token)
    world.later(days=29)
    world.planner.tasks.done(1)
    assert uid in titles(served(world, token))
    world.later(days=90)
    assert uid in titles(served(world, token))
    world.planner.tasks.reopen(1)
    assert uid not in titles(served(world, token))
    world.planner.history.undo()
    assert told != served(world, token)


def test_alarms_are_the_feeds_own_or_those_of_exports(world: World) -> None:
    own = world.planner.feeds.add("own", alarm=20).token
    none = world.planner.feeds.add("none", alarm=0).token
    kept = world.planner.feeds.add("kept").token
    tag = world.planner.feeds.version(kept).etag
    world.planner.export.keep_alarm(Form.EVENTS, 360)
    assert b"TRIGGER:-PT20M" in served(world, own)
    assert b"TRIGGER" not in served(world, none)
    assert b"TRIGGER:-PT6H" in served(world, kept)
    assert world.planner.feeds.version(kept).etag != tag


def test_settings_that_are_no_data_have_a_part_in_the_name(world: World) -> None:
    """How titles are marked, and when a study day begins."""
    token = world.planner.feeds.add("phone").token
    world.planner.tasks.done(1)
    plain, marked = (world.planner.feeds.version(token, mark=mark).etag for mark in (False, True))
    assert plain != marked
    assert "✓" not in world.planner.feeds.body(token, mark=False).content.decode()
    early = Planner(
        world.store,
        lambda: world.catalog,
        replace(world.clock, day_starts=Clock().day_starts.replace(2)),
        Who("ana", None, single=True),
    )
    assert early.feeds.version(token).etag != marked


def test_the_name_does_not_change_with_the_day(world: World) -> None:
    token = world.planner.feeds.add("phone", form="todos", alarm=30).token
    before = served(world, token), world.planner.feeds.version(token).etag
    world.later(days=400)
    assert (served(world, token), world.planner.feeds.version(token).etag) == before


def grown(world: World, plan: int, first: int, many: int, day: date, *, words: str = "") -> None:
    """So many more tasks of a plan, a day each."""

    def work(unit) -> None:
        sample = unit.tasks(1)[0]
        unit.reserve(1, tasks=many)
        made = [
            replace(
                sample, number=first + n, plan=plan, uuid=uuid4(), key=f"more-{n}", task=f"more-{n}", part=1,
                date=day + timedelta(days=n), title=f"More {n}", objective=words, kind=Kind.READ,
            )
            for n in range(many)
        ]  # fmt: skip
        unit.add_tasks(made, exists=True)
        unit.apply(1, [Change("task", made[0].number, "note", None, "x")], action="grow", at=world.now, actor="")

    world.store.write(work)


def test_plans_that_are_over_make_room_the_oldest_first(world: World) -> None:
    """1,200 tasks are served, by as many as calendars take; what is missing is said."""
    token = world.planner.feeds.add("phone").token
    world.planner.tasks.done(*(task.number for task in world.tasks))
    world.planner.plans.start(StartRequest("small", start=date(2026, 9, 1), days=8, name="second"))
    grown(world, 1, 500, 600, date(2026, 1, 1))
    grown(world, 2, 2000, 600, date(2026, 9, 2))
    found = served(world, token)
    shown = titles(found)
    assert len(shown) == 600 + len(world.planner.plans.get("second").tasks) - 600
    (view,) = world.planner.feeds.all()
    assert view.left_out == MissingEntries(("small",), 0)
    assert b"X-STUDYPLAN-COMPLETE" in found


def test_one_plan_of_1200_tasks_is_served(world: World) -> None:
    """The days that are furthest off wait; it is not called complete, so that nobody takes an absence for a deletion."""
    token = world.planner.feeds.add("phone").token
    grown(world, 1, 500, 1200, date(2026, 7, 2))
    found = served(world, token)
    shown = set(titles(found).values())
    assert len(shown) == 1000
    assert "More 0" in shown
    assert "More 1199" not in shown
    assert b"X-STUDYPLAN-COMPLETE" not in found
    (view,) = world.planner.feeds.all()
    assert view.left_out == MissingEntries((), len(world.tasks) - 1000)


def test_long_texts_are_served_up_to_what_calendars_take(world: World) -> None:
    token = world.planner.feeds.add("phone").token
    grown(world, 1, 500, 40, date(2026, 7, 2), words="ü" * 30_000)
    found = served(world, token)
    assert len(found) <= 900_000
    assert len(found) > 700_000
    grown(world, 1, 900, 1, date(2026, 7, 2), words="x" * 2_000_000)
    assert len(served(world, token)) <= 900_000


# --- whatever happens

COMMANDS: dict[str, Callable[[Planner, int], object]] = {
    "done": lambda planner, n: planner.tasks.done(n % 7 + 1, sure=True),
    "skip": lambda planner, n: planner.tasks.skip(n % 7 + 1, sure=True),
    "reopen": lambda planner, n: planner.tasks.reopen(n % 7 + 1, sure=True),
    "move": lambda planner, n: planner.tasks.move(n % 7 + 1, to=START + timedelta(days=(n + 3) % 8), sure=True),
    "edit": lambda planner, n: planner.tasks.edit(n % 7 + 1, title=f"Other {n % 3}"),
    "remove": lambda planner, n: planner.tasks.remove(n % 7 + 1, sure=True),
    "add": lambda planner, n: planner.tasks.add(f"Own {n}", 5 * (n % 9 + 1)),
    "off": lambda planner, n: planner.replan.set_off([f"2026-07-0{n % 6 + 2}"]),
    "replan": lambda planner, n: planner.replan.apply(Remedy()),
    "zone": lambda planner, n: planner.learners.set_zone(["Asia/Tokyo", "UTC"][n % 2]),
    "rename": lambda planner, n: planner.plans.rename(1, f"small {n % 3}"),
    "finish": lambda planner, n: planner.plans.finish(),
    "drop": lambda planner, n: planner.plans.drop(1),
    "undo": lambda planner, n: planner.history.undo(),
    "redo": lambda planner, n: planner.history.redo(),
}
STEPS = st.lists(
    st.tuples(st.sampled_from([*COMMANDS, "undo", "keep", "restore", "restore", "wait"]), st.integers(0, 50)),
    min_size=4,
    max_size=12,
)


def body_at(world: World, token: str) -> bytes:
    return world.planner.feeds.body(token).content


KINDS = (FeedContent(), FeedContent("timed", zoned=True, alarm=5), FeedContent("todos", plan=1, numbered=True))


@settings(max_examples=12)
@given(STEPS)
def test_no_name_stands_for_two_calendars(started: Path, steps: list[tuple[str, int]]) -> None:
    """Commands, undoing and restoring in any order, most of them in one second: the same name, the same bytes."""
    with TemporaryDirectory() as folder:
        database, saved = Path(folder) / "study.db", Path(folder) / "saved.db"
        shutil.copy(started / "study.db", database)
        world = World(started, database)
        token = world.planner.feeds.add("phone").token
        backups.copy_into(database, saved)
        known: dict[tuple[int, str], bytes] = {}
        for step, number in steps:
            if step == "wait":
                world.later(days=number)
            elif step == "keep":
                backups.copy_into(database, saved)
            elif step == "restore":
                backups.copy_into(saved, database)
            else:
                with suppress(StudyplanError):
                    COMMANDS[step](world.planner, number)
            for place, kind in enumerate(KINDS):
                body = world.planner.feeds.body_of(kind)
                assert known.setdefault((place, body.version.etag), body.content) == body.content
            # By the short way, which keeps answers.
            assert known.setdefault((-1, world.planner.feeds.version(token).etag), body_at(world, token)) == body_at(
                world, token
            )
        world.store.close()


def test_the_commands_of_that_test_change_something(world: World) -> None:
    """Each of them does at least once what it is there for."""
    quiet = []
    for name, run in COMMANDS.items():
        world.later(days=3 if name == "replan" else 0)
        before = world.planner.feeds.version_of(FeedContent()).etag
        for number in range(7):
            with suppress(StudyplanError):
                run(world.planner, number)
        if world.planner.feeds.version_of(FeedContent()).etag == before:
            quiet.append(name)
    assert quiet == []
