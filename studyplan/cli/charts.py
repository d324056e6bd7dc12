"""Progress on a terminal: bars, a burn-up and a heat map, or the same in plain sentences.

The only module that imports rich (tables) and plotext (the burn-up). The charts can be read without colours: every level has
its own sign. Where the locale has no Unicode, the signs are ASCII.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from studyplan.cli import output
from studyplan.cli.terminal import colour_wanted, columns, is_terminal
from studyplan.presentation import phrases, progress_rows, question_words, sentences
from studyplan.rules.marking import percent, total
from studyplan.text import count, one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

    from studyplan.insight import Hours, Point, Score
    from studyplan.planner.progress import Picture, Progress
    from studyplan.planner.review import PlanRecall
    from studyplan.rules.marking import Calibration

#: Columns of a chart that is written to a pipe.
_PIPE = 80
_DAY = timedelta(days=1)
#: The minutes at which the levels of the heat map begin.
LEVELS = (1, 30, 60, 90)


@dataclass(frozen=True)
class Signs:
    """The characters that charts are drawn with."""

    full: str
    empty: str
    #: No study, then the four levels.
    heat: str
    #: plotext's markers: the plan, the original plan, done.
    lines: tuple[str, str, str]
    #: The same for the legend.
    legend: tuple[str, str, str]
    has_axes: bool


UNICODE = Signs("▆", "▁", "·░▒▓█", ("braille", "·", "▪"), ("⠒", "·", "▪"), True)
ASCII = Signs("#", ".", ".-+*#", ("-", ".", "#"), ("-", ".", "#"), False)


def signs() -> Signs:
    """Choose signs by the locale: Python writes UTF-8 even in the C locale, whose terminals may not show it."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    if os.name == "nt":
        return UNICODE if encoding == "utf8" else ASCII
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if os.environ.get(name)), "")
    return UNICODE if encoding == "utf8" and "utf" in locale.lower() else ASCII


def print_picture(picture: Picture) -> None:
    """Print each plan with its charts, then the heat map of all plans."""
    if not picture.plans:
        output.say("No plan is running.")
    drawn, width = signs(), _width()
    for index, progress in enumerate(picture.plans):
        if index:
            output.say()
        _print_plan(progress, drawn, width)
    if picture.studied:
        output.say()
        _print_heat(picture.studied, picture.today, drawn, width)


def _width() -> int:
    return min(columns(sys.stdout) or _PIPE, output.WIDEST)


def _print_plan(progress: Progress, drawn: Signs, width: int) -> None:
    standing = progress.standing
    days = len(progress.burn_up)
    _say(output.bold(f"{progress.plan.name}: {progress.plan.title}"))
    for line in output.wrapped(sentences.time_left(standing), "  "):
        output.say(line)
    gone = min(1.0, max(0.0, (days - standing.days_left) / days)) if days else 0.0
    _render(_shares([("done", sentences.share_done(standing)), ("time used", gone)], drawn, width), width, drawn)
    for name, text in sentences.figures(progress):
        for line in output.wrapped(f"{name}: {text}", "  "):
            output.say(line)
    output.say()
    _print_burn_up(progress.burn_up, drawn, width)
    tables = [
        (("test", "score", "on"), _scores(progress.scores)),
        (("module", "done", "of", "took"), _hours(progress.modules)),
        (("kind", "done", "of", "took"), _hours(progress.kinds)),
        (("module", "recall", "answered"), _recall(progress.recall)),
        (("sure of", "right", "of", "unsure"), _calibration(progress.calibration)),
    ]
    for heads, rows in tables:
        if rows:
            output.say()
            _render(_bars(heads, rows, drawn, width), width, drawn)
    for line in _tested(progress):
        output.say(line)


def _say(line: str) -> None:
    output.say(output.clip(line))


def _bar(part: float, cells: int, drawn: Signs) -> str:
    full = min(cells, round(part * cells))
    return drawn.full * full + drawn.empty * (cells - full)


def _shares(rows: Iterable[tuple[str, float]], drawn: Signs, width: int) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1), pad_edge=True)
    cells = max(8, width - 24)
    for name, part in rows:
        table.add_row(
            Text(one_line(name)), Text(_bar(part, cells, drawn), "green"), Text(f"{part:.0%}", justify="right")
        )
    return table


#: A name, how much of its bar is full (None: no bar), and the texts after it.
Row = tuple[str, float | None, tuple[str, ...]]


