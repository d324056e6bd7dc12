"""The simulated learners of ``benchmarks/recall.py``: their memories, their pace and the dice, fixed before any way of
choosing cards was run on them.

Their memory follows FSRS-6, but with other parameters than those that the program works with, which are the defaults of
py-fsrs:

- two sets that were published as defaults at other times: the first ones of FSRS-6, and those fitted for a pull request of
  the benchmark of spaced repetition (open-spaced-repetition/srs-benchmark, number 213, May 2025);
- sets drawn around the defaults with the spread over learners that the optimizer holds fitted parameters to
  (``DEFAULT_PARAMS_STDDEV_TENSOR`` of open-spaced-repetition/fsrs-optimizer 6.5). The four first stabilities are positive and
  far from normal: they are drawn together on a logarithmic scale, with a quarter of the logarithmic width of the ranges of
  that pull request (0.03 to 3.6, 0.12 to 14, 0.32 to 42 and 1.4 to 97 days) as their deviation, about 1.15.

The shares of the grades and the seconds of an answer are the defaults of the simulator of fsrs-rs (``SimulatorConfig``). Its
figures are of flash cards with short answers; a question of a course takes longer, so the seconds are taken two and a half
times, as ``studyplan.recall`` does; docs/explanation/recall.md says what speaks for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

SEED = 20261125
#: Learners whose parameters are drawn; each published set has half as many, unlike in their dice alone.
DRAWN = 24

FIRST_DEFAULTS = (
    *(0.2172, 1.1771, 3.2602, 16.1507, 7.0114, 0.57, 2.0966, 0.0069, 1.5261, 0.112, 1.0178),
    *(1.849, 0.1133, 0.3127, 2.2934, 0.2191, 3.0004, 0.7536, 0.3332, 0.1437, 0.2),
)
PULL_REQUEST_213 = (
    *(0.178, 1.1417, 2.7114, 8.6866, 6.4314, 0.9093, 3.1938, 0.002, 1.8328, 0.1548, 1.0504),
    *(1.4886, 0.1328, 0.2964, 1.6483, 0.372, 1.8729, 0.6986, 0.0914, 0.1917, 0.2),
)
#: Standard deviations over learners, from the fifth parameter on.
SPREAD = (0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33, 0.3, 0.09, 0.16, 0.57, 0.25, 1.03, 0.31, 0.32, 0.14, 0.27)
#: The same of the first four, of their logarithms.
FIRST_SPREAD = 1.15

#: Shares of again, hard, good and easy at the first answer, and of the last three at a later one that is recalled.
FIRST_GRADES = (0.24, 0.094, 0.495, 0.171)
RECALLED_GRADES = (0.224, 0.631, 0.145)
#: Seconds of an answer by its grade, at first and later.
FIRST_SECONDS = (84.5, 60.8, 34.2, 16.3)
SECONDS = (57.5, 29.2, 18.3, 14.0)

#: Days to the exam and cards, which come up evenly until the buffer.
CASES = ((14, 30), (30, 60), (60, 120))
#: Minutes of review a day.
MINUTES = (2.5, 5)


@dataclass(frozen=True, slots=True)
class Learner:
    kind: str
    parameters: tuple[float, ...]
    seed: int


def learners() -> list[Learner]:
    made = [Learner("drawn", _drawn(Random(SEED + number)), SEED + 1000 + number) for number in range(DRAWN)]
    for kind, parameters in (("first defaults", FIRST_DEFAULTS), ("pull request 213", PULL_REQUEST_213)):
        made += [Learner(kind, parameters, SEED + 2000 + number) for number in range(DRAWN // 2)]
    return made


def _drawn(dice: Random) -> tuple[float, ...]:
    memory = dice.gauss(0, FIRST_SPREAD)
    wanted = [2.718281828459045**memory * each for each in DEFAULT_PARAMETERS[:4]]
    wanted += [dice.gauss(mean, spread) for mean, spread in zip(DEFAULT_PARAMETERS[4:], SPREAD, strict=True)]
    limits = zip(wanted, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(max(value, low), high) for value, low, high in limits)
