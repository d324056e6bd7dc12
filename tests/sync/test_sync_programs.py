"""What other programs make of what we put on a server, and we of what they do there: khal and todoman on the very files
that Radicale keeps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from servers import Phone, Server
from terminals import Terminal

Program = Callable[..., str]


@pytest.fixture
def program(tmp_path: Path) -> Callable[[Path], Program]:
    """khal and todoman, each on one folder of objects, by settings of their own."""

    def on(folder: Path) -> Program:
        (tmp_path / "khal.conf").write_text(
            f"[calendars]\n[[plan]]\npath = {folder}\n[locale]\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\n"
            "longdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            f"local_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\n[sqlite]\npath = {tmp_path / 'khal.db'}\n"
        )
        (tmp_path / "todoman.py").write_text(
            f"path = {str(folder)!r}\ndate_format = '%Y-%m-%d'\ntime_format = '%H:%M'\n"
            f"default_list = {folder.name!r}\ncache_path = {str(tmp_path / 'todoman.db')!r}\n"
        )
        settings = {"khal": ["-c", str(tmp_path / "khal.conf")], "todo": ["--config", str(tmp_path / "todoman.py")]}

        def run(name: str, *words: str) -> str:
            ran = subprocess.run(
                [Path(sys.executable).with_name(name), *settings[name], *words],
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "HOME": str(tmp_path), "TZ": "Europe/Berlin", "XDG_DATA_HOME": str(tmp_path)},
            )
            assert ran.returncode == 0, ran.stderr
            return ran.stdout

        return run

    return on


@pytest.mark.parametrize("form", ["events", "timed"])
def test_khal_shows_the_plan(
    form: str,
    radicale_server: Server,
    connect: Callable[..., Phone],
    terminal: Terminal,
    program: Callable[[Path], Program],
) -> None:
    """khal lists every event on its day, whole days or in the study hours."""
    phone = connect(radicale_server, form)
    terminal.ok("done", "1")
    terminal.ok("sync")
    run = program(radicale_server.files(phone.url.rstrip("/").rpartition("/")[2]))
    told = run("khal", "list", "--format", "{start}|{title}", "--day-format", "", "2026-07-01", "10d")
    shown = sorted(tuple(line.split("|")) for line in told.splitlines() if "|" in line)
    tasks = terminal.ok("tasks", "--json").json["plans"][0]["tasks"]
    assert len(shown) == len(tasks)
    assert {start[:10] for start, _ in shown} == {task["date"] for task in tasks}
    assert "✓ Learn the words" in {title for _, title in shown}
    if form == "timed":
        # The exam has no hour that anybody told, so it takes the day.
        assert all(start[11:] >= "19:00" for start, title in shown if title != "The exam")


def test_todoman_ticks_off(
    radicale_server: Server, connect: Callable[..., Phone], terminal: Terminal, program: Callable[[Path], Program]
) -> None:
    """todoman lists the to-dos with their days; what it marks done or moves comes here."""
    phone = connect(radicale_server)
    terminal.ok("sync")
    run = program(radicale_server.files(phone.url.rstrip("/").rpartition("/")[2]))
    listed = json.loads(run("todo", "--porcelain", "list", "--sort", "due"))
    tasks = terminal.ok("tasks", "--json").json["plans"][0]["tasks"]
    assert len(listed) == len(tasks)
    pieces = {f"{task['title']} ({task['part']}/{task['parts']})" for task in tasks if task["parts"] > 1}
    assert pieces <= {each["summary"] for each in listed}
    number = {each["summary"]: str(each["id"]) for each in listed}
    run("todo", "done", number["Learn the words"])
    run("todo", "edit", number["Answer the quiz"], "--due", "2026-07-06")
    terminal.ok("sync")
    after = {task["title"]: task for task in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]}
    assert after["Learn the words"]["status"] == "done"
    assert after["Answer the quiz"]["date"] == "2026-07-06"
    report = terminal.ok("sync", "--json").json["calendars"][0]
    assert not any(report["there"].values())
