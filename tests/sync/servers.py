"""CalDAV servers on this machine, and a phone: a second client that shares no code with ours."""

from __future__ import annotations

import base64
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SECONDS = 60


@dataclass
class Server:
    """A server that is running, with one account."""

    url: str
    account: str
    password: str
    folder: Path

    @property
    def home(self) -> str:
        return f"{self.url}{self.account}/"

    def files(self, collection: str) -> Path:
        """Where the server keeps the objects of a collection, one file each."""
        (found,) = [each for each in self.folder.rglob(collection) if each.is_dir()]
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def process(*words: str, port: int, log: Path) -> Iterator[None]:
    """A server's process, from when its port answers until the end."""
    with log.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", *words], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        until = time.monotonic() + SECONDS
        while True:
            assert running.poll() is None, log.read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        running.terminate()
        running.wait(SECONDS)


@contextmanager
def radicale(folder: Path) -> Iterator[Server]:
    port = free_port()
    users = folder / "htpasswd"
    users.write_text("ana:secret\n")
    options = {
        "--storage-filesystem-folder": str(folder / "store"),
        "--server-hosts": f"127.0.0.1:{port}",
        "--auth-type": "htpasswd",
        "--auth-htpasswd-filename": str(users),
        "--auth-htpasswd-encryption": "plain",
        "--auth-delay": "0",
    }
    with process("radicale", *(f"{name}={value}" for name, value in options.items()), port=port, log=folder / "log"):
        yield Server(f"http://127.0.0.1:{port}/", "ana", "secret", folder / "store")


@contextmanager
def xandikos(folder: Path, *options: str, scheme: str = "http") -> Iterator[Server]:
    port = free_port()
    store = folder / "store"
    with process(
        "xandikos",
        "serve",
        "-d",
        str(store),
        "--defaults",
        "--current-user-principal",
        "/ana/",
        "--no-detect-systemd",
        "--state-dir",
        str(folder / "state"),
        "-l",
        "127.0.0.1",
        "-p",
        str(port),
        *options,
        port=port,
        log=folder / "log",
    ):
        yield Server(f"{scheme}://127.0.0.1:{port}/", "ana", "", store)


@dataclass
class Phone:
    """Another program on the same collection."""

    url: str
    account: str
    password: str
    seen: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, name: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
        request = urllib.request.Request(self.url + name, data=body, method=method)
        token = base64.b64encode(f"{self.account}:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
        for header, value in headers.items():
            request.add_header(header.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read().decode(errors="replace")

    def names(self) -> list[str]:
        body = b'<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
        status, _, text = self.ask("PROPFIND", "", body, Depth="1", Content_Type="application/xml")
        assert status == 207, text
        return sorted(re.findall(r"href>[^<]*?([^/<]+\.ics)<", text))

    def objects(self) -> dict[str, str]:
        return {name: self.get(name) for name in self.names()}

    def get(self, name: str) -> str:
        status, headers, text = self.ask("GET", name)
        assert status == 200, (name, text)
        self.seen[name] = next(value for header, value in headers.items() if header.lower() == "etag")
        return text.replace("\r\n", "\n")

    def put(self, name: str, text: str) -> None:
        condition = {"If_Match": self.seen[name]} if name in self.seen else {"If_None_Match": "*"}
        status, _, answer = self.ask(
            "PUT", name, text.replace("\n", "\r\n").encode(), Content_Type="text/calendar; charset=utf-8", **condition
        )
        assert status in (200, 201, 204), (status, answer)

    def change(self, name: str, *edits: tuple[str, str]) -> str:
        """Edit an object; an edit is a pattern of whole lines and what takes their place."""
        text = self.get(name)
        for pattern, by in edits:
            text, count = re.subn(rf"(?m)^{pattern}\n", lambda found, by=by: by, text)
            assert count, (pattern, text)
        self.put(name, text)
        return text

    def delete(self, name: str) -> None:
        status, _, answer = self.ask("DELETE", name)
        assert status in (200, 204), answer

    def titled(self, title: str) -> str:
        """The object with that title."""
        (name,) = [name for name, text in self.objects().items() if f"\nSUMMARY:{title}\n" in text]
        return name
