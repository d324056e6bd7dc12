"""Runs the application: the socket, uvicorn, and the way it ends. Imported by the command ``serve`` alone."""

from __future__ import annotations

import errno
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING

import uvicorn

from studyplan.clock import Clock
from studyplan.config import data_folder
from studyplan.errors import Conflict, UsageProblem
from studyplan.web.app import AT_ONCE, build
from studyplan.web.guard import Address
from studyplan.web.sessions import STARTING, Sessions
from studyplan.web.site import Site

if TYPE_CHECKING:
    from studyplan.api import PlannerSource
    from studyplan.config import Config

#: Seconds that a request waits for another program that is writing to the database: others want their turn too.
PATIENCE = 5.0
#: Seconds that requests have to finish once the server was told to stop.
_GRACE = 5


def serve(
    config: Config,
    source: PlannerSource,
    host: str,
    port: int,
    ready: Callable[[str], None],
    log: Callable[[str], None] | None,
) -> None:
    """Serve until a signal comes. ``ready`` is called with the address to open once the socket listens, ``log`` with a line for
    each request.

    Raises UsageProblem for a host that others reach, Conflict for a port that is taken.
    """
    listening = _socket(host, port)
    with listening:
        taken = listening.getsockname()[1]
        address = Address.of(taken, config.base_url)
        sessions = Sessions(Clock().now, data_folder() / f"browsers-{taken}.json")
        app = build(Site(config, source, address, sessions))
        # Of a form that is none it would print a line each time.
        logging.getLogger("python_multipart").setLevel(logging.ERROR)
        if log is not None:
            _log_to(log)
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="on",
                backlog=128,
                limit_concurrency=40 * AT_ONCE,
                timeout_graceful_shutdown=_GRACE,
            )
        )
        ready(f"{address.base_url}/enter?key={sessions.new_key(STARTING)}")
        with _asked_to_end(server):
            server.run(sockets=[listening])


@contextmanager
def _asked_to_end(server: uvicorn.Server) -> Iterator[None]:
    """Take SIGTERM for the usual end that it is. Once uvicorn has ended it raises the signals that came once more, for what was
    there before: that would end the process as if it had been killed."""

    def end(*_: object) -> None:
        server.should_exit = True

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _log_to(log: Callable[[str], None]) -> None:
    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            log(record.getMessage())

    logger = logging.getLogger("studyplan.web")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(Lines())


def _socket(host: str, port: int) -> socket.socket:
    place = {"localhost": "127.0.0.1"}.get(host, host)
    try:
        is_loopback = ip_address(place).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise UsageProblem(
            f"{host} can be reached from other machines, and the page asks for no password",
            hint="leave out --host, and put a proxy with https and a sign-in in front of it",
        )
    made = socket.socket(socket.AF_INET6 if ":" in place else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((place, port))
        made.listen(128)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise Conflict(
                f"port {port} is taken", hint="give another one with --port, or --port 0 for any", slug="port-taken"
            ) from None
        raise UsageProblem(f"cannot listen on {host}, port {port}: {error.strerror or error}") from None
    return made
