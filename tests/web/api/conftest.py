"""What tests of the API ask for: a program with a token, on a copy of one database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import site_of
from calling import Program


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database on Thursday 23 July 2026, Foundations under way since Monday with some tasks overdue; and a token that may write."""
    folder = tmp_path_factory.mktemp("begun")
    site = site_of(folder / "study.db", "2026-07-23", folder)
    planner = site.source.planner()
    planner.plans.start("foundations", start="2026-07-20", days=30)
    secret = planner.tokens.add("script", scope="write").secret
    site.source.close()
    return folder / "study.db", secret


@pytest.fixture
def program(begun: tuple[Path, str], tmp_path: Path) -> Iterator[Program]:
    """A program that may read and write."""
    shutil.copy(begun[0], tmp_path / "study.db")
    made = Program(site_of(tmp_path / "study.db", "2026-07-23", tmp_path), begun[1])
    yield made
    made.client.close()
    made.site.source.close()


@pytest.fixture
def reading(program: Program) -> Program:
    """A program on the same database that may only read."""
    return Program(program.site, program.planner.tokens.add("reader").secret)
