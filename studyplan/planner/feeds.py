"""The calendar at an address that calendars subscribe to, and the same calendar for a file that is kept fresh.

What it holds follows from the data alone, never from the day on which somebody asks: the version that names its bytes is known
without them, by the newest change, and no task is read for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from studyplan import calendar
from studyplan.bearer import BearerSecret
from studyplan.calendar.forms import Form, Format
from studyplan.errors import NotFound, UsageProblem, WayOut
from studyplan.model import LONGEST_ALARM, PlanState
from studyplan.model.feeds import Feed, FeedContent
from studyplan.planner.base import UseCases
from studyplan.planner.export import alarm_of, zone_known
from studyplan.rules import lookup, start_times
from studyplan.rules.calendar_entries import leaving_order, no_longer_shown, still_shown
from studyplan.store.feeds import Addresses, DataState, feed_and_state, state_of
from studyplan.text import checked_title, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from studyplan.clock import Clock
    from studyplan.model import Plan, Task
    from studyplan.rules.lookup import PlanName
    from studyplan.store import Unit

#: Goes up with every change of what a feed holds or how it is written.
_FORMAT = 1
#: So long after its removal a task is still told of, as a cancelled entry: counted up to the newest change.
_TOLD = timedelta(days=30)
_REFRESH = timedelta(hours=1)
#: What the digest of an address that nobody has is compared with.
_NOBODYS = "0" * 64
#: Numbers are of 31 bits.
_MOST = 2**31
_REVOKED = "feed-revoked"


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """What a feed's bytes are named by. ``etag``: without quotes; another one where the bytes are others. ``feed`` is None for a
    file of one's own."""

    etag: str
    changed_at: datetime
    feed: Feed | None = None
    #: The learner's study day.
    today: date | None = None

    @property
    def is_first_today(self) -> bool:
        """Whether this day's fetch is still to be noted."""
        return self.feed is not None and self.feed.used_on != self.today


@dataclass(frozen=True, slots=True)
class MissingEntries:
    """What a calendar that would be too large does not hold: plans that are over, by name, and how many tasks of others."""

    plans: tuple[str, ...] = ()
    tasks: int = 0

    def __bool__(self) -> bool:
        return bool(self.plans or self.tasks)


@dataclass(frozen=True, slots=True)
class CalendarBody:
    """The bytes of a version."""

    version: CalendarVersion
    content: bytes
    left_out: MissingEntries


@dataclass(frozen=True, slots=True)
class FeedView:
    """An address as a list shows it; ``plan`` is the name of its one plan. Of one that is revoked nothing is left out."""

    feed: Feed
    plan: str | None
    left_out: MissingEntries = MissingEntries()


@dataclass(frozen=True, slots=True)
class NewFeed:
    """An address that was just made. The token is kept nowhere: it is shown now or never."""

    view: FeedView
    token: str = field(repr=False)


