"""What a template asks for and holds: days, tasks and hours of each window; its questions and cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from studyplan.presentation.language import N_
from studyplan.presentation.language import gettext as _

if TYPE_CHECKING:
    from studyplan.model import Card, Certification, Module, Template, TemplateTask, Window
    from studyplan.presentation.shapes import AnswerLengths, ModuleQuestions, TemplateCounts, WindowFacts


def days_text(row: WindowFacts) -> str:
    low, high = row["days"]
    return str(low) if low == high else f"{low}-{high}"


def window_columns(row: WindowFacts) -> str:
    """The days, tasks and hours of a window, in columns."""
    days = "day " if row["days"][1] == 1 else "days"
    tasks = "task " if row["tasks"] == 1 else "tasks"
    return f"{row['id']:<8} {days_text(row):>7} {days}  {row['tasks']:>3} {tasks}  {row['hours']:>5} h"


def window_rows(template: Template, path: str | None = None) -> list[WindowFacts]:
    """Days, tasks and hours of each window, with one path or without electives.

    ``minutes_a_day``: what the window asks for at its longest and at its shortest, on the days before the buffer and the exam, its
    habits included, which tasks and hours leave out.
    """
    rows: list[WindowFacts] = []
    for window in template.windows:
        paths = frozenset([path] if path else [])
        tasks, habits = template.tasks_of(window, paths), template.habits_of(window, paths)
        minutes = sum(task.minutes for task in tasks)
        rows.append(
            {
                "id": window.id,
                "days": [window.shortest, window.longest],
                "tier": window.tier.value,
                "tasks": len(tasks),
                "minutes": minutes,
                "hours": round(minutes / 60, 1),
                "minutes_a_day": [
                    _a_day(tasks, days) + sum(task.minutes for task in habits)
                    for days in (window.longest, window.shortest)
                ],
                "habits": len(habits),
                "goal": window.goal,
            }
        )
    return rows


def _a_day(tasks: Sequence[TemplateTask], days: int) -> int:
    """Minutes a day, in steps of five, if every day is a study day."""
    from studyplan.model import STEP, Kind
    from studyplan.schedule.window import buffer_days

    before = days - any(task.kind is Kind.EXAM for task in tasks)
    kept = buffer_days(before) if before < days else 0
    minutes = sum(task.minutes for task in tasks if task.kind is not Kind.EXAM)
    return -(-minutes // (max(1, before - kept) * STEP)) * STEP


def path_tasks(template: Template, path: str) -> list[TemplateTask]:
    """The tasks that the path adds (alone or shared with another path), in curriculum order."""
    chosen = [task for task in template.tasks if path in task.path]
    return sorted(chosen, key=lambda task: task.tier.rank)


def template_counts(template: Template) -> TemplateCounts:
    """Tasks by kind, questions by kind and by module and difficulty, and cards by the words of their answers.

    Modules without questions are left out.
    """
    from studyplan.model import Kind, QuestionKind

    tasks = Counter(task.kind_word for task in template.tasks)
    kinds = Counter(question.kind for question in template.questions)
    return {
        "id": template.id,
        "tasks": {word: tasks[word] for word in dict.fromkeys([*map(str, Kind), *tasks]) if tasks[word]},
        "questions": {each.value: kinds[each] for each in QuestionKind if kinds[each]},
        "modules": _question_rows(template),
        "cards": _answer_lengths(template.cards),
    }


def _question_rows(template: Template) -> list[ModuleQuestions]:
    from studyplan.model import Difficulty

    rows: list[ModuleQuestions] = []
    for module in template.modules:
        found = Counter(question.difficulty for question in module.questions)
        if found:
            rows.append(
                {
                    "id": module.id,
                    "title": module.title,
                    "easy": found[Difficulty.EASY],
                    "medium": found[Difficulty.MEDIUM],
                    "hard": found[Difficulty.HARD],
                }
            )
    return rows


def _answer_lengths(cards: Sequence[Card]) -> list[AnswerLengths]:
    from studyplan.template.card_rules import ANSWER_WORDS, answer_words

    words = [answer_words(card) for card in cards]
    lengths = (5, 10, ANSWER_WORDS)
    steps = zip((0, *lengths), lengths, strict=False)
    rows: list[AnswerLengths] = [
        {"up_to": most, "cards": sum(least < number <= most for number in words)} for least, most in steps
    ]
    return [*rows, {"up_to": None, "cards": sum(number > ANSWER_WORDS for number in words)}]


def certification_rows(facts: Certification | None) -> list[tuple[str, list[str]]]:
    """The known facts of a certification, by label."""
    if facts is None:
        return []
    years = [str(year) for year in facts.renew_after_years]
    renew = _("after {years} year") if years == ["1"] else _("after {years} years")
    track = _("{track}, step {n}").format(track=facts.track, n=facts.order) if facts.order else facts.track
    rows: list[tuple[str, Iterable[str]]] = [
        (N_("level"), [facts.level]),
        (N_("track"), [track]),
        (N_("for"), [", ".join(facts.audience)]),
        (N_("expects"), facts.prerequisites),
        (N_("proves"), facts.skills),
        (N_("roles"), [", ".join(facts.roles)]),
        (N_("renew"), [renew.format(years=_(" to ").join(years))] if years else []),
        (N_("next"), facts.next.values()),
    ]
    told = [(label, [value for value in values if value]) for label, values in rows]
    return [(label, values) for label, values in told if values]


def pace_text(row: WindowFacts) -> str:
    """What a window asks for on a day."""
    low, high = row["minutes_a_day"]
    if low == high:
        return _("About {n} minutes a day").format(n=low)
    return _("About {low} to {high} minutes a day").format(low=low, high=high)


def hours_rows(template: Template) -> list[tuple[str, list[str]]]:
    """The time per module and window, the total, and what each path adds. Modules with electives only are left out."""
    windows = template.windows
    modules = [
        (module.title, [of_window(_common(module), window) for window in windows]) for module in template.modules
    ]
    paths = [(path, path_tasks(template, path.id)) for path in template.paths]
    return [
        *((title, [_clock(minutes_in_all(tasks)) for tasks in row]) for title, row in modules if any(row)),
        (_("total"), [_clock(minutes_in_all(template.tasks_of(window))) for window in windows]),
        *(
            (
                _("path {path}").format(path=path.id),
                [_clock(minutes_in_all(of_window(tasks, window)), "+") for window in windows],
            )
            for path, tasks in paths
        ),
    ]


def of_window(tasks: Iterable[TemplateTask], window: Window) -> list[TemplateTask]:
    """The tasks that a window has room for."""
    return [task for task in tasks if task.tier.rank <= window.tier.rank]


def minutes_in_all(tasks: Iterable[TemplateTask]) -> int:
    return sum(task.minutes for task in tasks)


def _common(module: Module) -> list[TemplateTask]:
    return [task for task in module.tasks if not task.path]


def _clock(minutes: int, sign: str = "") -> str:
    return f"{sign}{minutes // 60}:{minutes % 60:02}" if minutes else "-"
