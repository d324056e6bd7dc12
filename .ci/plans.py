"""Every shipped plan, read closely and laid out in the ways that people take it; a table of what was found.

    python .ci/plans.py [FILE]... [--whole | --figures]

Without ceilings: each start weekday × window and length in its range × path (none, and each) × six study weeks. With
ceilings, where a refusal is priced and every price is checked, a sample: each start weekday × length × study week, with one
path and one ceiling in turn. With public holidays each start date of a year × region × window. Cases whose tasks are the same
and whose study days fall alike are laid out once. Beyond their range every window over 7 to 500 days × six ceilings: whatever has
room enough starts; a sample of them, or with --whole all 26,676. With --figures nothing is laid out: the files are read, and what
they hold is counted, their labs and mock exams too. Ends with 1 where a file or a plan breaks a rule.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests" / "schedule"), str(ROOT / ".ci")]

from practice import poor_bank, poor_cards, print_figures  # noqa: E402
from referee import broken_rules  # noqa: E402

from studyplan import schedule  # noqa: E402
from studyplan.clock import Clock  # noqa: E402
from studyplan.errors import DoesNotFit, StudyplanError  # noqa: E402
from studyplan.model import (  # noqa: E402
    Anchor,
    Card,
    Day,
    Kind,
    Offer,
    Piece,
    Role,
    StudyHours,
    Template,
    TemplateTask,
    Week,
    Window,
)
from studyplan.planner import Planner, capacity  # noqa: E402
from studyplan.planner.who import Who  # noqa: E402
from studyplan.rules import drafts  # noqa: E402
from studyplan.rules.drafts import Draft, StartRequest  # noqa: E402
from studyplan.schedule.course import kept_on  # noqa: E402
from studyplan.schedule.reviews import decks, keep_back  # noqa: E402
from studyplan.store import Store  # noqa: E402
from studyplan.template import hours, load  # noqa: E402
from studyplan.template.question_rules import advice  # noqa: E402

PLANS = ROOT / "plans"
#: A Monday; plans start on it and on the six days after it.
MONDAY = date(2026, 6, 29)
WEEKS = {
    "every day": range(7),
    "mon-sat": range(6),
    "mon-fri": range(5),
    "mon, wed, fri": (0, 2, 4),
    "tue, thu, sat": (1, 3, 5),
    "sat, sun": (5, 6),
}
#: Regions with public holidays, and the year of whose days each is a start.
REGIONS, YEAR = ("DE-BE", "US"), 2027
#: Of those starts so many of a level get a ceiling.
PRICED = 6
#: Minutes of a study day.
CEILINGS = (60, 90, 120, 180)
#: Days from which a window is a long one, and the minutes that none of its days may pass where all are studied.
LONG, LONG_DAY = 28, 135
#: Minutes of a day in the shortest plan of all, where all days are studied and no path is taken.
HARD_DAY = 180
#: Days and ceilings of the plans beyond their range; None: no minutes are named.
SPREAD, TIGHT = range(7, 501), (30, 45, 60, 90, 120, None)
#: Of those one in so many is looked at where not all are, and of these one in so many laid out too.
SAMPLED, LAID_OUT = 19, 25
#: Cards of a level.
CARDS = 40
#: Days more that are tried where no later end is offered.
LATER = (1, 7, 14, 21, 28, 31, 45, 60, 90, 180)
#: What may stand after "can" and still says nothing that could be watched.
VAGUE = re.compile(
    "a|an|the|all|any|be|become|been|have|not|never|now|then|also|always|well|fully|clearly|better|more|in|on|at|by|with"
    "|know|understand|learn|appreciate|realise|realize|grasp|feel|think"
)
#: Cases that a process takes at a time.
BATCH = 60
#: Problems told.
MOST = 60


# What a file says


def mistakes(files: Mapping[Path, Template]) -> Iterator[str]:
    """What the loader lets pass and a shipped plan must not have."""
    for file, template in files.items():
        yield from (
            f"{file.name}: {text}" for text in _mistakes_in(file, template, {each.id for each in files.values()})
        )
    titles: dict[str, set[str]] = defaultdict(set)
    roles: Counter[str] = Counter()
    for template in files.values():
        for resource in (each for task in template.tasks for each in task.resources):
            titles[resource.url].add(resource.title)
        roles.update(template.certification.roles if template.certification else ())
    for url, named in titles.items():
        if len(named) > 1:
            yield f"{url} stands under {len(named)} titles: {', '.join(sorted(named))}"
    yield from (f"the role '{role}' is recommended for {count} levels" for role, count in roles.items() if count > 1)


def _mistakes_in(file: Path, template: Template, levels: set[str]) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    modeline = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    if not modeline or not (file.parent / modeline[1]).is_file():
        yield "the first line names no schema that is there"
    try:
        # The reader in plain Python is stricter than the one in C that we use; so are other people's.
        yaml.load(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        yield f"other readers of YAML refuse it: {' '.join(str(error).split())}"
    for task in template.tasks:
        verb = re.match(r"can ([a-z-]+)\b", task.objective)
        if not verb or VAGUE.fullmatch(verb[1]):
            yield f"{task.id}: the objective begins with no 'can' and a verb that one could watch: {task.objective[:40]!r}"
        if not task.evidence:
            yield f"{task.id}: no evidence"
        says = task.title.split(":")[0].casefold()
        if says in (kind.value for kind in Kind) and says != task.kind:
            yield f"{task.id}: the title says {says}, the kind is {task.kind}"
        yield from (f"{task.id}: {why}" for each in task.resources for why in _wrong_link(each.url))
        yield from (f"{task.id}: names {url} twice" for url in _twice(each.url for each in task.resources))
    yield from (f"two tasks are called {title!r}" for title in _twice(task.title for task in template.tasks))
    ids = {task.id for task in template.tasks}
    yield from _mistakes_of_cards(template.cards, ids)
    yield from poor_cards(template.cards)
    for question in template.questions:
        yield from (f"question {question.id}: {why}" for why in _wrong_link(question.source or ""))
    yield from advice(template.questions, template.cards)
    for path in template.paths:
        if not any(path.id in task.path for task in template.tasks):
            yield f"path {path.id}: no task"
    facts = template.certification
    if facts is not None:
        if not facts.prerequisites:
            yield "the certification expects nothing"
        follows = facts.next.get("same_track", "")
        if " " not in follows and follows not in {"", *levels} and follows == follows.lower():
            yield f"the next of the track, {follows}, is no template here"


def _twice(words: Iterable[str]) -> list[str]:
    return [word for word, count in Counter(words).items() if count > 1]


def _mistakes_of_cards(cards: Iterable[Card], tasks: Collection[str]) -> Iterator[str]:
    for card in cards:
        if card.after not in tasks:
            yield f"card {card.id}: names the task {card.after}, which is none"
        yield from (f"card {card.id}: {why}" for why in _wrong_link(card.source or ""))


def _wrong_link(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    if parts.scheme != "https" or "." not in (parts.hostname or "") or not url.isascii() or re.search(r"\s", url):
        yield f"the link {url!r} is no https address"
    elif re.search(r"%(?![0-9A-Fa-f]{2})", url):
        yield f"the link {url} holds a % that escapes nothing"


# How it is laid out

#: Kept between cases: the holidays of a year are read once.
public_holidays = cache(capacity.public_holidays)


@dataclass(frozen=True)
class Case:
    """One way to take a plan. ``ceiling`` None: no minutes are named."""

    template: str
    window: str
    days: int
    start: date
    week: str
    path: str | None = None
    ceiling: int | None = None
    holidays: str | None = None

    def __str__(self) -> str:
        words = [self.template, self.window, f"{self.days} days from {self.start:%a}", self.week]
        words += [f"path {self.path}"] if self.path else []
        words += [f"{self.ceiling} minutes"] if self.ceiling else []
        words += [f"holidays of {self.holidays}, from {self.start}"] if self.holidays else []
        return ", ".join(words)


@dataclass
class Found:
    """What some cases came to."""

    plans: int = 0
    refused: int = 0
    problems: list[str] = field(default_factory=list)
    #: By window: the fullest day where every day is studied, no minutes are named and no path is taken.
    fullest: dict[str, int] = field(default_factory=dict)

    def add(self, other: Found) -> None:
        self.plans += other.plans
        self.refused += other.refused
        self.problems += other.problems
        for window, minutes in other.fullest.items():
            self.fullest[window] = max(minutes, self.fullest.get(window, 0))


def uncapped(template: Template) -> list[Case]:
    """All of them."""
    paths = [None, *(path.id for path in template.paths)]
    return [
        Case(template.id, window.id, days, MONDAY + timedelta(days=day), week, path)
        for window in template.windows
        for days in range(window.shortest, window.longest + 1)
        for week, path, day in itertools.product(WEEKS, paths, range(7))
    ]


def capped(template: Template) -> list[Case]:
    """The sample: paths and ceilings take turns."""
    paths = [None, *(path.id for path in template.paths)]
    bare = [case for case in uncapped(template) if case.path is None]
    return [
        replace(case, path=paths[turn % len(paths)], ceiling=CEILINGS[(turn + turn // len(CEILINGS)) % len(CEILINGS)])
        for turn, case in enumerate(bare)
    ]


def with_holidays(template: Template) -> list[Case]:
    """Each start date of a year, with the holidays of each region, at each window's shortest and longest; study weeks take turns. A
    ceiling, whose refusal takes its time to price, for one date in so many."""
    dates = [date(YEAR, 1, 1) + timedelta(days=day) for day in range(365)]
    lengths = [(window, days) for window in template.windows for days in sorted({window.shortest, window.longest})]
    cases = [
        Case(template.id, window.id, days, start, ("every day", "mon-fri")[start.day % 2], holidays=region)
        for region, (window, days), start in itertools.product(REGIONS, lengths, dates)
    ]
    priced = cases[:: len(cases) // PRICED]
    return cases + [replace(case, ceiling=CEILINGS[turn % len(CEILINGS)]) for turn, case in enumerate(priced)]


def spread(template: Template) -> list[Case]:
    """Every window over any number of days, with little time a day; start weekdays and study weeks take turns."""
    combined = itertools.product(template.windows, SPREAD, TIGHT)
    return [
        Case(
            template.id, window.id, days, MONDAY + timedelta(days=turn % 7), [*WEEKS][turn % len(WEEKS)], None, ceiling
        )
        for turn, (window, days, ceiling) in enumerate(combined)
    ]


def distinct(template: Template, cases: Iterable[Case]) -> list[Case]:
    """The first of all cases that pose the same: the same tasks, and study days that fall alike from the first day on."""
    found: dict[tuple[object, ...], Case] = {}
    for case in cases:
        window = template.window(case.window)
        assert window is not None
        tasks = tuple(task.id for task in template.tasks_of(window, _paths(case)))
        is_off, studied = public_holidays(case.holidays), WEEKS[case.week]
        days = (case.start + timedelta(days=day) for day in range(case.days))
        falls = tuple(day.weekday() in studied and not is_off(day) for day in days)
        found.setdefault((window.id, tasks, falls, case.ceiling), case)
    return list(found.values())


class Desk:
    """Lays cases out through the front door, on a database that is never made."""

    def __init__(self, templates: Mapping[str, Template]) -> None:
        self.templates = templates
        nowhere = Path(tempfile.gettempdir()) / "studyplan-no-database" / "none.db"
        who = Who("linter", None, single=True)
        self._planner = Planner(Store(str(nowhere)), lambda: self, Clock(shown=MONDAY), who)  # type: ignore[arg-type, return-value]

    def get(self, id: str) -> Template:
        """The part of a catalog that a start needs."""
        return self.templates[id]

    def check(self, cases: Iterable[Case]) -> Found:
        found = Found()
        for case in cases:
            found.plans += 1
            try:
                told, fullest = self._judge(case, self._planner.plans.preview(_wish(case)))
            except DoesNotFit as refusal:
                found.refused += 1
                told, fullest = list(self._judge_prices(case, refusal)), 0
            except StudyplanError as error:
                told, fullest = [error.message], 0
            found.problems += [f"{case}: {text}" for text in told]
            if fullest:
                found.fullest[case.window] = max(fullest, found.fullest.get(case.window, 0))
        return found

    def check_spread(self, cases: Sequence[Case]) -> Found:
        """Whether what has room enough starts; some of it is laid out too."""
        found = Found()
        for turn, case in enumerate(cases):
            found.plans += 1
            posed = self._posed(case)
            reason = schedule.misfit(posed)
            if reason is not None:
                found.refused += 1
                if case.ceiling is None or has_room_enough(posed):
                    found.problems.append(f"{case}: has room enough and is refused: {reason.message}")
            elif turn % LAID_OUT == 0:
                found.problems += [f"{case}: {text}" for text in self._laid_out(case)]
        return found

    def _laid_out(self, case: Case) -> list[str]:
        try:
            return self._judge(case, self._planner.plans.preview(_wish(case)))[0]
        except StudyplanError as error:
            return [error.message]

    def _window(self, case: Case) -> Window:
        window = self.templates[case.template].window(case.window)
        assert window is not None
        return window

    def _judge(self, case: Case, draft: Draft) -> tuple[list[str], int]:
        """What is wrong with a plan, and its fullest day where that is asked."""
        template, window = self.templates[case.template], self._window(case)
        tasks = template.tasks_of(window, _paths(case))
        works = [drafts.work_of(task, window) for task in tasks]
        known = {work.id for work in works}
        pieces = [Piece(row.task, row.part, row.date, row.minutes) for row in draft.tasks if row.task in known]
        told = broken_rules(draft.days, works, pieces)
        load: Counter[date] = Counter()
        held: Counter[date] = Counter()
        for row in draft.tasks:
            load[row.date] += row.minutes * (row.kind is not Kind.EXAM)
            held[row.date] += row.kind is not Kind.EXAM
        for day in draft.days:
            if day.capacity is not None and load[day.date] > day.capacity and held[day.date] > 1:
                told.append(f"{load[day.date]} minutes on {day.date}, a day of {day.capacity}")
        if case.ceiling is None and case.holidays is None:
            told += _new_after_the_last_mock(case, template, draft)
        if case.week != "every day" or case.ceiling is not None or case.holidays is not None:
            return told, 0
        told += _off_their_days(case, draft)
        if window.longest >= LONG and case.path is None:
            told += _talks_unreviewed(template, tasks, draft)
        fullest = max(load.values())
        if window.longest >= LONG and fullest > LONG_DAY:
            told.append(f"{fullest} minutes on one day; the most is {LONG_DAY}")
        if window is template.windows[0] and case.path is None and fullest > HARD_DAY:
            told.append(f"{fullest} minutes on one day; the most is {HARD_DAY}")
        return told, 0 if case.path else fullest

    def _judge_prices(self, case: Case, refusal: DoesNotFit) -> Iterator[str]:
        """Whether every way out is offered, at its lowest price."""
        if case.ceiling is None:
            yield f"refused without a ceiling: {refusal.message}"
            return
        offers: dict[str, Offer] = {offer.kind: offer for offer in refusal.offers if not offer.what_fits}
        if "minutes" not in offers:
            yield "no minutes are offered"
        ceiling = case.ceiling
        yield from self._least(offers.get("minutes"), 5, lambda more: replace(case, ceiling=ceiling + more))
        yield from self._least(offers.get("days"), 1, lambda more: replace(case, days=case.days + more))
        if "days" not in offers:
            later = [more for more in LATER if self._fits(replace(case, days=case.days + more))]
            yield from [f"{later[0]} days later would fit, no days are offered"] if later else []
        template = self.templates[case.template]
        smaller = [each.id for each in template.windows if each.tier.rank < self._window(case).tier.rank]
        fitting = [id for id in smaller if self._fits(replace(case, window=id))]
        offered = offers["window"].value if "window" in offers else None
        if offered != (fitting[-1] if fitting else None):
            yield f"offers the window {offered}, of those that fit ({', '.join(fitting) or 'none'}) not the largest"
        what_fits = [offer for offer in refusal.offers if offer.what_fits]
        if not what_fits:
            yield "no start with what fits is offered"
        yield from self._left_out(case, offers.get("leave_out"), what_fits)

    def _left_out(self, case: Case, offer: Offer | None, what_fits: Sequence[Offer]) -> Iterator[str]:
        for each in what_fits:
            yield from self._without(case, each)
        tasks = self.templates[case.template].tasks_of(self._window(case), _paths(case))
        may_go = frozenset(task.id for task in tasks if task.optional or task.path)
        if offer is None:
            if may_go and self._fits(case, may_go) and not any(may_go.issuperset(_ids(each)) for each in what_fits):
                yield "would fit without what may be left out, which is not offered"
            return
        if extra := _ids(offer) - may_go:
            yield f"offers to leave out {', '.join(sorted(extra))}, which may not go"
        yield from self._without(case, offer)

    def _without(self, case: Case, offer: Offer) -> Iterator[str]:
        """Whether the plan fits without what is offered to be left out, and not with any one of it."""
        chosen = _ids(offer)
        if not self._fits(case, chosen):
            yield f"does not fit without {', '.join(sorted(chosen))}, as is offered"
        needless = [id for id in sorted(chosen) if offer.exact and self._fits(case, chosen - {id})]
        if needless:
            yield f"{needless[0]} is offered to be left out and could stay"

    def _least(self, offer: Offer | None, step: int, varied: Callable[[int], Case]) -> Iterator[str]:
        if offer is None:
            return
        assert isinstance(offer.value, int)
        if not self._fits(varied(offer.value)):
            yield f"offers {offer.value} {offer.kind} more, which are too few"
        elif offer.value > step and self._fits(varied(offer.value - step)):
            yield f"offers {offer.value} {offer.kind} more, {offer.value - step} are enough"

    def _fits(self, case: Case, leave_out: frozenset[str] = frozenset()) -> bool:
        return schedule.misfit(self._posed(case, leave_out)) is None

    def _posed(self, case: Case, leave_out: frozenset[str] = frozenset()) -> schedule.Problem:
        template, wish = self.templates[case.template], _wish(case)
        assert wish.week is not None
        week = wish.week
        frame = drafts.frame(template, wish, case.start)
        is_off = public_holidays(case.holidays)

        def room(day: date) -> int | None:
            return 0 if is_off(day) else week.on(day).minutes

        return drafts.problem(template, frame, _paths(case), room, leave_out=leave_out)


def has_room_enough(problem: schedule.Problem) -> bool:
    """Whether the plainest lay-out there is finds room: each task on the first day that still holds it whole, and one that is
    longer than any day on days of its own; all of it so long before the first task that is tied to the exam that each of
    those finds a day of its own too."""
    begin, exam = problem.days[0].date, max(day.date for day in problem.days)
    tied = {work.id: work.anchor for work in problem.works if work.anchor is not None and not work.exam}
    at_start = {begin + timedelta(days=anchor.days) for anchor in tied.values() if anchor.base == "start"}
    late = [anchor for anchor in tied.values() if anchor.base != "start"]
    until = min((exam + timedelta(days=anchor.days) for anchor in late if anchor.base == "exam"), default=exam)
    material = [day for day in problem.days if day.role is Role.MATERIAL]
    kept = keep_back(problem.decks, len(material))
    ahead = [day for day in problem.days if day.role in (Role.MATERIAL, Role.BUFFER) and day.date <= until]
    ahead = ahead[: len(ahead) - len(late)]
    rooms = [_plain_room(day, kept) for day in ahead if day.role is Role.MATERIAL and day.date not in at_start]
    day, used, most = 0, 0, max(rooms, default=0)
    for work in problem.works:
        if work.exam or work.id in tied:
            continue
        if used and used + work.minutes <= most:
            used += work.minutes
            continue
        day, used = day + (used > 0), 0
        if work.minutes <= most:
            used = work.minutes
        else:
            day += 1 if work.whole or not most else -(-work.minutes // most)
    return bool(rooms) and day + (used > 0) <= len(rooms)


def _plain_room(day: Day, kept: int) -> int:
    assert day.capacity is not None
    return day.capacity - kept_on(day.capacity, kept)


def _ids(offer: Offer) -> frozenset[str]:
    """The tasks that an offer leaves out."""
    return frozenset(offer.value if isinstance(offer.value, tuple) else ())


def _paths(case: Case) -> frozenset[str]:
    return frozenset([case.path] if case.path else [])


def _wish(case: Case) -> StartRequest:
    studied = WEEKS[case.week]
    week = Week(tuple(StudyHours(case.ceiling if day in studied else 0) for day in range(7)))
    paths = tuple(_paths(case))
    return StartRequest(
        case.template,
        start=case.start,
        days=case.days,
        window=case.window,
        week=week,
        paths=paths,
        holidays=case.holidays,
    )


def _off_their_days(case: Case, draft: Draft) -> Iterator[str]:
    """Where every day is studied, an anchored task sits where its anchor says."""
    end = case.start + timedelta(days=case.days - 1)
    on = {row.task: row.date for row in draft.tasks}
    for row in draft.tasks:
        if row.anchor is not None and row.kind is not Kind.EXAM:
            base = {"start": case.start, "exam": end}.get(row.anchor.base) or on.get(row.anchor.base)
            if base is not None and row.date != base + timedelta(days=row.anchor.days):
                yield f"{row.task} sits on {row.date}, its anchor {row.anchor} is {base + timedelta(days=row.anchor.days)}"


def _new_after_the_last_mock(case: Case, template: Template, draft: Draft) -> Iterator[str]:
    """After the last mock exam come its log and the exam, and nothing new. An elective may, where not every day is studied: the mock
    then falls on an earlier day than its anchor's."""
    may_come = {task.id for task in template.tasks if task.path} if case.week != "every day" else set()
    of = {task.id: module for module in template.modules for task in module.tasks if task.id not in may_come}
    mocks = [row for row in draft.tasks if row.kind is Kind.MOCK and row.anchor != Anchor("start", 0)]
    if not mocks:
        return
    last = max(mocks, key=lambda row: row.date)
    home = of[last.task]
    for row in draft.tasks:
        if row.task in of and of[row.task] is not home and row.kind is not Kind.EXAM and row.date > last.date:
            yield f"{row.task} is new on {row.date}, after {last.task} on {last.date}"


