"""What `--help` says of the commands is what there is."""

from __future__ import annotations

from importlib import import_module

import click

from studyplan.cli import FAMILIES, studyplan


def test_the_table_of_commands_is_complete():
    """Every command of every file stands in the table, in its own file, with a line of its own."""
    listed = {(home, name) for _, commands in FAMILIES for name, home, _ in commands}
    homes = {home for home, _ in listed}
    defined = {
        (home, command.name) for home in homes for command in import_module(f"studyplan.cli.commands.{home}").COMMANDS
    }
    assert listed == defined
    assert len({line for _, commands in FAMILIES for *_, line in commands}) == len(listed)


def test_every_command_and_option_explains_itself():
    """No command without help, no option without a word on it."""

    def walk(command: click.Command, path: str) -> None:
        assert command.help, path
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.help, f"{path} {parameter.opts}"
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                assert child is not None
                walk(child, f"{path} {name}")

    walk(studyplan, "studyplan")


def test_help_lists_every_command(terminal):
    """A person finds each command on the first page of help."""
    text = terminal.ok("--help").out
    assert all(f"  {name} " in text for _, commands in FAMILIES for name, *_ in commands)


def test_an_unknown_command_is_one_line(terminal):
    """A mistyped command is a usage error that says where help is."""
    answer = terminal("tody")
    assert answer.code == 2
    assert "tody" in answer.err
    assert len(answer.err.splitlines()) == 1
    assert "Did you mean 'today'?" in answer.err
    assert "Did you mean 'import'?" in terminal("cards", "imprt").err


def test_what_lists_by_itself_has_a_list_too(terminal):
    terminal.ok("start", "small")
    for words in ("cards", "questions", "templates"):
        assert terminal.ok(words, "list").out == terminal.ok(words).out
        assert terminal.ok(words, "list", "--json").json == terminal.ok(words, "--json").json
    assert terminal.ok("templates", "list", "--path", "extra").out == terminal.ok("templates", "--path", "extra").out
