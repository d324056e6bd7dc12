"""The most even way through the days: a shortest path over (day, minutes placed so far), exact.

With the curriculum order fixed, a plan is such a path. Its cost is kept in whole numbers, so that equal plans are equal
on every machine. Pure: the standard library and ``model``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor, gcd, inf, lcm, sqrt
from operator import gt, lt

from studyplan.model import STEP
from studyplan.schedule.course import CUT_COST, Course, Slot

#: Steps either side of the even line that the first search looks at: two hours.
_FIRST_BAND = 24


def most_even(course: Course) -> list[int]:
    """Where each material day ends on the line of ``course``, 0 for the start ahead of the first; in steps.

    Of the cheapest plans the one whose earlier days are fuller. The problem must have a plan: see ``Course.misfit``.
    """
    if not course.slots or not course.total:
        return [0] * (len(course.slots) + 1)
    return Search(course).best()


class Search:
    """The shortest path from nothing placed before the first day to everything placed after the last.

    It is found backwards: for each point of the line that a day may end at, the least cost of the days that follow. Costs
    are whole numbers: the unevenness is the sum of load² / share less that of the shares, which no plan changes, and
    ``_scale`` clears its fractions.
    """

    def __init__(self, course: Course) -> None:
        self._low, self._high = course.bounds()
        self._slots = course.slots
        self._total = course.total
        self._minutes = course.placed_minutes
        self._inner = _inner_points(course)
        self._jumps = [course.jumps(slot) for slot in course.slots]
        self._points = [point for point, kind in enumerate(self._inner) if kind is not None]
        weight = sum(slot.weight for slot in self._slots)
        common = lcm(*(slot.weight for slot in self._slots))
        factors = {slot.weight: weight * (common // slot.weight) for slot in self._slots}
        shared = gcd(self._minutes * common, *factors.values())
        self._factor = {each: factor // shared for each, factor in factors.items()}
        self._scale = self._minutes * common // shared
        self._cut = CUT_COST * self._scale
        loads: dict[tuple[int, int, int], list[int]] = {}
        for slot in self._slots:
            key = (slot.room, slot.anchored, slot.weight)
            if key not in loads:
                factor = self._factor[slot.weight]
                longest = min(slot.room // STEP, self._total)
                loads[key] = [factor * (slot.anchored + STEP * steps) ** 2 for steps in range(longest + 1)]
        self._loads = [loads[slot.room, slot.anchored, slot.weight] for slot in self._slots]
        self._line = _EvenLine(self._slots, self._total, self._minutes)

    def best(self) -> list[int]:
        """Search near the even line first; what that finds bounds how far from it an optimum can be."""
        width = _FIRST_BAND
        near = self._band(width)
        while (costs := self._backwards(*near, inf)) is None:
            assert width <= self._total, "a problem without a plan"
            width *= 2
            near = self._band(width)
        limit = costs[0].costs[0] / self._scale * (1 + 1e-9)
        wide = self._within(limit)
        if any(map(lt, wide[0], near[0])) or any(map(gt, wide[1], near[1])):
            costs = self._backwards(*wide, limit)
            assert costs is not None
        return self._forwards(costs)

    def between(self, low: Sequence[int], high: Sequence[int]) -> list[int] | None:
        """The cheapest of the plans whose days end inside the bounds, found without giving anything up."""
        costs = self._backwards(low, high, inf)
        return None if costs is None else self._forwards(costs)

    def _band(self, width: int) -> tuple[list[int], list[int]]:
        """Bounds that reach so many steps either side of the even line."""
        low, high = [], []
        for i, (least, most) in enumerate(zip(self._low, self._high, strict=True)):
            middle = min(max(round(self._line.middle(i) / STEP), least), most)
            low.append(max(least, middle - width))
            high.append(min(most, middle + width))
        return low, high

    def _within(self, limit: float) -> tuple[list[int], list[int]]:
        """Bounds that no plan of at most that cost leaves."""
        low, high = [], []
        for i, (least, most) in enumerate(zip(self._low, self._high, strict=True)):
            first, last = self._line.reach(i, limit)
            low.append(max(least, floor(first / STEP) - 1))
            high.append(min(most, ceil(last / STEP) + 1))
        return low, high

    def _backwards(self, low: Sequence[int], high: Sequence[int], limit: float) -> list[_Costs] | None:
        """The least costs of the days to come, inside the bounds; None if no path keeps inside them.

        A point is given up where the days behind it, laid out evenly without regard to any rule, make every path through
        it dearer than ``limit``: the optimum is never among them.
        """
        costs = [_Costs([self._total], [0])]
        for i in range(len(self._slots) - 1, -1, -1):
            before = self._day(i, costs[-1], low[i], high[i], limit)
            if not before.points:
                return None
            costs.append(before)
        costs.reverse()
        return costs

    def _day(self, i: int, after: _Costs, low: int, high: int, limit: float) -> _Costs:
        """The costs ahead of a day from those behind it.

        A load costs ``factor`` times its square, so the ends that a day may have are straight lines over its start, and
        the cheapest follow their lower hull. Starts are taken from the last to the first: an end joins the hull when the
        first start that may reach it comes up, and the best end only ever moves forward in the hull. Where that best
        end lies beyond the room of the day, the ends within it are tried one by one.
        """
        loads, inner, cut, scale = self._loads[i], self._inner, self._cut, self._scale
        anchored, factor = self._slots[i].anchored, self._factor[self._slots[i].weight]
        room, square, twice = len(loads) - 1, factor * STEP * STEP, 2 * factor * STEP
        stay = dict(zip(after.points, after.costs, strict=True))
        #: By where the day begins: what it costs to give it to one task alone.
        alone = {
            start: stay[end] + factor * (STEP * (end - start)) ** 2
            for start, end in self._jumps[i].items()
            if end in stay
        }
        low, high = max(low, min([after.points[0] - room, *alone])), min(high, after.points[-1])
        share, aim, fixed = self._line.behind(i)
        spare = limit - fixed
        ends = after.points[: bisect_right(after.points, high + room)]
        costs = after.costs
        arrive = [cost + cut if inner[end] else cost for end, cost in zip(ends, costs, strict=False)]
        origin = after.points[0]
        points: list[int] = []
        found: list[int] = []
        hull_end: list[int] = []
        hull_cost: list[int] = []
        best_line, waiting = 0, len(ends) - 1
        for at in reversed(self._points[bisect_left(self._points, low) : bisect_right(self._points, high)]):
            least = at + (inner[at] or 0)
            while waiting >= 0 and ends[waiting] >= least:
                end = ends[waiting] - origin
                cost = arrive[waiting] + square * end * end
                while len(hull_end) - best_line > 1 and (hull_cost[-2] - hull_cost[-1]) * (hull_end[-1] - end) <= (
                    hull_cost[-1] - cost
                ) * (hull_end[-2] - hull_end[-1]):
                    hull_end.pop()
                    hull_cost.pop()
                hull_end.append(end)
                hull_cost.append(cost)
                waiting -= 1
            best = None
            if hull_end:
                start = STEP * (at - origin) - anchored
                slope = twice * start
                best = hull_cost[best_line] - slope * hull_end[best_line]
                for line in range(best_line + 1, len(hull_end)):
                    other = hull_cost[line] - slope * hull_end[line]
                    if other > best:
                        break
                    best, best_line = other, line
                if hull_end[best_line] + origin <= at + room:
                    best += factor * start * start
                else:
                    stop = bisect_right(ends, at + room, waiting + 1)
                    within = range(waiting + 1, stop)
                    best = min([arrive[n] + loads[ends[n] - at] for n in within], default=None)
            if inner[at] and at in stay:
                idle = stay[at] + loads[0]
                if best is None or idle < best:
                    best = idle
            if at in alone and (best is None or alone[at] < best):
                best = alone[at]
            if best is None:
                continue
            minutes = STEP * at
            if best / scale + (minutes - aim) ** 2 / share + 2 * minutes <= spare:
                points.append(at)
                found.append(best)
        points.reverse()
        found.reverse()
        return _Costs(points, found)

    def _forwards(self, costs: Sequence[_Costs]) -> list[int]:
        """One cheapest path from the start, each day as full as it may be."""
        at, ends = 0, [0]
        for i, (loads, here, after) in enumerate(zip(self._loads, costs, costs[1:], strict=False)):
            wanted = here.costs[bisect_left(here.points, at)]
            jump = self._jump(i, at, after, wanted)
            if jump is not None:
                at = jump
                ends.append(at)
                continue
            for n in range(bisect_right(after.points, at + len(loads) - 1) - 1, -1, -1):
                end = after.points[n]
                if 0 < end - at < (self._inner[at] or 0):
                    continue
                cut = self._cut if end > at and self._inner[end] else 0
                if after.costs[n] + cut + loads[end - at] == wanted:
                    break
            else:
                raise AssertionError("the path has lost its way")
            at = end
            ends.append(at)
        return ends

    def _jump(self, i: int, at: int, after: _Costs, wanted: int) -> int | None:
        """Where the day ends if the task that begins there has it for itself at the cost wanted; else None."""
        end = self._jumps[i].get(at)
        if end is None:
            return None
        place = bisect_left(after.points, end)
        if place == len(after.points) or after.points[place] != end:
            return None
        cost = after.costs[place] + self._factor[self._slots[i].weight] * (STEP * (end - at)) ** 2
        return end if cost == wanted else None


@dataclass(frozen=True, slots=True)
class _Costs:
    """Points of the line that a day may end at, from left to right, and what the days after it cost from each."""

    points: list[int]
    costs: list[int]


def _inner_points(course: Course) -> list[int | None]:
    """For each point of the line: 0 between two tasks, where a task may be cut its shortest piece, None elsewhere."""
    kinds: list[int | None] = [None] * (course.total + 1)
    for how, start, end in zip(course.manners, course.ends, course.ends[1:], strict=False):
        if how.shortest:
            for point in range(start + how.shortest, end - how.last + 1):
                kinds[point] = how.shortest
    for end in course.ends:
        kinds[end] = 0
    return kinds


class _EvenLine:
    """What no plan can undercut: the cost of days laid out evenly without regard to tasks and ceilings. In minutes.

    A day's anchored minutes above its share are lost to evenness whatever else happens; what the days of one side of
    the line cost at least then follows from their sums alone (Cauchy and Schwarz).
    """

    def __init__(self, slots: Sequence[Slot], total: int, minutes: int) -> None:
        weight = sum(slot.weight for slot in slots)
        share = [slot.weight * minutes / weight for slot in slots]
        over = [max(0.0, slot.anchored - each) for slot, each in zip(slots, share, strict=True)]
        self._share = list(accumulate(share, initial=0.0))
        self._aim = list(
            accumulate((max(0.0, s - slot.anchored) for slot, s in zip(slots, share, strict=True)), initial=0.0)
        )
        self._lost = list(accumulate((o * o / s for o, s in zip(over, share, strict=True)), initial=0.0))
        self._anchored = list(accumulate((float(slot.anchored) for slot in slots), initial=0.0))
        self._material = total * STEP
        self._minutes = minutes

    def middle(self, i: int) -> float:
        """Where the first i days would end, were the rest of the plan even on both sides."""
        behind, ahead = self._share[i], self._share[-1] - self._share[i]
        late = self._material - (self._aim[-1] - self._aim[i])
        return (self._aim[i] * ahead + late * behind) / (behind + ahead)

    def reach(self, i: int, limit: float) -> tuple[float, float]:
        """Between which points the first i days end in any plan that costs at most ``limit`` (the sum of load² / share)."""
        behind, ahead = self._share[i], self._share[-1] - self._share[i]
        gap = self._aim[i] - (self._material - (self._aim[-1] - self._aim[i]))
        spare = limit - self._minutes - self._lost[-1] - gap * gap / (behind + ahead)
        if i in (0, len(self._share) - 1):
            return (0.0, 0.0) if i == 0 else (self._material, self._material)
        half = sqrt(max(0.0, spare) * behind * ahead / (behind + ahead))
        middle = self.middle(i)
        return middle - half, middle + half

    def behind(self, i: int) -> tuple[float, float, float]:
        """What the first i days cost at least where they end at m minutes of the line (the sum of load² / share).

        The answer (share, aim, fixed) stands for (m - aim)² / share + 2 m + fixed.
        """
        if not i:
            return 1.0, 0.0, 0.0
        return self._share[i], self._aim[i], self._lost[i] + 2 * self._anchored[i] - self._share[i]
