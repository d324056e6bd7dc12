"""The one place where files are written, whole or not at all and readable by their owner only where they are personal,
and where files that people name are read, up to a limit.

A file comes into being under a name that nobody can guess or plant, beside its place, and then gets its own name. What a
killed writer leaves is swept away by the next one that writes into the same folder.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from studyplan.errors import NoSuchFile, StorageProblem

if sys.platform != "win32":
    import fcntl

#: For the user alone.
_PRIVATE = 0o600
#: For whom the umask lets in: what others are meant to read, a calendar that they subscribe to.
_SHARED = 0o666
#: What SQLite puts beside a database while it writes.
SIDES = ("-journal", "-wal", "-shm")
_PART = re.compile(r"(?P<part>\.studyplan-[0-9a-f]{32}\.part)(?:-journal|-wal|-shm)?")


def path_of(text: str) -> Path:
    """A path as somebody typed it, ``~`` spelled out. Raises StorageProblem."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise NoSuchFile(f"{text}: there is no such home folder") from None


def read(path: Path, most: int) -> bytes:
    """The bytes of a file that somebody named, one more than ``most`` where it has more. A pipe is read like a file, as what a
    shell makes of ``<(…)``; one that nobody writes to is not waited for. Raises StorageProblem."""
    found = read_if_there(path, most)
    if found is None:
        raise StorageProblem(f"there is no file {path}")
    return found


def contents(file: bytes | str | os.PathLike[str], most: int) -> tuple[bytes, str]:
    """The bytes of a file that a caller named or holds already, and what to call it in a message. Raises StorageProblem."""
    if isinstance(file, bytes):
        return file, "the file"
    path = path_of(file) if isinstance(file, str) else Path(file)
    return read(path, most), str(path)


def read_if_there(path: Path, most: int) -> bytes | None:
    """The same, and None if there is no such file."""
    try:
        # Without this a pipe is not even opened before somebody writes to it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb", buffering=0) as file:
            kind = os.fstat(handle).st_mode
            if stat.S_ISDIR(kind):
                raise IsADirectoryError
            begun = file.read(1) if stat.S_ISFIFO(kind) else b""
            if stat.S_ISFIFO(kind) and begun == b"":
                raise StorageProblem(f"{path} is a pipe that nothing writes to", hint="name a file")
            if not stat.S_ISREG(kind):
                os.set_blocking(handle, True)
            return _up_to(most + 1, file, begun or b"")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        raise StorageProblem(f"{path} is a folder", hint="name a file in it") from None
    except (OSError, ValueError, RuntimeError) as problem:
        # ValueError: a NUL, or a character that no path of this system can have.
        why = (problem.strerror if isinstance(problem, OSError) else None) or "no file can have that name"
        raise StorageProblem(f"cannot read {path}: {why}") from None


