"""Forty clients at once on a real server with PostgreSQL behind it: no error, no waiting for a connection, and an end that finishes
what was begun.

A few seconds in the suite; longer with CROWD_SECONDS.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from studyplan.api import open_planner
from studyplan.store import migrate

CLIENTS = 40
SECONDS = float(os.environ.get("CROWD_SECONDS", "4"))


def test_a_crowd_on_a_server(postgres_url: str, tmp_path: Path) -> None:
    migrate.upgrade(postgres_url, tell=lambda line: None)
    with open_planner(postgres_url, learner="ana", today="2026-07-23", plans=tmp_path) as planner:
        planner.learners.add("ana")
        planner.plans.start("foundations", start="2026-07-20", days=30)
        tasks = [task.number for view in planner.queries.plan_views() for task in view.tasks if task.kind != "exam"]
    environ = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    group = ["--db", postgres_url, "--learner", "ana", "--today", "2026-07-23"]
    command = [sys.executable, "-m", "studyplan", *group, "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[-1]
        site = address.partition("/enter")[0]
        with httpx2.Client() as first:
            first.get(address)
            cookies = dict(first.cookies)
        until = time.monotonic() + SECONDS
        with ThreadPoolExecutor(CLIENTS) as pool:
            statuses = sum(
                pool.map(lambda n: client(site, cookies, tasks[n % len(tasks)], until), range(CLIENTS)), Counter()
            )
            # The last requests are on their way when the server is told to stop.
            last = [pool.submit(client, site, cookies, tasks[n], time.monotonic() + 0.5) for n in range(8)]
            time.sleep(0.2)
            told = time.monotonic()
            server.send_signal(signal.SIGTERM)
            errors = server.communicate(timeout=60)[1]
            ended = time.monotonic() - told
            finished = sum((each.result() for each in last), Counter())
    assert set(statuses) == {200, 303}, statuses
    assert statuses[303] > CLIENTS
    assert set(finished) <= {200, 303, 0}, finished
    assert ended < 30
    assert "Traceback" not in errors
    assert "QueuePool" not in errors


def client(site: str, cookies: dict[str, str], task: int, until: float) -> Counter[int]:
    """Look at the day, mark a task and open it again, until the time is over. What was not answered at all counts as 0."""
    found: Counter[int] = Counter()
    with httpx2.Client(cookies=cookies, headers={"origin": site}, timeout=60) as browser:
        while time.monotonic() < until:
            for method, path in (("GET", "/"), ("POST", f"/tasks/{task}/done"), ("POST", f"/tasks/{task}/reopen")):
                try:
                    found[browser.request(method, site + path).status_code] += 1
                except httpx2.TransportError:
                    found[0] += 1
                    return found
    return found
