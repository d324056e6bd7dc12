"""Parameter types: how words on the command line become values before a command runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context
from studyplan.errors import UsageProblem
from studyplan.model import LONGEST_ALARM
from studyplan.text import shown

if TYPE_CHECKING:
    from datetime import date

    from click.shell_completion import CompletionItem

    from studyplan.notation import Ref


#: Days from today on which it is said what a date without its year means.
_FAR = 180


def refuse_ahead(ctx: click.Context, **options: object) -> None:
    """Raise UsageProblem if one of the options stands before a command of a group; behind it they are its own."""
    given = [f"--{name}" for name, value in options.items() if value]
    if given:
        raise UsageProblem(
            f"{' and '.join(given)} cannot stand before `{ctx.invoked_subcommand}`",
            hint=f"write `studyplan {ctx.info_name} {ctx.invoked_subcommand} --plan PLAN`",
        )


class DayParam(click.ParamType[Any]):
    """A date as people type it, counted from the learner's today; ``past``: of something that is over."""

    name = "date"

    def __init__(self, *, past: bool = False) -> None:
        self.past = past

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from studyplan.notation import day

        if not isinstance(value, str):
            return value
        today = _today(ctx, value)
        found = day(value, today, past=self.past)
        _tell_year(value, found, today)
        return found


class ExamDay(click.ParamType[Any]):
    """The day of an exam and its hour, if given, as a pair."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from studyplan.notation import day_and_hour

        return day_and_hour(value, _today(ctx, value)) if isinstance(value, str) else value


class AlarmMinutes(click.ParamType[int]):
    """How many minutes ahead an alarm rings; 0 for ``none``."""

    name = "minutes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, str) and value.strip().casefold() == "none":
            return 0
        return int(click.IntRange(1, LONGEST_ALARM).convert(value, param, ctx))


class LengthParam(click.ParamType[int]):
    """A length of time as people write it, ``45``, ``1h10`` or ``1:10``, in minutes; at most ``most`` of them, and then at
    least one."""

    name = "minutes"

    def __init__(self, most: int | None = None) -> None:
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from studyplan.notation import length

        minutes = length(value) if isinstance(value, str) else int(value)
        return minutes if self.most is None else int(click.IntRange(1, self.most).convert(minutes, param, ctx))


class EntryNumber(click.ParamType[int]):
    """The number of an entry of the log."""

    name = "entry"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        word = str(value).removeprefix("#")
        if not (word.isascii() and word.isdigit() and len(word) < 10):
            raise UsageProblem(
                f"'{shown(str(value))}' is not the number of an entry", hint="`studyplan log` shows them"
            )
        return int(word)


class DaysParam(click.ParamType[Any]):
    """A day or a range of days, ``D`` or ``D..D``."""

    name = "dates"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from studyplan.notation import span

        return span(value, _today(ctx, value)) if isinstance(value, str) else value


def _today(ctx: click.Context | None, value: str) -> Any:
    """Today, if the words may count from it; a full ISO date needs no clock, and so no database."""
    from datetime import date

    words = value.split("..")
    try:
        return [date.fromisoformat(word.strip()) for word in words if len(word.strip()) == 10][len(words) - 1]
    except (ValueError, IndexError):
        pass
    context = ctx.find_object(Context) if ctx else None
    if context is None:
        raise UsageProblem(f"'{value}' is not a date that can be read here")
    return context.today


def _tell_year(value: str, found: date, today: date) -> None:
    """Say which day a day and a month without their year mean where that is far away: `9.9.` on 14 September is next year's."""
    text = value.strip()
    is_counted = text[:1] in "+-" or text.casefold().startswith("in ")
    if abs((found - today).days) > _FAR and any(each.isdigit() for each in text) and not is_counted:
        from studyplan.cli import output

        if found.strftime("%Y") not in text:
            output.note(f"Note: {shown(text)} means {found}.")


def _files(incomplete: str) -> list[CompletionItem]:
    """Leaves it to the shell to complete a path."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


class Offered(click.ParamType[str]):
    """A word that Tab can complete. ``offers`` is the function of ``cli.completion`` that knows what there is; ``takes_files``:
    a path may stand instead."""

    def __init__(self, name: str, offers: str, *, takes_files: bool = False) -> None:
        self.name = name
        self.takes_files = takes_files
        self._offers = offers

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from studyplan.cli import completion

        if self.takes_files and incomplete[:1] in tuple("./~"):
            return _files(incomplete)
        return completion.items(getattr(completion, self._offers)(ctx), incomplete)


class TaskWord(click.ParamType[str]):
    """A task's number, a range of numbers, or a key."""

    name = "task"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from studyplan.cli import completion

        return completion.tasks(ctx, incomplete, typed=ctx.params.get(param.name or "") or ())


class File(click.ParamType[Any]):
    """A path, with `~` expanded; whoever reads the file reports what is wrong with it."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from studyplan.files import path_of

        return path_of(value) if isinstance(value, str) else value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return _files(incomplete)


class TypedPath(click.ParamType[str]):
    """A path as it is typed."""

    name = "file"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return _files(incomplete)


DAY = DayParam()
PAST_DAY = DayParam(past=True)
EXAM = ExamDay()
ALARM = AlarmMinutes()
DAYS = DaysParam()
LENGTH = LengthParam()
ENTRY = EntryNumber()
FILE = File()
FILE_NAME = TypedPath()
TASK = TaskWord()
TEMPLATE = Offered("template", "templates", takes_files=True)
TEMPLATE_TASK = Offered("task", "template_tasks")
PLAN = Offered("plan", "plans")
WINDOW = Offered("window", "windows")
PATH = Offered("path", "paths")
LEARNER = Offered("learner", "learners")
MODULE = Offered("module", "modules")
KIND = Offered("kind", "kinds")
TAG = Offered("tag", "tags")

#: A task, or tasks, as most commands take them.
task_argument = click.argument("word", metavar="TASK", type=TASK)
tasks_argument = click.argument("words", nargs=-1, required=True, metavar="TASK...", type=TASK)


def one_plan(named: str | None, option: str | None) -> str | None:
    """The plan that a command is about, whether it was named as an argument or by --plan."""
    if named is not None and option is not None:
        raise click.UsageError("the plan is named twice: give either PLAN or --plan")
    return named if option is None else option


def refs_of(words: tuple[str, ...], plan: str | None) -> tuple[Ref, ...]:
    """Parse the words that name tasks; those without a plan of their own are looked up in ``plan``."""
    from dataclasses import replace

    from studyplan.notation import refs

    found = refs(words)
    return tuple(ref if ref.plan else replace(ref, plan=plan) for ref in found) if plan else found
