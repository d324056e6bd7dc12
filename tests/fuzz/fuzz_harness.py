"""What a program must bear: many damaged inputs, each made from a seed and held to the same limits.

``hold`` tries one input per seed and finds what ended in anything but a result or a refusal, took more than five seconds
of processor time, or more than 300 MB of memory. Each such input is written to a folder, with what happened beside it.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

#: Seconds of processor time, and megabytes of memory, that one input may take.
LONGEST, LARGEST = 5.0, 300
#: Megabytes that a process takes which has loaded the program and nothing else (measured: 140 to 150). What this process holds
#: above that comes from tests that ran in it before, and does not count.
FRESH = 150
#: Inputs that are saved at most.
_SAVED = 20


class Fault(Exception):
    """An input had an effect that it must not have; the message says which."""


class _TimeUp(BaseException):
    """Raised into work that takes too long. Not an Exception, so that the program under test does not catch it."""


@dataclass
class Found:
    """How the inputs of one run ended: ``outcomes`` as the attempts named them, one line for each fault."""

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)
    megabytes: int = 0

    def lines(self) -> Iterator[str]:
        yield ", ".join(f"{count:,} {name}" for name, count in sorted(self.outcomes.items()))
        yield f"slowest {self.slowest[0]:.2f} s of processor time (seed {self.slowest[1]}), at most {self.megabytes} MB"
        yield from self.faults


def hold(
    seeds: Iterable[int],
    make: Callable[[random.Random], bytes],
    attempt: Callable[[bytes], str],
    keep: Path,
    *,
    longest: float | None = None,
) -> Found:
    """Try the input of every seed. ``attempt`` names the outcome (``read``, ``refused``); whatever it raises is a fault.
    ``longest``: seconds of processor time for one input, where it is not the usual.

    Needs the main thread, since time is kept by a signal.
    """
    found, longest = Found(), longest or LONGEST
    for seed in seeds:
        data = make(random.Random(seed))
        _forget_peak()
        others = max(0, _held() - FRESH)
        began, known = processor_time(), _peak_of_children()
        fault = None
        try:
            with _time_limit(longest):
                found.outcomes[attempt(data)] += 1
        except _TimeUp:
            fault = f"{traceback.format_exc()}\ntoo long: {longest:g} s of processor time are the most"
        except Fault as problem:
            fault = str(problem)
        except Exception:  # noqa: BLE001 - that is what is looked for
            fault = traceback.format_exc()
        took, peak, grown = processor_time() - began, _peak(), _peak_of_children()
        if grown > known:
            peak = max(peak, grown)
        peak -= others
        found.slowest = max(found.slowest, (took, seed))
        found.megabytes = max(found.megabytes, peak)
        if fault is None and took > longest:
            fault = f"{took:.1f} s of processor time"
        if fault is None and peak > LARGEST:
            fault = f"{peak} MB of memory"
        if fault is not None:
            found.outcomes["at fault"] += 1
            found.faults.append(_told(seed, data, fault, keep, saved=len(found.faults) < _SAVED))
    return found


def _told(seed: int, data: bytes, fault: str, keep: Path, *, saved: bool) -> str:
    last = fault.strip().splitlines()[-1]
    if not saved:
        return f"seed {seed}: {last}"
    keep.mkdir(parents=True, exist_ok=True)
    path = keep / f"seed-{seed}"
    path.write_bytes(data)
    path.with_suffix(".txt").write_text(fault, errors="backslashreplace")
    return f"seed {seed}: {last} (input: {path})"


@contextmanager
def _time_limit(longest: float) -> Iterator[None]:
    def up(*_: object) -> None:
        raise _TimeUp

    before = signal.signal(signal.SIGPROF, up)
    signal.setitimer(signal.ITIMER_PROF, longest)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def processor_time() -> float:
    """Of this process and of those that it started and that have ended."""
    return sum(os.times()[:4])


def _forget_peak() -> None:
    """Let the kernel count the most memory anew, where it can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _held() -> int:
    """The memory that this process holds now, in megabytes; 0 where nothing tells."""
    try:
        return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) // 1024
    except (OSError, IndexError):
        return 0


def _peak() -> int:
    """The most memory since it was forgotten, in megabytes."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024
    except (OSError, IndexError):
        return _megabytes(resource.RUSAGE_SELF)


def _peak_of_children() -> int:
    """The most memory of any process that was started so far, in megabytes."""
    return _megabytes(resource.RUSAGE_CHILDREN)


def _megabytes(who: int) -> int:
    most = resource.getrusage(who).ru_maxrss
    return most // (1024 * 1024 if sys.platform == "darwin" else 1024)


def plain_environ() -> dict[str, str]:
    """The environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("STUDYPLAN_")}
