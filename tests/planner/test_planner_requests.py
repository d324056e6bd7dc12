"""Requests that come twice change something once, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from studyplan import resources
from studyplan.clock import Clock
from studyplan.errors import Conflict, NotFound
from studyplan.model import Status
from studyplan.planner import Planner
from studyplan.planner.requests import KEPT
from studyplan.planner.who import Who
from studyplan.presentation import facts
from studyplan.rules.drafts import StartRequest
from studyplan.store import JoinedStore, Store
from studyplan.template import Catalog

BEGUN = datetime(2026, 7, 1, 18, 20, tzinfo=UTC)
KEY = UUID(int=7)


def planner(store: Store, now: datetime = BEGUN, learner: str = "ana") -> Planner:
    catalog = Catalog(resources.plans(), Path("nowhere"))
    return Planner(store, lambda: catalog, Clock("UTC", stopped=now), Who(learner, None, single=True))


def begin(own: Planner) -> Mapping[str, object]:
    draft = own.plans.start(StartRequest("foundations", start=date(2026, 7, 1)))
    return {"name": draft.plan.name}


def noted(own: Planner) -> Mapping[str, object]:
    return {**facts.of_changed(own.tasks.done(1, note="A word."))}


def notes(store: Store) -> str | None:
    found, *_ = planner(store).queries.show(1)
    return found[0].note


def batches(store: Store, learner: str = "ana") -> int:
    return len(planner(store, learner=learner).history.batches())


@pytest.fixture(scope="module")
def server(postgres) -> str:
    return postgres.create()


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without learners; on SQLite there is not even a file."""
    url = str(tmp_path / "study.db") if request.param == "sqlite" else request.getfixturevalue("server")
    with closing(Store(url, tell=lambda line: None)) as store:
        if request.param == "postgres":
            store.write(lambda unit: [unit.remove_learner(each.id) for each in unit.learners()])
        yield store


@pytest.fixture
def store(empty: Store) -> Store:
    begin(planner(empty))
    return empty


def test_the_second_time_the_first_answer_is_given(store: Store) -> None:
    before = batches(store)
    first = planner(store).requests.once(KEY, b"done 1", noted)
    assert (first.is_repeat, batches(store)) == (False, before + 1)
    again = planner(store).requests.once(KEY, b"done 1", noted)
    assert again.is_repeat
    assert again.answer == first.answer
    assert (notes(store), batches(store)) == ("A word.", before + 1)


def test_another_key_is_another_request(store: Store) -> None:
    for _ in range(2):
        planner(store).requests.once(uuid4(), b"done 1", noted)
    assert notes(store) == "A word.\nA word."


def test_a_key_names_one_request(store: Store) -> None:
    planner(store).requests.once(KEY, b"done 1", noted)
    with pytest.raises(Conflict) as refused:
        planner(store).requests.once(KEY, b"done 2", noted)
    assert refused.value.code == "key-reused"
    assert notes(store) == "A word."


def test_what_changes_nothing_is_answered_the_same_too(store: Store) -> None:
    """A task was done already; it is reopened, and the request comes once more: it still does nothing."""
    planner(store).tasks.done(1)
    first = planner(store).requests.once(KEY, b"done 1", lambda own: {**facts.of_changed(own.tasks.done(1))})
    assert first.answer["batch"] is None
    planner(store).tasks.reopen(1)
    again = planner(store).requests.once(KEY, b"done 1", lambda own: {**facts.of_changed(own.tasks.done(1))})
    assert again.answer == first.answer
    assert planner(store).queries.show(1)[0][0].status is Status.OPEN


def test_what_was_undone_stays_undone(store: Store) -> None:
    planner(store).requests.once(KEY, b"done 1", noted)
    planner(store).history.undo()
    assert planner(store).requests.once(KEY, b"done 1", noted).is_repeat
    assert notes(store) is None


