"""A plan that was started once, copied for each test: making a database takes longer than most of what is tested on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from import_samples import World


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which a small plan was started."""
    folder = tmp_path_factory.mktemp("started")
    World(folder).begin().store.close()
    return folder


@pytest.fixture
def world(started: Path, tmp_path: Path) -> Iterator[World]:
    made = World(started, Path(shutil.copy(started / "study.db", tmp_path)))
    yield made
    made.store.close()
