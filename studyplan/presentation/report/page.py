"""The report as one self-contained HTML file. The template engine escapes everything the learner wrote."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from studyplan.model import Status
from studyplan.presentation import phrases, sentences
from studyplan.presentation.report import drawings
from studyplan.text import count

if TYPE_CHECKING:
    from studyplan.model import Task
    from studyplan.planner.progress import Picture, Progress

_WEEK = timedelta(days=6)


def page(picture: Picture) -> str:
    made = Environment(
        loader=PackageLoader("studyplan.presentation.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["span"] = phrases.span_text
    made.filters["day"] = phrases.long_day
    made.filters["short"] = phrases.short_day
    made.filters["share"] = "{:.0%}".format
    made.filters["recall"] = sentences.recall_words
    return made.get_template("page.html").render(
        learner=picture.learner or "",
        today=picture.today,
        plans=[_plan(progress) for progress in picture.plans],
        # leather escapes what it draws.
        year=Markup(drawings.year(picture.studied, picture.today)) if picture.studied else None,
        studied=sum(picture.studied.values()),
        days=count(len(picture.studied), "day"),
    )


def _plan(progress: Progress) -> dict[str, Any]:
    standing, today = progress.standing, progress.standing.today
    return {
        "name": progress.plan.name,
        "title": progress.plan.title,
        "time": sentences.time_left(standing),
        "share": round(100 * sentences.share_done(standing)),
        "tallies": [
            (name, tally.minutes, count(tally.tasks, "task"))
            for name in ("done", "skipped", "open", "overdue")
            if (tally := getattr(standing, name)).tasks
        ],
        "figures": sentences.figures(progress),
        "burn_up": Markup(drawings.burn_up(progress.burn_up)),
        "has_moved": any(point.plan != point.began for point in progress.burn_up),
        "tables": [
            (name, rows, Markup(drawings.hours(rows, name)))
            for name, rows in (("module", progress.modules), ("kind", progress.kinds))
            if rows
        ],
        "scores": progress.scores,
        "score": phrases.score_text,
        "score_chart": Markup(drawings.scores(progress.scores)),
        "recall": progress.recall,
        "lists": [
            (title, tasks, sum(task.minutes for task in tasks)) for title, tasks in _lists(progress, today) if tasks
        ],
        "done_on": progress.done_on,
        "piece": phrases.piece_title,
    }


def _lists(progress: Progress, today: date) -> list[tuple[str, list[Task]]]:
    """Tasks that are overdue, due in the next seven days, and done in the last seven."""
    still_open = [task for task in progress.tasks if task.status is Status.OPEN]
    done = [t for t in progress.tasks if today - _WEEK <= progress.done_on.get(t.number, date.min) <= today]
    return [
        ("Overdue", [task for task in still_open if task.date < today]),
        ("The next seven days", [task for task in still_open if today <= task.date <= today + _WEEK]),
        ("Done in the last seven days", sorted(done, key=lambda t: (progress.done_on[t.number], t.position))),
    ]
