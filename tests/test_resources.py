"""The shipped files are found in a checkout and in an installed package."""

from pathlib import Path

import pytest

from studyplan import resources


def test_checkout() -> None:
    """Without a folder of data in the package, the folders beside it are taken."""
    root = Path(resources.__file__).resolve().parent.parent
    assert resources.plans() == root / "plans"
    assert resources.migrations() == root / "migrations"


def test_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of data in the package wins over the one beside it."""
    package = tmp_path / "studyplan"
    for folder in (package / "_data" / "plans", package / "_data" / "migrations", tmp_path / "plans"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.plans() == package / "_data" / "plans"
    assert resources.migrations() == package / "_data" / "migrations"
