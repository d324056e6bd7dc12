"""A list of tasks in a spreadsheet -> the text of a template. Bytes in, text out; nothing is read or written here.

The columns are title, minutes, module, kind and after; the first two must be there. What people's spreadsheets do to a CSV
file is taken as it comes: any of three separators, a byte order mark, UTF-16, blank rows, merged cells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from studyplan.errors import UsageProblem
from studyplan.model import LONGEST_KIND, LONGEST_NAME, LONGEST_TASK, LONGEST_WINDOW, STEP, Kind, Template
from studyplan.notation import length
from studyplan.schedule.window import buffer_days
from studyplan.template.columns import Columns, columns_of, look_alike
from studyplan.template.fields import Text, slug
from studyplan.template.loader import parse
from studyplan.template.problems import Problems, nearest, quoted
from studyplan.template.rules import KeptIds
from studyplan.template.separated import declared, records
from studyplan.template.source import LARGEST, unprintable
from studyplan.template.starter import modeline, title_of
from studyplan.template.tables import MOST_TASKS
from studyplan.text import count

COLUMNS = ("title", "minutes", "module", "kind", "after")
#: The columns of a list of dated tasks, and which of them it needs.
LISTED = (*COLUMNS, "date")
#: How a heading that was not understood may be written.
_CALLED = {"minutes": "minutes, hours, time or duration", "date": "date, due, deadline or when"}
_LOOKS = {"minutes": "lengths of time", "date": "days"}
_TITLE_ALONE = ("title",)
_NEEDED = ("title", "minutes")
_BARE = re.compile(r"[0-9]+")
#: Minutes a day on which the window's longest and shortest length rest.
EASY_DAY, FULL_DAY = 60, 120
#: Days: the shortest window; lengths are whole weeks.
WEEK = 7
#: Characters of an id made from a title.
_ID = 40
#: Problems reported for one sheet.
_MOST = 5000

_TITLE = Text(LONGEST_NAME)
#: Minutes without a unit below which a number is more likely to be hours.
_HOURLIKE = 5
#: Words that other readers of YAML take for something else than text.
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True, slots=True)
class Rounded:
    """A task whose minutes were no multiple of five: what stood in the sheet, and what it has become."""

    line: int
    title: str
    given: str
    minutes: int


@dataclass(frozen=True, slots=True)
class SheetImport:
    """A template made from a sheet. ``left_out`` are the columns that a template has no place for."""

    text: str
    template: Template
    rounded: tuple[Rounded, ...]
    left_out: tuple[str, ...]


def imported(data: bytes, where: str, id: str, *, schema: str | None = None) -> SheetImport:
    """The template ``id`` made of a CSV file. ``where`` is what messages call the file; ``schema`` as in ``skeleton``.

    Rows keep their order. Raises ``BadFile`` whose ``problems`` name every bad row with its line.
    """
    problems = Problems(where, _MOST)
    rows, left_out = _rows(decoded(data, problems), problems)
    if len(rows) > MOST_TASKS:
        problems.stop(rows[MOST_TASKS].line, f"the sheet has {len(rows):,} tasks; the most is {MOST_TASKS:,}")
    _read(rows, problems)
    _name(rows)
    _link(rows, problems)
    if problems:
        problems.raise_all()
    for row in rows:
        row.minutes = -(-row.exact // STEP) * STEP
    text = modeline(schema) + _text(rows, where, id)
    rounded = tuple(
        Rounded(row.line, row.title, row.given, row.minutes) for row in rows if row.exact and row.exact != row.minutes
    )
    return SheetImport(text, parse(text, where), rounded, left_out)


def dated_rows(text: str, problems: Problems) -> tuple[list[SheetRow], tuple[str, ...]]:
    """The rows of a list of tasks, of which only the title is needed, and the columns that mean nothing here."""
    rows, left_out = _rows(text, problems, LISTED)
    module = ""
    for row in rows:
        row.title = _one_line(row.cells.get("title", ""))
        row.module = module = _one_line(row.cells.get("module", "")) or module
        if row.title:
            _read_minutes(row, problems)
        else:
            problems.add(row.line, "the title is missing")
    return [row for row in rows if row.title], left_out


@dataclass(slots=True)
class SheetRow:
    """A task as a sheet has it: ``cells`` by column as written, the rest as it was understood."""

    line: int
    cells: dict[str, str]
    title: str = ""
    module: str = ""
    #: The length as written, in whole minutes, and rounded up.
    given: str = ""
    exact: int = 0
    minutes: int = 0
    #: What the heading of the length says, and whether there must be one.
    in_hours: bool = False
    needs_minutes: bool = True
    own_kind: str | None = None
    kind: Kind | None = None
    id: str = ""
    #: The id of its module.
    group: str = ""
    after: list[str] = field(default_factory=list)

    @property
    def item(self) -> str:
        return quoted(self.title) if self.title else ""


# What a spreadsheet writes


def decoded(data: bytes, problems: Problems) -> str:
    if len(data) > LARGEST:
        problems.stop(1, "the file is larger than 1 MiB, the limit for a sheet")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError as error:
        line = 1 if wide else data.count(b"\n", 0, error.start) + 1
        problems.stop(line, "the text is not UTF-8: save the sheet again as 'CSV UTF-8'")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _rows(text: str, problems: Problems, wanted: Sequence[str] = COLUMNS) -> tuple[list[SheetRow], tuple[str, ...]]:
    """The rows below the header that hold anything, and the names of columns that mean nothing here."""
    skipped = 0
    separators = ",;\t"
    if told := declared(text):
        (separators, text), skipped = told, 1
    best = max(separators, key=lambda separator: columns_known(text, separator, wanted))
    cells = _cells(text, best, skipped, problems)
    line, header = next(cells, (1, []))
    if not text.strip(f" \n{separators}") or not header:
        if problems:
            problems.raise_all()
        problems.stop(1, f"the file is empty: its first row names the columns {', '.join(wanted)}")
    columns = _header(header, line, wanted, problems)
    names = columns.names
    rows, top, below = [], line, list[list[str]]()
    for line, row in cells:
        below.append(row)
        extra = [cell for cell in row[len(names) :] if cell.strip()]
        if extra:
            why = f"has {len(row)} cells, the header names {len(names)}: a cell with the separator in it needs quotes"
            problems.add(line, why, _row_item(row, names))
        known = {name: cell for name, cell in zip(names, row, strict=False) if name in wanted}
        rows.append(SheetRow(line, known, in_hours=columns.in_hours, needs_minutes=wanted is COLUMNS))
    if not rows:
        if problems:
            problems.raise_all()
        problems.stop(line, "there are no tasks below the header")
    if "date" in wanted:
        _refuse_unread(header, names, below, top, problems)
    unknown = (cell for name, cell in zip(names, header, strict=False) if name not in wanted and cell.strip())
    return rows, tuple(" ".join(cell.split()) for cell in unknown)


def _refuse_unread(header: list[str], names: list[str], rows: list[list[str]], line: int, problems: Problems) -> None:
    """Refuses a list that tells days or lengths in a column whose heading does not say so: they would be lost."""
    for place, name in enumerate(names):
        if name in LISTED:
            continue
        like = look_alike([row[place] for row in rows if place < len(row)])
        if like and like not in names:
            heading = quoted(" ".join(header[place].split())) if header[place].strip() else f"number {place + 1}"
            why = f"column {heading} holds {_LOOKS[like]}, which its heading does not say: call it {_CALLED[like]}, or remove it"
            problems.add(line, why)
    if problems:
        problems.raise_all()


def _row_item(row: list[str], names: list[str]) -> str:
    title = row[names.index("title")] if "title" in names[: len(row)] else ""
    return quoted(_one_line(title)) if title.strip() else ""


def columns_known(text: str, separator: str, wanted: Sequence[str]) -> tuple[int, int]:
    """How many of the wanted columns the first row names where so separated, and how many cells it has."""
    header: list[str] = next((row for _, row in _cells(text, separator, 0, Problems(""))), [])
    return len(set(columns_of(header, wanted).names) & set(wanted)), len(header)


def _cells(text: str, separator: str, skipped: int, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    for line, row in records(text, separator, skipped, problems, newline="\n"):
        yield line, [_unwrapped(cell) for cell in row]


def _unwrapped(cell: str) -> str:
    """A cell without the formula that keeps a spreadsheet from touching it: ``="007"``."""
    held = re.fullmatch(r'\s*="(.*)"\s*', cell, re.DOTALL)
    return held[1] if held else cell


def _header(header: list[str], line: int, wanted: Sequence[str], problems: Problems) -> Columns:
    """The columns by the names that are known here; others keep theirs, made unlike any of ours."""
    header = [*header]
    while len(header) > 1 and not header[-1].strip():
        header.pop()
    columns = columns_of(header, wanted)
    needed = _NEEDED if wanted is COLUMNS else _TITLE_ALONE
    for name in wanted:
        if columns.names.count(name) > 1:
            problems.stop(line, f"two columns are called '{name}'")
    if columns.lengths:
        named = " and ".join(quoted(each) for each in columns.lengths)
        problems.stop(line, f"several columns tell how long a task takes, {named}: leave one of them")
    if columns.days:
        named = " and ".join(quoted(each) for each in columns.days)
        problems.stop(line, f"several columns tell the day of a task, {named}: leave one of them")
    others = [" ".join(cell.split()) for name, cell in zip(columns.names, header, strict=True) if name not in wanted]
    for name in needed:
        if name not in columns.names:
            near = next((other for other in others if nearest(other, [name])), None)
            meant = f"rename {quoted(near)}" if near else f"the first row names the columns {', '.join(wanted)}"
            problems.add(line, f"no column is called '{name}': {meant}")
    if any(name not in columns.names for name in needed):
        problems.raise_all()
    return columns


# What it means


def _one_line(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").replace("\u200b", "").split())


def _read(rows: list[SheetRow], problems: Problems) -> None:
    """Fills each row in from its cells. An empty module is the one above, as merged cells leave it."""
    module, exam = "Tasks", 0
    for row in rows:
        row.title = _one_line(row.cells.get("title", ""))
        given = _one_line(row.cells.get("module", ""))
        module = given or module
        row.module = module
        for name, text in (("title", row.title), ("module", given)):
            if wrong := _wrong_text(text) if text or name == "title" else "":
                problems.add(row.line, f"{name} {wrong}", row.item)
        _read_minutes(row, problems)
        _read_kind(row, problems)
        if row.kind is Kind.EXAM:
            if exam:
                problems.add(row.line, f"a second exam (the first is on line {exam}): a plan has one", row.item)
            exam = exam or row.line


def _wrong_text(text: str) -> str:
    found = unprintable(text)
    return _TITLE.wrong(text) or (f"holds the character U+{ord(found[0]):04X}" if found else "")


def _read_minutes(row: SheetRow, problems: Problems) -> None:
    row.given = _one_line(row.cells.get("minutes", ""))
    if not row.given:
        if row.needs_minutes:
            problems.add(row.line, "minutes are missing", row.item)
        return
    heading = "hours" if row.in_hours else "minutes"
    told = f"{heading} {quoted(row.given)}"
    try:
        row.exact = length(row.given, hours=row.in_hours)
    except UsageProblem as problem:
        is_unclear = "could be" in problem.message
        way = (
            f"is unclear: {problem.hint}, or call the column hours"
            if is_unclear
            else "is not a length of time: write 45, 1:30 or 1.5 h"
        )
        problems.add(row.line, f"{told} {way}", row.item)
        return
    if row.exact < 1:
        problems.add(row.line, f"{told} must be more than 0", row.item)
    elif row.exact < _HOURLIKE and not row.in_hours and _BARE.fullmatch(row.given):
        way = f"reads like hours: write {row.given} h or {row.given} min, or call the column hours"
        problems.add(row.line, f"{told} {way}", row.item)
    elif row.exact > LONGEST_TASK:
        meant = "if these are minutes, call the column minutes; else " if row.in_hours and row.exact >= 60 * 24 else ""
        text = f"{told} is more than {LONGEST_TASK} minutes, the limit for one task: {meant}split it into several"
        problems.add(row.line, text, row.item)


def _read_kind(row: SheetRow, problems: Problems) -> None:
    """Read the kind: one of ours, or else the sheet's own, which is kept as it is written and behaves as reading does."""
    word = _one_line(row.cells.get("kind", "")) or Kind.READ.value
    kinds = [kind.value for kind in Kind if kind is not Kind.REVIEW]
    if word.casefold() in kinds:
        row.kind = Kind(word.casefold())
    elif word.casefold() == Kind.REVIEW:
        problems.add(
            row.line, "tasks of kind 'review' are made from cards automatically: use read or reflect here", row.item
        )
    elif near := _misspelt(word.casefold(), kinds):
        problems.add(row.line, f"kind {quoted(word)} is unknown, did you mean {quoted(near)}?", row.item)
    elif wrong := Text(LONGEST_KIND).wrong(word):
        problems.add(row.line, f"kind {wrong}", row.item)
    else:
        row.kind, row.own_kind = Kind.READ, word