def _talks_unreviewed(template: Template, tasks: Sequence[TemplateTask], draft: Draft) -> Iterator[str]:
    """What a talk or a reflection was for is asked once before the last pass."""
    kinds = {task.id: task.kind for task in tasks}
    keys = {row.task for row in draft.tasks}
    for deck in decks(tasks, template.cards):
        talks = [id for id in deck.after if kinds[id] in (Kind.DISCUSS, Kind.REFLECT)]
        if talks and not any(f"{deck.id}-{number}" in keys for number in (1, 2)):
            yield f"the cards of {', '.join(talks)} have no review before the last pass"


# The table


_DESK: list[Desk] = []


def _open(files: Sequence[Path]) -> None:
    _DESK.append(Desk({template.id: template for template in map(load, files)}))


def _check(cases: list[Case]) -> Found:
    return _DESK[0].check(cases)


def _check_spread(cases: list[Case]) -> Found:
    return _DESK[0].check_spread(cases)


def _batches(cases: Mapping[str, list[Case]]) -> list[list[Case]]:
    return [each[first : first + BATCH] for each in cases.values() for first in range(0, len(each), BATCH)]


def print_table(templates: Iterable[Template], found: Mapping[str, Found]) -> None:
    head = ("file", "tasks", "cards", "window", "days", "tasks", "hours", "fullest day", "plans", "refused, priced")
    rows = [head]
    for template in templates:
        mine = found[template.id]
        for place, window in enumerate(template.windows):
            first = place == 0
            rows.append(
                (
                    template.id if first else "",
                    str(len(template.tasks)) if first else "",
                    str(len(template.cards)) if first else "",
                    window.id,
                    f"{window.shortest}-{window.longest}" if window.shortest < window.longest else str(window.longest),
                    str(len(template.tasks_of(window))),
                    f"{hours(template, window):.1f}",
                    f"{mine.fullest.get(window.id, 0)} min",
                    f"{mine.plans:,}" if first else "",
                    f"{mine.refused:,}" if first else "",
                )
            )
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        cells = (
            cell.ljust(width) if column in (0, 3) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        print("  ".join(cells).rstrip())


def print_modules(template: Template) -> None:
    print(f"\n{template.id}, minutes of each module: {' / '.join(window.id for window in template.windows)}")
    for module in template.modules:
        minutes = [
            str(sum(task.minutes for task in module.tasks if task.tier.rank <= window.tier.rank))
            for window in template.windows
        ]
        electives = "" if not any(task.path for task in module.tasks) else "  (electives)"
        print(f"  {' / '.join(minutes):>18}  {module.title}{electives}")


def print_modules_and_figures(templates: Iterable[Template]) -> None:
    for template in templates:
        print_modules(template)
        print_figures(template)


def main() -> int:
    parser = argparse.ArgumentParser(description="Reads the shipped plans closely and lays them out in every way.")
    parser.add_argument("files", nargs="*", type=Path, help="templates; all of plans/ unless named")
    parser.add_argument("--whole", action="store_true", help="every window over every number of days from 7 to 500")
    parser.add_argument("--spread", action="store_true", help="that alone")
    parser.add_argument("--figures", action="store_true", help="lay out nothing, and only count what the files hold")
    parser.add_argument("--workers", type=int, default=2, help="processes at once")
    wish = parser.parse_args()
    began = perf_counter()
    paths = [path.resolve() for path in wish.files] or sorted(PLANS.glob("*.yaml"))
    files = {path: load(path) for path in paths}
    problems = list(mistakes(files))
    short = [template for template in files.values() if len(template.cards) < CARDS and not wish.files]
    problems += [f"{template.id}: {len(template.cards)} cards, {CARDS} are the least" for template in short]
    problems += [text for template in files.values() if not wish.files for text in poor_bank(template)]
    in_order = sorted(files.values(), key=lambda each: (each.certification.order or 0) if each.certification else 0)
    if wish.figures:
        print_modules_and_figures(in_order)
        return _told(problems)
    found = {template.id: Found() for template in files.values()}
    free = {template.id: uncapped(template) for template in files.values()}
    full = {template.id: capped(template) for template in files.values()}
    holidays = {template.id: with_holidays(template) for template in files.values()}
    once = {
        template.id: distinct(template, (*full[template.id], *free[template.id], *holidays[template.id]))
        for template in files.values()
    }
    wide = {template.id: spread(template)[:: 1 if wish.whole else SAMPLED] for template in files.values()}
    beyond = Found()
    with ProcessPoolExecutor(wish.workers, initializer=_open, initargs=(paths,)) as pool:
        batches = [] if wish.spread else _batches(once)
        for batch, result in zip(batches, pool.map(_check, batches), strict=True):
            found[batch[0].template].add(result)
        for result in pool.map(_check_spread, _batches(wide)):
            beyond.add(result)
    problems += [text for each in (*found.values(), beyond) for text in each.problems]
    print_table(in_order, found)
    print_modules_and_figures(in_order)
    every, sample = sum(map(len, free.values())), sum(map(len, full.values()))
    year, laid = sum(map(len, holidays.values())), sum(map(len, once.values()))
    print(
        f"\nWithout ceilings all of {every:,}: 7 start weekdays × lengths × paths × {len(WEEKS)} study weeks. With ceilings "
        f"({', '.join(map(str, CEILINGS))} minutes)\na sample of {sample:,} of {every * len(CEILINGS):,}: path and ceiling take "
        f"turns. {year:,} starts of each date in {YEAR} with the\nholidays of {' and '.join(REGIONS)}. Of all these {laid:,} "
        f"differ. Fullest day: every day studied, no ceiling, no path. {perf_counter() - began:.0f} s."
    )
    print(
        f"{beyond.plans:,} of {sum(len(spread(each)) for each in files.values()):,} plans of {SPREAD[0]} to {SPREAD[-1]} days with "
        f"{', '.join(str(each or 'no') for each in TIGHT)} minutes a day: {beyond.plans - beyond.refused:,} start."
    )
    return _told(problems)


def _told(problems: Sequence[str]) -> int:
    for text in problems[:MOST]:
        print(f"problem: {text}", file=sys.stderr)
    if problems:
        print(f"{len(problems):,} problems", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
