"""Browsers that were let in: one-time keys that become cookies. What is kept is a hash, so that the file lets nobody in."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from threading import Lock

from studyplan.errors import StorageProblem
from studyplan.files import make_folder, read_if_there, write_private

_log = logging.getLogger("studyplan.web")

#: A browser that was not seen for so long has to bring a new key.
KEPT = timedelta(days=30)
#: How long a key waits for its browser: the one that a start prints, which may stay in a log, and one of the settings.
STARTING, WAITING = timedelta(hours=1), timedelta(minutes=10)
#: How often the time of the last visit is written down.
_NOTED = timedelta(hours=1)
#: Bytes of a secret: 160 bits.
_BYTES = 20
_LARGEST_FILE = 1 << 20


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that was let in. ``digest`` names it, ``agent`` is what it calls itself."""

    digest: str
    agent: str
    since: datetime
    seen: datetime


class Sessions:
    """The keys that still let somebody in, and the browsers that are in. Of all threads at once.

    ``file`` keeps the browsers over a restart; None keeps them in memory alone. Where it cannot be written nobody is kept out: they
    need a new key after a restart. ``now`` tells the time.
    """

    def __init__(self, now: Callable[[], datetime], file: Path | None = None) -> None:
        self._now = now
        self._file = file
        #: Held for moments; whoever writes the file holds the other one.
        self._lock = Lock()
        self._writing = Lock()
        self._keys: dict[str, datetime] = {}
        self._devices = {each.digest: each for each in _read(file)} if file else {}

    def new_key(self, waiting: timedelta = STARTING) -> str:
        """A key that lets one browser in, good for so long."""
        key = token_urlsafe(_BYTES)
        with self._lock:
            self._keys[_digest(key)] = self._now() + waiting
        return key

    def spend(self, key: str) -> bool:
        """Use up a key. False for one that is unknown, used or too old."""
        with self._lock:
            until = self._keys.pop(_digest(key), None)
            return until is not None and self._now() <= until

    def enter(self, key: str, agent: str) -> str | None:
        """Use up a key: the secret for the browser's cookie, or None for a key that is good for nothing."""
        if not self.spend(key):
            return None
        secret, now = token_urlsafe(_BYTES), self._now()
        with self._lock:
            made = Device(_digest(secret), agent[:200], now, now)
            self._devices[made.digest] = made
        with suppress(StorageProblem):
            self._write()
        return secret

    def device(self, secret: str) -> Device | None:
        """The browser that a cookie belongs to, if it is in."""
        if not secret or len(secret) > 100:
            return None
        with self._lock:
            found = self._devices.get(_digest(secret))
        return found if found is not None and self._is_kept(found) else None

    def is_to_note(self, device: Device) -> bool:
        """Whether its last visit was noted so long ago that this one is too."""
        return abs(self._now() - device.seen) > _NOTED

    def note(self, device: Device) -> None:
        """Note that a browser is here now, from where on it is kept anew."""
        with self._lock:
            if device.digest not in self._devices:
                return
            self._devices[device.digest] = replace(device, seen=self._now())
        with suppress(StorageProblem):
            self._write()

    def devices(self) -> list[Device]:
        """The browsers that are in, the one seen last first."""
        with self._lock:
            known = list(self._devices.values())
        return sorted(filter(self._is_kept, known), key=lambda each: each.seen, reverse=True)

    def end(self, digest: str) -> bool:
        """Sign a browser out; False if it is not in. Raises StorageProblem where that cannot be written down: it is out until the
        server starts anew."""
        with self._lock:
            gone = self._devices.pop(digest, None)
        if gone is not None:
            self._write()
        return gone is not None

    def _is_kept(self, device: Device) -> bool:
        return abs(self._now() - device.seen) <= KEPT

    def _write(self) -> None:
        """Write down who is in. Raises StorageProblem, which then stands in the log."""
        if self._file is None:
            return
        with self._writing:
            rows = [asdict(each) | {"since": str(each.since), "seen": str(each.seen)} for each in self.devices()]
            try:
                make_folder(self._file.parent)
                write_private(self._file, json.dumps(rows, indent=1).encode())
            except (OSError, StorageProblem) as error:
                why = error.strerror if isinstance(error, OSError) else error
                _log.warning("cannot write down which browsers are in: %s", why)
                raise StorageProblem(
                    f"cannot write down which browsers are in: {why}",
                    hint="see that the folder of your data has room and can be written",
                ) from None


def _read(file: Path) -> list[Device]:
    """The browsers of a file; none of a file that cannot be understood, which only means that they need a new key."""
    try:
        rows = json.loads(read_if_there(file, _LARGEST_FILE) or b"[]")
        return [
            Device(str(row["digest"]), str(row["agent"]), _instant(row["since"]), _instant(row["seen"])) for row in rows
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def _instant(text: str) -> datetime:
    """A time with its zone. Raises ValueError, TypeError."""
    found = datetime.fromisoformat(text)
    if found.utcoffset() is None:
        raise ValueError
    return found


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
