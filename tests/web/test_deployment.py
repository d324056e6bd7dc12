"""What the guide to serving says, as far as it can be done here: nginx in front of a real `serve`, the unit, the container."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from configparser import RawConfigParser
from contextlib import contextmanager
from pathlib import Path

import httpx2

from studyplan.cli.commands.serve import PORT, serve

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "how-to" / "serve.md").read_text(encoding="utf-8")
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def served(folder: Path, base_url: str) -> Iterator[tuple[str, int]]:
    """`serve` with a base URL: the address that it prints, and its own port."""
    environ = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "PYTHONUNBUFFERED": "1"}
    environ["STUDYPLAN_BASE_URL"] = base_url
    port = free_port()
    command = [sys.executable, "-m", "studyplan", "--db", str(folder / "a.db"), "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[-1], port
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=30)
        assert "Traceback" not in errors
        assert server.returncode == 0


@contextmanager
def proxied(folder: Path, port: int, behind: int) -> Iterator[None]:
    """nginx with the lines of the guide, on a port of this machine, with a certificate of its own making."""
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(folder / "study.key"), "-out", str(folder / "study.pem")]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
    subprocess.run(make, check=True, capture_output=True)
    lines = (
        block("nginx")
        .replace("443 ssl", f"127.0.0.1:{port} ssl")
        .replace("study.example.org", "localhost")
        .replace("/etc/ssl/", f"{folder}/")
        .replace("127.0.0.1:8765", f"127.0.0.1:{behind}")
    )
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log {folder}/access.log;\n{places}{lines}}}\n"
    )
    command = [NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as proxy:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert proxy.poll() is None, proxy.stdout.read() if proxy.stdout else ""
            time.sleep(0.05)
        yield
        proxy.terminate()
        proxy.wait(30)


def test_behind_nginx(tmp_path: Path) -> None:
    """By the lines of the guide a browser comes in over https, its forms are taken, those of others are not, and neither the key nor
    a feed's address is left in the log."""
    port = free_port()
    outside = f"https://localhost:{port}"
    with served(tmp_path, outside) as (address, behind), proxied(tmp_path, port, behind):
        assert address.startswith(f"{outside}/enter?key=")
        with httpx2.Client(verify=False, follow_redirects=True) as browser:
            entered = browser.get(address)
            assert (entered.status_code, entered.url.path) == (200, "/")
            cookie = entered.history[0].headers["set-cookie"]
            assert cookie.startswith("__Host-studyplan=")
            assert "Secure" in cookie
            ours = browser.post(f"{outside}/undo", headers={"origin": outside})
            assert ours.status_code == 200
            assert "nothing to undo" in ours.text
            theirs = browser.post(f"{outside}/undo", headers={"origin": "https://evil.example"})
            assert theirs.status_code == 403
            assert browser.get(f"{outside}/", headers={"host": "evil.example"}).status_code == 421
            browser.get(f"{outside}/feed/1-1-aaaabbbbccccddddeeeeffffgggghhhh.ics")
    log = (tmp_path / "access.log").read_text()
    assert "/undo" in log
    assert "/feed/" not in log


def test_the_unit_runs_a_command_that_there_is() -> None:
    """Every option of the unit's command is one of `serve`, and what it may write is where its data is."""
    unit = RawConfigParser(strict=False)
    unit.read_string(block("ini"))
    program, command, *words = shlex.split(unit["Service"]["ExecStart"])
    assert (Path(program).name, command) == ("studyplan", "serve")
    known = {option for each in serve.params for option in each.opts}
    assert {word for word in words if word.startswith("-")} <= known
    assert str(PORT) in words
    assert f"XDG_DATA_HOME=/var/lib/{unit['Service']['StateDirectory']}" in block("ini")


def test_the_container_is_made_as_it_says() -> None:
    """No engine runs here: what the file says is checked, and the command of its health check is run."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    said = dict(line.split(maxsplit=1) for line in lines if line and not line.startswith(("#", "COPY", "RUN")))
    assert said["USER"] == "10001"
    assert said["VOLUME"] == "/data"
    assert "XDG_DATA_HOME=/data" in said["ENV"]
    assert said["ENTRYPOINT"] == '["studyplan"]'
    assert said["CMD"] == '["serve"]'
    assert list(said).index("USER") < list(said).index("ENTRYPOINT")
    assert f":{PORT}/health" in said["HEALTHCHECK"]


def test_the_health_check(tmp_path: Path) -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    found = re.search(r'CMD \["python", "-c", "(.*)"\]', text)
    assert found is not None
    codes = []
    with served(tmp_path, "http://127.0.0.1:8765") as (_, port):
        for asked in (port, free_port()):
            code = found[1].replace("8765", str(asked))
            codes.append(subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode)
    assert codes == [0, 1]
