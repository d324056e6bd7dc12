"""Somebody else's calendar file is read aside: by another process, whose processor time and memory are limited.

What such a file may ask for has no bound, and neither has what three libraries need for what nobody foresaw. The process
imports nothing from the current folder: an ``icalendar.py`` that lies beside a downloaded calendar is not run.
"""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from studyplan.errors import BadFile, StorageProblem

#: Seconds of processor time for all that is read at once. By the clock a busy machine takes many times as long.
LONGEST = 5
#: Bytes of address space. The largest file that is read, 10 MB with 20,000 entries, takes 125 MB; some systems show every
#: Python their table of languages besides, more than 200 MB.
MOST_MEMORY = 640_000_000
#: Seconds by the clock, for systems that limit no processor time, and for a reader that does nothing at all.
PATIENCE = 180.0
_WAY_OUT = "export fewer years or fewer calendars"
#: What the other process is told to do. The package is found by its folder, everything else by the path that is handed over.
_PROGRAM = """\
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
home, *words = sys.argv[1:5]
sys.path[:] = sys.argv[5:]
spec = PathFinder.find_spec("studyplan", [home])
sys.modules["studyplan"] = package = module_from_spec(spec)
spec.loader.exec_module(package)
from studyplan.calendar import aside
aside.serve(*words)
"""


def answered(module: str, question: bytes, named: str) -> dict[str, Any]:
    """What the ``answer`` of the module, called in another process, says to a question: one JSON object.

    ``named``: what messages call the file. An answer with ``bad`` in it becomes BadFile, one with ``closed`` StorageProblem;
    BadFile too where the answer takes five seconds of processor time or too much memory, or does not come at all.
    """
    home = str(Path(__file__).resolve().parents[2])
    words = [home, module, str(LONGEST), str(MOST_MEMORY), *_import_path(home)]
    try:
        # -P and -s: neither the current folder nor what a user keeps to be run at the start of every Python.
        done = subprocess.run(
            [sys.executable, "-P", "-s", "-c", _PROGRAM, *words],
            input=question,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        )
    except subprocess.TimeoutExpired:
        raise BadFile(f"{named}: reading the calendar takes more than {PATIENCE:g} seconds", hint=_WAY_OUT) from None
    except (OSError, ValueError) as problem:
        raise BadFile(f"{named}: the calendar cannot be read") from problem
    if done.returncode < 0 and -done.returncode == getattr(signal, "SIGXCPU", None):
        raise BadFile(
            f"{named}: reading the calendar takes more than {LONGEST} seconds of processor time", hint=_WAY_OUT
        )
    return _checked(done, named)


def _checked(done: subprocess.CompletedProcess[bytes], named: str) -> dict[str, Any]:
    """The answer, unless it says why there is none."""
    try:
        done.check_returncode()
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.CalledProcessError, ValueError) as problem:
        raise BadFile(f"{named}: the calendar cannot be read") from problem
    if "memory" in answer:
        most = f"{MOST_MEMORY // 1_000_000} MB of memory"
        raise BadFile(f"{named}: reading the calendar takes more than {most}", hint=_WAY_OUT)
    if "bad" in answer:
        raise BadFile(f"{named}: {answer['bad']}")
    if "closed" in answer:
        raise StorageProblem(f"{named} cannot be read: {answer['closed']}")
    return answer


def _import_path(home: str) -> list[str]:
    """Where this process imports from, without the current folder. Only where the package lies in that folder itself may
    what it needs lie there too: then the folder comes last, and nothing in it stands in for what is installed."""
    try:
        here = Path.cwd().resolve()
    except OSError:  # It was removed: there is nothing in it.
        return sys.path
    path = [each for each in sys.path if each and Path(each).resolve() != here]
    return [*path, home] if Path(home) == here else path


def serve(module: str, seconds: str, memory: str) -> None:
    """What the other process does: it answers the question on standard input, within its limits."""
    answer = import_module(module).answer
    _limit(int(seconds) + math.ceil(time.process_time()), int(memory))
    try:
        said = json.dumps(answer(sys.stdin.buffer.read()))
    except MemoryError:
        said = '{"memory": true}'
    sys.stdout.write(said)


def _limit(seconds: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits: the patience of the one who waits has to do.
        return
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    # What is ended for its time leaves no image of its memory behind.
    for kind, wanted in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory)):
        # macOS refuses a limit on address space.
        with suppress(ValueError, OSError):
            _, most = resource.getrlimit(kind)
            resource.setrlimit(kind, (wanted if most < 0 else min(wanted, most), most))
