"""A CalDAV server of one calendar, one kind of whose answers is damaged: what `sync` is given by a server that means harm."""

from __future__ import annotations

import gzip
import socketserver
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from random import Random
from xml.sax.saxutils import escape

from fuzz_damage import damaged

KINDS = ("PROPFIND", "sync-collection", "calendar-multiget", "GET", "PUT", "DELETE")
_WORDS = (
    *("207", "404", "200 OK", "301", "401", "403", "412", "423", "429", "500", "503", "507", "HTTP/1.1 507 Full"),
    *("Location: https://example.org/\x1b[2J", "Location: //[", "Retry-After: Fri, 27 Nov 2099 23:59:00 GMT", "W/"),
    *('WWW-Authenticate: Digest realm="r", nonce="n"', "WWW-Authenticate: Negotiate", "Retry-After: -1"),
    *("Content-Encoding: gzip", "Content-Encoding: br", "Transfer-Encoding: chunked", "Content-Length: 0"),
    *("Content-Length: 999999999", "Content-Type: text/html", "Set-Cookie: a=b", 'ETag: "x"'),
    *("<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "<![CDATA[", "]]>", "<D:response>", "</D:href>", "<D:error/>"),
    *("/cal/", "/", "..", "/cal/../", "%2e%2e", "%00", "\x00", "https://example.org/cal/x.ics", "%ff", "\u202e"),
    *("BEGIN:VTODO", "END:VCALENDAR", "DUE:99991231T235959Z", "DUE;TZID=x:20260701T100000", "RRULE:FREQ=DAILY"),
    *("STATUS:COMPLETED", "SUMMARY:\u202eevil", "SUMMARY:", "UID:x", "COMPLETED:20260701", "SEQUENCE:9" * 400),
)
_TALL = "<a>" * 60_000 + "</a>" * 60_000
#: Answers that are made to fill memory or time.
_GREEDY: Sequence[Callable[[], bytes]] = (
    lambda: _answer(207, gzip.compress(b" " * 200_000_000, 1), "Content-Encoding: gzip"),
    lambda: _answer(207, gzip.compress(b"<a/>" * 20_000_000, 1), "Content-Encoding: gzip"),
    lambda: _answer(207, b"<multistatus xmlns='DAV:'>" + b"<response/>" * 1_400_000),
    lambda: _answer(207, b"<multistatus xmlns='DAV:'>" + b"<response/>" * 490_000 + b"</multistatus>"),
    lambda: _answer(207, b"<multistatus xmlns='DAV:' " + b" ".join(b'a%d="b"' % n for n in range(490_000)) + b"/>"),
    lambda: _answer(207, b"<multistatus xmlns='DAV:'>" + b"x" * 15_000_000 + b"</multistatus>"),
    lambda: _answer(207, f"<multistatus xmlns='DAV:'>{_TALL}</multistatus>".encode()),
    lambda: _answer(200, b"BEGIN:VCALENDAR\r\n" + b"A:\r\n" * 240_000),
    lambda: _answer(200, b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VTODO\r\n" * 70_000),
    lambda: _answer(200, b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nSUMMARY:" + b"x\r\n " * 240_000),
    lambda: b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200_000 + b"\r\n",
    lambda: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 200_000 + b"0\r\n\r\n",
)


def _answer(status: int, body: bytes, *more: str, kind: str = "application/xml") -> bytes:
    lines = (f"HTTP/1.1 {status} OK", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *more)
    return "\r\n".join((*lines, "Connection: close", "", "")).encode() + body


class Calendar:
    """The server. ``injury``: a kind of answer, and what is sent in its place."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[int, bytes]] = {}
        self.injury: tuple[str, bytes] | None = None
        self._changes = 0
        calendar = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = 30

            def handle(self) -> None:
                with suppress(OSError, ValueError):
                    lines = [line.decode("latin-1") for line in iter(self.rfile.readline, b"\r\n")]
                    method, path, _ = lines[0].split(" ")
                    fields = dict(line.rstrip().lower().split(": ", 1) for line in lines[1:])
                    body = self.rfile.read(int(fields.get("content-length", 0)))
                    self.wfile.write(calendar.answered(method, path, fields, body))

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/cal/"

    def answered(self, method: str, path: str, fields: dict[str, str], body: bytes) -> bytes:
        kind = next((each for each in KINDS if each.encode() in body), method)
        name = path.rpartition("/")[2]
        right = self._right(kind, name, fields, body)
        return self.injury[1] if self.injury is not None and self.injury[0] == kind else right

    def _right(self, kind: str, name: str, fields: dict[str, str], body: bytes) -> bytes:
        if kind in ("PROPFIND", "sync-collection"):
            return self.listing()
        if kind == "calendar-multiget":
            return self.multiget()
        if kind == "GET":
            return self.object(name) if name in self.objects else _answer(404, b"")
        known = self.objects.get(name)
        met = f'"{known[0]}"' == fields.get("if-match") if known else "if-match" not in fields
        if not met:
            return _answer(412, b"")
        self._changes += 1
        if kind == "DELETE":
            self.objects.pop(name, None)
            return _answer(204, b"")
        self.objects[name] = (self._changes, body)
        return _answer(201, b"", f'ETag: "{self._changes}"')

    def listing(self) -> bytes:
        top = "<C:calendar/><D:collection/>"
        entries = [("/cal/", f"<D:displayname>plan</D:displayname><D:resourcetype>{top}</D:resourcetype>")]
        entries += [
            (f"/cal/{name}", f'<D:getetag>"{number}"</D:getetag><D:resourcetype/>')
            for name, (number, _) in self.objects.items()
        ]
        return _answer(207, _multistatus(entries, f"<D:sync-token>t{self._changes}</D:sync-token>"))

    def multiget(self) -> bytes:
        return _answer(
            207,
            _multistatus(
                (
                    f"/cal/{name}",
                    f'<D:getetag>"{number}"</D:getetag><C:calendar-data>{escape(text.decode())}</C:calendar-data>',
                )
                for name, (number, text) in self.objects.items()
            ),
        )

    def object(self, name: str) -> bytes:
        number, text = self.objects[name]
        return _answer(200, text, f'ETag: "{number}"', kind="text/calendar")

    def edited(self, dice: Random) -> None:
        """A phone does something with some of the entries."""
        for name in dice.sample(sorted(self.objects), 2):
            self._changes += 1
            _, text = self.objects[name]
            self.objects[name] = (self._changes, text.replace(b"STATUS:NEEDS-ACTION", b"STATUS:COMPLETED"))

    def injured(self, dice: Random) -> bytes:
        """A kind of answer, and what is to be sent in its place."""
        kind = dice.choice(KINDS)
        if dice.random() < 0.01:
            return kind.encode() + b"\n" + dice.choice(_GREEDY)()
        right = {
            "PROPFIND": self.listing,
            "sync-collection": self.listing,
            "calendar-multiget": self.multiget,
            "GET": lambda: self.object(dice.choice(sorted(self.objects))),
        }.get(kind, lambda: _answer(201, b"", 'ETag: "9"'))()
        head, _, body = right.partition(b"\r\n\r\n")
        if dice.random() < 0.3 or not body:
            head = damaged(dice, [head], _WORDS)
        else:
            body = damaged(dice, [body], _WORDS)
        if dice.random() < 0.9:
            # Most often what is damaged is sent whole.
            head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length"))
        return kind.encode() + b"\n" + head + b"\r\n\r\n" + body


def _multistatus(entries: Iterable[tuple[str, str]], more: str = "") -> bytes:
    inner = "".join(
        f"<D:response>\n<D:href>{href}</D:href>\n<D:propstat><D:prop>{properties}</D:prop>\n"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat>\n</D:response>\n"
        for href, properties in entries
    )
    space = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus {space}>\n{inner}{more}</D:multistatus>'.encode()
