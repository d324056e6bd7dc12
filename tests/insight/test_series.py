"""The series behind the charts add up."""

from __future__ import annotations

from hypothesis import given
from insight_records import day, record, records, task

from studyplan.insight import burn_up, hours, scores
from studyplan.model import Kind, ModuleScore, Status


@given(records())
def test_the_burn_up_ends_where_the_plan_does(rows):
    """A point a day; no line falls; the plan ends at all minutes, done at those that are done, and nothing is done tomorrow."""
    points = burn_up(rows)
    assert [p.day for p in points] == list(rows.days(rows.start, rows.end))
    assert points[-1].plan == points[-1].began == sum(t.minutes for t in rows.work)
    told = [p.done for p in points if p.done is not None]
    assert told[-1] == sum(t.minutes for t in rows.work if t.number in rows.done_on)
    assert all(p.done is None for p in points if p.day > rows.today)
    for line in ([p.plan for p in points], [p.began for p in points], told):
        assert line == sorted(line)


def test_the_plan_as_it_began_outlives_replans():
    """Moved twice: the first day counts for how it began, the last for how it stands."""
    points = burn_up(record(5, [task(1, 6)], moved={1: [(3, 2), (4, 5)]}))
    assert [p.began for p in points[:3]] == [0, 60, 60]
    assert [p.plan for p in points[4:6]] == [0, 60]


@given(records())
def test_hours_add_up_both_ways(rows):
    """By module and by kind the same minutes are planned, done and studied."""
    modules, kinds = hours(rows)
    for name in ("planned", "done", "studied"):
        assert sum(getattr(each, name) for each in modules) == sum(getattr(each, name) for each in kinds)


def test_told_minutes_count_where_there_are_some():
    """An hour's estimate that took 45 minutes was 45 minutes of study; one that was not told counts as estimated where it is
    done, and one still open as far as it was told."""
    tasks = [task(1, 1, spent_minutes=45), task(2, 1), task(3, 2, kind=Kind.LAB), task(4, 2, spent_minutes=10)]
    assert [each.studied for each in hours(record(3, tasks, {1: 1, 2: 1}))[1]] == [115, 0]


def test_scores_are_told_by_the_day_on_which_they_were_reached():
    """Oldest first, the exam among them; a module's figure is enough; what is open, skipped, taken out or told nothing is no score."""
    tasks = [
        task(1, 1, kind=Kind.EXAM, score=58),
        task(2, 9, kind=Kind.MOCK, scores=(ModuleScore("basics", 0),)),
        task(3, 1, kind=Kind.QUIZ, score=0),
        task(4, 1, kind=Kind.QUIZ, score=90),
        task(5, 1, kind=Kind.QUIZ),
        task(6, 1, kind=Kind.QUIZ, score=70, exists=False),
        task(7, 1, kind=Kind.QUIZ, score=70, status=Status.SKIPPED),
    ]
    told = scores(record(9, tasks, {1: 9, 2: 3, 3: 3, 5: 2, 6: 2}))
    assert [(each.day, each.task.number) for each in told] == [(day(3), 2), (day(3), 3), (day(9), 1)]