def _bars(heads: Sequence[str], rows: Iterable[Row], drawn: Signs, width: int) -> RenderableType:
    """A table of names with a bar each; ``heads``: the headings of the names and of the texts."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold", expand=False)
    table.add_column(heads[0], overflow="ellipsis" if drawn is UNICODE else "crop", no_wrap=True, max_width=width // 3)
    table.add_column("")
    for name in heads[1:]:
        table.add_column(name, justify="right", no_wrap=True)
    cells = max(5, min(30, width - width // 3 - 30))
    for name, part, texts in rows:
        bar = Text("" if part is None else _bar(part, cells, drawn), "green")
        table.add_row(Text(one_line(name)), bar, *(Text(text) for text in texts))
    return table


def _hours(rows: Iterable[Hours]) -> list[Row]:
    """Minutes done, planned and actually spent, for each module or kind."""
    return [
        (
            row.name or "other",
            row.done / row.planned if row.planned else 0.0,
            tuple(phrases.span_text(minutes) for minutes in (row.done, row.planned, row.studied)),
        )
        for row in rows
    ]


def _scores(scores: Iterable[Score]) -> list[Row]:
    """Each test with its day, and below it the scores of its modules."""
    rows: list[Row] = []
    for score in scores:
        rows.append(_score(phrases.piece_title(score.task), score.task.score, "", phrases.short_day(score.day)))
        rows += [_score(f"  {each.module}", each.percent, "weak", "") for each in score.task.scores]
    return rows


def _score(name: str, percent: int | None, unknown: str, day: str) -> Row:
    return name, None if percent is None else percent / 100, (unknown if percent is None else f"{percent}%", day)


def _recall(recall: PlanRecall | None) -> list[Row]:
    """The recall expected of each module on the exam day."""
    return [
        (each.module, each.exam, (sentences.recall_words(each), f"{each.answered} of {each.cards}"))
        for each in (recall.modules if recall else ())
    ]


def _calibration(found: Sequence[Calibration]) -> list[Row]:
    """How sure went with right, by module."""
    return [
        (
            each.module,
            each.sure_right / each.sure if each.sure else None,
            (
                f"{percent(each.sure_right, each.sure)}%" if each.sure else "",
                str(each.sure),
                f"{each.unsure_right} of {each.unsure}" if each.unsure else "",
            ),
        )
        for each in found
    ]


def _tested(progress: Progress) -> Iterable[str]:
    """What follows from how sure went with right, what was behind the errors, and what comes back."""
    if progress.calibration and (verdict := question_words.judged(total(progress.calibration))):
        yield from output.wrapped(verdict, "  ")
    if progress.tests is None:
        return
    if progress.tests.errors:
        yield ""
        yield output.bold("What was behind wrong answers")
        for line in question_words.errors(progress.tests.errors):
            yield from output.wrapped(line, "  ")
    if progress.tests.debts:
        yield from output.wrapped(question_words.coming_back(progress.tests), "  ")


def _render(table: RenderableType, width: int, drawn: Signs) -> None:
    """Print what rich lays out, with colours only if the terminal wants them."""
    from rich.console import Console

    has_colour = is_terminal(sys.stdout) and colour_wanted() is not False
    page = io.StringIO()
    console = Console(
        file=page,
        width=width,
        color_system="standard" if has_colour else None,
        force_terminal=has_colour,
        no_color=not has_colour,
        legacy_windows=False,
    )
    console.print(table)
    for line in page.getvalue().splitlines():
        output.draw(line.rstrip())


def _print_burn_up(points: Sequence[Point], drawn: Signs, width: int) -> None:
    """Draw the hours planned and done by the end of each day."""
    import plotext

    has_moved = any(point.plan != point.began for point in points)
    lines = [
        ("original plan", drawn.lines[1], drawn.legend[1], [(p.day, p.began) for p in points] if has_moved else []),
        ("plan", drawn.lines[0], drawn.legend[0], [(p.day, p.plan) for p in points]),
        ("done", drawn.lines[2], drawn.legend[2], [(p.day, p.done) for p in points if p.done is not None]),
    ]
    first, top = points[0].day, max(max(p.plan, p.began, p.done or 0) for p in points)
    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, 13)
    figure.axes(drawn.has_axes)
    for _, marker, _, line in lines:
        if line:
            signal = figure.signal([(day - first).days for day, _ in line], [m / 60 for _, m in line], marker=marker)
            signal.lines()
            figure.draw(signal)
    marks = sorted({0, len(points) // 2, len(points) - 1} if width < 60 else {*range(0, len(points), 7)})
    figure.ruler("x").ticks(marks, [f"{(d := first + n * _DAY).day} {phrases.MONTHS[d.month - 1]}" for n in marks])
    heights = [0, top / 120, top / 60]
    figure.ruler("y").ticks(heights, [f"{height:.0f} h{'' if drawn.has_axes else ' '}" for height in heights])
    output.say(output.bold("Hours by the end of each day"))
    for row in plotext.uncolorize(figure.build().string()).splitlines():
        if row.strip():
            output.say(row.rstrip())
    shown = [f"{sign} {name}" for name, _, sign, line in reversed(lines) if line]
    for text in output.wrapped("   ".join(shown), "     "):
        output.say(text)


def _print_heat(studied: Mapping[date, int], today: date, drawn: Signs, width: int) -> None:
    """Draw a column for each week up to this one, Monday on top."""
    weeks = min(53, width - 5)
    monday = today - today.weekday() * _DAY
    first = monday - (weeks - 1) * 7 * _DAY
    output.say(output.bold(f"Studied in the last {weeks} weeks"))
    output.say(f"     {_months(first, weeks)}".rstrip())
    for weekday, name in enumerate(phrases.WEEKDAYS):
        days = [first + (7 * week + weekday) * _DAY for week in range(weeks)]
        cells = (drawn.heat[_level(studied.get(day, 0))] if day <= today else " " for day in days)
        output.say(f"{name}  {''.join(cells)}".rstrip())
    names = ["none", f"under {LEVELS[1]} min", *(f"{low} min" for low in LEVELS[1:-1]), f"{LEVELS[-1]} min or more"]
    legend = [f"{sign} {name}" for sign, name in zip(drawn.heat, names, strict=True)]
    for line in output.wrapped("   ".join(legend), "     "):
        output.say(line)


def _level(minutes: int) -> int:
    return sum(minutes >= low for low in LEVELS)


def _months(first: date, weeks: int) -> str:
    """The months' names above the weeks in which they begin, where there is room."""
    row = ""
    for week in range(weeks):
        days = [first + (7 * week + n) * _DAY for n in range(7)]
        begun = next((day for day in days if day.day == 1), None)
        if begun is not None and len(row) <= week and week + 3 <= weeks:
            row = row.ljust(week) + phrases.MONTHS[begun.month - 1] + " "
    return row


