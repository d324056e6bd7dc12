"""A template as a syllabus: on the terminal, and as Markdown for sharing."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from studyplan.cli import output
from studyplan.cli.terminal import columns
from studyplan.model import Certification, Module, Path, Template, TemplateTask
from studyplan.notation import weekdays_text
from studyplan.presentation import phrases
from studyplan.presentation.figures import (
    certification_rows,
    days_text,
    hours_rows,
    minutes_in_all,
    of_window,
    pace_text,
    path_tasks,
    template_counts,
    window_columns,
    window_rows,
)
from studyplan.text import cells, count, for_markdown

if TYPE_CHECKING:
    from studyplan.presentation.shapes import WindowFacts

#: The columns at which the text beside a label, and beside a task's minutes, begins.
_LABEL, _MINUTES = 11, 11
#: Columns that a module's title needs beside its hours.
_NARROW = 16


def print_syllabus(template: Template) -> None:
    output.say(output.bold(output.clip(f"{template.title}, edition {template.edition}")))
    _say(template.about, "  ")
    for label, values in certification_rows(template.certification):
        _say_listed(label, values)
    _print_exam(template.certification)
    output.say()
    for row in window_rows(template):
        output.say(_window_line(row, row["tier"]))
        _say(f"{pace_text(row)}. {row['goal']}", " " * _LABEL)
    output.say()
    _print_hours(template)
    for path in template.paths:
        _say(f"--path {path.id}: {path.title}. {path.about}", "  ", hanging="    ")
    for module in template.modules:
        output.say()
        _print_module(module)


def print_counts(template: Template) -> None:
    """Print what a template holds: tasks by kind, questions by module and difficulty, cards by the length of their answers."""
    counts = template_counts(template)
    _say(f"{count(len(template.tasks), 'task')}: {_listed(counts['tasks'])}", "  ", hanging="    ")
    if template.questions:
        _say(f"{count(len(template.questions), 'question')}: {_listed(counts['questions'])}", "  ", hanging="    ")
        output.say("      easy  medium  hard")
    for module in counts["modules"]:
        row = f"    {module['easy']:>6}  {module['medium']:>6}  {module['hard']:>4}  {module['title']}"
        output.say(output.clip(row))
    if template.cards:
        lengths = {f"up to {each['up_to']}" if each["up_to"] else "more": each["cards"] for each in counts["cards"]}
        _say(
            f"{count(len(template.cards), 'card')}, by the words of the answer: {_listed(lengths)}",
            "  ",
            hanging="    ",
        )


def _listed(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {word}" for word, number in numbers.items())


def _print_exam(facts: Certification | None) -> None:
    """Print what people ask about the exam, each answer with its source, and who teaches for it."""
    if facts is None or not (facts.exam or facts.providers):
        return
    output.say()
    output.say(output.bold("About the exam"))
    sources = list(dict.fromkeys(each.source for each in facts.exam))
    for each in facts.exam:
        mark = f" [{sources.index(each.source) + 1}]" if len(sources) > 1 else ""
        _say(f"{each.question} {each.answer}{mark}", "  ", hanging="    ")
    for number, source in enumerate(sources, 1):
        _say(f"[{number}] {source}" if len(sources) > 1 else f"Source: {source}", "  ", hanging="    ")
    if facts.providers:
        _say("Who teaches for it:", "  ")
    for provider in facts.providers:
        _say(
            f"- {provider.name}: {provider.focus}" + (f", {provider.url}" if provider.url else ""), "  ", hanging="    "
        )


def print_path(template: Template, path: Path) -> None:
    """Print what a path adds to a template."""
    output.say(output.bold(output.clip(f"{template.id}  {template.title}")))
    _say(f"{path.title}. {path.about}", "  ")
    for row, window in zip(window_rows(template, path.id), template.windows, strict=True):
        adds = minutes_in_all(of_window(path_tasks(template, path.id), window))
        output.say(_window_line(row, f"+{phrases.span_text(adds)}" if adds else "nothing yet"))
    for task in path_tasks(template, path.id):
        _print_task(task)


def level_lines(facts: Certification) -> list[str]:
    """A line or two on what a level expects, and when to renew it."""
    told = {label: values for label, values in certification_rows(facts) if label in ("expects", "renew")}
    return [line for label, values in told.items() for line in _labelled(label, "; ".join(values))]


def _window_line(row: WindowFacts, last: str) -> str:
    return output.clip(f"  {window_columns(row)}  {last}")


def _print_hours(template: Template) -> None:
    """Print a table of modules and windows, or a list if the terminal is too narrow for it."""
    windows = template.windows
    rows = hours_rows(template)
    columns = [max(6, cells(window.id)) + 2 for window in windows]
    room = _width() - sum(columns) - 2
    if room >= _NARROW:
        width = min(max(cells(title) for title, _ in rows), room)
        output.say(output.bold("  " + _left("hours", width)) + "".join(map(_right, (w.id for w in windows), columns)))
        for title, hours in rows:
            output.say("  " + _left(title, width) + "".join(map(_right, hours, columns)))
    else:
        for title, hours in rows:
            told = ", ".join(f"{window.id} {each}" for window, each in zip(windows, hours, strict=True))
            _say(f"{title}: {told}", "  ", hanging="    ")
    if template.cards:
        cards = count(len(template.cards), "card")
        _say(f"In hours and minutes. Reviews of the {cards} are extra: 10 or 15 minutes each.", "  ")


def _print_module(module: Module) -> None:
    hours = phrases.span_text(minutes_in_all(module.tasks))
    cards = f", {count(len(module.cards), 'card')}" if module.cards else ""
    cards += f", {count(len(module.questions), 'question')}" if module.questions else ""
    output.say(output.bold(output.clip(f"{module.title} ({hours}{cards})")))
    _say(module.about, "  ")
    for task in module.tasks:
        _print_task(task)


def _print_task(task: TemplateTask) -> None:
    marks = [task.kind_word, task.tier.value]
    marks += [f"path {', '.join(task.path)}"] if task.path else []
    marks += ["optional"] if task.optional else []
    marks += [f"a habit, {weekdays_text(task.every)}"] if task.every else []
    marks += [f"needs {task.access.value}"] if task.access.value != "none" else []
    title = output.wrapped(task.title, " " * _MINUTES)
    for index, line in enumerate(title):
        output.say(f"  {phrases.span_text(task.minutes):>7}  {line[_MINUTES:]}" if not index else line)
    _say(f"{task.id}: {', '.join(marks)}", " " * _MINUTES)
    _say(f"You {task.objective}" if task.objective else "", " " * _MINUTES)


def _say(text: str, indent: str, *, hanging: str | None = None) -> None:
    """Print a paragraph; ``hanging`` indents all its lines but the first."""
    lines = output.wrapped(text, hanging or indent)
    for index, line in enumerate(lines):
        output.say(indent + line.lstrip() if not index else line)


def _say_listed(label: str, values: Sequence[str]) -> None:
    """Print a label and its values; several stand below one another, each with a dash."""
    if len(values) == 1:
        for line in _labelled(label, values[0]):
            output.say(line)
        return
    for place, value in enumerate(values):
        for index, line in enumerate(output.wrapped(value, " " * (_LABEL + 2))):
            head = f"  {'' if place else label:<8} - "
            output.say(head + line.lstrip() if not index else line)


def _labelled(label: str, value: str) -> list[str]:
    lines = output.wrapped(value, " " * _LABEL)
    return [f"  {label:<8} {line[_LABEL:]}" if not index else line for index, line in enumerate(lines)]


def _width() -> int:
    return min(columns(sys.stdout) or output.WIDEST, output.WIDEST)


def _left(text: str, width: int) -> str:
    kept = output.clip(text, width)
    return kept + " " * (width - cells(kept))


def _right(text: str, width: int) -> str:
    return " " * (width - cells(text)) + text


# Markdown


def markdown(template: Template) -> str:
    """The whole template as Markdown with tables, as code forges and note-taking programs show it."""
    blocks = [f"# {for_markdown(template.title)}", f"Edition {for_markdown(template.edition)}.", _prose(template.about)]
    facts = [
        f"- **{label.capitalize()}:** {for_markdown('; '.join(values))}"
        for label, values in certification_rows(template.certification)
    ]
    blocks += ["\n".join(facts)] if facts else []
    if template.certification:
        blocks += _exam_blocks(template.certification)
    blocks += ["## Windows", _windows_table(template), "## Hours", _hours_table(template)]
    if template.paths:
        paths = [
            f"- **{for_markdown(path.title)}** (`{path.id}`): {for_markdown(path.about)}" for path in template.paths
        ]
        blocks += ["## Paths", "\n".join(paths)]
    for module in template.modules:
        blocks += [f"## {for_markdown(module.title)}", _prose(module.about), _tasks_table(module)]
        if module.cards:
            blocks.append(f"{count(len(module.cards), 'card')} to answer from memory.")
        if module.questions:
            blocks.append(f"{count(len(module.questions), 'question')} for mocks and quizzes.")
    return "\n\n".join(block for block in blocks if block) + "\n"


def _exam_blocks(facts: Certification) -> list[str]:
    asked = [
        f"- **{for_markdown(each.question)}** {for_markdown(each.answer)} ([source]({_address(each.source)}))"
        for each in facts.exam
    ]
    teachers = [
        f"- **{for_markdown(each.name)}:** {for_markdown(each.focus)}" + (f", {_address(each.url)}" if each.url else "")
        for each in facts.providers
    ]
    blocks = ["## About the exam", "\n".join(asked)] if asked else []
    return blocks + (["## Who teaches for it", "\n".join(teachers)] if teachers else [])


def _windows_table(template: Template) -> str:
    rows = [
        [row["id"], days_text(row), row["tier"], str(row["tasks"]), str(row["hours"]), pace_text(row), row["goal"]]
        for row in window_rows(template)
    ]
    return _table(
        ["Window", "Days", "Tier", ">Tasks", ">Hours", "Pace", "Goal"], [map(for_markdown, row) for row in rows]
    )


def _hours_table(template: Template) -> str:
    rows = [[for_markdown(title), *hours] for title, hours in hours_rows(template)]
    return _table(["Module", *(f">{window.id}" for window in template.windows)], rows)


def _tasks_table(module: Module) -> str:
    rows = [
        [
            str(task.minutes),
            for_markdown(task.title) + (f" (path {', '.join(task.path)})" if task.path else ""),
            for_markdown(task.kind_word),
            task.tier.value + (", optional" if task.optional else ""),
            for_markdown(task.objective),
            ", ".join(f"[{for_markdown(each.title)}]({_address(each.url)})" for each in task.resources),
        ]
        for task in module.tasks
    ]
    return _table([">Minutes", "Task", "Kind", "Tier", "You", "Links"], rows)


def _table(head: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; ``>`` before a heading aligns its column to the right."""
    lines = [[title.lstrip(">") for title in head], ["---:" if title[0] == ">" else "---" for title in head], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _prose(text: str) -> str:
    """Paragraphs in which no character starts a list or a heading."""
    lines = [re.sub(r"^([#+=-])|^(\d+)([.)])", r"\2\\\1\3", for_markdown(line)) for line in text.splitlines()]
    return "\n".join(lines)


def _address(url: str) -> str:
    """The address, escaped so that it ends neither a link nor a table cell too early."""
    return "".join({"(": "%28", ")": "%29", "|": "%7C", "\\": "%5C"}.get(sign, sign) for sign in url)
