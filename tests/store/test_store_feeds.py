"""What a store promises about the addresses of calendars, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from store_samples import AT, START, do, started

from studyplan.errors import StudyplanError
from studyplan.model import Change
from studyplan.model.feeds import Feed
from studyplan.store import Store
from studyplan.store.feeds import Addresses, feed_and_state, state_of

PHONE = Feed(0, 1, "phone", "d" * 64, "events", None, None, False, False, AT)


class Contract:
    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        store = Store(url)
        yield store
        store.close()

    @pytest.fixture
    def ana(self, store: Store) -> int:
        return store.write(started).id

    def keep(self, store: Store, learner_id: int, feed: Feed) -> None:
        store.write(lambda unit: Addresses(unit, learner_id).add(feed))

    def test_an_address_comes_back_as_kept(self, store: Store, ana: int) -> None:
        full = Feed(0, 2, "Zweite 漢", "e" * 64, "timed", 1, 15, True, True, AT, START, AT)
        for feed in (PHONE, full):
            self.keep(store, ana, feed)
        kept = [replace(feed, learner_id=ana) for feed in (PHONE, full)]
        assert store.read(lambda unit: Addresses(unit, ana).all()) == kept
        assert [store.read(lambda unit, n=n: feed_and_state(unit, ana, n))[0] for n in (1, 2)] == kept
        assert store.read(lambda unit: Addresses(unit, ana).next_number()) == 3

    def test_what_changes_of_it_is_of_one_row(self, store: Store, ana: int) -> None:
        """Renaming, noting a fetch and revoking touch no other address, and none of another learner."""
        bea = store.write(lambda unit: started(unit, "bea")).id
        for id, feed in ((ana, PHONE), (ana, replace(PHONE, number=2)), (bea, PHONE)):
            self.keep(store, id, feed)
        store.write(lambda unit: Addresses(unit, ana).rename(1, "family"))
        store.write(lambda unit: Addresses(unit, ana).use(1, START))
        store.write(lambda unit: Addresses(unit, ana).revoke(1, AT))
        changed = replace(PHONE, learner_id=ana, name="family", used_on=START, revoked_at=AT)
        assert store.read(lambda unit: Addresses(unit, ana).all()) == [
            changed,
            replace(PHONE, learner_id=ana, number=2),
        ]
        assert store.read(lambda unit: Addresses(unit, bea).all()) == [replace(PHONE, learner_id=bea)]

    def test_an_address_that_nobody_has(self, store: Store, ana: int) -> None:
        self.keep(store, ana, PHONE)
        for learner, number in ((ana, 2), (ana + 1, 1), (2**31 - 1, 2**31 - 1)):
            assert store.read(lambda unit, at=(learner, number): feed_and_state(unit, *at)) is None

    def test_each_batch_makes_another_state(self, store: Store, ana: int) -> None:
        """Also in one second, and where the counter is the same, as after a restore."""
        states = [store.read(lambda unit: state_of(unit, ana))]
        for title in ("one", "two", "one"):
            store.write(lambda unit, title=title: do(unit, ana, Change("task", 1, "title", "x", title)))
            states.append(store.read(lambda unit: state_of(unit, ana)))
        assert [state.at for state in states] == [AT] * 4
        assert len({state.revision for state in states}) == len({state.next_batch for state in states}) == 4
        assert states[-1].zone == "Europe/Berlin"

    def test_the_state_is_as_old_as_the_newest_change(self, store: Store, ana: int) -> None:
        later = AT + timedelta(days=3)
        store.write(lambda unit: do(unit, ana, Change("task", 1, "title", "x", "y"), at=later))
        assert store.read(lambda unit: state_of(unit, ana)).at == later

    def test_a_learner_without_any_change(self, store: Store) -> None:
        bea = store.write(lambda unit: unit.add_learner("bea", zone=None, at=AT)).id
        state = store.read(lambda unit: state_of(unit, bea))
        assert (state.zone, state.revision, state.next_batch, state.at) == (None, None, 1, AT)
        with pytest.raises(StudyplanError, match="learner 99"):
            store.read(lambda unit: state_of(unit, 99))

    def test_addresses_go_with_their_learner(self, store: Store, ana: int) -> None:
        self.keep(store, ana, PHONE)
        store.write(lambda unit: unit.remove_learner(ana))
        assert store.read(lambda unit: feed_and_state(unit, ana, 1)) is None

    def test_no_dump_has_an_address(self, store: Store, ana: int) -> None:
        """An address is of one database: a copy elsewhere answers at none."""
        self.keep(store, ana, PHONE)
        everything = store.read(lambda unit: unit.everything(ana))
        assert "feed" not in everything
        assert "d" * 64 not in repr(everything)
        assert "revision" not in everything["learner"][0]


class TestSqlite(Contract):
    @pytest.fixture
    def url(self, sqlite_path) -> str:
        return str(sqlite_path)


class TestPostgresql(Contract):
    @pytest.fixture
    def url(self, postgres_ready) -> str:
        return postgres_ready
