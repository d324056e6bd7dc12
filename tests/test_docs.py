"""The documents tell the truth: every command and setting is named, and what they show runs."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

from studyplan import __all__ as root_names
from studyplan.cli import studyplan
from studyplan.config import SETTINGS
from studyplan.planner import Planner

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
#: Made from the commands, so it names them all by itself.
COMMANDS = ROOT / "docs" / "reference" / "commands.md"
#: What people write for those who use the program, as against those who work on it.
GUIDES = [ROOT / "README.md", *(file for file in DOCUMENTS if ROOT / "docs" in file.parents and file != COMMANDS)]
TUTORIAL = ROOT / "docs" / "tutorial" / "first-week.md"


def text_of(*files: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def script(name: str) -> ModuleType:
    """A file of scripts/, which is no package."""
    spec = spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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


@pytest.fixture
def as_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a folder of one's own, where nothing is set up yet."""
    for name in [setting.variable for setting in SETTINGS if setting.variable]:
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("LOGNAME", "ana")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(line: str, today: str) -> str:
    """What a line of a document prints; empty where it is not one of our commands."""
    words = shlex.split(line, comments=True)
    if words[:1] != ["studyplan"]:
        return ""
    result = CliRunner().invoke(studyplan, ["--today", today, *words[1:]])
    assert result.exit_code == 0, (line, result.output, result.stderr)
    return result.output


@pytest.mark.usefixtures("as_a_reader")
@pytest.mark.parametrize("today", [f"2026-07-0{number}" for number in range(1, 8)])
def test_the_readme_runs(today: str) -> None:
    """The week of the README, one line after the other as a reader would type it, succeeds on any day of the week."""
    assert sum(bool(typed(line, today)) for line in shell_lines(ROOT / "README.md")) == 11


@pytest.mark.usefixtures("as_a_reader")
def test_the_tutorial_runs() -> None:
    """Each line of the tutorial succeeds on the day of its chapter, and what it shows is what is printed."""
    first, checked = date(2026, 7, 1), 0
    chapters = re.split(r"^## ", TUTORIAL.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for chapter in chapters[1:]:
        day = re.match(r"Day (\d+)", chapter)
        today = (first + timedelta(int(day[1]) - 1 if day else 0)).isoformat()
        printed = ""
        for kind, block in re.findall(r"^```(sh|text)\n(.*?)^```", chapter, re.DOTALL | re.MULTILINE):
            if kind == "sh":
                printed += "".join(typed(line, today) for line in block.splitlines())
            else:
                assert block in printed
            checked += 1
    assert checked > 15


def _fields(value: object, path: str = "") -> set[str]:
    """The names of all fields in a piece of JSON, each with the names above it."""
    if isinstance(value, list):
        return {name for each in value for name in _fields(each, path)}
    if not isinstance(value, dict):
        return set()
    return {path + key for key in value} | {
        name for key, each in value.items() for name in _fields(each, f"{path}{key}.")
    }


@pytest.mark.usefixtures("as_a_reader")
def test_the_json_that_is_told() -> None:
    """The reference names the fields that commands print: of a plan and its tasks all, of the rest none that is not there."""
    page = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    blocks = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", page, re.DOTALL | re.MULTILINE)]
    plan, moved, error, priced = (_fields(block) for block in blocks)
    started = json.loads(typed("studyplan start foundations --minutes 90 --json", "2026-07-01"))
    assert _fields(started) == plan | {"written", "notes", "left_out", "slack"}
    assert _fields(json.loads(typed("studyplan tasks --plan foundations --json", "2026-07-01"))) == plan
    assert moved <= _fields(json.loads(typed("studyplan replan --dry-run --json", "2026-07-04")))
    refused = {"error": "drop nothing --json", "offers": "start practitioner --days 30 --minutes 30 --json"}
    for name, words in refused.items():
        found = _fields(json.loads(CliRunner().invoke(studyplan, ["--today", "2026-07-04", *words.split()]).stdout))
        assert (error if name == "error" else {f"error.{each}" for each in priced}) <= found


def test_the_reference_is_current() -> None:
    """The page of commands is what their `--help` says."""
    assert COMMANDS.read_text(encoding="utf-8") == script("reference").page(), "remake it: python scripts/reference.py"


def test_pictures_of_pages_are_there_and_small() -> None:
    """Those that the script makes, two of them where the README begins."""
    made = script("pictures")
    files = sorted(path.name for path in made.PICTURES.glob("page-*.png"))
    assert files == sorted(f"page-{each.name}.png" for each in made.WANTED)
    assert len(files) == 6
    assert all((made.PICTURES / name).stat().st_size <= made.LARGEST for name in files)
    begin = (ROOT / "README.md").read_text(encoding="utf-8").partition("```")[0]
    assert sum(name in begin for name in files) == 2
    serving = (ROOT / "docs" / "how-to" / "serve.md").read_text(encoding="utf-8")
    assert sum(name in serving for name in files) == 4


def test_the_picture_is_current() -> None:
    """What the picture of a terminal shows is what the commands print."""
    picture = script("picture")
    assert picture.PICTURE.read_text(encoding="utf-8") == picture.picture(), "redraw it: python scripts/picture.py"


def test_the_library_is_told() -> None:
    """Every name of the package's root, and every family of the planner, is in the library's reference, and none that is not."""
    page = (ROOT / "docs" / "reference" / "library.rst").read_text(encoding="utf-8")
    told = set(re.findall(r"^\.\. auto(?:class|exception|function):: (\w+)$", page, re.MULTILINE))
    assert told == set(root_names)
    families = re.findall(r"^\.\. automodule:: studyplan\.planner\.(\w+)$", page, re.MULTILINE)
    assert sorted(families) == sorted(Planner.__annotations__)


def test_every_page_has_its_place() -> None:
    """The side bar of the site holds every page, and the index every guide."""
    pages = {
        file.relative_to(ROOT / "docs").with_suffix("").as_posix() for file in (ROOT / "docs").rglob("*.[mr][ds]*")
    }
    conf = (ROOT / "docs" / "conf.py").read_text(encoding="utf-8")
    assert [page for page in pages - {"index"} if f'"{page}"' not in conf] == []
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert [page for page in pages - {"index"} if f"({page}." not in index and not page.startswith("project/")] == []


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
