"""What a store promises about calendars on servers, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from store_samples import AT, do, started, undo

from studyplan.errors import StudyplanError
from studyplan.model import Change, Presence, Remote, Seen, Status
from studyplan.store import Store
from studyplan.store.accounts import Accounts

CLOUD = Remote(0, 0, "cloud", "https://example.org/ana/plan/", "ana", "todos")


def an_entry(remote: int, uid: str, **fields: object) -> Seen:
    day = date(2026, 7, 1)
    seen = Seen(0, remote, uid, 1, f"{uid}.ics", '"1"', Presence.THERE, day, None, "Learn", Status.OPEN, AT)
    return replace(seen, **fields)


class Contract:
    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        store = Store(url)
        yield store
        store.close()

    @pytest.fixture
    def ana(self, store: Store) -> int:
        return store.write(started).id

    @pytest.fixture
    def cloud(self, store: Store, ana: int) -> Remote:
        return store.write(lambda unit: Accounts(unit, ana).add(CLOUD))

    def test_a_calendar_comes_back_as_kept(self, store: Store, ana: int) -> None:
        """Every field of a calendar survives, and each gets the next number."""
        full = replace(CLOUD, name="Zweite", plan=1, password_command="pass show x", token="t/1", synced_at=AT)
        made = [store.write(lambda unit, each=each: Accounts(unit, ana).add(each)) for each in (CLOUD, full)]
        assert made == [replace(CLOUD, learner_id=ana, number=1), replace(full, learner_id=ana, number=2)]
        assert store.read(lambda unit: Accounts(unit, ana).all()) == made

    def test_a_taken_name_is_refused(self, store: Store, ana: int, cloud: Remote) -> None:
        """Names are the learner's own: another learner may use the same one."""
        with pytest.raises(StudyplanError):
            store.write(lambda unit: Accounts(unit, ana).add(CLOUD))
        bea = store.write(lambda unit: started(unit, "bea")).id
        assert store.write(lambda unit: Accounts(unit, bea).add(CLOUD)).number == 1

    def test_what_was_seen_comes_back(self, store: Store, ana: int, cloud: Remote) -> None:
        """Every field of an entry survives; a second look takes the place of the first."""
        full = an_entry(
            1, "b", etag=None, presence=Presence.SENT, at=AT, title="✓ Größe; 漢", status=Status.SKIPPED,
            revised=None, words="w" * 32, whole="BEGIN:VCALENDAR\r\nX:\U0001f393\r\nEND:VCALENDAR\r\n",
        )  # fmt: skip
        store.write(lambda unit: Accounts(unit, ana).remember([an_entry(1, "a"), full]))
        kept = store.read(lambda unit: Accounts(unit, ana).seen(1))
        assert kept == [replace(an_entry(1, "a"), learner_id=ana), replace(full, learner_id=ana)]
        store.write(lambda unit: Accounts(unit, ana).remember([an_entry(1, "b", etag='"2"')]))
        assert [each.etag for each in store.read(lambda unit: Accounts(unit, ana).seen(1))] == ['"1"', '"2"']

    def test_many_entries(self, store: Store, ana: int, cloud: Remote) -> None:
        """A thousand entries are remembered and forgotten in one go."""
        many = [an_entry(1, f"{number:04}") for number in range(1000)]
        store.write(lambda unit: Accounts(unit, ana).remember(many))
        store.write(lambda unit: Accounts(unit, ana).forget(1, [each.uid for each in many[:999]]))
        assert [each.uid for each in store.read(lambda unit: Accounts(unit, ana).seen(1))] == ["0999"]

    def test_calendars_and_learners_are_apart(self, store: Store, ana: int, cloud: Remote) -> None:
        """What is forgotten of one calendar, or by one learner, stays known to the others."""
        bea = store.write(lambda unit: started(unit, "bea")).id
        store.write(lambda unit: Accounts(unit, ana).add(replace(CLOUD, name="other")))
        store.write(lambda unit: Accounts(unit, bea).add(CLOUD))
        store.write(lambda unit: Accounts(unit, ana).remember([an_entry(1, "a"), an_entry(2, "a")]))
        store.write(lambda unit: Accounts(unit, bea).remember([an_entry(1, "a")]))
        store.write(lambda unit: Accounts(unit, ana).remove(1))
        assert [each.number for each in store.read(lambda unit: Accounts(unit, ana).all())] == [2]
        assert store.read(lambda unit: Accounts(unit, ana).seen(1)) == []
        assert len(store.read(lambda unit: Accounts(unit, ana).seen(2))) == 1
        assert len(store.read(lambda unit: Accounts(unit, bea).seen(1))) == 1
        store.write(lambda unit: unit.remove_learner(ana))
        assert store.read(lambda unit: Accounts(unit, ana).all()) == []
        assert len(store.read(lambda unit: Accounts(unit, bea).seen(1))) == 1

    def test_the_state_that_was_seen_whole(self, store: Store, ana: int, cloud: Remote) -> None:
        """The token and the time of the last whole run are kept, and taken back by no undo."""
        store.write(lambda unit: do(unit, ana, Change("task", 1, "title", "Task 1", "New")))
        store.write(lambda unit: Accounts(unit, ana).synced(1, "token", AT + timedelta(hours=1)))
        store.write(lambda unit: undo(unit, ana))
        (found,) = store.read(lambda unit: Accounts(unit, ana).all())
        assert (found.token, found.synced_at) == ("token", AT + timedelta(hours=1))


class TestOnSqlite(Contract):
    @pytest.fixture
    def url(self, sqlite_path) -> str:
        return str(sqlite_path)


class TestOnPostgres(Contract):
    @pytest.fixture
    def url(self, postgres_ready: str) -> str:
        return postgres_ready
