"""A real `serve` from its start to its end: what stands in its log, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2

from studyplan.web.app import AT_ONCE


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server with its log, and the address that it prints."""
    environ = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "studyplan", "--db", str(folder / "a.db"), "serve", "--port", "0", "--log"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server, server.stdout.readline().split()[-1]
        finally:
            server.kill()


def begun(address: str, cookie: str) -> socket.socket:
    """A connection on which half of a form was sent."""
    host = address.partition("//")[2].partition("/")[0]
    name, _, port = host.partition(":")
    made = socket.create_connection((name, int(port)))
    head = (
        f"POST /undo HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nback="
    )
    made.sendall(head.encode())
    return made


def test_the_end_is_clean(tmp_path: Path) -> None:
    """Who leaves amid a form is no failure of ours, and who has not finished at the end is told so: no traceback, and status 0."""
    with serving(tmp_path) as (server, address):
        assert server.stderr is not None
        with httpx2.Client() as client:
            cookie = client.get(address).headers["set-cookie"].partition(";")[0]
        begun(address, cookie).close()
        lines = iter(server.stderr.readline, "")
        assert any("POST /undo 499" in line for line in lines)
        with closing(begun(address, cookie)) as unfinished:
            time.sleep(0.3)
            server.send_signal(signal.SIGTERM)
            answer = unfinished.recv(1000)
            assert answer.startswith(b"HTTP/1.1 503")
            errors = server.communicate(timeout=60)[1]
    assert server.returncode == 0
    assert "Traceback" not in errors
    assert "POST /undo 503" in errors


def test_a_database_that_another_program_writes_to(tmp_path: Path) -> None:
    """Forms say so after a few seconds, and meanwhile the health is told at once."""
    with serving(tmp_path) as (_, address):
        site = address.partition("/enter")[0]
        with httpx2.Client() as client:
            client.get(address)
            cookies = dict(client.cookies)
        headers = {"origin": site, "accept": "application/json"}

        def start(_: int) -> httpx2.Response:
            with httpx2.Client(cookies=cookies, headers=headers, timeout=60) as client:
                return client.post(f"{site}/start/foundations", data={"start": "2026-07-20", "days": "30"})

        assert start(0).status_code in (200, 204, 303)
        with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with ThreadPoolExecutor(AT_ONCE) as pool:
                posts = [
                    pool.submit(httpx2.post, f"{site}/tasks/1/done", cookies=cookies, headers=headers, timeout=60)
                    for _ in range(AT_ONCE)
                ]
                time.sleep(1)
                assert httpx2.get(f"{site}/health", timeout=3).json() == {"status": "ok"}
                answers = [each.result() for each in posts]
        assert {each.status_code for each in answers} == {503}
        assert all("locked by another program" in each.text for each in answers)
