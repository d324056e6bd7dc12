"""Runs that are killed at any moment: the next one goes on, nothing is lost or there twice."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from between import Passing, Proxy, proxy
from servers import Phone, Server
from terminals import Terminal

#: How often a run is killed.
KILLS = 5


@dataclass
class Killer:
    """Kills a run when a request of its passes, before the server has it or after the server has answered."""

    between: Proxy
    running: subprocess.Popen[bytes] | None = None
    left: int = 0
    late: bool = False
    killed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.between.ahead = lambda passing: self._pass(passing, late=False)
        self.between.behind = lambda passing: self._pass(passing, late=True)

    def _pass(self, passing: Passing, *, late: bool) -> None:
        if self.running is None or late is not self.late:
            return
        self.left -= 1
        if self.left == 0:
            self.running.kill()
            self.killed.append(passing.method)

    def run(self) -> None:
        """One run, killed at one of its first requests."""
        self.left, self.late = random.randint(1, 6), random.random() < 0.5
        self.running = subprocess.Popen(
            [sys.executable, "-m", "studyplan", "--today", "2026-07-01", "sync"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.running.wait()
        self.running = None


@pytest.fixture
def between(radicale_server: Server) -> Iterator[Proxy]:
    with proxy(radicale_server.url) as made:
        yield made


def test_killed_runs(
    between: Proxy, radicale_server: Server, connect: Callable[..., Phone], terminal: Terminal
) -> None:
    """A first run is killed again and again, then one that carries changes in both directions."""
    phone = connect(replace(radicale_server, url=between.url))
    tasks = terminal.ok("tasks", "--json").json["plans"][0]["tasks"]
    killer = Killer(between)
    for _ in range(KILLS):
        killer.run()
    terminal.ok("sync")
    assert len(phone.names()) == len(tasks)
    for name in phone.names()[:4]:
        phone.change(name, ("STATUS:.*", "STATUS:COMPLETED\n"))
    terminal.ok("edit", "1", "--title", "Another title")
    terminal.ok("remove", "2")
    for _ in range(KILLS):
        killer.run()
    report = terminal.ok("sync", "--json").json["calendars"][0]
    assert report["trouble"] == []
    assert killer.killed
    quiet = terminal.ok("sync", "--json").json["calendars"][0]
    assert not any(quiet["there"].values())
    assert quiet["here"]["changes"] == []
    after = terminal.ok("tasks", "--json").json["plans"][0]["tasks"]
    texts = phone.objects()
    assert len(texts) == len(after) == len(tasks) - 1
    assert sum("STATUS:COMPLETED" in text for text in texts.values()) == sum(t["status"] == "done" for t in after)
    assert sum("SUMMARY:Another title" in text for text in texts.values()) == 1
    assert "No problem" in terminal.ok("db", "check").out
