"""A real PostgreSQL for the tests that need one: a private cluster, made once, thrown away at the end."""

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

import psycopg
import pytest


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
