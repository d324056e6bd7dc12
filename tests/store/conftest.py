"""Databases for the tests of the store: each test has one that the migrations made, with nothing in it."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from studyplan import resources
from studyplan.store import migrate, tables


def _quiet(line: str) -> None:
    raise AssertionError(f"nothing was to be told: {line}")


@pytest.fixture(scope="session")
def sqlite_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "made.db"
    migrate.upgrade(str(path), tell=_quiet)
    return path


@pytest.fixture
def sqlite_path(sqlite_made: Path, tmp_path: Path) -> Path:
    """An empty SQLite database with our tables."""
    return Path(shutil.copy(sqlite_made, tmp_path / "studyplan.db"))


@pytest.fixture(scope="session")
def postgres_made(postgres) -> str:
    url = postgres.create()
    migrate.upgrade(url, tell=_quiet)
    return url


@pytest.fixture
def postgres_ready(postgres, postgres_made: str) -> str:
    """The URL of a PostgreSQL database with our tables, emptied: quicker than a new one."""
    postgres.sql("TRUNCATE learner RESTART IDENTITY CASCADE", urlsplit(postgres_made).path[1:])
    return postgres_made


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Makes this program newer: one migration more, whose upgrade does what it is told."""

    def plant(step: str) -> Path:
        folder = tmp_path / "migrations"
        shutil.copytree(resources.migrations(), folder, ignore=shutil.ignore_patterns("__pycache__"))
        lines = [
            "import sqlalchemy as sa",
            "from alembic import op",
            "revision, down_revision = 'studyplan_9999', " + repr(tables.HEAD),
            "def upgrade():",
            *(f"    {line}" for line in step.splitlines()),
            "def downgrade():",
            "    pass",
        ]
        (folder / "versions" / "9999_planted.py").write_text("\n".join(lines))
        monkeypatch.setattr(resources, "migrations", lambda: folder)
        monkeypatch.setattr(tables, "HEAD", "studyplan_9999")
        return folder

    return plant


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everybody may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="studyplan"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@contextmanager
def somebody() -> Iterator[None]:
    """Permissions count inside, also for root."""
    if os.geteuid() != 0:
        yield
        return
    uid = pwd.getpwnam("nobody").pw_uid
    os.setresuid(uid, uid, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def as_somebody():
    return somebody