def _up_to(most: int, file: FileIO, begun: bytes) -> bytes:
    """What a file, device or pipe gives, which may be less at a time than it has."""
    parts, left = [begun], most - len(begun)
    while left > 0 and (part := file.read(min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def write_beside(path: Path, content: bytes, *, make_folder: bool = False) -> None:
    """Write a file so that a reader, a full disk or a kill never meets half of it. A new one is for those whom the umask
    lets in, one that was there keeps its permissions. Raises StorageProblem."""
    _write(path, content, _SHARED, make_folders=make_folder)


def write_private(path: Path, content: bytes) -> None:
    """The same for what is personal: a new file is for this user alone, whatever the umask."""
    _write(path, content, _PRIVATE)


def _write(path: Path, content: bytes, mode: int, *, make_folders: bool = False) -> None:
    path = real(path)
    if path.is_dir():
        raise StorageProblem(f"{path} is a folder", hint="name a file in it")
    try:
        if path.exists() and not path.is_file():
            # A device or a named pipe cannot be replaced; its reader wants the bytes as they come.
            with path.open("wb") as file:
                file.write(content)
            return
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, "Permission denied")
        if make_folders:
            make_folder(path.parent)
        with temporary(path.parent, mode) as part:
            with os.fdopen(_reopened(part), "wb") as file:
                file.write(content)
            replace(part, path)
    except OSError as error:
        raise StorageProblem(f"cannot write {path}: {error.strerror or error}") from None


def real(path: Path) -> Path:
    """The file behind a link. Raises StorageProblem for a link that another user has put into a folder where everybody may:
    systems refuse to follow those, and whoever follows by hand has to as well."""
    with suppress(FileNotFoundError):
        link, folder = path.lstat(), path.parent.stat()
        is_everybodys = folder.st_mode & stat.S_ISVTX and folder.st_mode & stat.S_IWOTH
        if stat.S_ISLNK(link.st_mode) and is_everybodys and link.st_uid not in (_user(), folder.st_uid):
            raise StorageProblem(f"{path} is a link that another user made", hint="name another file")
    return Path(os.path.realpath(path))


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, for this user alone; one that is there stays as it is. Raises OSError."""
    try:
        folder.mkdir(0o700)
    except FileNotFoundError:
        if folder.parent == folder:
            raise
        if folder.parent.is_dir():
            # Made meanwhile by somebody else, or it takes no folders at all, as /proc does.
            folder.mkdir(0o700, exist_ok=True)
            return
        make_folder(folder.parent)
        make_folder(folder)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        if folder.stat().st_mode & 0o700 != 0o700:  # a umask that shuts out even its owner
            folder.chmod(0o700)


def make_private(path: Path) -> None:
    """Make an empty file for this user alone, unless something is there. Raises OSError."""
    with suppress(FileExistsError):
        os.close(_created(real(path), _PRIVATE))


# --- from a temporary name to its own -------------------------------------------------------------------------------


@contextmanager
def temporary(folder: Path, mode: int = _PRIVATE) -> Iterator[Path]:
    """A new empty file in a folder, for this user alone. It is gone after the block, unless ``replace`` or ``settle`` gave
    it a name. Raises OSError."""
    sweep(folder)
    part, handle = _claimed(folder, mode)
    try:
        yield part
    finally:
        _remove(part)
        os.close(handle)


def replace(part: Path, path: Path) -> None:
    """Put a temporary file in the place of another, whose permissions it takes. Raises OSError."""
    _sync(part)
    with suppress(FileNotFoundError):
        part.chmod(path.stat().st_mode & 0o777)
    part.replace(path)
    _sync_folder(path.parent)


def settle(part: Path, names: Iterable[Path]) -> Path:
    """Give a temporary file the first of some names that is free: never that of a file that is there, even when another
    program takes it in the same moment. Raises FileExistsError if none is free, and OSError."""
    _sync(part)
    for path in names:
        try:
            _name(part, path)
        except FileExistsError:
            continue
        _sync_folder(path.parent)
        return path
    raise FileExistsError(17, "File exists")


def _name(part: Path, path: Path) -> None:
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links cannot do both at once.
        if os.path.lexists(path):
            raise FileExistsError(17, "File exists", str(path)) from None
        part.rename(path)
    else:
        part.unlink()


def _sync(part: Path) -> None:
    handle = _reopened(part)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Flush the folder too: a name lasts only as long as its folder. Not every system lets a folder be opened."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


# --- names that nobody can plant -------------------------------------------------------------------------------------


def _created(path: Path, mode: int) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, mode)
    if mode == _PRIVATE and os.fstat(handle).st_mode & _PRIVATE != _PRIVATE:
        path.chmod(_PRIVATE)  # a umask that shuts out even its owner
    return handle


def _reopened(part: Path) -> int:
    """An existing file: nothing is created, no link is followed."""
    return os.open(part, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))


def _claimed(folder: Path, mode: int) -> tuple[Path, int]:
    """A new file whose lock tells others that its writer is alive."""
    while True:
        part = folder / f".studyplan-{os.urandom(16).hex()}.part"
        handle = _created(part, mode)
        try:
            _lock(handle)
        except BlockingIOError:
            pass  # a sweeper came between
        except OSError:
            return part, handle  # no locks here: nobody sweeps either
        else:
            if os.fstat(handle).st_nlink:
                return part, handle
        os.close(handle)


def _user() -> int:
    """The user's number, as files have it: 0 on systems where they have none."""
    return 0 if sys.platform == "win32" else os.geteuid()


def _lock(handle: int) -> None:
    """Raise BlockingIOError if another has the lock, OSError if there are none to have."""
    if sys.platform == "win32":
        raise OSError("no locks")
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def sweep(folder: Path) -> None:
    """Remove from a folder what writers that were killed have left: of this user, by our pattern, and with nobody's lock on it."""
    with suppress(OSError):
        with os.scandir(folder) as entries:
            found = {match["part"] for entry in entries if (match := _PART.fullmatch(entry.name))}
        for name in found:
            with suppress(OSError):
                _remove_stale(folder / name)


def _remove_stale(part: Path) -> None:
    """Raise OSError for what is not ours to remove."""
    try:
        handle = os.open(part, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        # The file itself is the last to go, so whatever was beside it is nobody's.
        _remove(part)
        return
    try:
        found = os.fstat(handle)
        if stat.S_ISREG(found.st_mode) and found.st_uid == _user():
            _lock(handle)
            _remove(part)
    finally:
        os.close(handle)


def _remove(part: Path) -> None:
    for end in (*SIDES, ""):
        with suppress(OSError):
            part.with_name(part.name + end).unlink()
