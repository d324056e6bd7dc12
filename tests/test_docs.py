"""The documents tell the truth: every command and setting is named, and what they show runs."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from studyplan.cli import studyplan
from studyplan.config import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
#: What people read to use the program, as against what they read to work on it.
GUIDES = [file for file in DOCUMENTS if file.name == "README.md" or file.parent.name == "docs"]


def text_of(*files: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def commands(group: click.Group = studyplan, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command by the words that call it; groups only where they are commands themselves."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield " ".join((*path, name)), command


def shell_lines(document: Path) -> Iterator[str]:
    """The commands of a document's ```sh blocks, continued lines joined."""
    for block in re.findall(r"^```sh\n(.*?)^```", document.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        yield from (line for line in block.replace("\\\n", " ").splitlines() if line.strip())


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_is_told(name: str) -> None:
    """A command that no guide names is found by nobody."""
    is_told = re.search(rf"(`|studyplan ){re.escape(name)}(?![\w-])", text_of(*GUIDES)) is not None
    assert is_told, f"no guide names `{name}`"


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_helps(name: str) -> None:
    """Each command says what it does, and every option what it is for."""
    result = CliRunner().invoke(studyplan, [*name.split(), "--help"])
    assert result.exit_code == 0
    command = dict(commands())[name]
    assert command.get_short_help_str()
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []


def test_every_setting_is_told() -> None:
    """The flag and the variable of each setting stand in a guide, and the names that a file may hold too."""
    guides = text_of(*GUIDES)
    names = [name for setting in SETTINGS for name in (setting.flag, setting.variable) if name]
    assert [name for name in names if name not in guides] == []


def test_no_option_is_made_up() -> None:
    """Whatever looks like one of our options in a guide is one."""
    known = {
        word
        for _, command in [*commands(), ("", studyplan)]
        for each in command.params
        for word in each.opts + each.secondary_opts
    }
    known |= {"--help", "-h"}
    told = set()
    for document in GUIDES:
        text = document.read_text(encoding="utf-8")
        code = [
            *re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)),
            *shell_lines(document),
        ]
        for piece in code:
            words = re.sub(r"\s#.*", "", piece)
            if words.startswith(("--", "studyplan ")) or words.split()[0] in {
                name.split()[0] for name, _ in commands()
            }:
                told |= set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", words))
    assert told - known == set()


@pytest.mark.parametrize("today", [f"2026-07-0{number}" for number in range(1, 8)])
def test_the_guides_commands_run(today: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of the README, one after the other as a reader would type them, succeed on any day of the week."""
    for name in [setting.variable for setting in SETTINGS if setting.variable]:
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("LOGNAME", "ana")
    monkeypatch.chdir(tmp_path)
    ran = 0
    for line in shell_lines(ROOT / "README.md"):
        words = shlex.split(line, comments=True)
        if words[:1] != ["studyplan"]:
            continue
        result = CliRunner().invoke(studyplan, ["--today", today, *words[1:]])
        assert result.exit_code == 0, (line, result.output, result.stderr)
        ran += 1
    assert ran > 5


def test_each_dependency_has_its_line() -> None:
    """ARCHITECTURE.md says of every dependency in one line why it is there, and of nothing else."""
    wanted = [
        *PROJECT["dependencies"],
        *(line for extra in PROJECT["optional-dependencies"].values() for line in extra),
    ]
    names = {re.split(r"[\[<>=~!;@ ]", line)[0] for line in wanted}
    chapter = (
        (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("## Dependencies")[2].partition("\n## ")[0]
    )
    told = re.findall(r"^- `([\w.-]+)`", chapter, re.MULTILINE)
    assert sorted(told) == sorted(names)


def test_the_name_on_the_index() -> None:
    """The distribution is studyplan-cli: the shorter name is somebody else's package, and no text may install it."""
    places = [*DOCUMENTS, ROOT / "pyproject.toml"]
    places += [
        file
        for folder in ("studyplan", "plans", "migrations", ".ci")
        for file in (ROOT / folder).rglob("*")
        if file.is_file()
    ]
    install = re.compile(
        r"(?:pip|pipx|uv|uvx)\b[^\n`]*?\b(?:install|add|run|uvx)\b[^\n`]*?(?<![\w./-])studyplan(?![\w-])"
    )
    for place in places:
        if place.suffix != ".pyc":
            found = install.search(place.read_text(encoding="utf-8", errors="replace"))
            assert found is None, (place, found)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_links(document: Path) -> None:
    """A link to another file of the repository leads somewhere."""
    for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), f"{document.name} links to {target}"
