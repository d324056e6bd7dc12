"""Browsers that were let in: one-time keys that become cookies. What is kept is a hash, so that the file lets nobody in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from threading import Lock

from studyplan.files import make_folder, read_if_there, write_private

#: A browser that was not seen for so long has to bring a new key.
KEPT = timedelta(days=30)
#: How long a key that was asked for in the settings waits for its browser.
WAITING = timedelta(minutes=10)
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

    ``file`` keeps the browsers over a restart; None keeps them in memory alone. ``now`` tells the time.
    """

    def __init__(self, now: Callable[[], datetime], file: Path | None = None) -> None:
        self._now = now
        self._file = file
        self._lock = Lock()
        self._keys: dict[str, datetime | None] = {}
        self._devices = {each.digest: each for each in _read(file)} if file else {}

    def new_key(self, waiting: timedelta | None = None) -> str:
        """A key that lets one browser in; ``waiting``: how long it is good for, None until it is used."""
        key = token_urlsafe(_BYTES)
        with self._lock:
            self._keys[_digest(key)] = self._now() + waiting if waiting else None
        return key

    def enter(self, key: str, agent: str) -> str | None:
        """Use up a key: the secret for the browser's cookie, or None for a key that is unknown, used or too old."""
        with self._lock:
            digest = _digest(key)
            if digest not in self._keys:
                return None
            until = self._keys.pop(digest)
            now = self._now()
            if until is not None and now > until:
                return None
            secret = token_urlsafe(_BYTES)
            self._put(Device(_digest(secret), agent[:200], now, now))
            return secret

    def device(self, secret: str | None) -> Device | None:
        """The browser that a cookie belongs to, if it is in."""
        if not secret or len(secret) > 100:
            return None
        with self._lock:
            found = self._devices.get(_digest(secret))
            now = self._now()
            if found is None or abs(now - found.seen) > KEPT:
                return None
            if abs(now - found.seen) > _NOTED:
                found = replace(found, seen=now)
                self._put(found)
            return found

    def devices(self) -> list[Device]:
        """The browsers that are in, the one seen last first."""
        with self._lock:
            now = self._now()
            kept = [each for each in self._devices.values() if abs(now - each.seen) <= KEPT]
        return sorted(kept, key=lambda each: each.seen, reverse=True)

    def end(self, digest: str) -> bool:
        """Sign a browser out; False if it is not in."""
        with self._lock:
            gone = self._devices.pop(digest, None)
            if gone is not None:
                self._write()
            return gone is not None

    def _put(self, device: Device) -> None:
        self._devices[device.digest] = device
        self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        rows = [asdict(each) | {"since": str(each.since), "seen": str(each.seen)} for each in self._devices.values()]
        make_folder(self._file.parent)
        write_private(self._file, json.dumps(rows, indent=1).encode())


def _read(file: Path) -> list[Device]:
    """The browsers of a file; none of a file that cannot be understood, which only means that they need a new key."""
    try:
        rows = json.loads(read_if_there(file, _LARGEST_FILE) or b"[]")
        return [
            Device(
                str(row["digest"]),
                str(row["agent"]),
                datetime.fromisoformat(row["since"]),
                datetime.fromisoformat(row["seen"]),
            )
            for row in rows
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "replace")).hexdigest()
