"""Memories of simulated learners, against which the range of ``studyplan.recall`` is held; fixed before it was.

- ``fsrs``: FSRS-6 with parameters drawn as those of recall_learners.py, from other dice;
- ``wide``: the same with 1.6 times the spread;
- ``exponential``: the same stabilities as ``fsrs``, but recall falls to 90 % of itself with each stability that passes;
- ``act-r``: the activation of Pavlik and Anderson (Cognitive Science 29, 2005): each practice leaves a trace whose decay
  grows with the activation at that time. Their decay (0.177 and 0.217), noise (0.255) and slower time between sessions
  (0.025); the threshold is drawn for each learner (-1.6, deviation 0.25) and each card (0.25 more), so that a card seen
  once is recalled the day after by some 70 %: theirs is for pairs of words seen for seconds;
- ``doubling``: to develop by. A half-life that a right answer multiplies and a wrong one divides, recall 1 / (1 + days / half-life).
"""

from __future__ import annotations

from math import exp, log
from random import Random
from typing import Protocol

from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from recall_learners import FIRST_SPREAD, SPREAD

#: To choose by, and to make the table.
DEVELOPMENT, EVALUATION = 20260712, 20261129
CHOSEN_BY = ("fsrs", "doubling")
POPULATIONS = ("fsrs", "wide", "exponential", "act-r")

_SECONDS = 86400 * 0.025


class CardMemory(Protocol):
    """What one card has left. Days are counted from anywhere; an answer on its first day is the one that makes it."""

    def chance(self, day: int) -> float: ...

    def answered(self, grade: int, day: int) -> None:
        """``grade``: 1 again to 4 easy."""


def memories(population: str, seed: int, learner: int, cards: int) -> list[CardMemory]:
    """The cards of one learner, before any was answered."""
    dice = Random(f"{population} {seed} {learner}")
    if population == "act-r":
        threshold = dice.gauss(-1.6, 0.25)
        return [_Activation(threshold + dice.gauss(0, 0.25)) for _ in range(cards)]
    if population == "doubling":
        first, grows = exp(dice.gauss(log(6), 0.9)), exp(dice.gauss(log(2.5), 0.3))
        return [_Doubling(first * exp(dice.gauss(0, 0.4)), grows) for _ in range(cards)]
    parameters = _drawn(dice, 1.6 if population == "wide" else 1.0)
    return [_Fsrs(parameters, is_exponential=population == "exponential") for _ in range(cards)]


def _drawn(dice: Random, spread: float) -> list[float]:
    memory = exp(dice.gauss(0, spread * FIRST_SPREAD))
    wanted = [memory * each for each in DEFAULT_PARAMETERS[:4]]
    wanted += [dice.gauss(mean, spread * each) for mean, each in zip(DEFAULT_PARAMETERS[4:], SPREAD, strict=True)]
    limits = zip(wanted, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return [min(max(value, low), high) for value, low, high in limits]


class _Fsrs:
    """FSRS-6 in plain numbers: some twenty times as fast as py-fsrs."""

    def __init__(self, parameters: list[float], *, is_exponential: bool) -> None:
        self._w, self._is_exponential = parameters, is_exponential
        self._stability = self._difficulty = 0.0
        self._last: int | None = None

    def chance(self, day: int) -> float:
        if self._last is None:
            return 0.0
        days = (day - self._last) / self._stability
        if self._is_exponential:
            return float(0.9**days)
        decay = -self._w[20]
        return float((1 + (0.9 ** (1 / decay) - 1) * days) ** decay)

    def answered(self, grade: int, day: int) -> None:
        w = self._w
        if self._last is None:
            self._stability, self._difficulty = w[grade - 1], self._first_difficulty(grade)
        else:
            if day == self._last:
                grows = exp(w[17] * (grade - 3 + w[18])) * self._stability ** -w[19]
                self._stability *= grows if grade == 1 else max(1.0, grows)
            else:
                self._stability = self._next(grade, self.chance(day))
            self._difficulty = self._next_difficulty(grade)
        self._stability = max(self._stability, 0.001)
        self._difficulty = min(max(self._difficulty, 1.0), 10.0)
        self._last = day

    def _first_difficulty(self, grade: int) -> float:
        return self._w[4] - exp(self._w[5] * (grade - 1)) + 1

    def _next_difficulty(self, grade: int) -> float:
        moved = self._difficulty - self._w[6] * (grade - 3) * (10 - self._difficulty) / 9
        return self._w[7] * self._first_difficulty(4) + (1 - self._w[7]) * moved

    def _next(self, grade: int, chance: float) -> float:
        w, stability = self._w, self._stability
        if grade == 1:
            long = w[11] * self._difficulty ** -w[12] * ((stability + 1) ** w[13] - 1) * exp((1 - chance) * w[14])
            return min(long, stability / exp(w[17] * w[18]))
        gains = exp(w[8]) * (11 - self._difficulty) * stability ** -w[9] * (exp((1 - chance) * w[10]) - 1)
        return stability * (1 + gains * (w[15] if grade == 2 else w[16] if grade == 4 else 1.0))


class _Activation:
    """ACT-R's declarative memory."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        #: When, in seconds of the memory's own slow time, and how fast it decays.
        self._traces: list[tuple[float, float]] = []

    def chance(self, day: int) -> float:
        if not self._traces:
            return 0.0
        return 1 / (1 + exp(min(50.0, (self._threshold - self._activation(day * _SECONDS + 300)) / 0.255)))

    def _activation(self, now: float) -> float:
        return log(sum(max(60.0, now - when) ** -decay for when, decay in self._traces))

    def answered(self, grade: int, day: int) -> None:
        now = day * _SECONDS
        if self._traces and self._traces[-1][0] >= now:
            now = self._traces[-1][0] + 120
        decay = 0.177 if not self._traces else 0.217 * exp(self._activation(now)) + 0.177
        self._traces.append((now, decay))


class _Doubling:
    """Half-lives."""

    def __init__(self, first: float, grows: float) -> None:
        self._half, self._grows = first, grows
        self._last: int | None = None

    def chance(self, day: int) -> float:
        return 0.0 if self._last is None else 1 / (1 + (day - self._last) / self._half)

    def answered(self, grade: int, day: int) -> None:
        if self._last is not None and day > self._last:
            self._half *= self._grows if grade > 1 else 0.5
        elif grade == 1:
            self._half *= 0.5
        self._last = day
