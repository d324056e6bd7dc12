"""The catalog of templates: list, show, check, write one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, json_option, pass_context
from studyplan.cli.params import TEMPLATE
from studyplan.errors import BadFile, Conflict, NotFound

if TYPE_CHECKING:
    from studyplan.model import Template, TemplateTask
    from studyplan.template import Entry


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def templates(ctx: click.Context, as_json: bool) -> None:
    """The catalog: list it, show one, check files, begin your own."""
    if ctx.invoked_subcommand is None:
        context = ctx.find_object(Context)
        assert context is not None
        _list(context.planner.templates(), as_json=as_json)


def _list(entries: tuple[Entry, ...], *, as_json: bool) -> None:
    from studyplan.cli import output

    if as_json:
        output.emit({"templates": [_entry_json(entry) for entry in entries]})
        return
    for entry in entries:
        if entry.template is None:
            output.say(output.bold(entry.path.stem))
            problems = output.count(len(entry.problems), "problem")
            output.say(f"  your own, not usable: {problems}, `studyplan templates check {entry.path}` lists them")
            continue
        found = entry.template
        level = f" ({found.certification.level})" if found.certification else ""
        output.say(output.clip(f"{output.bold(found.id)}  {found.title}{level}"))
        if entry.own:
            output.say("  your own" + (", instead of the shipped one" if entry.shadows else ""))
        for row in window_rows(found):
            output.say(f"  {row['id']:<8} {_range(row):>7} days  {row['tasks']:>3} tasks  {row['hours']:>5} h")
        if found.paths:
            output.say(output.clip(f"  paths    {', '.join(path.id for path in found.paths)}"))
    output.say("`studyplan templates show ID` reads one in full, `studyplan start ID` begins it.")


def _range(row: dict[str, Any]) -> str:
    low, high = row["days"]
    return str(low) if low == high else f"{low}-{high}"


def window_rows(template: Template) -> list[dict[str, Any]]:
    """Each window with its days, tasks and hours, electives left out."""
    rows = []
    for window in template.windows:
        tasks = template.tasks_of(window)
        minutes = sum(task.minutes for task in tasks)
        rows.append(
            {
                "id": window.id,
                "days": [window.shortest, window.longest],
                "tier": window.tier.value,
                "tasks": len(tasks),
                "minutes": minutes,
                "hours": round(minutes / 60, 1),
                "goal": window.goal,
            }
        )
    return rows


def _entry_json(entry: Entry) -> dict[str, Any]:
    found = entry.template
    if found is None:
        return {"id": entry.path.stem, "own": entry.own, "problems": list(entry.problems)}
    return {
        "id": found.id,
        "title": found.title,
        "edition": found.edition,
        "language": found.language,
        "about": found.about,
        "level": found.certification.level if found.certification else None,
        "default_window": found.default_window,
        "windows": window_rows(found),
        "paths": [{"id": path.id, "title": path.title, "about": path.about} for path in found.paths],
        "own": entry.own,
        "shadows": entry.shadows,
        "problems": [],
    }


@templates.command("show")
@click.argument("id", type=TEMPLATE)
@json_option
@pass_context
def show(context: Context, id: str, as_json: bool) -> None:
    """One template in full."""
    from studyplan.cli import output

    entry = context.planner.template(id)
    found = entry.template
    assert found is not None
    if as_json:
        modules = [
            {
                "id": module.id,
                "title": module.title,
                "about": module.about,
                "tasks": [_task_json(task) for task in module.tasks],
                "cards": len(module.cards),
            }
            for module in found.modules
        ]
        output.emit({**_entry_json(entry), "modules": modules})
        return
    output.say(output.bold(f"{found.title}, edition {found.edition}"))
    for line in output.wrapped(found.about, "  "):
        output.say(line)
    _print_certification(found)
    output.say()
    for row in window_rows(found):
        output.say(
            f"  {row['id']:<8} {_range(row):>7} days  {row['tasks']:>3} tasks  {row['hours']:>5} h  {row['tier']}"
        )
        for line in output.wrapped(row["goal"], "           "):
            output.say(line)
    for path in found.paths:
        for line in output.wrapped(f"--path {path.id}: {path.title}. {path.about}", "  "):
            output.say(line)
    for module in found.modules:
        output.say()
        hours = output.span_text(sum(task.minutes for task in module.tasks))
        cards = f", {output.count(len(module.cards), 'card')}" if module.cards else ""
        output.say(output.bold(f"{module.title} ({hours}{cards})"))
        for line in output.wrapped(module.about, "  ") if module.about else []:
            output.say(line)
        for task in module.tasks:
            _print_task(task)


def _print_certification(template: Template) -> None:
    from studyplan.cli import output

    facts = template.certification
    if facts is None:
        return
    rows = [
        ("level", facts.level),
        ("for", ", ".join(facts.audience)),
        ("expects", ", ".join(facts.prerequisites)),
        ("roles", ", ".join(facts.roles)),
        ("renew", "after " + " to ".join(str(years) for years in facts.renew_after_years) + " years"),
        ("next", ", ".join(facts.next.values())),
    ]
    for name, value in rows:
        if value and value != "after  years":
            for index, line in enumerate(output.wrapped(value, "           ")):
                output.say(f"  {name:<8} {line[11:]}" if not index else line)


def _print_task(task: TemplateTask) -> None:
    from studyplan.cli import output

    marks = [task.kind.value, task.tier.value]
    marks += [f"path {', '.join(task.path)}"] if task.path else []
    marks += ["optional"] if task.optional else []
    marks += [f"needs {task.access.value}"] if task.access.value != "none" else []
    output.say(f"  {output.span_text(task.minutes):>7}  {task.title}")
    output.say(f"           {task.id}: {', '.join(marks)}")
    for line in output.wrapped(f"You {task.objective}", "           ") if task.objective else []:
        output.say(line)


def _task_json(task: TemplateTask) -> dict[str, Any]:
    return {
        "id": task.id,
        "title": task.title,
        "kind": task.kind.value,
        "minutes": task.minutes,
        "tier": task.tier.value,
        "splittable": task.splittable,
        "after": list(task.after),
        "on": {window: str(anchor) for window, anchor in task.on.items()},
        "path": list(task.path),
        "optional": task.optional,
        "access": task.access.value,
        "tags": list(task.tags),
        "objective": task.objective,
        "evidence": task.evidence,
        "resources": [{"title": each.title, "url": each.url} for each in task.resources],
    }


@templates.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@pass_context
def check(context: Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Check template files; every mistake is told with its line."""
    from studyplan.cli import output
    from studyplan.template import load

    problems: list[str] = []
    for file in files:
        try:
            found = load(file)
        except BadFile as error:
            problems += error.problems or [error.message]
            continue
        if not as_json:
            hours = ", ".join(f"{row['id']} {row['hours']} h" for row in window_rows(found))
            output.say(f"{file}: fine ({output.count(len(found.tasks), 'task')}; {hours})")
    if problems:
        raise BadFile(
            f"{output.count(len(problems), 'mistake')} in {output.count(len(files), 'file')}", problems=problems
        )
    if as_json:
        output.emit({"files": [str(file) for file in files], "problems": []})


@templates.command("new")
@click.argument("id")
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), help="The file; - is standard output.")
@pass_context
def new(context: Context, id: str, target: Path | None) -> None:
    """Write a commented template to edit, into the folder of your own templates."""
    from studyplan.cli import output
    from studyplan.files import write_beside
    from studyplan.template import skeleton

    text = skeleton(id)
    if target is not None and str(target) == "-":
        output.say(text.rstrip("\n"))
        return
    path = target or Path(context.config.plans) / f"{id}.yaml"
    if path.exists():
        raise Conflict(f"{path} is there already", hint="edit it, or choose another id")
    if target is not None and not path.parent.is_dir():
        raise NotFound(f"there is no folder {path.parent}", hint="make it first")
    write_beside(path, text.encode(), make_folder=target is None)
    output.say(f"Wrote {path}")
    output.say(f"Edit it, then: `studyplan templates check {path}`, `studyplan start {id}`")


COMMANDS = (templates,)
