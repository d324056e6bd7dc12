"""Anchors: how they are written, what they count from, and whether they agree with ``after`` in every window."""

from __future__ import annotations

import pytest
from template_samples import EXAM, assert_refused_as_marked, file, good, task

ALL = "(windows 'sprint', 'month', 'full')"

BAD = {
    "no unit": task("a", "on: exam-3", marks="on names 'exam-3', did you mean 'exam-3d'?"),
    "spaces": task("a", "on: exam -3d", marks="on 'exam -3d' is not an anchor: write exam-3d"),
    "weeks": task("a", "on: start+1w", marks="on 'start+1w' is not an anchor"),
    "empty map": task("a", "on: {}", marks="on names no windows"),
    "a list": task("a", "on: [start]", marks="on must be text, not a list"),
    "unknown window": task("a", "on: {sprnt: start}", marks="on names window 'sprnt', did you mean 'sprint'?"),
    "unknown base": task("a", "on: mok-1+1d", marks="on names 'mok-1', did you mean 'mock-1'?")
    + task("mock-1", "on: start+2d"),
    "itself": task("a", "on: a+1d", marks="on names the task itself"),
    "material": task("b") + task("a", "on: b", marks=f"'b', which has no anchor of its own to count from {ALL}"),
    "material in one window": task("b", "on: {month: start, full: start}")
    + task("a", "on: b", marks="'b', which has no anchor of its own to count from (window 'sprint')"),
    "later tier": task("b", "tier: practice, on: start")
    + task("a", "on: b", marks="on names 'b', which is of the later tier practice (window 'sprint')"),
    "circle": task("a", "on: c", marks=f"on goes in a circle: a on c on b on a {ALL}")
    + task("b", "on: a+1d")
    + task("c", "on: b-1d"),
    "beside a circle": task("a", "on: b", marks="on goes in a circle: a on b on a")
    + task("b", "on: a")
    + task("c", "on: b+1d"),
    "before the start": task(
        "a", "on: exam-7d", marks="on 'exam-7d' is before the start (window 'sprint': day 0 of 7)"
    ),
    "start minus": task(
        "a",
        "on: start-1d",
        marks="is before the start (windows 'sprint': day 0 of 7, 'month': day 0 of 30, 'full': day 0 of 60)",
    ),
    "the exam day": task(
        "a", "on: exam", marks="on 'exam' is the exam day, which is for the exam alone (windows 'sprint'"
    ),
    "after the exam": task("a", "on: exam+1d", marks="on 'exam+1d' is after the end (windows 'sprint': day 8 of 7,"),
    "start too far": task("a", "on: start+7d", marks="on 'start+7d' is after the end (window 'sprint': day 8 of 7)"),
    "chain too far": task("a", "on: start+4d") + task("b", "on: a+2d", marks="'a+2d' is the exam day"),
    "two in the wrong order": task("a", "on: exam-2d")
    + task(
        "b",
        "on: exam-5d, after: [a]",
        marks="its own anchor is the earlier day (windows 'sprint': day 2, 'a' day 5 of 7",
    ),
    "wrong only at the longest": task("a", "on: {sprint: exam-3d}")
    + task("b", "on: {sprint: start+5d}, after: [a]", marks="(window 'sprint': day 6, 'a' day 11 of 14)"),
    "material after the buffer": task("a", "on: exam-1d")
    + task("b", "after: [a]", marks="after names 'a', which is in the buffer before the exam, where no material goes"),
    "buffer of a long window": task("a", "on: exam-5d")
    + task("b", "after: [a]", marks="give it an anchor too (window 'full': day 55 of 60)"),
    "through material": task("a", "on: {month: exam-5d}")
    + task("b", "after: [a]")
    + task("c", "on: {month: exam-9d}, after: [b]", marks="after names 'b', but that waits for 'a', anchored later"),
    "through curriculum order": task("a", "on: {month: exam-5d}")
    + task("b", "after: [a]")
    + task("c")
    + task(
        "d",
        "on: {month: exam-9d}, after: [c]",
        marks="that comes after 'b', which waits for 'a', anchored later (window 'month': day 21, 'a' day 25 of 30)",
    ),
}


