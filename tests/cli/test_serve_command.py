"""`studyplan serve` for real: a process, a port, a signal."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from terminals import Terminal


def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    environ = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "studyplan", "--db", str(tmp_path / "a.db"), "serve", "--port", "0", "--log"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.fullmatch(r"Your plan is at (http://127\.0\.0\.1:\d+)/enter\?key=([\w-]+)\n", line)
        assert found, line
        with urlopen(f"{found[1]}/health") as answer:
            assert answer.read() == b'{"status":"ok"}'
        with pytest.raises(OSError, match="403"):
            urlopen(f"{found[1]}/enter?key=wrong")
        server.send_signal(signal.SIGTERM)
        out, err = server.communicate(timeout=30)
        assert server.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in err
    assert "GET /health 200" in err
    assert found[2] not in err + out
    assert not (tmp_path / "a.db").exists()


def test_a_port_that_is_taken(terminal: Terminal) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        answer = terminal("serve", "--port", str(port))
    assert answer.code == 5
    assert f"port {port} is taken" in answer.err
    assert "--port" in answer.err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_others_are_not_let_near(terminal: Terminal, host: str) -> None:
    answer = terminal("serve", "--host", host, "--port", "0")
    assert answer.code == 2
    assert "other machines" in answer.err


def test_a_base_url_must_be_one(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYPLAN_BASE_URL", "study.example.org/plan")
    answer = terminal("serve", "--port", "0")
    assert answer.code == 2
    assert "STUDYPLAN_BASE_URL" in answer.err


def test_what_is_not_installed(tmp_path: Path) -> None:
    line = "import sys; sys.modules['uvicorn'] = None; from studyplan.__main__ import main; main()"
    command = [sys.executable, "-c", line, "--db", str(tmp_path / "a.db"), "serve", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 5
    assert done.stderr == "Error: serve needs the package uvicorn (pip install 'studyplan-cli[web]')\n"
