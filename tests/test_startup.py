"""What a command loads. Modules are counted, not milliseconds: those are measured in benchmarks/startup.py."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

#: Runs a command in a fresh interpreter and writes what it loaded to the file named first.
RUN = """
import sys
from pathlib import Path
loaded, sys.argv = sys.argv[1], ["studyplan", *sys.argv[2:]]
from studyplan.__main__ import main
try:
    main()
finally:
    Path(loaded).write_text(" ".join(sorted(sys.modules)))
"""

FACES = {
    "sqlalchemy",
    "yaml",
    "icalendar",
    "alembic",
    "dateutil",
    "recurring_ical_events",
    "holidays",
    "caldav",
    "keyring",
    "fsrs",
}
DRAWS = {"rich", "plotext", "leather", "jinja2"}
OURS = {"studyplan.planner", "studyplan.store", "studyplan.schedule", "studyplan.template", "studyplan.calendar"}
#: What synchronisation alone needs.
SYNC = {
    "caldav",
    "keyring",
    "niquests",
    "lxml",
    "studyplan.sync",
    "studyplan.planner.sync",
    "studyplan.store.accounts",
}
#: What the page in the browser alone needs.
WEB = {"fastapi", "starlette", "pydantic", "anyio", "uvicorn", "multipart", "babel", "segno", "studyplan.web"}
LIGHT = (
    SYNC
    | WEB
    | DRAWS
    | {
        "sqlalchemy.orm",
        "alembic",
        "yaml",
        "icalendar",
        "holidays",
        "recurring_ical_events",
        "dateutil",
        "fsrs",
        "studyplan.presentation.shapes",
    }
)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which a plan is running."""
    folder = tmp_path_factory.mktemp("startup")
    loaded(folder / "study.db", "start", "foundations", "--date", "2026-07-01")
    return folder / "study.db"


@pytest.fixture
def database(started: Path, tmp_path: Path) -> Path:
    """The same database, a test's own."""
    return Path(shutil.copy(started, tmp_path))


def loaded(database: Path, *words: str) -> set[str]:
    """The modules that a command loads; the command must succeed."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STUDYPLAN_")}
    environ |= {
        "STUDYPLAN_DATABASE_URL": str(database),
        "STUDYPLAN_CONFIG": str(database.parent / "config.toml"),
        "STUDYPLAN_PLANS": str(database.parent / "plans"),
        "STUDYPLAN_LEARNER": "ana",
    }
    listing = database.parent / f"{'-'.join(words)}.modules".replace("/", "_")
    ran = subprocess.run(
        [sys.executable, "-c", RUN, str(listing), *words],
        env=environ,
        cwd=database.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return set(listing.read_text().split())


@pytest.mark.parametrize("words", [["--help"], ["start", "--help"], ["--version"], ["completion", "bash"]])
def test_help(words: list[str], database: Path) -> None:
    """Help costs what click costs: neither our heavy half nor anybody else's."""
    modules = loaded(database, *words)
    assert "click" in modules
    assert not (FACES | DRAWS | OURS) & modules


@pytest.mark.parametrize(
    "words",
    [
        ["today"],
        ["today", "--minutes", "25"],
        ["remind"],
        ["done", "1"],
        ["timer", "status"],
        ["undo"],
        ["status"],
        ["tasks"],
        ["week"],
    ],
)
def test_daily_commands(words: list[str], database: Path) -> None:
    """What is typed every day costs what SQLAlchemy's core costs."""
    modules = loaded(database, *words)
    assert "sqlalchemy" in modules
    assert not LIGHT & modules


@pytest.mark.parametrize("words", [["today"], ["done", "1"]])
def test_no_figures_are_worked_out_unasked(words: list[str], database: Path) -> None:
    """The day's page and a mark on it know nothing of forecasts."""
    assert not {"studyplan.insight", "studyplan.planner.progress", "studyplan.presentation.sentences"} & loaded(
        database, *words
    )


@pytest.mark.parametrize("words", [["today"], ["done", "1"]])
def test_what_only_others_need_waits(words: list[str], database: Path) -> None:
    """Neither the days of a plan nor JSON nor own tasks are needed to show a day or to mark a task."""
    unneeded = {"planner.capacity", "rules.capacity", "presentation.facts", "calendar", "rules.own_tasks", "schedule"}
    assert not {f"studyplan.{name}" for name in unneeded} & loaded(database, *words)


def test_progress_draws_with_what_it_needs(database: Path) -> None:
    """Charts on a terminal take rich and plotext, and nothing of a page; in sentences they take neither."""
    assert loaded(database, "progress") & DRAWS == {"rich", "plotext"}
    assert not loaded(database, "progress", "--plain") & DRAWS


def test_export(database: Path) -> None:
    """An export writes a calendar: no migrations, no templates."""
    modules = loaded(database, "export", "-o", "-")
    assert "icalendar" in modules
    assert not SYNC & modules
    assert not {"alembic", "yaml", "sqlalchemy.orm", "holidays", "recurring_ical_events", *DRAWS} & modules


def test_import(database: Path) -> None:
    """An import leaves the reading to another process: no calendars, no migrations, no templates."""
    loaded(database, "export", "-o", "mine.ics")
    modules = loaded(database, "import", "mine.ics")
    assert "studyplan.calendar.aside" in modules
    assert not {"icalendar", "alembic", "yaml", "sqlalchemy.orm", "holidays", *DRAWS} & modules


def test_only_serve_loads_the_web(tmp_path: Path) -> None:
    """No command's file takes the web with it, and neither does a calendar's address that is listed."""
    code = (
        "import sys, pkgutil, importlib, studyplan.cli.commands as all;"
        "[importlib.import_module(f'{all.__name__}.{each.name}') for each in pkgutil.iter_modules(all.__path__)];"
        "print(*sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(ran.stdout.split())
    assert "studyplan.cli.commands.serve" in modules
    assert not WEB & modules
    loaded(tmp_path / "study.db", "start", "foundations", "--date", "2026-07-01")
    assert not WEB & loaded(tmp_path / "study.db", "feed", "list")


def test_package_is_empty() -> None:
    """Importing the package imports nothing of it."""
    code = "import sys, studyplan; print([name for name in sys.modules if name.startswith('studyplan.')])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_list_of_calendars(database: Path) -> None:
    """What is connected can be listed without what connecting needs."""
    modules = loaded(database, "sync", "list")
    assert "studyplan.planner.sync" in modules
    assert not {"caldav", "keyring", "niquests", "lxml", "icalendar"} & modules
