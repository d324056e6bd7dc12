"""Tokens let in whom they should, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studyplan.bearer import BearerSecret
from studyplan.clock import Clock
from studyplan.errors import Conflict, NotFound, StorageProblem, UsageProblem
from studyplan.model.tokens import TokenScope
from studyplan.planner import Planner
from studyplan.planner.tokens import MOST_TOKENS, ApiTokens
from studyplan.planner.who import Who
from studyplan.store import Store
from studyplan.template import Catalog

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def planner(store: Store, learner: str | None = "ana", now: datetime = NOW) -> Planner:
    return Planner(
        store, lambda: Catalog(Path("none"), Path("none")), Clock("UTC", stopped=now), Who(learner, None, single=True)
    )


def tokens(store: Store, learner: str | None = "ana", now: datetime = NOW) -> ApiTokens:
    return planner(store, learner, now).tokens


@pytest.fixture(scope="module")
def server(postgres) -> str:
    return postgres.create()


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = str(tmp_path / "study.db") if request.param == "sqlite" else request.getfixturevalue("server")
    with closing(Store(url, tell=lambda line: None)) as store:
        store.write(lambda unit: [unit.remove_learner(each.id) for each in unit.learners()])
        store.write(lambda unit: unit.add_learner("ana", zone="UTC", at=NOW))
        store.write(lambda unit: unit.add_learner("bo", zone="Pacific/Auckland", at=NOW))
        yield store


def test_a_token_speaks_for_its_learner(store: Store) -> None:
    """Whoever the server's own learner is."""
    made = tokens(store).add("script", scope="write")
    others = tokens(store, "bo").add("script")
    assert (made.token.number, made.token.scope, others.token.number) == (1, TokenScope.WRITE, 1)
    for asked in ("ana", "bo", None):
        learner, token = tokens(store, asked).shown(made.secret) or pytest.fail("not let in")
        assert (learner.name, token.scope) == ("ana", TokenScope.WRITE)
    learner, token = tokens(store).shown(others.secret) or pytest.fail("not let in")
    assert (learner.name, token.scope) == ("bo", TokenScope.READ)


def test_only_the_whole_secret_lets_in(store: Store) -> None:
    made = tokens(store).add("script")
    kept = BearerSecret.read(made.secret)
    assert kept is not None
    other = BearerSecret.made(kept.learner_id, kept.number).text
    unknown = BearerSecret.made(kept.learner_id, 2).text
    for wrong in (other, unknown, made.token.digest, made.secret[:-1], made.secret.upper(), "", "é" * 40):
        assert tokens(store).shown(wrong) is None


def test_the_secret_is_kept_nowhere(store: Store) -> None:
    made = tokens(store).add("script")
    assert made.secret not in repr(made) + repr(tokens(store).all())
    learner = planner(store).learners.get("ana")[0]
    assert made.secret.rpartition("-")[2] not in repr(store.read(lambda unit: unit.everything(learner.id)))


def test_a_revoked_token_lets_nobody_in(store: Store) -> None:
    made = tokens(store).add("script")
    first = tokens(store).revoke(1)
    assert first.revoked_at == NOW
    assert tokens(store, now=NOW + timedelta(days=1)).revoke(1) == first
    assert tokens(store).shown(made.secret) is None
    with pytest.raises(NotFound):
        tokens(store).revoke(2)
    with pytest.raises(NotFound):
        tokens(store, "bo").revoke(1)


def test_its_last_day_is_the_learners(store: Store) -> None:
    """Auckland is twelve hours ahead, and a study day begins at four."""
    made = tokens(store, "bo").add("script", expires="2026-07-02")
    assert tokens(store, now=datetime(2026, 7, 2, 15, 59, tzinfo=UTC)).shown(made.secret)
    assert tokens(store, now=datetime(2026, 7, 2, 16, 0, tzinfo=UTC)).shown(made.secret) is None
    with pytest.raises(UsageProblem):
        tokens(store, "bo").add("late", expires="2026-06-30")


def test_its_use_is_noted_once_a_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tokens(store).add("script")
    assert tokens(store).all()[0].used_on is None
    tokens(store).shown(made.secret)
    assert str(tokens(store).all()[0].used_on) == "2026-07-01"
    monkeypatch.setattr(store, "write", lambda work: pytest.fail("written twice on a day"))
    assert tokens(store).shown(made.secret)


def test_it_lets_in_where_nothing_can_be_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tokens(store).add("script")

    def refused(work: object) -> None:
        raise StorageProblem("the disk is full")

    monkeypatch.setattr(store, "write", refused)
    assert tokens(store).shown(made.secret)


def test_a_name_is_free_again_once_its_token_is_over(store: Store) -> None:
    tokens(store).add("script")
    with pytest.raises(Conflict):
        tokens(store).add("script")
    tokens(store).revoke(1)
    assert tokens(store).add("script").token.number == 2
    tokens(store).add("short", expires="today")
    assert tokens(store, now=NOW + timedelta(days=1)).add("short").token.number == 4


def test_there_is_an_end_to_them(store: Store) -> None:
    for number in range(MOST_TOKENS):
        tokens(store).add(f"t{number}")
    with pytest.raises(Conflict):
        tokens(store).add("one more")


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 201])
def test_a_name_is_one_that_can_be_shown(store: Store, name: str) -> None:
    with pytest.raises(UsageProblem):
        tokens(store).add(name)
    assert tokens(store).all() == []


def test_what_is_refused_makes_no_database(tmp_path: Path) -> None:
    with closing(Store(str(tmp_path / "none.db"))) as store:
        for fields in ({"scope": "admin"}, {"expires": "nonsense"}):
            with pytest.raises(UsageProblem):
                tokens(store).add("script", **fields)
        assert tokens(store, None).all() == []
        assert tokens(store).shown(BearerSecret.made(1, 1).text) is None
        with pytest.raises(NotFound):
            tokens(store).revoke(1)
    assert not list(tmp_path.iterdir())


def test_it_goes_with_its_learner(store: Store) -> None:
    made = tokens(store).add("script")
    planner(store).learners.remove("ana")
    assert tokens(store, "bo").shown(made.secret) is None
