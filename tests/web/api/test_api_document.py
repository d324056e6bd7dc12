"""`docs/reference/api.md` tells the truth: its lines run against a real `serve`, and it names every call there is."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from calling import Program

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "api.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


def test_its_lines_run_against_a_real_server(tmp_path: Path) -> None:
    """In order, in one shell, by the curl that is there; each must succeed and print an object."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STUDYPLAN_")}
    environ |= {
        "HOME": str(tmp_path),
        "CURL_HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path),
        "PYTHONUNBUFFERED": "1",
        "STUDYPLAN_DATABASE_URL": str(tmp_path / "study.db"),
        "STUDYPLAN_CONFIG": str(tmp_path / "none.toml"),
    }
    (tmp_path / ".curlrc").write_text('silent\nshow-error\nnoproxy = "*"\nwrite-out = "\\n"\n')
    studyplan = [sys.executable, "-m", "studyplan"]
    subprocess.run([*studyplan, "start", "foundations"], env=environ, check=True, capture_output=True)
    with subprocess.Popen(
        [*studyplan, "serve", "--port", "0"], env=environ, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            environ["STUDY"] = server.stdout.readline().removeprefix("Your plan is at ").partition("/enter")[0]
            made, listed = blocks("sh")[0].strip().splitlines()
            script = [f'studyplan() {{ "{sys.executable}" -m studyplan "$@"; }}', f"TOKEN=$({made})", f"{listed} >&2"]
            lines = "\n".join([*script, *blocks("bash")])
            ran = subprocess.run(["bash", "-euo", "pipefail", "-c", lines], env=environ, capture_output=True, text=True)
        finally:
            server.send_signal(signal.SIGTERM)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    printed = [json.loads(line) for line in ran.stdout.splitlines()]
    # One more call than answers: the basis of the preview goes into a variable.
    assert len(printed) == TEXT.count("\ncurl ")
    assert printed[4]["changed"][0]["note"] == "The second half twice."
    assert printed[7]["undone"]["action"].startswith("add ")
    assert printed[8]["written"]
    assert (printed[9]["plan"]["name"], printed[9]["written"]) == ("second", False)


def test_it_names_every_call(program: Program) -> None:
    """And none that is not there."""
    found = program.contract()["paths"]
    there = {
        f"{method.upper()} {path.removeprefix('/api/v1')}" for path, methods in found.items() for method in methods
    }
    assert set(re.findall(r"`((?:GET|POST) /[^`\s]*)`", TEXT)) == there


def test_each_call_has_a_name_of_its_own(program: Program) -> None:
    """By which clients that are made of the contract call it."""
    calls = [call for methods in program.contract()["paths"].values() for call in methods.values()]
    names = [call["operationId"] for call in calls]
    assert len(set(names)) == len(names)
    assert {"tasks_done", "plans_start", "history_undo"} <= set(names)
    assert all(call["description"] for call in calls)


def test_its_refusal_is_one(program: Program) -> None:
    assert program.get("/tasks/999").body == json.loads(blocks("json")[0])


def test_it_tells_every_status(program: Program) -> None:
    documented = {
        int(status)
        for methods in program.contract()["paths"].values()
        for call in methods.values()
        for status in call["responses"]
        if status != "200"
    }
    assert {int(status) for status in re.findall(r"^\| (\d{3}) \|", TEXT, re.MULTILINE)} == documented
