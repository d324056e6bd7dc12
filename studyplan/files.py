"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from studyplan.errors import StorageProblem


def write_beside(path: Path, content: bytes, *, make_folder: bool = False) -> None:
    """Write a file beside its place and rename it there, so that a reader, a full disk or a kill never meets half of it.

    Keeps the permissions of a file that was there. Raises StorageProblem.
    """
    path = Path(os.path.realpath(path))
    if path.is_dir():
        raise StorageProblem(f"{path} is a folder", hint="name a file in it")
    if path.exists() and not path.is_file():
        # A device or a named pipe cannot be replaced; whoever reads it wants the bytes as they come.
        _write_through(path, content)
        return
    temporary = None
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, "Permission denied")
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            with suppress(OSError):
                Path(temporary).unlink()
        raise StorageProblem(f"cannot write {path}: {error.strerror or error}") from None


def _write_through(path: Path, content: bytes) -> None:
    try:
        with path.open("wb") as file:
            file.write(content)
    except OSError as error:
        raise StorageProblem(f"cannot write {path}: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
