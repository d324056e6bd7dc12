"""What pages and feeds cost a server, beside a bare reply of FastAPI by the same server in the same run.

    .venv/bin/python benchmarks/web.py                  # feeds, pages, the start
    .venv/bin/python benchmarks/web.py --requests 200   # quicker, and rougher

CPU time of the serving process alone: whoever asks is another process. Each row is the median of its rounds, which take turns.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from threading import Thread

import uvicorn
from fastapi import FastAPI, Response

from studyplan.api import PlannerSource
from studyplan.config import load
from studyplan.web.app import build
from studyplan.web.cookies import session_cookie
from studyplan.web.guard import Address
from studyplan.web.sessions import Sessions
from studyplan.web.site import Site

#: Asks so many times over one connection, as a calendar or a proxy does; prints the status and the size of the last answer.
CLIENT = """
import http.client, sys
port, path, many, *pairs = sys.argv[1:]
headers = dict(pair.split("=", 1) for pair in pairs)
connection = http.client.HTTPConnection("127.0.0.1", int(port))
for _ in range(int(many)):
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
print(answer.status, len(body), answer.headers.get("etag", ""))
"""


def bare() -> FastAPI:
    """The least that FastAPI does for an answer by a plain function."""
    made = FastAPI(openapi_url=None)

    @made.get("/bare")
    def reply() -> Response:
        return Response("ok")

    return made


def studied(folder: Path, port: int) -> tuple[Site, str]:
    """A site with a plan of some 70 tasks, and the token of a feed of it."""
    flags = {"database": str(folder / "study.db"), "config": str(folder / "none.toml"), "learner": "ana", "today": None}
    config = load({**flags, "plans": None}, {})
    source = PlannerSource(config)
    planner = source.planner()
    planner.plans.start("foundations", days=30)
    token = planner.feeds.add("phone").token
    return Site(config, source, Address.of(port), Sessions(planner.clock.now)), token


@contextmanager
def served(app: FastAPI, port: int) -> Iterator[None]:
    """A server in a thread of this process."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False, lifespan="on"))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


#: Starts the server's application as `serve` does and asks for today's page once; prints the CPU seconds of all that.
FIRST_PAGE = """
import sys, time
from pathlib import Path
from fastapi.testclient import TestClient
from studyplan.api import PlannerSource
from studyplan.config import load
from studyplan.web.serving import Address, Sessions, Site, build, Clock
config = load({"database": sys.argv[1], "config": sys.argv[2], "learner": "ana"}, {})
site = Site(config, PlannerSource(config), Address.of(8765), Sessions(Clock().now))
with TestClient(build(site), base_url="http://127.0.0.1:8765") as browser:
    answer = browser.get(f"/enter?key={site.sessions.new_key()}")
    assert answer.status_code == 200 and "Today" in answer.text
print(time.process_time())
"""


def first_page(folder: Path) -> float:
    """CPU seconds from the start of the interpreter to today's page."""
    command = [sys.executable, "-c", FIRST_PAGE, str(folder / "study.db"), str(folder / "none.toml")]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def asked(port: int, path: str, many: int, **headers: str) -> tuple[float, int, int, str]:
    """Milliseconds of CPU an answer, and the status, size and tag of the last one."""
    pairs = [f"{name.replace('_', '-')}={value}" for name, value in headers.items()]
    before = time.process_time()
    command = [sys.executable, "-c", CLIENT, str(port), path, str(many), *pairs]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    spent = 1000 * (time.process_time() - before) / many
    return spent, int(told[0]), int(told[1]), told[2] if len(told) > 2 else ""


def free_port() -> int:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


#: The pages that are measured.
PAGES = ("/", "/week", "/tasks", "/tasks/9", "/review", "/replan", "/progress")


def answers(many: int, rounds: int) -> None:
    """Each kind of answer beside a bare one: the feed, unchanged nearly always, and the pages."""
    ports = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        site, token = studied(Path(folder), ports[1])
        path = f"/feed/{token}.ics"
        secret = site.sessions.enter(site.sessions.new_key(), "benchmark") or ""
        with served(bare(), ports[0]), served(build(site), ports[1]):
            began = time.process_time()
            site.source.planner().feeds.body(token)
            made = 1000 * (time.process_time() - began)
            _, _, _, tag = asked(ports[1], path, 2)
            rows: dict[str, tuple[int, str, dict[str, str]]] = {
                "a bare reply": (ports[0], "/bare", {}),
                "the feed, unchanged (304)": (ports[1], path, {"if_none_match": tag}),
                "the feed, whole (200)": (ports[1], path, {}),
                "the feed, packed (200)": (ports[1], path, {"accept_encoding": "gzip"}),
                "an address that nobody has (404)": (ports[1], f"/feed/1-1-{'a' * 32}.ics", {}),
            }
            cookie = {"cookie": f"{session_cookie(site.address)}={secret}"}
            rows |= {f"the page {page}": (ports[1], page, cookie) for page in PAGES}
            found: dict[str, list[tuple[float, int, int, str]]] = {name: [] for name in rows}
            for _ in range(rounds):
                for name, (port, asking, headers) in rows.items():
                    times = many if name in list(rows)[:5] else max(1, many // 10)
                    found[name].append(asked(port, asking, times, **headers))
        first = min(first_page(Path(folder)) for _ in range(rounds))
        site.source.close()
    bare_spent = median(spent for spent, *_ in found["a bare reply"])
    print("| answer | status | bytes | ms CPU | rate beside the bare reply |")
    print("| --- | --- | --- | --- | --- |")
    for name, taken in found.items():
        spent = median(each[0] for each in taken)
        print(f"| {name} | {taken[-1][1]} | {taken[-1][2]:,} | {spent:.2f} | {bare_spent / spent:.2f} |")
    print(
        f"\nTo write the calendar once more, after a change: {made:.0f} ms. From the start to the first page: {first:.2f} s."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=1000, help="requests of each row and round")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    answers(given.requests, given.rounds)


if __name__ == "__main__":
    main()