def test_what_is_refused_leaves_nothing_and_may_come_again(store: Store) -> None:
    """A request is all or nothing, though it makes two changes, and its key is free for a second try."""
    before = batches(store)

    def half(own: Planner) -> Mapping[str, object]:
        noted(own)
        return {**facts.of_changed(own.tasks.done(9999))}

    for _ in range(2):
        with pytest.raises(NotFound):
            planner(store).requests.once(KEY, b"half", half)
    assert (batches(store), notes(store)) == (before, None)
    assert not planner(store).requests.once(KEY, b"done 1", noted).is_repeat


def test_a_first_start_is_made_once(empty: Store) -> None:
    """Also where there was neither a database nor a learner."""
    first = planner(empty).requests.once(KEY, b"start", begin)
    again = planner(empty).requests.once(KEY, b"start", begin)
    assert (again.answer, again.is_repeat) == (first.answer, True)
    assert batches(empty) == 1


def test_first_starts_at_once_are_one(empty: Store) -> None:
    """Several come while the database is being made: one begins, and all get its answer."""
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: planner(empty).requests.once(KEY, b"start", begin), range(6)))
    assert [each.answer for each in found] == [{"name": "foundations"}] * 6
    assert sum(not each.is_repeat for each in found) == 1
    assert batches(empty) == 1


def test_what_is_refused_makes_no_database(tmp_path: Path) -> None:
    with closing(Store(str(tmp_path / "none.db"))) as store, pytest.raises(NotFound):
        planner(store).requests.once(KEY, b"done 1", noted)
    assert not list(tmp_path.iterdir())


def test_keys_are_the_learners_own(store: Store) -> None:
    planner(store).requests.once(KEY, b"done 1", noted)
    planner(store).learners.add("bo")
    made = planner(store, learner="bo").requests.once(KEY, b"start", begin)
    assert not made.is_repeat
    assert batches(store, "bo") == 1


def test_answers_are_kept_for_two_weeks(store: Store) -> None:
    planner(store).requests.once(KEY, b"done 1", noted)
    late = BEGUN + KEPT
    assert planner(store, late).requests.once(KEY, b"done 1", noted).is_repeat
    planner(store, late + timedelta(minutes=1)).requests.once(uuid4(), b"done 2", lambda own: {})
    assert not planner(store, late + timedelta(minutes=2)).requests.once(KEY, b"done 1", noted).is_repeat


def test_many_at_once_change_something_once(store: Store) -> None:
    """A phone that sends the same tap over two nets; whoever comes second waits and gets the answer of the first."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: planner(store).requests.once(KEY, b"done 1", noted), range(4)))
    assert sorted(each.is_repeat for each in found) == [False, True, True, True]
    assert all(each.answer == found[0].answer for each in found)
    assert notes(store) == "A word."


def test_every_way_of_a_store_is_the_transaction_s(store: Store) -> None:
    """What a planner does inside sees its own changes, and ends no transaction."""
    learner = planner(store).learners.get("ana")[0].id

    def look(own: Planner) -> Mapping[str, object]:
        inner = own._store
        own.tasks.done(1, note="A word.")
        seen = {
            "read": inner.read(lambda unit: unit.tasks(learner, numbers=[1])[0].note),
            "kept": inner.read_kept("note", lambda unit: unit.tasks(learner, numbers=[1])[0].note),
            "absent": inner.is_absent,
        }
        inner.close()
        return seen

    found = planner(store).requests.once(KEY, b"look", look)
    assert found.answer == {"read": "A word.", "kept": "A word.", "absent": False}
    public = {name for name in vars(Store) if not name.startswith("_")}
    assert public - {"is_file"} <= vars(JoinedStore).keys()


def test_a_damaged_answer_is_told(tmp_path: Path) -> None:
    from sqlalchemy import create_engine, text

    from studyplan.errors import StorageProblem

    with closing(Store(str(tmp_path / "study.db"), tell=lambda line: None)) as store:
        begin(planner(store))
        planner(store).requests.once(KEY, b"done 1", noted)
        engine = create_engine(f"sqlite:///{tmp_path / 'study.db'}")
        with engine.begin() as connection:
            connection.execute(text("UPDATE request SET answer = x'00ff'"))
        engine.dispose()
        with pytest.raises(StorageProblem, match="'request'"):
            planner(store).requests.once(KEY, b"done 1", noted)
