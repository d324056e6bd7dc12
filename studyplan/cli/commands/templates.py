"""The catalog of templates: list, show, check, write one's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context
from studyplan.cli.params import FILE, PATH, TEMPLATE
from studyplan.errors import BadFile, Conflict, NotFound, StorageProblem, UsageProblem
from studyplan.presentation.figures import days_text, window_columns, window_rows
from studyplan.text import command, count

if TYPE_CHECKING:
    from studyplan.model import Path as Elective
    from studyplan.presentation.shapes import TemplateCounts
    from studyplan.template import CatalogFile, SheetImport

#: How many rounded tasks are listed by name.
_NAMED = 10


_path_option = click.option(
    "--path", "path", type=PATH, metavar="PATH", help="List the templates with this elective, and what it adds."
)


@click.group(invoke_without_command=True)
@_path_option
@json_option
@click.pass_context
def templates(ctx: click.Context, path: str | None) -> Facts:
    """List, show, check and create plan templates."""
    if ctx.invoked_subcommand is not None:
        if path is not None:
            from studyplan.cli import output

            raise UsageProblem(
                f"--path cannot stand before `{ctx.invoked_subcommand}`",
                hint=output.offered("studyplan", "templates", "--path", path),
            )
        return
    context = ctx.find_object(Context)
    assert context is not None
    yield from _listed(context, path)


@templates.command("list")
@_path_option
@json_option
@pass_context
def list_(context: Context, path: str | None) -> Facts:
    """List the templates, as `templates` alone does."""
    yield from _listed(context, path)


def _listed(context: Context, path: str | None) -> Facts:
    entries = context.planner.queries.templates()
    if path is None:
        yield from _list(entries)
    else:
        yield from _list_path(entries, path)


def _list(entries: tuple[CatalogFile, ...]) -> Facts:
    from studyplan.cli import output, syllabus
    from studyplan.presentation import template_facts

    yield {"templates": [template_facts.of_entry(entry) for entry in entries]}
    for entry in entries:
        if entry.template is None:
            output.say(output.bold(entry.path.stem))
            problems = count(len(entry.problems), "problem")
            way = output.offered("studyplan", "templates", "check", str(entry.path))
            output.say(f"  your own, unusable: {problems}" + (f", {way} lists them" if way else ""))
            continue
        found = entry.template
        level = f" ({found.certification.level})" if found.certification else ""
        line = output.clip(f"{found.id}  {found.title}{level}")
        output.say(line[len(found.id) :], head=line[: len(found.id)])
        if entry.own:
            output.say("  your own" + (", replaces the shipped one" if entry.shadows else ""))
        for line in syllabus.level_lines(found.certification) if found.certification else []:
            output.say(line)
        for row in window_rows(found):
            output.say(f"  {window_columns(row)}")
        if found.paths:
            output.say(output.clip(f"  paths    {', '.join(path.id for path in found.paths)}"))
    output.say("`studyplan templates show ID` shows one in full, `studyplan start ID` starts it.")
    output.say("`studyplan start blank --name NAME` begins an empty plan for tasks of your own.")


def _list_path(entries: tuple[CatalogFile, ...], word: str) -> Facts:
    from studyplan.cli import output, syllabus

    found = [
        (entry, entry.template, path)
        for entry in entries
        if entry.template
        for path in entry.template.paths
        if _is_called(path, word)
    ]
    if not found:
        from studyplan.template.problems import nearest, quoted

        known = sorted({path.id for entry in entries if entry.template for path in entry.template.paths})
        near = nearest(word, known)
        raise NotFound(
            f"no template has the path {quoted(word)}" + (f": did you mean {quoted(near)}?" if near else ""),
            hint=f"known paths: {', '.join(known)}" if known else "no template has electives",
        )
    from studyplan.presentation import template_facts

    yield {"templates": [template_facts.of_path(*each) for each in found]}
    for _, template, path in found:
        syllabus.print_path(template, path)
    output.say(f"`studyplan start ID --path {found[0][2].id}` includes these tasks.")


def _is_called(path: Elective, word: str) -> bool:
    """Compare by id or title, however it is spelt: `aiops-mlops` and `AIOps / MLOps` are the same."""
    from studyplan.template.fields import slug

    return slug(word) in (path.id, slug(path.title)) or word.casefold() == path.title.casefold()


@templates.command("show")
@click.argument("id", type=TEMPLATE)
@click.option("--markdown", "as_markdown", is_flag=True, help="Print it as Markdown, for sharing.")
@json_option
@pass_context
def show(context: Context, id: str, as_markdown: bool, as_json: bool) -> None:
    """Show a template in full, as a syllabus."""
    from studyplan.cli import output, syllabus

    if as_markdown and as_json:
        raise UsageProblem("--markdown and --json cannot go together", hint="give only one of them")
    entry = context.planner.queries.template(id)
    found = entry.template
    if found is None:
        raise BadFile(f"{entry.path} cannot be used", problems=entry.problems)
    if as_json:
        from studyplan.presentation import template_facts

        output.emit(template_facts.of_syllabus(entry, found))
    elif as_markdown:
        output.document(syllabus.markdown(found))
    else:
        syllabus.print_syllabus(found)


@templates.command("samples")
@click.argument("id", type=TEMPLATE)
@click.option("--to", "folder", type=FILE, default=Path(), help="Write them to this folder (the present one).")
@json_option
@pass_context
def samples(context: Context, id: str, folder: Path) -> Facts:
    """Write the sample data that a template's labs use.

    A file that is already there is left alone if it is the same, and never replaced if it is not.
    """
    from studyplan.cli import output
    from studyplan.files import read, write_beside
    from studyplan.template.source import LARGEST

    entry = context.planner.queries.template(id)
    if not folder.is_dir():
        raise StorageProblem(f"there is no folder {folder}", hint="create it first")
    files = {folder / file.name: read(file, LARGEST) for file in entry.samples}
    for path, data in files.items():
        if (path.exists() or path.is_symlink()) and not (path.is_file() and path.read_bytes() == data):
            raise Conflict(
                f"{path} already exists and is a different file", hint="move it away, or name a folder with --to"
            )
    for path, data in files.items():
        if not path.exists():
            write_beside(path, data)
    yield {"template": entry.id, "files": [str(path) for path in files]}
    for path in files:
        output.say(f"Wrote {path}")
    if not files:
        output.say(f"'{entry.id}' has no sample files.")


@templates.command("check")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--figures", "with_figures", is_flag=True, help="Also count tasks, questions by difficulty, cards by answer length."
)
@json_option
@pass_context
def check(context: Context, files: tuple[Path, ...], with_figures: bool, as_json: bool) -> None:
    """Check template files; list mistakes by line."""
    from studyplan.cli import output, syllabus
    from studyplan.presentation.figures import template_counts
    from studyplan.template import load
    from studyplan.template.card_rules import card_advice
    from studyplan.template.question_rules import advice

    problems: list[str] = []
    told: list[str] = []
    counts: list[TemplateCounts] = []
    for file in files:
        try:
            found = load(file)
        except BadFile as error:
            problems += error.problems or [error.message]
            continue
        if not as_json:
            hours = ", ".join(f"{row['id']} {row['hours']} h" for row in window_rows(found))
            output.say(f"{file}: OK ({count(len(found.tasks), 'task')}; {hours})")
            if with_figures:
                syllabus.print_counts(found)
        counts.append(template_counts(found))
        told += [f"{file}: {text}" for text in (*card_advice(found.cards), *advice(found.questions, found.cards))]
    if problems:
        raise BadFile(f"{count(len(problems), 'mistake')} in {count(len(files), 'file')}", problems=problems)
    if as_json:
        output.emit({"files": [str(file) for file in files], "problems": [], "advice": told, "figures": counts})
        return
    for text in told:
        output.say(f"  better: {text}")


@templates.command("new")
@click.argument("id")
@click.option("-o", "--output", "target", type=FILE, help="Write to this file; - is standard output.")
@pass_context
def new(context: Context, id: str, target: Path | None) -> None:
    """Write a commented template for you to edit.

    It goes in the folder of your own templates.
    """
    from studyplan.cli import output
    from studyplan.template import skeleton
    from studyplan.template.catalog import SCHEMA, write_template

    if _is_stdout(target):
        output.document(skeleton(id))
        return
    text = skeleton(id, schema=SCHEMA)
    path = _place(context, id, target)
    write_template(path, text.encode(), make_folder=target is None)
    _say_written(path, id)


@templates.command("import")
@click.argument("file", type=FILE)
@click.option("-o", "--output", "target", type=FILE, help="Write to this file; - is standard output.")
@click.option("--id", "id", metavar="ID", help="Give the template this id, which is also the file's name.")
@json_option
@pass_context
def import_(context: Context, file: Path, target: Path | None, id: str | None, as_json: bool) -> None:
    """Turn a spreadsheet into a template.

    FILE is a CSV file with the columns title, minutes, module, kind and after, in any order and case; only title and minutes
    are required. Below hours, Stunden or duration (h) a bare number counts hours; 1:30, 1,5 h and 90 min are read everywhere.
    Commas, semicolons or tabs separate the cells. Each row is a task, and the rows keep their order. The kind is read (the
    default), watch, lab, quiz, mock, discuss, reflect, exam, or a word of yours, which is kept and behaves as read; an empty
    module means the one above; after names tasks by title. Minutes are rounded up to steps of five.
    """
    from studyplan.cli import output
    from studyplan.files import read
    from studyplan.template import check_id, imported
    from studyplan.template.catalog import SCHEMA, write_template
    from studyplan.template.fields import slug
    from studyplan.template.source import LARGEST
    from studyplan.template.tables import LONGEST_ID

    to_stdout = _is_stdout(target)
    if to_stdout and as_json:
        raise UsageProblem("--json and -o - both write to standard output", hint="give only one of them")
    if id is None:
        id = target.stem if target and not to_stdout else slug(file.stem)[:LONGEST_ID].strip("-")
        if not id:
            raise UsageProblem(f"the file name {file} cannot be turned into an id", hint="name one with --id")
    check_id(id, ("studyplan", "templates", "import", str(file), "--id"))
    path = None if to_stdout else _place(context, id, target)
    made = imported(read(file, LARGEST), str(file), id, schema=None if to_stdout else SCHEMA)
    if path is None:
        output.document(made.text)
        _note_import(made)
        return
    write_template(path, made.text.encode(), make_folder=target is None)
    if as_json:
        output.emit(_import_json(path, made))
        return
    _note_import(made)
    _say_imported(path, id, target)


def _note_import(made: SheetImport) -> None:
    """Say what became of the sheet: its size, and what was changed or left out."""
    from studyplan.cli import output
    from studyplan.presentation import phrases

    (row,) = window_rows(made.template)
    tasks = count(row["tasks"], "task")
    low, high = row["minutes_a_day"]
    pace = f"{low} minutes a day" if low == high else f"{low} to {high} minutes a day"
    output.note(
        f"{tasks}, {phrases.span_text(row['minutes'])}: one window of {days_text(row)} {'day' if row['days'][1] == 1 else 'days'}, about {pace}."
    )
    if made.rounded:
        output.note(f"Minutes come in steps of {_step()}; {count(len(made.rounded), 'task')} rounded up:")
        for each in made.rounded[:_NAMED]:
            output.note(output.clip(f"  line {each.line}: {each.given} → {each.minutes}, {each.title}"))
        if len(made.rounded) > _NAMED:
            output.note(f"  and {len(made.rounded) - _NAMED} more; the file has a comment on each")
    if made.left_out:
        output.note(f"Left out columns that a template has no place for: {', '.join(made.left_out)}.")


def _step() -> int:
    from studyplan.model import STEP

    return STEP


def _import_json(path: Path, made: SheetImport) -> dict[str, Any]:
    return {
        "file": str(path),
        "id": made.template.id,
        "tasks": len(made.template.tasks),
        "windows": window_rows(made.template),
        "rounded": [
            {"line": each.line, "title": each.title, "from": each.given, "to": each.minutes} for each in made.rounded
        ],
        "left_out": list(made.left_out),
    }


@templates.command("schema")
def schema() -> None:
    """Print the JSON Schema of templates, for editors."""
    from studyplan.cli import output
    from studyplan.template import json_schema

    output.emit(json_schema())


def _is_stdout(target: Path | None) -> bool:
    return target is not None and str(target) == "-"


def _place(context: Context, id: str, target: Path | None) -> Path:
    """The path of a new template. Raises, before anything is written, if it cannot go there."""
    path = target or Path(context.config.plans) / f"{id}.yaml"
    if path.stem != id:
        raise UsageProblem(
            f"the template '{id}' cannot go in {path.name}: the file must be named after the id",
            hint=command("-o", str(path.with_name(f"{id}.yaml"))),
        )
    if path.exists() or path.is_symlink():
        raise Conflict(f"{path} already exists", hint="edit it, or choose another id")
    if target is not None and not path.parent.is_dir():
        raise StorageProblem(f"there is no folder {path.parent}", hint="create it first")
    return path


def _say_place(path: Path, id: str) -> None:
    from studyplan import resources
    from studyplan.cli import output

    output.say(f"Wrote {path}")
    if (resources.plans() / f"{id}.yaml").exists():
        output.say(f"In the folder of your own templates, it replaces the shipped '{id}'.")


def _say_written(path: Path, id: str) -> None:
    from studyplan.cli import output

    _say_place(path, id)
    ways = (("templates", "check", str(path)), ("start", id))
    offered = [way for words in ways if (way := output.offered("studyplan", *words))]
    output.say(f"Edit it, then run {' and '.join(offered)}.")


def _say_imported(path: Path, id: str, target: Path | None) -> None:
    """Say where the template is; the last line is the command that starts it, as it stands."""
    from studyplan.cli import output
    from studyplan.text import command

    _say_place(path, id)
    word = id if target is None else str(target) if target.suffix in (".yaml", ".yml") else f".{os.sep}{target}"
    start = command("studyplan", "start", word)
    check = output.offered("studyplan", "templates", "check", str(path))
    output.say(
        "Edit it if you like" + (f", and check it with {check}" if check else "") + (". To start it:" if start else ".")
    )
    if start:
        output.say(start)


COMMANDS = (templates,)
