"""Who asks, and for what: the visitor of a page with a planner of their own, and the fields of the form that they sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from starlette.datastructures import ImmutableMultiDict, UploadFile

from studyplan.errors import UsageProblem
from studyplan.text import shown
from studyplan.web.site import Notice, Site

if TYPE_CHECKING:
    from studyplan.model import Attempt, Batch
    from studyplan.planner import Planner


T = TypeVar("T")


class SentForm(Mapping[str, str]):
    """The fields of a form, read as people write them. A field that is missing or blank reads as nothing."""

    def __init__(self, fields: ImmutableMultiDict[str, Any] | Sequence[tuple[str, str]] = ()) -> None:
        self._fields = ImmutableMultiDict(fields)

    def __getitem__(self, name: str) -> str:
        return self.text(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(self._fields.keys()))

    def __len__(self) -> int:
        return len(set(self._fields.keys()))

    def text(self, name: str) -> str:
        """A field without blanks around it. Browsers end lines with two signs, of which one is kept."""
        found = self._fields.get(name)
        return found.replace("\r\n", "\n").strip() if isinstance(found, str) else ""

    def texts(self, name: str) -> list[str]:
        """All fields of one name that hold something."""
        return [each.strip() for each in self._fields.getlist(name) if isinstance(each, str) and each.strip()]

    def has(self, name: str) -> bool:
        """Whether a box was ticked, or a button of that name pressed."""
        return bool(self.text(name))

    def column(self, name: str) -> list[str]:
        """All fields of one name, empty ones too: they stand beside those of another name."""
        return [each.strip() for each in self._fields.getlist(name) if isinstance(each, str)]

    def whole(self, name: str) -> int | None:
        """A whole number. Raises UsageProblem."""
        text = self.text(name)
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise UsageProblem(f"'{text[:40]}' is not a whole number", hint="write it in digits, like 45")
        return int(text)

    def minutes(self, name: str) -> int | None:
        """A length of time: 45, 1h30. Raises UsageProblem."""
        from studyplan.notation import length

        text = self.text(name)
        return length(text) if text else None

    def day(self, name: str, today: date, *, past: bool = False) -> date | None:
        """A day, as a browser's date field writes it or as people do. Raises UsageProblem."""
        from studyplan.notation import day

        text = self.text(name)
        return day(text, today, past=past) if text else None

    def instant(self, name: str) -> datetime | None:
        """An instant, as scripts write it: 2026-07-23T10:00:00Z. Raises UsageProblem, also for one without a zone."""
        text = self.text(name)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
            if found.tzinfo is not None:
                return found.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise UsageProblem(f"'{shown(text[:40])}' is not a time with its zone")

    def file(self, name: str) -> bytes | None:
        """The bytes of a file that was chosen."""
        found = self._fields.get(name)
        return found.file.read() if isinstance(found, UploadFile) and found.filename else None

    def file_name(self, name: str) -> str:
        """What a file that was chosen is called on its own machine; empty without one."""
        found = self._fields.get(name)
        return (found.filename or "") if isinstance(found, UploadFile) else ""

    def pairs(self, but: Sequence[str] = ()) -> list[tuple[str, str]]:
        """All fields of text, to be sent once more."""
        return [(name, text) for name, text in self._fields.multi_items() if isinstance(text, str) and name not in but]


class Visitor:
    """A browser that is in, for one request. ``planner`` is its own; ``tell`` leaves a line for its next page."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.site: Site = request.app.state.site
        self.device: str = request.scope["state"]["device"]

    @property
    def planner(self) -> Planner:
        found: Planner | None = getattr(self.request.state, "planner", None)
        if found is None:
            found = self.request.state.planner = self.site.source.planner()
        return found

    @property
    def tests(self) -> dict[int, Attempt | None]:
        """The tests that can be sat, by the number of their task, each with the attempt that was begun: looked up once a request, and
        only where a page shows one."""
        found: dict[int, Attempt | None] | None = getattr(self.request.state, "tests", None)
        if found is None:
            found = self.request.state.tests = self.planner.mock.waiting()
        return found

    def local(self, at: datetime) -> datetime:
        """An instant on the learner's wall clock."""
        zone = getattr(self.request.state, "zone", "")
        if zone == "":
            zone = self.request.state.zone = self.planner.queries.zone()
        return self.planner.clock.at(zone).wall(at)

    def once(self, form: SentForm, act: Callable[[Planner], T]) -> T | None:
        """Carry out what a form asks, in one transaction, and only once where its sender gave it a name of its own: a device that
        never saw the answer sends it again. ``act`` may be called twice. None: it was carried out before.

        Raises UsageProblem for a name that is no UUID, Conflict for one that another form had.
        """
        name = self.request.headers.get("idempotency-key")
        if name is None:
            return act(self.planner)
        try:
            key = UUID(name)
        except ValueError:
            raise UsageProblem("the name of this request is not a UUID") from None
        found: list[T] = []

        def kept(planner: Planner) -> dict[str, object]:
            found.append(act(planner))
            return {}

        # When it was tapped, and what was known then, is told only where it is sent later; it is the same tap.
        asked = json.dumps([self.request.url.path, sorted(form.pairs(but=("done_at", "known_at")))]).encode()
        return None if self.planner.requests.once(key, asked, kept).is_repeat else found[-1]

    def tell(
        self, line: str, *, kind: str = "done", undo: Batch | bool | None = None, more: Sequence[str] = ()
    ) -> None:
        """Leave a line for the next page. ``undo``: the change that it offers to take back; True: the one just made."""
        change = self.planner.history.newest() if undo is True else undo or None
        self.site.notices.put(self.device, Notice(line, kind, change.number if change else None, more))


def query_of(visitor: Visitor) -> SentForm:
    """What the address of a page asks for, read as the fields of a form are."""
    return SentForm(visitor.request.query_params)


async def _form(request: Request) -> AsyncIterator[SentForm]:
    """The form of a request, read before its handler runs in a thread. Kept with the request, to be asked about once more."""
    async with request.form() as fields:
        form = request.state.form = SentForm(fields)
        yield form


async def _visitor(request: Request) -> Visitor:
    return Visitor(request)


Here = Annotated[Visitor, Depends(_visitor)]
Sent = Annotated[SentForm, Depends(_form)]
