"""Finds the files that ship with the package: in a wheel beside the code, in a checkout beside the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def plans() -> Path:
    """The folder of the shipped templates."""
    return _folder("plans")


def migrations() -> Path:
    """The folder of the database's migrations."""
    return _folder("migrations")


def _folder(name: str) -> Path:
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name
