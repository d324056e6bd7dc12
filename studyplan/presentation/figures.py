"""What a template asks for and holds: days, tasks and hours of each window; its questions and cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studyplan.model import Card, Template, TemplateTask
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