class Feeds(UseCases):
    """Addresses that calendars subscribe to. A token stands for its address; whoever has it needs no other right."""

    def add(
        self,
        name: str,
        *,
        form: str = "events",
        plan: PlanName | None = None,
        alarm: int | None = None,
        numbered: bool = False,
        zoned: bool = False,
    ) -> NewFeed:
        """Make an address. Its calendar holds one plan, or all that are not dropped; ``alarm`` is in minutes, 0 for none, None
        as it is kept for exports of this form. Raises UsageProblem for times where the learner's zone is not known."""
        called = checked_title(name)

        def work(unit: Unit) -> NewFeed:
            if form == Form.TIMED:
                zone_known(self._learner(unit))
            return self._added(unit, called, self._content(unit, form, plan, alarm, numbered, zoned))

        return self._change(work)

    def rotate(self, number: int) -> NewFeed:
        """Make another address for what a feed serves. The one that it has goes on until it is revoked."""

        def work(unit: Unit) -> NewFeed:
            feed = self._feed(unit, number)
            return self._added(unit, feed.name, feed.content)

        return self._change(work)

    def all(self) -> list[FeedView]:
        """The learner's addresses by number, revoked ones too."""

        def work(unit: Unit) -> list[FeedView]:
            learner = self._learner(unit)
            state = state_of(unit, learner.id)
            names = {plan.number: plan.name for plan in unit.plans(learner.id, gone=True)}
            left_out: dict[FeedContent, MissingEntries] = {}
            views = []
            for feed in Addresses(unit, learner.id).all():
                if feed.revoked_at is None and feed.content not in left_out:
                    _, left_out[feed.content] = self._written(unit, state, feed.content, mark=True)
                missing = MissingEntries() if feed.revoked_at else left_out[feed.content]
                views.append(FeedView(feed, names.get(feed.plan or 0), missing))
            return views

        return self._look(work)

    def rename(self, number: int, name: str) -> Feed:
        """Call an address something else; it stays the same."""
        called = checked_title(name)

        def work(unit: Unit) -> Feed:
            feed = self._feed(unit, number)
            Addresses(unit, feed.learner_id).rename(number, called)
            return self._feed(unit, number)

        return self._change(work)

    def get(self, number: int) -> Feed:
        """One of the learner's addresses. Raises NotFound."""
        return self._look(lambda unit: self._feed(unit, number))

    def revoke(self, number: int) -> Feed:
        """Close an address for good; nothing takes that back. One that was closed before stays as it is."""

        def work(unit: Unit) -> Feed:
            feed = self._feed(unit, number)
            if feed.revoked_at is None:
                Addresses(unit, feed.learner_id).revoke(number, self._clock.now())
            return self._feed(unit, number)

        return self._change(work)

    # --- what an address serves

    def version(self, token: str, *, mark: bool = True) -> CalendarVersion:
        """What is served at an address now, named without being made: no task is read. ``mark``: tell in titles what is done.

        Raises NotFound for an address that nobody has, with the code ``feed-revoked`` for one that was closed.
        """
        secret = BearerSecret.read(token)
        if secret is None:
            raise _unknown()
        place = secret.learner_id, secret.number
        found = self._store.read_kept(("feed", *place), lambda unit: feed_and_state(unit, *place))
        return self._opened(secret, found, mark)[0]

    def body(self, token: str, *, mark: bool = True) -> CalendarBody:
        """What is served at an address now. Raises as :meth:`version` does; no plan is too large for it."""

        secret = BearerSecret.read(token)
        if secret is None:
            raise _unknown()

        def work(unit: Unit) -> CalendarBody:
            found = feed_and_state(unit, secret.learner_id, secret.number)
            version, feed, state = self._opened(secret, found, mark)
            return CalendarBody(version, *self._written(unit, state, feed.content, mark=mark))

        return self._store.read(work)

    def note_fetch(self, version: CalendarVersion) -> None:
        """Keep that a calendar fetched the feed on this day; undo knows nothing of it."""
        feed, today = version.feed, version.today
        if feed is not None and today is not None:
            self._store.write(lambda unit: Addresses(unit, feed.learner_id).use(feed.number, today))

    # --- the same for a file

    def content(
        self,
        *,
        form: str = "events",
        plan: PlanName | None = None,
        alarm: int | None = None,
        numbered: bool = False,
        zoned: bool = False,
    ) -> FeedContent:
        """What a file on one's own machine holds; the arguments are those of :meth:`add`. Only times in the learner's zone need
        to know it."""
        return self._look(lambda unit: self._content(unit, form, plan, alarm, numbered, zoned))

    def version_of(self, content: FeedContent, *, mark: bool = True) -> CalendarVersion:
        """What the calendar is now, named without being made."""

        def work(unit: Unit) -> CalendarVersion:
            return self._version(state_of(unit, self._learner(unit).id), content, mark)

        return self._look(work)

    def body_of(self, content: FeedContent, *, mark: bool = True) -> CalendarBody:
        """What the calendar is now."""

        def work(unit: Unit) -> CalendarBody:
            state = state_of(unit, self._learner(unit).id)
            return CalendarBody(self._version(state, content, mark), *self._written(unit, state, content, mark=mark))

        return self._look(work)

    # --- inside a transaction

    def _feed(self, unit: Unit, number: int) -> Feed:
        learner = self._learner(unit)
        found = feed_and_state(unit, learner.id, number) if 0 < number < _MOST else None
        if found is None:
            raise NotFound(f"no feed {number}", hint=WayOut("`planner.feeds.all` lists them", "list-feeds"))
        return found[0]

    def _content(
        self, unit: Unit, form: str, plan: PlanName | None, alarm: int | None, numbered: bool, zoned: bool
    ) -> FeedContent:
        learner = self._learner(unit)
        if form not in list(Form):
            raise UsageProblem(f"'{shown(form)}' is not a form of a calendar", hint=f"it is one of {', '.join(Form)}")
        if zoned and form != Form.TIMED:
            raise UsageProblem(f"times in your zone need times, and {form} have none", hint="choose timed events")
        if zoned:
            zone_known(learner)
        if alarm is not None and not 0 <= alarm <= LONGEST_ALARM:
            raise UsageProblem(f"an alarm is 0 to {LONGEST_ALARM} minutes ahead", hint="0 is none")
        number = None if plan is None else lookup.plan_named(unit.plans(learner.id), plan).number
        return FeedContent(Form(form).value, number, alarm, numbered, zoned)

    def _added(self, unit: Unit, name: str, content: FeedContent) -> NewFeed:
        learner = self._learner(unit)
        addresses = Addresses(unit, learner.id)
        number = addresses.next_number()
        secret = BearerSecret.made(learner.id, number)
        feed = Feed(
            learner.id,
            number,
            name,
            secret.digest,
            content.form,
            content.plan,
            content.alarm,
            content.numbered,
            content.zoned,
            self._clock.now(),
        )
        addresses.add(feed)
        _, left_out = self._written(unit, state_of(unit, learner.id), content, mark=True)
        names = {plan.number: plan.name for plan in unit.plans(learner.id, gone=True)}
        return NewFeed(FeedView(feed, names.get(content.plan or 0), left_out), secret.text)

    def _opened(
        self, secret: BearerSecret, found: tuple[Feed, DataState] | None, mark: bool
    ) -> tuple[CalendarVersion, Feed, DataState]:
        """The feed that a secret opens. For a place where nobody's is, this takes as long as for a wrong one."""
        is_right = secret.opens(found[0].digest if found else _NOBODYS)
        if found is None or not is_right:
            raise _unknown()
        feed, state = found
        if feed.revoked_at is not None:
            raise NotFound("this address was revoked", slug=_REVOKED)
        return self._version(state, feed.content, mark, feed), feed, state

    def _version(self, state: DataState, content: FeedContent, mark: bool, feed: Feed | None = None) -> CalendarVersion:
        clock = self._clock.at(state.zone)
        # Without a zone of the learner's it is the system's that counts: it is known by its offsets.
        zone = state.zone or _offsets(clock)
        named = (_FORMAT, _release(), feed and feed.digest, content, mark, zone, clock.day_starts)
        etag = sha256(repr((*named, state.revision, state.next_batch, state.at)).encode()).hexdigest()[:16]
        return CalendarVersion(etag, state.at, feed, None if feed is None else clock.today())

    def _written(
        self, unit: Unit, state: DataState, content: FeedContent, *, mark: bool
    ) -> tuple[bytes, MissingEntries]:
        """The calendar, and what is not in it as it would be too large."""
        learner = unit.learner_by_id(state.learner_id)
        clock = self._clock.at(learner.zone)
        ever = unit.plans(learner.id, gone=True)
        plans = [plan for plan in ever if plan.exists]
        here = [plan for plan in plans if plan.state is not PlanState.DROPPED and content.plan in (None, plan.number)]
        all_tasks = unit.tasks(learner.id)
        tasks = still_shown(all_tasks, here, clock.day_of)
        since = state.at - _TOLD
        removed = no_longer_shown(
            unit.removed_tasks(learner.id, since=since),
            all_tasks,
            {plan.number: plan for plan in plans},
            reach={plan.number for plan in ever if content.plan in (None, plan.number)},
            shown=tasks,
            since=since,
            day_of=clock.day_of,
        )
        form = Form(content.form)
        if form is Form.TIMED:
            tasks = start_times.with_times(learner, plans, all_tasks, tasks, clock)
            removed = start_times.with_times(learner, plans, all_tasks, removed, clock)
        whole, singly = leaving_order(here, tasks, removed)
        written, missing = calendar.render_fitting(
            next((plan.name for plan in ever if plan.number == content.plan), "studyplan"),
            {plan.number: plan.uuid for plan in ever},
            tasks,
            removed=removed,
            whole=whole,
            singly=singly,
            format=Format(
                form,
                mark,
                content.numbered,
                alarm_of(learner, form, content.alarm),
                learner.zone if content.zoned else None,
                day_ends=lambda day: clock.moment(day, 24 * 60),
                refresh=_REFRESH,
            ),
        )
        return written, _left_out(here, tasks, missing)


def _unknown() -> NotFound:
    return NotFound("no calendar has this address")


def _left_out(plans: Sequence[Plan], tasks: Sequence[Task], missing: AbstractSet[int]) -> MissingEntries:
    lacking = [task.plan for task in tasks if task.number in missing]
    there = {task.plan for task in tasks if task.number not in missing}
    gone = [plan for plan in plans if plan.number in lacking and plan.number not in there]
    return MissingEntries(tuple(plan.name for plan in gone), sum(number in there for number in lacking))


@cache
def _offsets(clock: Clock) -> tuple[datetime, datetime]:
    """What tells a zone without a name: when two days begin in it."""
    return clock.moment(date(2026, 1, 1), 0), clock.moment(date(2026, 7, 1), 0)


@cache
def _release() -> str:
    """The version of this program, and with it that of what writes its calendars."""
    from importlib.metadata import version

    return version("studyplan-cli")