def print_plain(picture: Picture) -> None:
    """Print everything in sentences and numbers, one fact per line, for a screen reader."""
    if not picture.plans:
        output.say("No plan is running.")
    for progress in picture.plans:
        standing = progress.standing
        output.say(f"Plan {progress.plan.name}: {progress.plan.title}.")
        output.say(f"{sentences.share_done(standing):.0%} done, {sentences.time_left(standing)}.")
        for name, text in sentences.figures(progress):
            output.say(f"{name.capitalize()}: {text}.")
        for line in _weekly(progress.burn_up, standing.today):
            output.say(line)
        for title, rows in (("Module", progress.modules), ("Kind", progress.kinds)):
            for row in rows:
                done, planned, took = (phrases.span_text(m) for m in (row.done, row.planned, row.studied))
                output.say(f"{title} {row.name or 'other'}: {done} of {planned} done; it took {took}.")
        for score in progress.scores:
            title = phrases.piece_title(score.task)
            output.say(f"Score in {title} on {phrases.long_day(score.day)}: {phrases.score_text(score.task)}.")
        if progress.recall:
            for line in _recalled(progress.recall):
                output.say(line)
        for line in (*question_words.sentences(progress.calibration), *_tested(progress)):
            if line:
                output.say(line.strip())
    for line in _monthly(picture.studied):
        output.say(line)


def _weekly(points: Sequence[Point], today: date) -> Iterable[str]:
    """The burn-up at the end of each week so far."""
    for point in progress_rows.weekly(points, today):
        done, planned = phrases.span_text(point.done or 0), phrases.span_text(point.plan)
        moved = f", {phrases.span_text(point.began)} in the original plan" if point.began != point.plan else ""
        yield f"By the end of {phrases.long_day(point.day)}: {done} of {planned} planned done{moved}."


def _recalled(recall: PlanRecall) -> Iterable[str]:
    for each in recall.modules:
        answered = f"{each.answered} of {count(each.cards, 'card')} answered"
        yield f"Recall expected for {each.module} on {phrases.long_day(recall.exam)}: {sentences.recall_words(each)}, {answered}."


def _monthly(studied: Mapping[date, int]) -> Iterable[str]:
    for month, days, minutes in progress_rows.monthly(studied):
        name = f"{phrases.MONTHS[month.month - 1]} {month.year}"
        yield f"Studied in {name}: {phrases.span_text(minutes)} on {count(days, 'day')}."
