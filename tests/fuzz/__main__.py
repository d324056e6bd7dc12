"""Ten thousand damaged inputs for each thing that people give to studyplan: none may cause what no input may cause.

    .venv/bin/python tests/fuzz [TARGET ...] [--cases 10000] [--real 100] [--first 0]

Each target is a process of its own. Nearly all of its inputs go through the entry point of the command in that process, the
last ``--real`` of them through commands as people run them. A calendar is read by a process of its own either way, which
takes a third of a second; benchmarks/mangled.py takes ten thousand of them below that boundary. The inputs come from seeds,
so that a figure can be had again, and one that is at fault is saved to a folder that is named. Exit code 1 where one is.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE), str(HERE.parent)]

from fuzz_harness import LONGEST, hold  # noqa: E402
from fuzz_targets import TARGETS, World, attempt  # noqa: E402


def work(name: str, cases: int, real: int, first: int, keep: Path) -> int:
    """One target, in this process. The answer: how many inputs were at fault."""
    target, faults = TARGETS[name], 0
    for how, many, is_real in (("in this process", cases - real, False), ("as commands", real, True)):
        with tempfile.TemporaryDirectory() as folder:
            world = World(Path(folder), real=is_real)
            seeds = range(first, first + many)
            found = hold(
                seeds,
                lambda dice, world=world: target.make(world, dice),  # type: ignore[misc]
                attempt(target, world),
                keep / name,
                # Several commands read an input, and each starts Python anew: each by itself is held to the limit.
                longest=20 * LONGEST if is_real else None,
            )
        faults += len(found.faults)
        first += many
        print(f"{name}, seeds {seeds.start} to {seeds.stop - 1}, {how}:", flush=True)
        for line in found.lines():
            print(f"  {line}", flush=True)
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(TARGETS)}; all unless named")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--real", type=int, default=100, help="how many of them go through processes of their own")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--keep", type=Path, help="where inputs at fault are saved")
    asked = parser.parse_args()
    unknown = set(asked.targets) - set(TARGETS)
    if unknown:
        parser.error(f"there is no target {min(unknown)}")
    real = min(asked.real, asked.cases)
    keep = asked.keep or Path(tempfile.gettempdir()) / f"studyplan-fuzz-{os.getpid()}"
    if len(asked.targets) == 1:
        return 1 if work(asked.targets[0], asked.cases, real, asked.first, keep) else 0
    rest = ["--cases", asked.cases, "--real", real, "--first", asked.first, "--keep", keep]
    ended = [
        subprocess.run([sys.executable, HERE, name, *map(str, rest)], check=False).returncode
        for name in asked.targets or TARGETS
    ]
    return max(ended)


if __name__ == "__main__":
    sys.exit(main())
