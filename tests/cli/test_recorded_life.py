"""The JSON of every command, held against what it printed when it was recorded."""

from __future__ import annotations

import json

import click
import recorded_life

from studyplan.cli import studyplan

#: Tested against a server of its own.
ELSEWHERE = {"sync", "sync add", "sync alarm", "sync password", "sync remove"}
#: These end a learner or replace the database, and have tests of their own.
APART = {"learner remove", "db backup", "db restore", "db repair"}


def test_every_command_prints_what_it_printed(tmp_path, monkeypatch):
    """A life of some eighty commands prints the same facts, field by field."""
    for name, value in recorded_life.settings(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("STUDYPLAN_LEARNER", raising=False)
    monkeypatch.chdir(tmp_path)
    recorded = json.loads(recorded_life.RECORDING.read_text(encoding="utf-8"))
    for row, (command, code, value) in zip(recorded, recorded_life.printed(tmp_path), strict=True):
        assert {"command": command, "exit": code, "printed": value} == row


def test_every_command_with_json_is_in_the_recording():
    """A command that learns to print JSON belongs into the life."""
    lines = [line.partition(" ")[2] for line in recorded_life.LIFE.splitlines()]
    missing = {name for name in _with_json() if not any(f"{line} ".startswith(f"{name} ") for line in lines)}
    assert missing | {"sync"} == (ELSEWHERE | APART) & _with_json()


def _with_json() -> set[str]:
    def walk(command: click.Command, context: click.Context, words: tuple[str, ...]) -> set[str]:
        found = {" ".join(words)} if any(each.name == "as_json" for each in command.params) else set()
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                below = command.get_command(context, name)
                assert below is not None
                found |= walk(below, context, (*words, name))
        return found

    return walk(studyplan, click.Context(studyplan), ())