def _misspelt(word: str, kinds: Sequence[str]) -> str | None:
    """The kind that a word is a slip of: of its length or nearly, and near to it."""
    return nearest(word, [kind for kind in kinds if abs(len(kind) - len(word)) < 2])


def _name(rows: list[SheetRow]) -> None:
    """Ids of modules and tasks, from their titles. A module begins wherever the column changes: rows keep their order."""
    groups: dict[str, int] = {}
    before = None
    for row in rows:
        if before is not None and row.module == before.module:
            row.group = before.group
        else:
            row.group = _free(_short(row.module) or "module", groups)
        before = row
    kept = KeptIds(groups)
    taken: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        stem = _short(row.title) or f"task-{number}"
        if not stem[0].isalpha():
            stem = f"task-{stem}"
        if kept.why(stem, row.kind) or kept.why(f"{stem}-2", row.kind):
            stem = f"{stem}-task"
        row.id = _free(stem, taken)


def _short(title: str) -> str:
    """A slug cut between two words where it is long."""
    whole = slug(title)
    if len(whole) <= _ID:
        return whole
    head = whole[: _ID + 1]
    return head[: head.rindex("-")] if "-" in head else whole[:_ID]


def _free(stem: str, taken: dict[str, int]) -> str:
    """The stem, or the stem and a number. ``taken`` tells for each id the number that was tried last with it."""
    id = stem
    while id in taken:
        taken[stem] += 1
        id = f"{stem}-{taken[stem]}"
    taken[id] = 1
    return id


