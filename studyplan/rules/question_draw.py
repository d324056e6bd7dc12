"""Which questions a test asks, and in which order its options are shown. Pure.

The tests of a plan draw from one bank. What each of them asks is settled for all of them together, so that no two have more than a
fifth in common; it follows from the learner, the plan and the test, and is the same whenever it is asked for. A bank that is too
small for that makes the tests shorter, each by the same share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from studyplan.model import Anchor, BankQuestion, Kind, QuestionKind, Task

#: Of the smaller of two tests, the part that both may ask: one in so many.
SHARED = 5
#: Seconds of a test for each question, where it does not say how many it asks: 50 in an hour, as is usual for such exams.
SECONDS_EACH = 72
#: Parts of a whole in which tests are shortened, and of a fifth in which they share.
_STEPS, _MOST_SHARED = 64, 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """A test: the id of its task, how many questions it should ask, and those that it asks already, if it was begun."""

    id: str
    size: int
    fixed: tuple[int, ...] = ()


def size_of(task: Task) -> int:
    """How many questions a test should ask."""
    return task.questions or max(1, round(task.minutes * 60 / SECONDS_EACH))


def is_diagnostic(task: Task) -> bool:
    """Whether a mock comes before all study: it tells what is known already."""
    return task.kind is Kind.MOCK and task.anchor is not None and task.anchor == Anchor("start", task.anchor.days)


def drawn(bank: Sequence[BankQuestion], tests: Sequence[Wanted], seed: str) -> dict[str, tuple[int, ...]]:
    """What each test asks, by number, in the order asked; ``tests`` in the order of study.

    They share as little as the bank allows. One that is too small for tests of full length that share a fifth makes them shorter.
    """
    if (found := _least_shared(bank, tests, seed, _STEPS)) is not None:
        return found
    low, high = 0, _STEPS - 1
    while low < high:
        middle = (low + high + 1) // 2
        if _drawn(bank, tests, seed, middle, _MOST_SHARED) is None:
            high = middle - 1
        else:
            low = middle
    found = _least_shared(bank, tests, seed, low)
    return found if found is not None else {test.id: test.fixed for test in tests}


def _shortened(test: Wanted, steps: int) -> int:
    return len(test.fixed) or max(1, test.size * steps // _STEPS)


def _least_shared(
    bank: Sequence[BankQuestion], tests: Sequence[Wanted], seed: str, steps: int
) -> dict[str, tuple[int, ...]] | None:
    tries = (_drawn(bank, tests, seed, steps, shared) for shared in range(_MOST_SHARED + 1))
    return next((found for found in tries if found is not None), None)


def _drawn(
    bank: Sequence[BankQuestion], tests: Sequence[Wanted], seed: str, steps: int, shared: int
) -> dict[str, tuple[int, ...]] | None:
    """One try, each test shortened to so many parts of its length, and with so many parts of it asked by each earlier one; None
    where the bank does not hold it."""
    found: dict[str, tuple[int, ...]] = {test.id: test.fixed for test in tests if test.fixed}
    for test in tests:
        if test.fixed:
            continue
        size = _shortened(test, steps)
        room = {id: min(size, len(others)) // SHARED for id, others in found.items()}
        first = {id: number * shared // _MOST_SHARED for id, number in room.items()}
        numbers = balanced(bank, size, f"{seed}/{test.id}", found, room, first)
        if len(numbers) < size:
            return None
        found[test.id] = numbers
    return found


def balanced(
    bank: Sequence[BankQuestion],
    size: int,
    seed: str,
    others: Mapping[str, Collection[int]],
    room: Mapping[str, int],
    first: Mapping[str, int] | None = None,
) -> tuple[int, ...]:
    """So many questions, their modules and difficulties in the shares of the bank.

    Ahead of all come those that one of the ``others`` asks, as many as ``first`` says; then those that nobody asks, and then those
    that the fewest ask. Of each of the others at most ``room`` are taken.
    """
    left, wanted = dict(room), dict(first or {})
    homes: dict[int, list[str]] = {question.number: [] for question in bank}
    for id, numbers in others.items():
        for number in numbers:
            if number in homes:
                homes[number].append(id)
    ranks = {question.number: _rank(seed, question.id) for question in bank}
    modules = Counter(question.module for question in bank)
    kinds = Counter((question.module, question.difficulty) for question in bank)
    barred = {id for id in others if room.get(id, 0) <= 0}
    waiting = [each for each in bank if not barred.intersection(homes[each.number])]
    waiting.sort(key=lambda each: (len(homes[each.number]), ranks[each.number]))
    taken: list[BankQuestion] = []
    of_module: Counter[str] = Counter()
    of_kind: Counter[tuple[str, str]] = Counter()

    def need(question: BankQuestion) -> tuple[int, bool, float, float]:
        """The more a module, and in it a difficulty, is short of its share, the sooner it is asked."""
        module, kind = question.module, (question.module, question.difficulty)
        share = size * modules[module] / len(bank)
        within = share * kinds[kind] / modules[module]
        at = homes[question.number]
        used = -1 if len(at) == 1 and wanted.get(at[0], 0) > 0 else len(at)
        return used, bool(of_module[module]), of_module[module] - share, of_kind[kind] - within

    while len(taken) < size and waiting:
        question = min(waiting, key=need)
        taken.append(question)
        of_module[question.module] += 1
        of_kind[question.module, question.difficulty] += 1
        for id in homes[question.number]:
            left[id] -= 1
            wanted[id] = wanted.get(id, 0) - 1
        full = {id for id in homes[question.number] if left[id] <= 0}
        waiting = [each for each in waiting if each is not question and not full.intersection(homes[each.number])]
    return tuple(each.number for each in sorted(taken, key=lambda each: _rank(f"{seed}/order", each.id)))


def _rank(seed: str, id: str) -> bytes:
    return sha256(f"{seed}/{id}".encode()).digest()


def shown_order(question: BankQuestion, seed: str) -> tuple[int, ...]:
    """The places of the options in the order shown; those of an order are never shown in the right one."""
    places = sorted(range(len(question.options)), key=lambda place: _rank(f"{seed}/{question.id}", str(place)))
    if question.kind is QuestionKind.ORDER and places == sorted(places) and len(places) > 1:
        places = [*places[1:], places[0]]
    return tuple(places)