@pytest.mark.parametrize("tasks", BAD.values(), ids=BAD.keys())
def test_bad_anchors(tasks):
    """Each anchor that cannot be obeyed is told once, with its line and the windows it concerns."""
    assert_refused_as_marked(file(tasks + EXAM))


def test_exam_anchor_without_an_exam():
    """Nothing counts from an exam that is not there."""
    marks = f"on counts from the exam, but there is no exam task {ALL}"
    assert_refused_as_marked(file(task("a", "on: exam-3d", marks=marks)))


def test_exam_of_a_later_tier():
    """Where only the longer windows have the exam, the shorter one cannot count from it."""
    marks = "the exam task is of the later tier practice (window 'sprint')"
    tasks = task("a", "on: exam-3d", marks=marks) + EXAM.replace("minutes", "tier: practice, minutes")
    assert_refused_as_marked(file(tasks))


def test_a_bad_kind_may_have_been_the_exam():
    """One mistake is told once: a misspelt exam kind does not take the exam from every anchor."""
    tasks = task("a", "on: exam-3d") + task("exam", kind="exm", marks="kind 'exm' is unknown, did you mean 'exam'?")
    assert_refused_as_marked(file(tasks))


GOOD = {
    "same day": task("a", "on: exam-2d") + task("b", "on: a, after: [a]"),
    "a chain": task("a", "on: start+1d") + task("b", "on: a+1d, after: [a]") + task("c", "on: b-2d"),
    "named before it stands": task("a", "on: b") + task("b", "on: start"),
    "material on the last material day": task("a", "on: {sprint: exam-2d, month: exam-3d, full: exam-6d}")
    + task("b", "after: [a]"),
    "anchored in the buffer": task("a", "on: exam-1d") + task("b", "on: exam-1d, after: [a]"),
    "anchor after material": task("a", "after: []") + task("b", "on: start+2d, after: [a]"),
    "order through material": task("a", "on: start+1d")
    + task("b", "after: [a]")
    + task("c", "on: exam-2d, after: [b]"),
    "the same day through material": task("a", "on: start+1d")
    + task("b", "after: [a]")
    + task("c", "on: start+1d, after: [b]"),
    "a window without it": task("a", "on: {month: exam-9d}") + task("b", "on: {month: a+1d}, after: [a]"),
    "a review with its anchor": task("a", "on: exam-1d", "review"),
    "zero days": task("a", "on: start+0d"),
}


@pytest.mark.parametrize("tasks", GOOD.values(), ids=GOOD.keys())
def test_good_anchors(tasks):
    """What can be obeyed in every window is accepted."""
    good(file(tasks + EXAM))


@pytest.mark.parametrize(("days", "offset"), [(5, 1), (6, 1), (20, 1), (21, 2), (31, 3), (60, 5)])
def test_the_buffer_is_a_tenth_of_the_days_before_the_exam(days, offset):
    """Material may wait for an anchor up to the last day before the buffer, and no longer; below five days there is none."""
    windows = f"windows:\n  - {{id: a, days: [{days}, {days}], tier: core}}\ndefault_window: a\n"

    def waiting(before_exam: int, marks: str = "") -> str:
        return file(
            task("a", f"on: exam-{before_exam}d") + task("b", "after: [a]", marks=marks) + EXAM, windows=windows
        )

    inside = offset if days > 5 else 0
    if inside:
        assert_refused_as_marked(waiting(inside, "in the buffer before the exam"))
    good(waiting(inside + 1))


def test_without_an_exam_there_is_no_buffer():
    """A template without an exam task holds material to its last day."""
    windows = "windows:\n  - {id: a, days: [10, 10], tier: core}\ndefault_window: a\n"
    good(file(task("a", "on: start+9d") + task("b", "after: [a]"), windows=windows))