def _link(rows: list[SheetRow], problems: Problems) -> None:
    """``after``: tasks by title or id, several between semicolons or commas; of several of one title the nearest above."""
    by_name: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        for name in {row.title.casefold(), row.id} - {""}:
            by_name.setdefault(name, []).append(place)
    for place, row in enumerate(rows):
        for name in names_in(row.cells.get("after", ""), by_name):
            found = by_name.get(name.casefold())
            if found is None:
                near = problems.nearest(name, by_name)
                meant = (
                    f", did you mean {quoted(rows[by_name[near][0]].title)}?"
                    if near
                    else ", which is not a title in this sheet"
                )
                problems.add(row.line, f"after names {quoted(name)}{meant}", row.item)
                continue
            above = [other for other in found if other < place]
            other = rows[above[-1] if above else found[0]]
            if other is row:
                problems.add(row.line, "after names the task itself", row.item)
            elif not above:
                text = f"after names {quoted(name)}, which comes later (line {other.line}): put that row first"
                problems.add(row.line, text, row.item)
            elif other.kind is Kind.EXAM:
                problems.add(row.line, f"after names the exam {quoted(name)}: nothing comes after it", row.item)
            elif other.id not in row.after:
                row.after.append(other.id)


def names_in(cell: str, known: Mapping[str, object]) -> list[str]:
    """A cell cut into names so that the fewest are unknown: a title may hold a comma or a semicolon itself."""
    ways = [[cell], re.split(r"[;|\n]", cell), re.split(r"[;|\n,]", cell)]
    named = [[name for part in way if (name := _one_line(part))] for way in ways]
    return min(named, key=lambda names: sum(name.casefold() not in known for name in names))


