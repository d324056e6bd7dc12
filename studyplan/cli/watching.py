"""A calendar file that is kept fresh: looked after every second, written when its bytes change, until somebody stops it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import TYPE_CHECKING

from studyplan.cli.output import entries_in
from studyplan.errors import StorageProblem
from studyplan.files import read_if_there, write_beside

if TYPE_CHECKING:
    from studyplan.planner.feeds import CalendarBody, CalendarVersion

#: Seconds between two looks; each costs one small query.
_EVERY = 1.0
#: Size, time and number of a file: what tells that somebody else has written or removed it.
Traces = tuple[int, int, int]


class FreshFile:
    """A file and the version of the calendar that it holds."""

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        self._path = path
        self._tell = tell
        self._version: str | None = None
        self._content = b""
        self._traces: Traces | None = None
        self._trouble: str | None = None

    def look(self, version: Callable[[], CalendarVersion], body: Callable[[], CalendarBody]) -> None:
        """Write the calendar unless the file holds it. What may pass, a database that is busy or a folder that is away, is told
        once, and tried again at the next look."""
        try:
            found = _traces(self._path)
            if found is None or version().etag != self._version:
                self._write(body())
            elif found != self._traces:
                self._keep_others_edit(found)
        except StorageProblem as problem:
            if problem.message != self._trouble:
                self._tell(f"{problem.message}; still trying")
            self._trouble = problem.message
        else:
            if self._trouble is not None:
                self._tell("Watching again.")
            self._trouble = None

    def _write(self, made: CalendarBody) -> None:
        content = made.content
        if read_if_there(self._path, len(content)) != content:
            write_beside(self._path, content)
            self._tell(f"Wrote {entries_in(content)} entries to {self._path}")
        self._version, self._content, self._traces = made.version.etag, content, _traces(self._path)

    def _keep_others_edit(self, found: Traces) -> None:
        """A calendar that may write into the file has: its edit stays there until something changes here."""
        self._traces = found
        if read_if_there(self._path, len(self._content)) != self._content:
            self._tell(
                f"Another program wrote to {self._path}: `studyplan import` brings that in, the next change here replaces it"
            )


def keep_fresh(
    path: Path, version: Callable[[], CalendarVersion], body: Callable[[], CalendarBody], tell: Callable[[str], None]
) -> None:
    """Keep the file as the calendar is, until the process is asked to end; a file that is being written is finished first.

    Raises StorageProblem for what no file can be.
    """
    if path.exists() and not path.is_file():
        raise StorageProblem(f"{path} is not a file that can be kept fresh", hint="name a file")
    file = FreshFile(path, tell)
    with _ends() as end:
        file.look(version, body)
        tell(f"Watching: {path} follows every change. Ctrl-C ends it.")
        while not end.wait(_EVERY):
            file.look(version, body)
    tell("Stopped.")


@contextmanager
def _ends() -> Iterator[Event]:
    """An event that is set when the system asks the process to end."""
    end = Event()
    if current_thread() is not main_thread():
        yield end
        return
    before = signal.signal(signal.SIGTERM, lambda *_: end.set())
    try:
        yield end
    finally:
        signal.signal(signal.SIGTERM, before)


def _traces(path: Path) -> Traces | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino
