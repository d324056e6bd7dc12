"""A list of tasks that is only looked at."""

from datetime import date
from pathlib import Path

from studyplan import open_planner


def test_a_list_that_is_looked_at_is_what_would_be_added(tmp_path: Path) -> None:
    """Nothing is written, and each line is a task of its own."""
    with open_planner(tmp_path / "study.db", learner="ana", today="2026-07-23") as planner:
        planner.plans.start("blank", start="2026-07-20", days=30)
        lines = b"Essay one 1h\nEssay two tomorrow\nEssay three 45m\n"
        looked = planner.task_lists.add(lines, write=False)
        assert planner.queries.plan_views()[0].tasks == ()
        added = planner.task_lists.add(lines)
        assert {(each.title, each.date, each.minutes) for each in looked.tasks} == {
            (each.title, each.date, each.minutes) for each in added.tasks
        }
        assert ("Essay two", date(2026, 7, 24), 30) in {(each.title, each.date, each.minutes) for each in added.tasks}
        assert len({each.number for each in looked.tasks}) == 3
