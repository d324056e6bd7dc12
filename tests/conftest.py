"""What tests of every folder ask for: a command line on a fresh database, and a real PostgreSQL.

The cluster is private, made once, thrown away at the end. Its driver is imported by those who use it alone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from terminals import SMALL, Terminal

# The runner tells its workers the size of a terminal; for what a test prints, the test says it.
for _size in ("COLUMNS", "LINES"):
    os.environ.pop(_size, None)

# How fast a machine makes and tries examples says nothing of the program.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@dataclass
class Server:
    """A PostgreSQL server on a Unix socket. The user ``guarded`` needs the password ``secret``, everybody else none."""

    programs: Path
    folder: Path
    user: str | None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            user=self.user,
            cwd=self.folder,
            env={**os.environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert done.returncode == 0, f"{program} failed: {done.stderr.decode()}"

    def url(self, database: str, user: str = "tester") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def create(self) -> str:
        """A new database and its URL."""
        name = f"test_{next(self.numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    def sql(self, statement: str, database: str = "postgres") -> None:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)


def _programs() -> Path:
    on_path = shutil.which("initdb")
    found = [Path(on_path).resolve()] if on_path else []
    found += sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    assert found, "these tests need PostgreSQL's programs: install the postgresql package or put initdb on the PATH"
    return found[0].parent


def _somebody() -> str | None:
    """PostgreSQL refuses to run as root, so root becomes somebody else."""
    if os.geteuid() != 0:
        return None
    names = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server. Each worker of a parallel run has its own."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = Server(_programs(), folder, _somebody())
    data = folder / "data"
    try:
        if server.user:
            shutil.chown(folder, server.user)
        folder.chmod(0o755)
        server.run("initdb", "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        rules = data / "pg_hba.conf"
        rules.write_text("local all guarded scram-sha-256\nlocal all all trust\n")
        options = f"-c listen_addresses= -c fsync=off -c full_page_writes=off -c unix_socket_directories={folder}"
        server.run("pg_ctl", "start", "-w", "-D", str(data), "-l", str(folder / "log"), "-o", options)
        try:
            server.sql("CREATE ROLE guarded LOGIN PASSWORD 'secret'")
            yield server
        finally:
            server.run("pg_ctl", "stop", "-m", "immediate", "-D", str(data))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: Server) -> str:
    """An empty database of this test's own."""
    return postgres.create()


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A command line on a fresh database, with nothing of the machine's own settings in reach."""
    for name in ("STUDYPLAN_LEARNER", "STUDYPLAN_DAY_STARTS", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "ana")
    made = Terminal(tmp_path)
    own = tmp_path / "plans"
    own.mkdir()
    (own / "small.yaml").write_text(SMALL)
    monkeypatch.setenv("STUDYPLAN_DATABASE_URL", str(made.database))
    monkeypatch.setenv("STUDYPLAN_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("STUDYPLAN_PLANS", str(own))
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def studied(terminal: Terminal) -> Terminal:
    """Ten days of a plan of twenty: days 3 and 4 missed, day 3 caught up with, minutes told."""
    terminal.ok("start", "small", "--days", "20", "--minutes", "60", "--name", "mine")
    for day in (1, 2, 5, 6, 7, 8, 9):
        today = f"2026-07-0{day}"
        agenda = terminal.ok("today", "--json", today=today).json
        numbers = [str(task["number"]) for task in agenda["overdue"] + agenda["due"]]
        if numbers:
            terminal.ok("done", *numbers, "--minutes", "45", today=today)
    terminal.today = "2026-07-10"
    return terminal
