"""Where a database is: the URLs and paths that people name, and how one is named to them. No password is ever shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from studyplan.errors import StorageProblem


@dataclass(frozen=True)
class Place:
    """Where a database is. ``str()`` names it for people, without user and password."""

    url: URL

    @classmethod
    def of(cls, text: str) -> Place:
        """A SQLAlchemy URL or a path. Raises StorageProblem for what is neither SQLite nor PostgreSQL."""
        if "://" not in text:
            if not text:
                raise StorageProblem("the database's name is empty", hint="--db takes a path or a URL")
            path = text if text == ":memory:" else str(Path(text).expanduser().absolute())
            return cls(URL.create("sqlite", database=path))
        try:
            url = make_url(text)
        except (ArgumentError, ValueError):
            raise StorageProblem(
                "the database URL is not valid",
                hint="write it like sqlite:///studyplan.db or postgresql://user@host:5432/studyplan",
            ) from None
        kind = url.drivername.partition("+")[0]
        if kind in {"postgres", "postgresql"}:
            return cls(url.set(drivername="postgresql+psycopg"))
        if kind != "sqlite":
            raise StorageProblem(f"studyplan does not work with '{kind}' databases", hint="use sqlite or postgresql")
        if url.host or url.query or (url.database or "").startswith("file:"):
            raise StorageProblem(
                "a sqlite URL can only contain a path", hint="write it like sqlite:////home/ana/studyplan.db"
            )
        if url.database in {None, "", ":memory:"}:
            return cls(URL.create("sqlite", database=":memory:"))
        return cls(URL.create("sqlite", database=str(Path(url.database or "").expanduser().absolute())))

    @property
    def is_sqlite(self) -> bool:
        return self.url.drivername == "sqlite"

    @cached_property
    def path(self) -> Path | None:
        """The file; None for PostgreSQL and for a database in memory."""
        if not self.is_sqlite or self.url.database == ":memory:":
            return None
        return Path(self.url.database or "")

    def __str__(self) -> str:
        if self.is_sqlite:
            return self.url.database or ""
        host = self.url.host or str(self.url.query.get("host") or "") or "the local socket"
        port = f":{self.url.port}" if self.url.port else ""
        return f"database '{self.url.database or self.url.username or ''}' on {host}{port}"
