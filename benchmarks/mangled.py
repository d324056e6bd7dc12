"""Ten thousand calendar files with injuries, through `import` and `--busy`: what must never happen, and what it costs.

    .venv/bin/python benchmarks/mangled.py [--files 10000] [--real 200]

The files are made from seeds (tests/mangled_files.py): our own exports and somebody else's calendar, truncated,
recoded, shuffled, nested, with bits flipped and bombs planted; every five hundredth is huge. Nearly all are read in this
process, by one worker for each way in, below the boundary of the second process that a command starts; some go through the
real command. For each way in: how many were read and refused, how many needed more than the five seconds after which the
command gives up (of processor time: other work on the machine does not count), the longest, the most memory, and how many ended in anything but an error of ours (which must be none).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path += [str(ROOT / "tests")]

from mangled_files import FOREIGN, mangled  # noqa: E402

from studyplan.calendar import busy, entries, reading  # noqa: E402
from studyplan.clock import Clock  # noqa: E402
from studyplan.errors import BadFile, StudyplanError  # noqa: E402
from studyplan.planner import Planner  # noqa: E402
from studyplan.planner.import_ import CalendarImport, Deletion  # noqa: E402
from studyplan.planner.who import Who  # noqa: E402
from studyplan.store import Store  # noqa: E402

BERLIN = ZoneInfo("Europe/Berlin")
LONGEST = 5.0


class Hangs(BaseException):
    """The time is up; nothing of ours may catch it."""


def begun(folder: Path) -> tuple[Path, list[bytes]]:
    """A database with a running plan, and its exports."""
    database = folder / "study.db"
    command(database, "start", "foundations", "--date", "2026-07-01")
    exports = [command(database, "export", "-o", "-"), command(database, "export", "--as", "todos", "-o", "-")]
    return database, [*exports, FOREIGN]


def command(database: Path, *words: str) -> bytes:
    return run(database, *words, check=True).stdout


def run(database: Path, *words: str, check: bool = False) -> subprocess.CompletedProcess[bytes]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("STUDYPLAN_")}
    group = [
        "--db",
        str(database),
        "--config",
        str(database.parent / "none"),
        "--learner",
        "ana",
        "--today",
        "2026-07-03",
    ]
    command = [sys.executable, "-m", "studyplan", *group, *words]
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, env=environ, check=check)


def import_way(database: Path, folder: Path) -> Callable[[bytes], Any]:
    """From a file's bytes to what an import would do."""
    store = Store(str(database))
    importing = CalendarImport(store, lambda: None, Clock(zone="Europe/Berlin"), Who("ana", "ana", single=True))  # type: ignore[arg-type,return-value]
    Planner(store, lambda: None, Clock(), Who("ana", "ana", single=True)).queries.today()  # type: ignore[arg-type,return-value]

    def way(data: bytes) -> Any:
        # What the second process answers is JSON, and its refusals are errors of this one.
        answer = json.loads(json.dumps(entries.answer(b"Europe/Berlin\n" + data[:10_000_001])))
        if "bad" in answer:
            raise BadFile(answer["bad"])
        return importing.take(entries._entries(answer), Deletion.REMOVE, write=False, force=True)

    return way


def busy_way(database: Path, folder: Path) -> Callable[[bytes], Any]:
    """From a file's bytes to the busy times of a plan's window."""
    path = folder / f"busy-{os.getpid()}.ics"

    def answered(module: str, question: bytes, named: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(json.dumps(reading.answer(question)))
        if "bad" in answer:
            raise BadFile(answer["bad"])
        return answer

    busy.answered = answered

    def way(data: bytes) -> Any:
        path.write_bytes(data)
        return busy.busy(path, date(2026, 7, 1), date(2026, 8, 31), BERLIN)

    return way


WAYS = {"import": import_way, "busy": busy_way}


def work(name: str, database: Path, sources: list[bytes], files: int) -> dict[str, Any]:
    """One worker: every file through one way in."""
    way = WAYS[name](database, database.parent)
    counts: Counter[str] = Counter()
    longest: list[tuple[float, int]] = []
    faults: list[str] = []

    def up(*_: object) -> None:
        raise Hangs

    signal.signal(signal.SIGPROF, up)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for seed in range(files):
        data = mangled(seed, sources)
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, LONGEST * 2)
        try:
            way(data)
            counts["read"] += 1
        except StudyplanError:
            counts["refused"] += 1
        except Hangs:
            counts["hung"] += 1
        except BaseException as fault:  # noqa: BLE001 - that is what is looked for
            counts["faults"] += 1
            faults.append(f"seed {seed}: {type(fault).__name__}: {fault}"[:200])
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        took = time.process_time() - began
        counts["over 5 s"] += took > LONGEST
        longest = sorted([*longest, (took, seed)], reverse=True)[:3]
    return {
        "way": name,
        "counts": dict(counts),
        "longest": [f"{took:.2f} s (seed {seed})" for took, seed in longest],
        "MB at start": base // 1024,
        "MB at most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "faults": faults[:10],
    }


def through_the_command(database: Path, sources: list[bytes], files: int) -> dict[str, Any]:
    """Some of the files as people give them: the real command, the real second process."""
    codes: Counter[str] = Counter()
    faults = []
    longest = 0.0
    path = database.parent / "given.ics"
    for number in range(files):
        seed = number * 37 if number % 10 else number * 50
        path.write_bytes(mangled(seed, sources))
        words = (
            ["import", str(path), "--dry-run"]
            if number % 2
            else ["start", "foundations", "--name", "again", "--dry-run", "--busy", str(path)]
        )
        began = time.perf_counter()
        ran = run(database, *words)
        longest = max(longest, time.perf_counter() - began)
        codes[f"{words[0]} {ran.returncode}"] += 1
        if b"Traceback" in ran.stderr or ran.returncode not in (0, 4, 5):
            faults.append(f"seed {seed}: {ran.returncode}: {ran.stderr.decode(errors='replace')[-300:]}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return {
        "exit codes": dict(sorted(codes.items())),
        "longest": f"{longest:.2f} s",
        "MB at most": used,
        "faults": faults,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--real", type=int, default=200)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.way:
        sources = [path.read_bytes() for path in sorted(asked.folder.glob("source-*.ics"))]
        print(json.dumps(work(asked.way, asked.folder / "study.db", sources, asked.files)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database, sources = begun(folder)
        for number, source in enumerate(sources):
            (folder / f"source-{number}.ics").write_bytes(source)
        before = sha256(database.read_bytes()).hexdigest()
        own = [sys.executable, __file__, "--files", str(asked.files), "--folder", name]
        workers = [subprocess.Popen([*own, "--way", way], stdout=subprocess.PIPE) for way in WAYS]
        for worker in workers:
            print(json.dumps(json.loads(worker.communicate()[0]), indent=2))
        print(json.dumps(through_the_command(database, sources, asked.real), indent=2))
        print("database unchanged:", sha256(database.read_bytes()).hexdigest() == before)


if __name__ == "__main__":
    main()
