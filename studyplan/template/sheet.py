"""A list of tasks in a spreadsheet -> the text of a template. Bytes in, text out; nothing is read or written here.

The columns are title, minutes, module, kind and after; the first two must be there. What people's spreadsheets do to a CSV
file is taken as it comes: any of three separators, a byte order mark, UTF-16, blank rows, merged cells.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from studyplan.model import LONGEST_NAME, LONGEST_WINDOW, STEP, Kind, Template
from studyplan.schedule.window import buffer_days
from studyplan.template.fields import Text, slug
from studyplan.template.loader import parse
from studyplan.template.problems import Problems, nearest, quoted
from studyplan.template.rules import KeptIds
from studyplan.template.separated import declared, records
from studyplan.template.source import LARGEST, unprintable
from studyplan.template.starter import modeline, title_of
from studyplan.template.tables import LONGEST_TASK, MOST_TASKS
from studyplan.text import count

COLUMNS = ("title", "minutes", "module", "kind", "after")
_NEEDED = ("title", "minutes")
#: Minutes a day on which the window's longest and shortest length rest.
EASY_DAY, FULL_DAY = 60, 120
#: Days: the shortest window; lengths are whole weeks.
WEEK = 7
#: Characters of an id made from a title.
_ID = 40
#: Problems reported for one sheet.
_MOST = 5000

_TITLE = Text(LONGEST_NAME)
_NUMBER = r"\d{1,4}(?:[.,]\d{1,2})?"
_CLOCK = re.compile(r"(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)(?::\d\d)?", re.ASCII)
_HOURS = re.compile(
    rf"(?P<hours>{_NUMBER})(?:h|hrs?|hours?)(?:(?P<minutes>\d{{1,2}})(?:m|min|mins|minutes)?)?", re.ASCII
)
_MINUTES = re.compile(rf"(?P<minutes>{_NUMBER})(?:m|min|mins|minutes?|')?", re.ASCII)
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
    rows, left_out = _rows(_decoded(data, problems), problems)
    if len(rows) > MOST_TASKS:
        problems.stop(rows[MOST_TASKS].line, f"the sheet has {len(rows):,} tasks; the most is {MOST_TASKS:,}")
    _read(rows, problems)
    _name(rows)
    _link(rows, problems)
    if problems:
        problems.raise_all()
    text = modeline(schema) + _text(rows, where, id)
    rounded = tuple(
        Rounded(row.line, row.title, row.given, row.minutes) for row in rows if row.exact and row.exact != row.minutes
    )
    return SheetImport(text, parse(text, where), rounded, left_out)


@dataclass(slots=True)
class _Row:
    """A task as the sheet has it: ``cells`` by column as written, the rest as it was understood."""

    line: int
    cells: dict[str, str]
    title: str = ""
    module: str = ""
    #: The minutes as written, as a number, and rounded up.
    given: str = ""
    exact: Fraction | None = None
    minutes: int = 0
    kind: Kind | None = None
    id: str = ""
    #: The id of its module.
    group: str = ""
    after: list[str] = field(default_factory=list)

    @property
    def item(self) -> str:
        return quoted(self.title) if self.title else ""


# What a spreadsheet writes


def _decoded(data: bytes, problems: Problems) -> str:
    if len(data) > LARGEST:
        problems.stop(1, "the file is larger than 1 MiB, the limit for a sheet")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError as error:
        line = 1 if wide else data.count(b"\n", 0, error.start) + 1
        problems.stop(line, "the text is not UTF-8: save the sheet again as 'CSV UTF-8'")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _rows(text: str, problems: Problems) -> tuple[list[_Row], tuple[str, ...]]:
    """The rows below the header that hold anything, and the names of columns that mean nothing here."""
    skipped = 0
    separators = ",;\t"
    if told := declared(text):
        (separators, text), skipped = told, 1
    best = max(separators, key=lambda separator: _columns_known(text, separator))
    cells = _cells(text, best, skipped, problems)
    line, header = next(cells, (1, []))
    if not text.strip(f" \n{separators}") or not header:
        if problems:
            problems.raise_all()
        problems.stop(1, f"the file is empty: its first row names the columns {', '.join(COLUMNS)}")
    names = _header(header, line, problems)
    rows = []
    for line, row in cells:
        extra = [cell for cell in row[len(names) :] if cell.strip()]
        if extra:
            why = f"has {len(row)} cells, the header names {len(names)}: a cell with the separator in it needs quotes"
            problems.add(line, why, _row_item(row, names))
        rows.append(_Row(line, {name: cell for name, cell in zip(names, row, strict=False) if name in COLUMNS}))
    if not rows:
        if problems:
            problems.raise_all()
        problems.stop(line, "there are no tasks below the header")
    unknown = (cell for name, cell in zip(names, header, strict=False) if name not in COLUMNS and cell.strip())
    return rows, tuple(" ".join(cell.split()) for cell in unknown)


def _row_item(row: list[str], names: list[str]) -> str:
    title = row[names.index("title")] if "title" in names[: len(row)] else ""
    return quoted(_one_line(title)) if title.strip() else ""


def _columns_known(text: str, separator: str) -> tuple[int, int]:
    header: list[str] = next((row for _, row in _cells(text, separator, 0, Problems(""))), [])
    return len({_column(cell) for cell in header} & set(COLUMNS)), len(header)


def _cells(text: str, separator: str, skipped: int, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    for line, row in records(text, separator, skipped, problems, newline="\n"):
        yield line, [_unwrapped(cell) for cell in row]


def _unwrapped(cell: str) -> str:
    """A cell without the formula that keeps a spreadsheet from touching it: ``="007"``."""
    held = re.fullmatch(r'\s*="(.*)"\s*', cell, re.DOTALL)
    return held[1] if held else cell


def _header(header: list[str], line: int, problems: Problems) -> list[str]:
    """The columns by the names that are known here; others keep theirs, made unlike any of ours."""
    names = [_column(cell) for cell in header]
    while len(names) > 1 and not header[len(names) - 1].strip():
        names.pop()
    for name in COLUMNS:
        if names.count(name) > 1:
            problems.stop(line, f"two columns are called '{name}'")
    others = [" ".join(cell.split()) for name, cell in zip(names, header, strict=False) if name not in COLUMNS]
    for name in _NEEDED:
        if name not in names:
            near = next((other for other in others if nearest(other, [name])), None)
            meant = f"rename {quoted(near)}" if near else f"the first row names the columns {', '.join(COLUMNS)}"
            problems.add(line, f"no column is called '{name}': {meant}")
    if any(name not in names for name in _NEEDED):
        problems.raise_all()
    return names


def _column(cell: str) -> str:
    """A column's name in one spelling: ``Minutes (net)`` is ``minutes``."""
    plain = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", unicodedata.normalize("NFKC", cell).casefold())
    word = re.sub(r"[^a-z]", "", plain)
    return word if word in COLUMNS else f"({cell})"


