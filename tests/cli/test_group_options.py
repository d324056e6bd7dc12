"""The group's options behind the command: the same as in front of it, on every command."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from studyplan.cli import FAMILIES, studyplan
from studyplan.cli.context import GROUP_OPTIONS

NAMES = {name for name, *_ in GROUP_OPTIONS}


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if path:
        yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from commands(child, (*path, name))


@pytest.fixture
def started(terminal):
    terminal.ok("start", "small")
    return terminal


def test_every_command_takes_them_and_none_has_its_own():
    """Each option once on each command, under a name that no parameter of the command has; its help says so."""
    found = dict(commands(studyplan))
    assert len(found) > sum(len(family) for _, family in FAMILIES)
    for path, command in found.items():
        options = [option for parameter in command.params for option in parameter.opts]
        parameters = [name for each in command.params if (name := each.name or "").startswith("group_")]
        assert all(options.count(name) == 1 for name in NAMES), path
        assert len(parameters) == len(set(parameters)) == len(NAMES), path
        help = " ".join(
            command.get_help(click.Context(command, info_name=path[-1], help_option_names=["-h", "--help"])).split()
        )
        assert "--db, --config, --plans, --learner, --today" in help, path


def test_today_behind_the_command(started):
    """It wins over the one in front, and the command's own dates count from it, wherever it stands."""
    assert started.ok("today", "--json", "--today", "2026-07-03").json["date"] == "2026-07-03"
    assert started.ok("today", "--json", "--today=2026-07-04").json["date"] == "2026-07-04"
    assert "2026-07-05" in started.ok("move", "1", "tomorrow", "--today", "2026-07-04").out
    added = started.ok("add", "Essay", "--date", "tomorrow", "-m", "30", "--today", "2026-07-06", "--json").json
    assert added["changed"][0]["date"] == "2026-07-07"


def test_a_day_counts_from_the_real_today_behind_the_command(started):
    """`today --today +1d` is tomorrow's work."""
    first = CliRunner().invoke(studyplan, ["--today", "+1d", "today", "--json"]).stdout
    assert CliRunner().invoke(studyplan, ["today", "--today", "+1d", "--json"]).stdout == first


def test_database_and_learner_behind_the_command(started, tmp_path):
    """Another database and another learner, with subcommands of groups as well."""
    other = str(tmp_path / "other.db")
    started.ok("learner", "add", "bo", "--db", other)
    assert [each["name"] for each in started.ok("learner", "list", "--json", "--db", other).json["learners"]] == ["bo"]
    started.ok("start", "small", "--db", other, "--learner", "bo")
    started.ok("log", "--db", other, "add", "1", "-m", "20")
    for words in (("log", "--db", other), ("log", "--db", other, "list"), ("log", "list", f"--db={other}")):
        assert started.ok(*words, "--json").json["minutes"] == 20
    assert started.ok("log", "--json").json["minutes"] == 0
    assert started("status", "--learner", "bo").code == 3


def test_plans_is_not_plan(started, tmp_path):
    """A plan's name after --plans is told from a folder of templates."""
    refused = started("tasks", "--plans", "small")
    assert (refused.code, "did you mean --plan?" in refused.err) == (2, True)
    folder = tmp_path / "more"
    folder.mkdir()
    assert started.ok("tasks", "--plans", str(folder), "--json").json["plans"]


def test_a_folder_of_templates_that_is_not_there(started, tmp_path):
    """It is noted, and no error: `templates new` makes it."""
    missing = tmp_path / "none"
    answer = started.ok("--plans", str(missing), "today", "--json")
    assert answer.json["date"] == "2026-07-01"
    assert answer.err == f"Note: --plans names {missing}, and there is no such folder.\n"
    started.ok("templates", "new", "mine", "--plans", str(missing))
    assert "no such folder" not in started.ok("templates", "--plans", str(missing)).err
    for words in (["today", "--plans", "~nobody-here"], ["--plans", "~nobody-here", "today"]):
        answer = started(*words)
        assert (answer.code, len(answer.err.splitlines())) == (2, 1)


def test_a_word_that_looks_like_one_of_them_stays_a_word(started):
    """Behind `--` nothing is an option."""
    started.ok("note", "1", "--", "--today", "is", "not", "an", "option")
    assert started.task(1)["note"] == "--today is not an option"


def test_a_long_option_with_one_dash(started):
    """Its first letter alone would name an option that nobody typed."""
    lines = {"done 1 -today 2026-07-03": "today", "today -json": "json", "-today=2026-07-03 week": "today"}
    for line, name in lines.items():
        answer = started(*line.split())
        assert answer.code == 2
        assert f"No such option '-{name}'. Did you mean '--{name}'?" in answer.err
    assert "'-x'" in started("done", "1", "-xyz").err


def test_an_option_is_no_value_of_the_one_before(started):
    """Whoever forgot the value is told, and nothing is written."""
    before = started.bytes()
    for line, name, value in (
        ("start blank --name --db", "--name", "--db"),
        ("done 1 --note --score", "--note", "--score"),
        ("export -o --plan", "-o", "--plan"),
        ("note 1 --link --help", "--link", "--help"),
        ("today --learner --json", "--learner", "--json"),
        ("--learner --today today", "--learner", "--today"),
        ("add Read --minutes -h", "", ""),
    ):
        answer = started(*line.split())
        assert answer.code == 2, line
        assert not name or f"{name} needs a value, but '{value}' is an option" in answer.err
    assert started.bytes() == before
    started.ok("rename", "small", "--", "-x")
    assert started.ok("tasks", "--plan", "-x", "--json").json["tasks"]
