"""Somebody else's calendar file is read aside: by a process of its own, which is ended when it takes too long.

What such a file may ask for has no bound, and neither has the time that three libraries need for what nobody foresaw.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from studyplan.errors import BadFile, StorageProblem

#: Seconds for all that is read at once.
LONGEST = 5.0


def answered(module: str, question: bytes, named: str) -> dict[str, Any]:
    """What the module, run as a program, answers to what it gets on standard input: one JSON object.

    ``named``: what messages call the file. An answer with ``bad`` in it becomes BadFile, one with ``closed`` StorageProblem;
    BadFile too where the answer does not come within five seconds, or not at all.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            input=question,
            capture_output=True,
            timeout=LONGEST,
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise BadFile(
            f"{named}: reading the calendar takes more than {LONGEST:g} seconds",
            hint="export fewer years or fewer calendars",
        ) from None
    except (subprocess.CalledProcessError, OSError, ValueError) as problem:
        raise BadFile(f"{named}: the calendar cannot be read") from problem
    if "bad" in answer:
        raise BadFile(f"{named}: {answer['bad']}")
    if "closed" in answer:
        raise StorageProblem(f"{named} cannot be read: {answer['closed']}")
    return answer
