"""Whether a transaction was kept, where the answer to its COMMIT was lost.

PostgreSQL numbers its transactions and can be asked for the fate of each. Beside that, a batch in the log says that its
transaction was kept, on SQLite too. Where nobody can be asked, a note is left on this machine, and the next command that
opens the database settles it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from studyplan import files
from studyplan.errors import StorageProblem
from studyplan.store import tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studyplan.model import Batch
    from studyplan.store.place import Place

#: Seconds after which a note says nothing any more.
_LIFETIME = 24 * 60 * 60
#: Seconds between two questions to a server.
_PAUSE = 0.1
#: Seconds that a transaction of a lost connection may go on before it is ended.
_GRACE = 2.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a transaction is recognised by. ``number``: PostgreSQL's own, as text; ``learner``, ``batch``, ``at`` and ``action``
    are of the last batch that it logged, if it logged one."""

    number: str | None = None
    learner: int | None = None
    batch: int | None = None
    at: str = ""
    action: str = ""

    @classmethod
    def of(cls, number: str | None, batch: Batch | None) -> Receipt:
        if batch is None:
            return cls(number)
        return cls(number, batch.learner_id, batch.number, batch.at.isoformat(), batch.action)


class Unanswered(Exception):
    """The answer to a COMMIT was lost. ``answer`` is what the work returned, true if the transaction was kept."""

    def __init__(self, receipt: Receipt, answer: Any) -> None:
        super().__init__()
        self.receipt = receipt
        self.answer = answer


def leaves_doubt(error: DBAPIError) -> bool:
    """Whether an error at a COMMIT leaves open what became of the transaction: the server went away, or the disk failed."""
    cause: Any = error.orig
    if hasattr(cause, "sqlite_errorname"):
        return str(cause.sqlite_errorname).startswith("SQLITE_IOERR")
    state = getattr(cause, "sqlstate", None)
    return state is None or state.startswith(("08", "57P")) or state == "40003"


def was_kept(connection: Connection, receipt: Receipt, *, patience: float) -> bool | None:
    """Whether the transaction of a receipt was kept; None if this database cannot say. On a new connection."""
    fate = None
    if receipt.number is not None:
        fate = _fate(connection, receipt.number, patience)
        if fate == "in progress":
            return None
    if receipt.batch is None:
        return None if fate is None else fate == "committed"
    batch = tables.batch.c
    query = select(batch.at, batch.action).where(batch.learner_id == receipt.learner, batch.number == receipt.batch)
    row = connection.execute(query).first()
    return row is not None and (row.at, row.action) == (datetime.fromisoformat(receipt.at), receipt.action)


def _fate(connection: Connection, number: str, patience: float) -> str | None:
    """What became of a transaction, once it is over: a server may not have noticed yet that nobody is there any more."""
    begun = time.monotonic()
    is_ended = False
    while True:
        fate: str | None = connection.execute(
            text("SELECT pg_xact_status(CAST(:number AS xid8))"), {"number": number}
        ).scalar()
        waited = time.monotonic() - begun
        if fate != "in progress" or waited > patience:
            return fate
        if waited > _GRACE and not is_ended:
            # It waits for a client that is gone, and would keep the learner's rows locked.
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE backend_xid = CAST(CAST(:number AS xid8) AS xid)"
                ),
                {"number": number},
            ).all()
            is_ended = True
        time.sleep(_PAUSE)


# --- notes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Note:
    """A change whose answer was lost, by the command of that name."""

    path: Path
    receipt: Receipt
    command: str | None

    def forget(self) -> None:
        with suppress(OSError):
            self.path.unlink()


@dataclass(frozen=True, slots=True)
class Notes:
    """The changes whose answers were lost on this machine, a file each in ``folder``. ``command`` tells the command that runs
    from every other; it is a digest, since its words may hold secrets."""

    folder: Path
    command: str | None = field(default=None)

    @classmethod
    def by(cls, folder: Path, words: Sequence[str] | None) -> Notes:
        told = None if words is None else sha256(json.dumps(list(words)).encode()).hexdigest()
        return cls(folder, told)

    def leave(self, place: Place, receipt: Receipt, *, is_first: bool) -> Note | None:
        """Write down a change in doubt; None if that cannot be done. A command that had written before cannot be
        repeated as a whole, so only one that had not is told by name."""
        command = self.command if is_first else None
        kept = {"database": str(place), "command": command}
        kept |= {name: getattr(receipt, name) for name in Receipt.__slots__}
        path = self.folder / f"{uuid4()}.json"
        try:
            files.make_folder(self.folder)
            files.write_private(path, json.dumps(kept).encode())
        except (OSError, StorageProblem):
            return None
        return Note(path, receipt, command)

    def about(self, place: Place) -> Iterator[Note]:
        """The notes about a database. Those that are too old are thrown away."""
        for path in sorted(self.folder.glob("*.json")):
            try:
                is_old = time.time() - path.stat().st_mtime > _LIFETIME
                kept = json.loads(path.read_text(encoding="utf-8"))
                receipt = Receipt(**{name: kept[name] for name in Receipt.__slots__})
                note = Note(path, receipt, kept["command"])
                is_here = kept["database"] == str(place)
            except (OSError, ValueError, TypeError, KeyError):
                continue
            if is_old:
                note.forget()
            elif is_here:
                yield note
