"""Benchmarks that are cheap at their smallest size still run: their figures are for people, that there are some is not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.mark.parametrize(
    "words",
    [
        ["adherence.py", "--learners", "1"],
        ["calendars.py", "--sizes", "10", "--rounds", "1"],
        ["forecast.py", "--learners", "1"],
        ["recall.py", "--learners", "1", "--processes", "1"],
    ],
    ids=lambda words: words[0],
)
def test_a_benchmark_at_its_smallest(words: list[str]) -> None:
    """No exception, and a table with figures."""
    command = [sys.executable, str(BENCHMARKS / words[0]), *words[1:]]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert ran.returncode == 0, ran.stderr
    rows = [line for line in ran.stdout.splitlines() if len(re.findall(r"\d[\d.,%]*", line)) >= 3]
    assert len(rows) >= 2, ran.stdout
