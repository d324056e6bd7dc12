"""How callers of the planner name plans, tasks, days and files: as values, or as people write them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from studyplan import (
    Conflict,
    NotFound,
    Planner,
    Remedy,
    Span,
    StartRequest,
    StudyHours,
    UsageProblem,
    Week,
    open_planner,
)
from studyplan.notation import Ref
from studyplan.rules.drafts import Draft

FIRST = date(2026, 7, 1)


@pytest.fixture
def planner(tmp_path: Path) -> Iterator[Planner]:
    with open_planner(tmp_path / "study.db", learner="ana", today=FIRST, zone="UTC") as planner:
        planner.plans.start("foundations", days=30)
        yield planner


def done(planner: Planner) -> list[int]:
    (view,) = planner.queries.plan_views()
    return sorted(task.number for task in view.tasks if task.status == "done")


def test_tasks_are_named_in_any_way(planner: Planner) -> None:
    """By number, key, range, plan and key, value, or several of these at once."""
    (view,) = planner.queries.plan_views()
    by_number = {task.number: task for task in view.tasks}
    planner.tasks.done(1)
    planner.tasks.done("diagnostic", "foundations:definition")
    planner.tasks.done(by_number[4])
    planner.tasks.done("5-6", [7, by_number[8]], Ref(9))
    assert done(planner) == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    planner.tasks.reopen(by_number[1], "2-9")
    assert done(planner) == []
    assert planner.timer.start(by_number[2]).began
    assert planner.timer.cancel()
    assert planner.notes.noted("diagnostic")[0].number == 2


@pytest.mark.parametrize(
    ("names", "error"), [((999,), NotFound), ((-1,), NotFound), (("1", "nothing"), NotFound), (("",), UsageProblem)]
)
def test_a_task_that_is_not_there(planner: Planner, names: tuple[int | str, ...], error: type[Exception]) -> None:
    """All of the call, or nothing of it."""
    with pytest.raises(error):
        planner.tasks.done(*names)
    assert done(planner) == []


@pytest.mark.parametrize(
    "day", [FIRST, "2026-07-01", datetime(2026, 7, 1, 12), datetime(2026, 7, 1, 12, tzinfo=UTC), "today"]
)
def test_days_are_named_in_any_way(planner: Planner, day: date | str) -> None:
    """As a date, a date with a time, or text."""
    changed = planner.tasks.done(1, on=day)
    assert changed.tasks[0].done_at is not None
    assert planner.clock.day_of(changed.tasks[0].done_at) == FIRST
    assert planner.tasks.move(2, to=day).tasks == ()
    with pytest.raises(UsageProblem):
        planner.tasks.done(2, on="no day")


def test_plans_are_named_in_any_way(planner: Planner) -> None:
    """By name, number or value, where several are running."""
    second = planner.plans.start("foundations", name="second").plan
    with pytest.raises(Conflict):
        planner.cards.write("csv")
    for name in ("second", 2, second):
        assert planner.cards.write("csv", name)[0].number == 2
        assert [view.plan.number for view in planner.queries.plan_views(name)] == [2]
    assert planner.plans.rename(second, "third").plans[0].name == "third"
    assert planner.plans.drop(2).plans[0].state == "dropped"
    with pytest.raises(NotFound):
        planner.plans.drop(3)


def test_a_start_in_keywords(planner: Planner) -> None:
    """Keywords mean what a whole wish means, text what the values mean."""
    template = planner.queries.template("foundations").template
    optional = next(task.id for task in template.tasks if task.optional or task.path)
    wish = StartRequest(
        "foundations",
        start=date(2026, 9, 1),
        exam=date(2026, 10, 30),
        week=Week((*(StudyHours(minutes=120),) * 5, *(StudyHours(minutes=0),) * 2)),
        leave_out=(optional,),
        name="autumn",
    )

    def laid(draft: Draft) -> list[tuple[str, date]]:
        return [(task.key, task.date) for task in draft.tasks]

    said = planner.plans.preview(
        "foundations", start="2026-09-01", exam="2026-10-30", week="mon-fri=120", leave_out=[optional], name="autumn"
    )
    assert laid(said) == laid(planner.plans.preview(wish))
    assert (said.plan.name, said.plan.left_out) == ("autumn", (optional,))
    off = planner.plans.preview("foundations", name="x", days=40, off=["2026-07-02..2026-07-05", date(2026, 7, 8)])
    assert not {date(2026, 7, day) for day in (2, 3, 4, 5, 8)} & {task.date for task in off.tasks}
    with pytest.raises(TypeError):
        planner.plans.start("foundations", exams="2026-10-30")


def test_a_replan_in_keywords(planner: Planner) -> None:
    """The same for a remedy."""
    exam = date(2026, 8, 15)
    moves = planner.replan.preview(exam="2026-08-15", week="45").mending.moves
    assert moves
    assert moves == planner.replan.preview(Remedy(exam=exam, week=Week((StudyHours(minutes=45),) * 7))).mending.moves


def test_days_off_and_hours_as_text(planner: Planner) -> None:
    """One day or several, spans or text, and a study week as people write it."""
    for days in (
        "2026-07-04..2026-07-05",
        date(2026, 7, 8),
        ["2026-07-10", Span(date(2026, 7, 12), date(2026, 7, 13))],
    ):
        planner.replan.set_off(days)
    learner, _ = planner.learners.get()
    assert [str(span) for span in learner.off] == [
        "2026-07-04..2026-07-05",
        "2026-07-08",
        "2026-07-10",
        "2026-07-12..2026-07-13",
    ]
    assert planner.replan.set_hours("mon-sun=120").learner.week == Week((StudyHours(minutes=120),) * 7)
    with pytest.raises(UsageProblem):
        planner.replan.set_off("no day")


@pytest.mark.parametrize("kind", [bytes, str, Path])
def test_files_are_named_in_any_way(planner: Planner, tmp_path: Path, kind: type) -> None:
    """As a path, as text, or as what is in them."""

    def named(content: bytes, name: str) -> bytes | str | Path:
        (tmp_path / name).write_bytes(content)
        return content if kind is bytes else kind(tmp_path / name)

    assert len(planner.cards.add(named(b"question,answer\nWhy?,So.\n", "cards.csv")).cards) == 1
    calendar = named(planner.export.export().files[0], "plan.ics")
    assert planner.import_.take(planner.import_.read(calendar), write=False).brought == ()
    assert planner.dump.load(named(planner.dump.write()[1], "ana.json"), name="ben").learner.name == "ben"


def test_who_is_new_has_the_zone(tmp_path: Path) -> None:
    """The zone is of a learner who is made; one who is there keeps theirs."""
    for zone in ("Asia/Tokyo", "Europe/Berlin"):
        with open_planner(str(tmp_path / "study.db"), learner="ana", zone=zone) as planner:
            planner.plans.start("foundations", name=zone)
            assert planner.queries.zone() == "Asia/Tokyo"
    with pytest.raises(UsageProblem):
        open_planner(zone="Nowhere")
