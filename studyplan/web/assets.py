"""The files that pages are shown with, each under an address that changes with its content, so that browsers may keep it for ever."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files

#: What is served, and as what.
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
}


@cache
def read(name: str) -> bytes:
    """The bytes of a file of ``static/``."""
    return files("studyplan.web").joinpath("static", *name.split("/")).read_bytes()


@cache
def address(name: str) -> str:
    """Where a file is served."""
    return f"/static/{sha256(read(name)).hexdigest()[:12]}/{name}"


@cache
def names() -> frozenset[str]:
    """The files that are served."""
    folder = files("studyplan.web").joinpath("static")
    found = [each.name for each in folder.iterdir() if each.is_file()]
    return frozenset(name for name in found if name.rpartition(".")[2] in TYPES)