# What it means


def _one_line(cell: str) -> str:
    return " ".join(cell.replace("\ufeff", "").replace("\u200b", "").split())


def _read(rows: list[_Row], problems: Problems) -> None:
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


def _read_minutes(row: _Row, problems: Problems) -> None:
    row.given = _one_line(row.cells.get("minutes", ""))
    if not row.given:
        problems.add(row.line, "minutes are missing", row.item)
        return
    row.exact = _minutes(row.given)
    if row.exact is None:
        problems.add(row.line, f"minutes {quoted(row.given)} is not a number: write 45, 1:30 or 1.5 h", row.item)
        return
    row.minutes = math.ceil(row.exact / STEP) * STEP
    if row.minutes < STEP:
        problems.add(row.line, "minutes must be more than 0", row.item)
    elif row.minutes > LONGEST_TASK:
        text = f"minutes {quoted(row.given)} is more than {LONGEST_TASK}, the limit for one task: split it into several"
        problems.add(row.line, text, row.item)


def _minutes(text: str) -> Fraction | None:
    """Minutes of ``45``, ``45 min``, ``1:30`` (hours and minutes), ``1.5 h``, ``1,5 h`` or ``1h 30``."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text).casefold())
    for pattern in (_CLOCK, _HOURS, _MINUTES):
        if found := pattern.fullmatch(plain):
            parts = {name: Fraction((part or "0").replace(",", ".")) for name, part in found.groupdict().items()}
            return parts.get("hours", Fraction(0)) * 60 + parts["minutes"]
    return None


def _read_kind(row: _Row, problems: Problems) -> None:
    word = _one_line(row.cells.get("kind", "")).casefold() or Kind.READ.value
    kinds = [kind.value for kind in Kind if kind is not Kind.REVIEW]
    if word in kinds:
        row.kind = Kind(word)
    elif word == Kind.REVIEW:
        problems.add(
            row.line, "tasks of kind 'review' are made from cards automatically: use read or reflect here", row.item
        )
    else:
        near = nearest(word, kinds)
        meant = f", did you mean {quoted(near)}?" if near else f"; it must be one of {', '.join(kinds)}"
        problems.add(row.line, f"kind {quoted(word)} is unknown{meant}", row.item)


def _name(rows: list[_Row]) -> None:
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


def _link(rows: list[_Row], problems: Problems) -> None:
    """``after``: tasks by title or id, several between semicolons or commas; of several of one title the nearest above."""
    by_name: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        for name in {row.title.casefold(), row.id} - {""}:
            by_name.setdefault(name, []).append(place)
    for place, row in enumerate(rows):
        for name in _names(row.cells.get("after", ""), by_name):
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


def _names(cell: str, known: Mapping[str, object]) -> list[str]:
    """A cell cut into names so that the fewest are unknown: a title may hold a comma or a semicolon itself."""
    ways = [[cell], re.split(r"[;|\n]", cell), re.split(r"[;|\n,]", cell)]
    named = [[name for part in way if (name := _one_line(part))] for way in ways]
    return min(named, key=lambda names: sum(name.casefold() not in known for name in names))


# The template


def _text(rows: list[_Row], where: str, id: str) -> str:
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
