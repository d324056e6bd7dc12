"""The built package, in an environment that holds what it declares and nothing else, does the main job."""

import os
import re
import signal
import subprocess
import sys
import tomllib
import venv
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from test_library import examples

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@dataclass
class Installed:
    """A clean environment with the wheel in it; commands run in another folder, with a home of their own."""

    wheel: Path
    programs: Path
    home: Path

    def __call__(self, program: str, *words: str) -> str:
        home = self.home
        environ = {
            "PATH": os.defpath,
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "USER": "ana",
            "LOGNAME": "ana",
        }
        ran = subprocess.run(
            [self.programs / program, *words],
            cwd=home,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
        return ran.stdout


def declared(requirements: list[str]) -> set[str]:
    """The names of all distributions that these requirements need, directly or not, as they are installed here."""
    needed: set[str] = set()
    waiting = [(Requirement(line), "") for line in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in needed:
            needed.add(name)
            waiting += [(Requirement(line), "") for line in distribution(name).requires or ()]
        for wanted in requirement.extras:
            waiting += [(Requirement(line), wanted) for line in distribution(name).requires or () if "extra" in line]
    return needed


def lend(environment: Path, requirements: list[str]) -> None:
    """Let an environment use what these requirements need from that of the tests."""
    (packages,) = environment.glob("lib/python3*/site-packages")
    for name in declared(requirements):
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
            if not (packages / top).exists():
                (packages / top).symlink_to(Path(str(found.locate_file(top))))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel, built and installed without a network: its dependencies are borrowed from the environment of the tests."""
    folder = tmp_path_factory.mktemp("wheel")
    run = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(run, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    venv.create(environment, symlinks=True)
    lend(environment, PROJECT["dependencies"])
    programs = environment / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)], check=True, capture_output=True)
    checked = subprocess.run([*pip, "check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    home = folder / "home"
    home.mkdir()
    return Installed(wheel, programs, home)


def test_contents(installed: Installed) -> None:
    """The wheel holds the package with its plans and migrations, its licence, and nothing else."""
    names = ZipFile(installed.wheel).namelist()
    info = f"studyplan_cli-{PROJECT['version']}.dist-info/"
    assert {name.partition("/")[0] + "/" for name in names} == {"studyplan/", info}
    assert {f"studyplan/_data/plans/{file.name}" for file in (ROOT / "plans").glob("*.yaml")} <= set(names)
    versions = (ROOT / "migrations" / "versions").glob("*.py")
    assert {f"studyplan/_data/migrations/versions/{file.name}" for file in versions} <= set(names)
    assert f"{info}licenses/LICENSE" in names
    assert "studyplan/py.typed" in names
    assert not [name for name in names if name.endswith((".pyc", ".db")) or "/tests/" in name]


def test_nothing_of_ours_leaks_in(installed: Installed) -> None:
    """The environment is clean: the package comes from the wheel, and no test tool is there to lean on."""
    code = (
        "import importlib.util as u, studyplan; print(studyplan.__file__);"
        "print([name for name in ('pytest', 'hypothesis', 'psycopg', 'packaging') if u.find_spec(name)])"
    )
    place, tools = installed("python", "-c", code).splitlines()
    assert Path(place).is_relative_to(installed.programs.parent)
    assert tools == "[]"


def test_version(installed: Installed) -> None:
    """The module and the command know the version of the package."""
    assert PROJECT["version"] in installed("python", "-m", "studyplan", "--version")
    assert PROJECT["version"] in installed("studyplan", "--version")


def test_main_job(installed: Installed) -> None:
    """Start, look, mark, export: the first minutes with the program, on a database that it makes itself."""
    assert "2026" in installed("studyplan", "start", "foundations", "--date", "2026-07-01")
    assert "principles" in installed("studyplan", "tasks", "--json")
    first = installed("studyplan", "--today", "2026-07-01", "today")
    assert installed("studyplan", "--today", "2026-07-01", "done", "1")
    assert installed("studyplan", "--today", "2026-07-01", "today") != first
    calendar = installed("studyplan", "export", "-o", "-")
    assert calendar.startswith("BEGIN:VCALENDAR")
    assert calendar.count("BEGIN:VEVENT") > 20
    assert list(installed.home.rglob("studyplan.db"))


def test_the_page(installed: Installed) -> None:
    """With what the extra `web` declares, and nothing else, the page is served: its templates and drawings are in the wheel."""
    lend(installed.programs.parent, PROJECT["optional-dependencies"]["web"])
    command = [installed.programs / "studyplan", "serve", "--port", "0"]
    environ = {"PATH": os.defpath, "HOME": str(installed.home), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1]
        opener = build_opener(HTTPCookieProcessor())
        page = opener.open(address).read().decode()
        sheet = re.search(r'href="(/static/\w+/studyplan\.css)"', page)
        assert sheet is not None
        assert b"--paper" in opener.open(address.partition("/enter")[0] + sheet[1]).read()
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=30)
    assert "Traceback" not in errors


def test_the_guide_of_the_library_runs(installed: Installed) -> None:
    """The package is a library where nothing but the wheel is installed."""
    assert "Define FinOps" in installed("python", "-W", "error", "-c", examples())
    assert (installed.home / "plan.ics").is_file()
