"""What Tab offers: plans, tasks, templates, windows, learners and the like, each with what it is.

Completing never fails and never writes: a database that is not there, not reachable or not at this version offers nothing, and no
message reaches the line that somebody is typing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, TypeAlias

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, add_completion_class

from studyplan.cli.context import Context
from studyplan.text import cut, one_line

if TYPE_CHECKING:
    from studyplan.glance import Glance, SeenPlan, SeenTask
    from studyplan.model.templates import Template

#: The variable by which a shell asks for completions.
VARIABLE = "_STUDYPLAN_COMPLETE"
#: What can be typed, with what it is.
Offers: TypeAlias = Iterable[tuple[str, str]]

#: Commands that take finished tasks, and those that take any; the others take open ones.
_FINISHED, _ANY = {"reopen"}, {"show", "note", "edit", "remove", "list"}
#: Columns of what bash shows beside a word.
_WIDEST = 60
#: How bash says that Tab inserts one word after another, so that nothing may stand beside them.
_MENU = "37"
_TITLE = re.compile(r"^title:(.*)$", re.MULTILINE)


#: Unlike click's, it says what kind of completion bash wants, and leaves signs like * and \\ in a title alone.
_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' type value
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD COMP_TYPE=$COMP_TYPE %(complete_var)s=bash_complete "$1")
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """Shows titles beside the words where there are several, and quotes a word that has spaces."""

    source_template = _BASH

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        found = super().get_completions(args, incomplete)
        beside = len(found) > 1 and os.environ.get("COMP_TYPE") != _MENU
        for item in found:
            if item.offered:
                item.value = quote(item.value) + (f"  {cut(item.help, _WIDEST)}" if beside and item.help else "")
        return found


class Fish(FishComplete):
    """Keeps commas in what a word is."""

    source_template = FishComplete.source_template.replace('string split "," ', 'string split -m 1 "," ')


def register() -> None:
    """Have click use what stands here."""
    add_completion_class(Bash)
    add_completion_class(Fish)


def run(command: Callable[[], Any]) -> int:
    """Answer a shell. Whatever goes wrong, there is then nothing to offer."""
    register()
    with redirect_stderr(StringIO()):
        try:
            command()
        except (Exception, SystemExit, KeyboardInterrupt):  # noqa: BLE001
            # Files, databases and servers fail in many ways, and none of them is worth a message while somebody types.
            return 0
    return 0


def items(offers: Offers, incomplete: str) -> list[CompletionItem[str]]:
    """Those of the offers that begin with what is typed, each once."""
    found = {value: help for value, help in offers if value.startswith(incomplete) and one_line(value) == value}
    return [CompletionItem(value, help=one_line(help) or None, offered=True) for value, help in found.items()]


def _context(ctx: click.Context) -> Context:
    """The context of the command, made from the group's parameters: the group itself never runs while a word is completed."""
    return ctx.find_object(Context) or Context.of(ctx.find_root().params)


def _glance(ctx: click.Context) -> Glance:
    from studyplan.api import login_name
    from studyplan.glance import look

    config = _context(ctx).config
    return look(config.database, config.learner, login_name())


def tasks(ctx: click.Context, incomplete: str, typed: Sequence[str]) -> list[CompletionItem[str]]:
    """Tasks by number, the open ones first and by day; by key once a letter is typed. ``typed``: those already on the line."""

    def offers() -> Offers:
        by_key = bool(incomplete) and not incomplete[0].isdigit()
        for task in sorted(_tasks(ctx), key=lambda task: task.status != "open"):
            value = task.key if by_key else str(task.number)
            if value not in typed and (command in _ANY or (task.status != "open") == (command in _FINISHED)):
                yield value, task.title

    command = ctx.info_name
    return items(offers(), incomplete)


def modules(ctx: click.Context) -> Offers:
    return ((task.module, "") for task in _tasks(ctx) if task.module)


def kinds(ctx: click.Context) -> Offers:
    return ((task.kind, "") for task in _tasks(ctx))


def tags(ctx: click.Context) -> Offers:
    return ((tag, "") for task in _tasks(ctx) for tag in task.tags)


def plans(ctx: click.Context) -> Offers:
    """Running plans first."""
    return ((plan.name, plan.title) for plan in sorted(_glance(ctx).plans, key=lambda plan: plan.state != "active"))


def learners(ctx: click.Context) -> Offers:
    return ((name, "") for name in _glance(ctx).learners)


def templates(ctx: click.Context) -> Offers:
    """By the names of the files; a title is read from its line, since to read a whole template takes long."""
    from studyplan import resources

    own = Path(_context(ctx).config.plans)
    folders = [resources.plans(), own] if own.is_dir() else [resources.plans()]
    if ctx.info_name == "start":
        yield "blank", "An empty plan for tasks of your own"
    files = {file.stem: file for folder in folders for file in folder.glob("*.yaml")}
    for name, file in sorted(files.items()):
        yield name, _title(file)


def _title(file: Path) -> str:
    if not file.is_file():
        return ""
    with file.open(encoding="utf-8", errors="replace") as lines:
        found = _TITLE.search(lines.read(2000))
    return found[1].strip(" '\"") if found else ""


def windows(ctx: click.Context) -> Offers:
    for template in _templates(ctx):
        for window in template.windows:
            yield window.id, window.goal


def paths(ctx: click.Context) -> Offers:
    for template in _templates(ctx):
        for path in template.paths:
            yield path.id, path.title


def template_tasks(ctx: click.Context) -> Offers:
    for template in _templates(ctx):
        for task in template.tasks:
            yield task.id, task.title


def _plans(ctx: click.Context, glance: Glance) -> list[SeenPlan]:
    """The plan named on the line, else the running ones, else the one finished last."""
    wanted = ctx.params.get("plan")
    if wanted is not None:
        return [plan for plan in glance.plans if wanted in (plan.name, str(plan.number))]
    running = [plan for plan in glance.plans if plan.state == "active"]
    return running or [plan for plan in glance.plans if plan.state == "finished"][-1:]


def _tasks(ctx: click.Context) -> list[SeenTask]:
    glance = _glance(ctx)
    numbers = {plan.number for plan in _plans(ctx, glance)}
    return [task for task in glance.tasks if task.plan in numbers]


def _templates(ctx: click.Context) -> Iterator[Template]:
    """The template on the line, else those of the plans."""
    from studyplan import resources
    from studyplan.template import Catalog

    # While an option lacks its value, click leaves the arguments of a command unread.
    typed = ctx.params.get("template") or next(iter(ctx.args), None)
    if ctx.info_name == "start" and typed:
        ids = [typed]
    else:
        ids = [plan.template for plan in _plans(ctx, _glance(ctx))]
    catalog = Catalog(resources.plans(), _context(ctx).config.plans)
    for id in dict.fromkeys(ids):
        yield catalog.get(id)
