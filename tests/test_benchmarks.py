"""Every benchmark runs, at its smallest: its figures are for people, that there are some is not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
#: Three figures or more on a line.
ROW = r"(?m)^.*?(?:\d[\d.,%]*[^\d\n]+){2}\d.*$"
#: The words of each, and what its figures look like.
SMALLEST = {
    "adherence.py": (["--learners", "1"], ROW),
    "calendars.py": (["--sizes", "10", "--rounds", "1"], ROW),
    "forecast.py": (["--learners", "1"], ROW),
    "mangled.py": (["--files", "2", "--real", "1"], r'"(?:read|refused|start 0|import 0)": [1-9]'),
    "recall.py": (["--learners", "1", "--processes", "1"], ROW),
    "recall_range.py": (["--learners", "1"], ROW),
    "review_minutes.py": (["--learners", "2"], ROW),
    "replan.py": (["--cpsat-seconds", "1"], ROW),
    "schedule.py": (["--cpsat-seconds", "1", "--only", "fortnight"], ROW),
    "startup.py": (["--rounds", "1", "--learners", "2"], ROW),
    "template.py": (["--runs", "1"], r"\| \d+ \| \d"),
    "web.py": (["--requests", "5", "--rounds", "1"], ROW),
}


def test_none_is_left_out() -> None:
    """What can be started is started here."""
    assert set(SMALLEST) == {
        path.name for path in BENCHMARKS.glob("*.py") if '__name__ == "__main__"' in path.read_text(encoding="utf-8")
    }


@pytest.mark.parametrize("name", sorted(SMALLEST))
def test_a_benchmark_at_its_smallest(name: str) -> None:
    """No exception, and figures."""
    words, figures = SMALLEST[name]
    command = [sys.executable, str(BENCHMARKS / name), *words]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert ran.returncode == 0, ran.stderr
    assert len(re.findall(figures, ran.stdout)) >= 2, ran.stdout
