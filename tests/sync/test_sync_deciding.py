"""What is decided about one entry: by example for what people meet, by property for every combination."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.calendar import text
from studyplan.model import Presence, Seen, Status
from studyplan.sync import deciding
from studyplan.sync.deciding import (
    Action,
    Apply,
    Ask,
    Delete,
    EntryState,
    Forget,
    Here,
    Hide,
    Leave,
    Put,
    Remember,
    Tell,
    There,
    Told,
)

decide = partial(deciding.decide, split=text.taken_apart)

UID = "0a100a31-eb17-5370-b604-7e99067ed206"
DAY = date(2026, 7, 1)
AT = datetime(2026, 7, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN, DONE, SKIPPED = Status.OPEN, Status.DONE, Status.SKIPPED

LOCAL = Here(UID, DAY, None, "Learn", OPEN, AT)
READ = EntryState(DAY, None, "Learn", OPEN, None, AT)
SEEN = Seen(1, 1, UID, 1, f"{UID}.ics", '"1"', Presence.THERE, DAY, None, "Learn", OPEN, AT)


def entry(etag: str | None = '"2"', **fields: object) -> There:
    """An entry there that is not as it was seen."""
    return There(UID, f"{UID}.ics", etag, replace(READ, **fields))


SAME = There(UID, f"{UID}.ics", '"1"')


@pytest.mark.parametrize(
    ("local", "remote", "seen", "expected"),
    [
        pytest.param(None, None, None, (), id="nothing anywhere"),
        pytest.param(LOCAL, None, None, (Put(UID),), id="new here"),
        pytest.param(LOCAL, None, replace(SEEN, presence=Presence.SENT), (Put(UID),), id="never arrived"),
        pytest.param(LOCAL, SAME, SEEN, (), id="as it was"),
        pytest.param(replace(LOCAL, revised=AT + HOUR), SAME, SEEN, (Put(UID, '"1"'),), id="changed here"),
        pytest.param(LOCAL, entry(), SEEN, (Remember(UID, True),), id="written anew there, means the same"),
        pytest.param(LOCAL, entry(), None, (Remember(UID, True),), id="state lost, both the same"),
        pytest.param(
            LOCAL,
            entry(etag=None),
            replace(SEEN, presence=Presence.SENT, etag=None),
            (Remember(UID, True),),
            id="arrived, answer lost",
        ),
        pytest.param(
            LOCAL,
            entry(status=DONE, done_at=AT),
            SEEN,
            (Apply(UID, status=DONE, done_at=AT), Remember(UID, True)),
            id="done there",
        ),
        pytest.param(
            LOCAL,
            entry(day=DAY + timedelta(2)),
            SEEN,
            (Apply(UID, day=DAY + timedelta(2)), Remember(UID, True)),
            id="moved",
        ),
        pytest.param(LOCAL, entry(day=None), SEEN, (Remember(UID, True),), id="day taken away there"),
        pytest.param(
            LOCAL, entry(title="Read"), SEEN, (Apply(UID, title="Read"), Remember(UID, True)), id="renamed there"
        ),
        pytest.param(LOCAL, entry(title=""), SEEN, (Remember(UID, True),), id="title taken away there"),
        pytest.param(LOCAL, None, SEEN, (Ask(UID),), id="deleted there"),
        pytest.param(replace(LOCAL, status=DONE), None, SEEN, (Hide(UID),), id="deleted there, done here"),
        pytest.param(replace(LOCAL, status=DONE), None, replace(SEEN, presence=Presence.GONE), (), id="left out"),
        pytest.param(LOCAL, None, replace(SEEN, presence=Presence.GONE), (Put(UID),), id="open again"),
        pytest.param(None, SAME, SEEN, (Delete(UID, SAME.href, '"1"'),), id="removed here"),
        pytest.param(None, None, SEEN, (Forget(UID),), id="gone on both sides"),
        pytest.param(None, entry(), None, (), id="somebody else's"),
        pytest.param(
            None,
            entry(status=DONE),
            SEEN,
            (Tell(UID, Told.REMOVED_OVER_DONE, False), Delete(UID, SAME.href, '"2"')),
            id="removed here, done there",
        ),
        pytest.param(LOCAL, There(UID, SAME.href, '"2"'), SEEN, (Leave(UID),), id="unreadable"),
        pytest.param(
            replace(LOCAL, day=DAY + timedelta(5), revised=AT + HOUR),
            entry(status=DONE, revised=AT + 2 * HOUR),
            SEEN,
            (
                Tell(UID, Told.DONE_OVER_MOVE, True),
                Apply(UID, status=DONE, day=DAY),
                Remember(UID, False),
                Put(UID, '"2"'),
            ),
            id="done there, moved here",
        ),
        pytest.param(
            replace(LOCAL, status=DONE, revised=AT + HOUR),
            entry(day=DAY + timedelta(5), revised=AT + 2 * HOUR),
            SEEN,
            (Tell(UID, Told.DONE_OVER_MOVE, False), Remember(UID, False), Put(UID, '"2"')),
            id="done here, moved there later",
        ),
        pytest.param(
            replace(LOCAL, day=DAY + timedelta(5), revised=AT + HOUR),
            entry(day=DAY + timedelta(3), revised=AT + 2 * HOUR),
            SEEN,
            (
                Tell(UID, Told.LATER_MOVE, True),
                Apply(UID, day=DAY + timedelta(3)),
                Remember(UID, False),
                Put(UID, '"2"'),
            ),
            id="moved on both sides, there later",
        ),
        pytest.param(
            replace(LOCAL, day=DAY + timedelta(5), revised=AT + 3 * HOUR),
            entry(day=DAY + timedelta(3), revised=AT + 2 * HOUR),
            SEEN,
            (Tell(UID, Told.LATER_MOVE, False), Remember(UID, False), Put(UID, '"2"')),
            id="moved on both sides, here later",
        ),
        pytest.param(
            replace(LOCAL, status=SKIPPED, revised=AT + 3 * HOUR),
            entry(status=DONE, revised=AT + HOUR),
            SEEN,
            (
                Tell(UID, Told.DONE_OVER_OTHER, True),
                Apply(UID, status=DONE),
                Remember(UID, False),
                Put(UID, '"2"'),
            ),
            id="done there, skipped here later",
        ),
        pytest.param(
            replace(LOCAL, revised=AT + HOUR),
            entry(status=DONE),
            replace(SEEN, status=DONE, etag='"x"'),
            (Remember(UID, False), Put(UID, '"2"')),
            id="opened again here, no news there",
        ),
    ],
)
def test_examples(local: Here | None, remote: There | None, seen: Seen | None, expected: tuple[Action, ...]) -> None:
    """One case a line: here, there, what both had last, what is to be done."""
    assert decide(local, remote, seen) == expected


def test_an_event_without_its_mark_is_open_again() -> None:
    """That a mark is gone says something only where one was."""
    local = replace(LOCAL, status=DONE)
    was = replace(SEEN, status=DONE, title="✓ Learn")
    silent = entry(status=None)
    assert decide(local, silent, was) == (Apply(UID, status=OPEN), Remember(UID, True))
    assert decide(local, silent, replace(was, title="Learn")) == (Remember(UID, True),)


@pytest.mark.parametrize("mark", ["✓ ", "✓", "✔ ", "✔\ufe0f ", "✅ ", "☑"])
def test_every_check_mark_is_one(mark: str) -> None:
    """What people type for done is no part of a name, and its absence says something where it was."""
    was = replace(SEEN, status=DONE, title=f"{mark}Learn")
    assert decide(LOCAL, entry(title=f"{mark}Learn", status=DONE), SEEN)[0] == Apply(UID, status=DONE)
    assert decide(replace(LOCAL, status=DONE), entry(status=None), was)[0] == Apply(UID, status=OPEN)
    piece = replace(LOCAL, title="Learn (2/3)", is_piece=True)
    assert decide(piece, entry(title=f"{mark}Learn(2/3)"), SEEN) == (Remember(UID, True),)


def test_a_piece_keeps_its_part_out_of_its_name() -> None:
    """Another number of parts is no other name; a renamed piece gets the name without the part."""
    piece = replace(LOCAL, title="Learn (1/3)", is_piece=True)
    was = replace(SEEN, title="Learn (1/2)")
    assert decide(piece, entry(title="Learn (1/2)"), was) == (Remember(UID, True),)
    assert Apply(UID, title="Read") in decide(piece, entry(title="✓ Read (1/2)"), was)


DAYS = st.sampled_from([DAY + timedelta(days=each) for each in range(3)])
STAMPS = st.sampled_from([AT, AT + HOUR, AT + 2 * HOUR])
TITLES = st.sampled_from(["Learn", "Read", "✓ Learn", "Learn (1/2)"])
STATUSES = st.sampled_from(Status)
HERE = st.builds(
    Here, st.just(UID), DAYS, st.none(), TITLES.map(lambda title: text.taken_apart(title)[2]), STATUSES, STAMPS
)
READINGS = st.builds(
    EntryState,
    st.none() | DAYS,
    st.none(),
    TITLES | st.just(""),
    st.none() | STATUSES,
    st.none() | STAMPS,
    st.none() | STAMPS,
)
ETAGS = st.sampled_from(['"1"', '"2"', 'W/"1"']) | st.none()
THERE = st.builds(There, st.just(UID), st.just(f"{UID}.ics"), ETAGS, st.none() | READINGS)
SEENS = st.builds(
    Seen,
    st.just(1),
    st.just(1),
    st.just(UID),
    st.just(1),
    st.just(f"{UID}.ics"),
    ETAGS,
    st.sampled_from(Presence),
    DAYS,
    st.none(),
    TITLES,
    STATUSES,
    st.none() | STAMPS,
)


@given(st.none() | HERE, st.none() | THERE, st.none() | SEENS)
def test_every_combination(local: Here | None, remote: There | None, seen: Seen | None) -> None:
    """For whatever there is on both sides the actions make sense together, and are the same each time."""
    actions = decide(local, remote, seen)
    assert actions == decide(local, remote, seen)
    kinds = [type(action) for action in actions]
    assert len({kind for kind in kinds if kind is not Tell}) == len([kind for kind in kinds if kind is not Tell])
    for action in actions:
        match action:
            case Put(etag=etag):
                assert local is not None
                assert etag == (remote.etag if remote is not None else None)
            case Delete():
                assert local is None
                assert remote is not None
                assert seen is not None
                assert action.etag == remote.etag
            case Apply():
                assert local is not None
                assert Remember in kinds
                assert action.status is not local.status
                assert action.day != local.day or action.title or action.status
            case Remember():
                assert remote is not None
                assert remote.reading is not None
                assert (Put in kinds) is not action.settled
            case Ask() | Hide():
                assert remote is None
                assert (type(action) is Ask) == (local is not None and local.status is OPEN)
            case Tell():
                assert seen is not None


@given(HERE, THERE, st.none() | SEENS)
def test_a_completion_is_never_lost(local: Here, remote: There, seen: Seen | None) -> None:
    """Where a side has completed the task since both were last the same, it ends up done."""
    actions = decide(local, remote, seen)
    applied = next((action for action in actions if isinstance(action, Apply)), Apply(UID))
    status = applied.status or local.status
    was = seen.status if seen is not None and seen.presence is Presence.THERE else None
    if local.status is DONE and was is not DONE:
        assert status is DONE
    is_news = seen is None or seen.presence is not Presence.THERE or seen.etag != remote.etag or remote.etag is None
    if remote.reading is not None and is_news and remote.reading.status is DONE and was is not DONE:
        assert status is DONE


@given(HERE, THERE, SEENS)
def test_what_one_side_alone_changed_is_taken(local: Here, remote: There, seen: Seen) -> None:
    """Without a completion in play, a day that only the calendar changed comes here, one that only we changed stays."""
    reading = remote.reading
    if reading is None or reading.day is None or local.status is DONE or reading.status is DONE or seen.status is DONE:
        return
    if seen.presence is not Presence.THERE or seen.etag == remote.etag:
        return
    applied = next((a for a in decide(local, remote, seen) if isinstance(a, Apply)), Apply(UID))
    if local.day == seen.day and reading.day != seen.day:
        assert applied.day == reading.day
    if reading.day == seen.day:
        assert applied.day is None


@given(HERE, READINGS)
def test_applying_and_writing_ends_it(local: Here, reading: EntryState) -> None:
    """After the actions are done, a second look finds nothing to do."""
    there = There(UID, f"{UID}.ics", '"2"', reading)
    actions = decide(local, there, None)
    now = local
    for action in actions:
        if isinstance(action, Apply):
            day = action.day or now.day
            now = replace(now, status=action.status or now.status, day=day, title=action.title or now.title)
            now = replace(now, revised=AT + 5 * HOUR)
    remembered = next(action for action in actions if isinstance(action, Remember))
    seen = Seen(
        1, 1, UID, 1, there.href, '"2"', Presence.THERE, reading.day or now.day, None, reading.title,
        reading.status or now.status, now.revised if remembered.settled else None,
    )  # fmt: skip
    second = decide(now, There(UID, there.href, '"2"'), seen)
    assert second == (() if remembered.settled else (Put(UID, '"2"'),))
