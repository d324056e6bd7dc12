"""The report as Markdown, and its tasks as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from studyplan.model import Status
from studyplan.presentation import phrases, sentences
from studyplan.text import as_cell, count, for_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from studyplan.insight import Hours
    from studyplan.planner.progress import Picture, Progress

COLUMNS = (
    "plan",
    "number",
    "key",
    "title",
    "module",
    "kind",
    "date",
    "status",
    "done_on",
    "minutes",
    "spent_minutes",
    "score",
)


def table(picture: Picture) -> str:
    """A CSV table with a row for each task; dates as YYYY-MM-DD, missing values empty."""
    page = io.StringIO()
    rows = csv.writer(page, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for progress in picture.plans:
        for task in progress.tasks:
            done = progress.done_on.get(task.number)
            texts = [progress.plan.name, task.number, task.key, phrases.piece_title(task), task.module, task.kind_word]
            numbers = [task.date, task.status.value, done or "", task.minutes, task.spent_minutes, task.score]
            rows.writerow([harmless(value) for value in (*texts, *numbers)])
    return page.getvalue()


def harmless(value: object) -> str:
    """A cell that a spreadsheet reads as text: a title must never run as a formula on a coach's machine."""
    return "" if value is None else as_cell(str(value))


def markdown(picture: Picture) -> str:
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield "# Study report" + (f": {for_markdown(picture.learner)}" if picture.learner else "")
    yield ""
    yield f"As of {phrases.long_day(picture.today)}."
    if not picture.plans:
        yield from ("", "No plan is running.")
    for progress in picture.plans:
        yield from _plan(progress)
    if picture.studied:
        days = count(len(picture.studied), "day")
        studied = phrases.span_text(sum(picture.studied.values()))
        yield from ("", f"Studied in the last 53 weeks, in all plans: {studied} on {days}.")


def _plan(progress: Progress) -> Iterator[str]:
    standing = progress.standing
    yield from ("", f"## {for_markdown(progress.plan.title)}", "")
    yield f"Plan {for_markdown(progress.plan.name)}: {sentences.share_done(standing):.0%} done, {sentences.time_left(standing)}."
    yield ""
    for name, text in sentences.figures(progress):
        yield f"- {name}: {for_markdown(text)}"
    yield from _hours("module", progress.modules)
    yield from _hours("kind", progress.kinds)
    if progress.scores:
        yield from ("", "| test | on | score |", "| --- | --- | --- |")
    for score in progress.scores:
        title = for_markdown(phrases.piece_title(score.task))
        yield f"| {title} | {phrases.short_day(score.day)} | {for_markdown(phrases.score_text(score.task))} |"
    if progress.recall:
        yield from ("", "| module | recall | answered |", "| --- | ---: | ---: |")
        for each in progress.recall.modules:
            yield f"| {for_markdown(each.module)} | {sentences.recall_words(each)} | {each.answered} of {each.cards} |"
    late = [t for t in progress.tasks if t.status is Status.OPEN and t.date < standing.today]
    if late:
        yield from ("", "### Overdue", "")
    for task in late:
        yield f"- {phrases.short_day(task.date)}: {for_markdown(phrases.piece_title(task))}, {phrases.span_text(task.minutes)}"


def _hours(name: str, rows: Sequence[Hours]) -> Iterator[str]:
    yield from ("", f"| {name} | done | of | took |", "| --- | ---: | ---: | ---: |")
    for row in rows:
        times = " | ".join(phrases.span_text(minutes) for minutes in (row.done, row.planned, row.studied))
        yield f"| {for_markdown(row.name or 'other')} | {times} |"