# The template


def _text(rows: list[SheetRow], where: str, id: str) -> str:
    minutes = sum(row.minutes for row in rows if row.kind is not Kind.EXAM)
    has_exam = any(row.kind is Kind.EXAM for row in rows)
    longest, shortest = (_length(minutes, a_day, has_exam) for a_day in (EASY_DAY, FULL_DAY))
    easy, full = (_a_day(minutes, days, has_exam) for days in (longest, shortest))
    pace = f"about {easy} minutes a day for {count(longest, 'day')}"
    pace += f", about {full} for {shortest}" if shortest < longest else ""
    source, tasks = re.split(r"[/\\]", where)[-1], count(len(rows), "task")
    lines = [
        f"# Made from {quoted(source)}. Edit it, and check it with `studyplan templates check FILE`.",
        "",
        "studyplan: 1",
        f"id: {_word(id)}",
        f"title: {_quote(title_of(id))}",
        'edition: "1"',
        "language: en                # of the titles",
        f"about: {_quote(f'Imported from {quoted(source)}: {tasks}. Say here who it is for.')}",
        "",
        f"# {minutes / 60:.1f} hours of work: {pace}. Add more windows here, each with its tier.",
        "windows:",
        f"  - {{id: plan, days: [{shortest}, {longest}], tier: core, goal: All of it.}}",
        "default_window: plan",
        "",
        "modules:",
    ]
    group = None
    for row in rows:
        if row.group != group:
            group = row.group
            lines += [f"  - id: {_word(group)}", f"    title: {_quote(row.module)}", "    tasks:"]
        lines += [f"      - id: {_word(row.id)}", f"        title: {_quote(row.title)}", f"        kind: {row.kind}"]
        lines += [f"        own_kind: {_quote(row.own_kind)}"] if row.own_kind else []
        was = "" if row.exact == row.minutes else f"  # {quoted(row.given)} in the sheet, rounded up"
        lines.append(f"        minutes: {row.minutes}{was}")
        if row.after:
            lines.append(f"        after: [{', '.join(map(_word, row.after))}]")
    return "\n".join(lines) + "\n"


def _length(minutes: int, a_day: int, has_exam: bool) -> int:
    """Days of the shortest window, in whole weeks, whose days for material hold so many minutes each at most."""
    days = WEEK
    while days < LONGEST_WINDOW and _material_days(days, has_exam) * a_day < minutes:
        days += WEEK
    return min(days, LONGEST_WINDOW)


def _material_days(days: int, has_exam: bool) -> int:
    return days - 1 - buffer_days(days - 1) if has_exam else days


def _a_day(minutes: int, days: int, has_exam: bool) -> int:
    return max(STEP, round(minutes / _material_days(days, has_exam) / STEP) * STEP)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _word(id: str) -> str:
    """An id, in quotes where others would read it as something else."""
    return id if id[0].isalpha() and id not in _WORDS else _quote(id)
