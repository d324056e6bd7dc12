"""A proxy on this machine that changes what passes, and a server that answers what a test says."""

from __future__ import annotations

import http.client
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Passing:
    """A request, and its answer once there is one."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    answer: dict[str, str] = field(default_factory=dict)
    text: bytes = b""

    def reply(self, status: int, text: str = "", **headers: str) -> Passing:
        self.status, self.text = status, text.encode()
        self.answer = {name.replace("_", "-"): value for name, value in headers.items()}
        return self


class Dropped(Exception):
    """The connection ends without an answer."""


@dataclass
class Proxy:
    """``ahead`` sees a request before the server does and may answer it itself; ``behind`` sees the answer."""

    url: str
    behind_it: str | None
    ahead: Callable[[Passing], Passing | None] = lambda passing: None
    behind: Callable[[Passing], None] = lambda passing: None
    log: list[Passing] = field(default_factory=list)

    def methods(self) -> list[str]:
        return [each.method for each in self.log]

    def forwarded(self, passing: Passing) -> Passing:
        answered = self.ahead(passing)
        if answered is None:
            assert self.behind_it is not None
            place = urlsplit(self.behind_it)
            connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
            try:
                connection.request(passing.method, passing.path, passing.body, passing.headers)
                answer = connection.getresponse()
                passing.status, passing.text = answer.status, answer.read()
                passing.answer = dict(answer.getheaders())
            finally:
                connection.close()
        self.behind(passing)
        self.log.append(passing)
        return passing


@contextmanager
def proxy(behind_it: str | None = None) -> Iterator[Proxy]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *words: Any) -> None:
            """Nothing is printed."""

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "host")}
            passing = Passing(self.command, self.path, kept, body)
            try:
                passing = made.forwarded(passing)
            except Dropped:
                made.log.append(passing)
                self.close_connection = True
                return
            # Whoever asked may be gone by now.
            with suppress(ConnectionError):
                self.send_response(passing.status)
                for name, value in passing.answer.items():
                    if name.lower() not in ("transfer-encoding", "content-length", "connection", "server", "date"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(passing.text)))
                self.end_headers()
                self.wfile.write(passing.text)

        do_GET = do_PUT = do_DELETE = do_PROPFIND = do_REPORT = do_MKCALENDAR = do_OPTIONS = answer

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Proxy(f"http://127.0.0.1:{server.server_address[1]}/", behind_it)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def raw(answer: Callable[[bytes], Iterator[bytes]]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers each head of a request with bytes as they are, piece by piece; its address, and the heads."""
    heads: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = b"".join(iter(self.rfile.readline, b"\r\n"))
            heads.append(head)
            with suppress(OSError):
                for piece in answer(head):
                    self.wfile.write(piece)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", heads
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
