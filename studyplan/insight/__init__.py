"""Where a learner stands, told from their own record: behind or ahead, pace, forecast, streak, and the series that charts draw.

Pure: values in, values out. It imports the standard library and ``model`` and never asks for the time; chance is drawn from
a seed that the plan gives, so that the same record always has the same forecast. Each figure says where it comes from,
in which unit it is, and when it says nothing. The names are read when first asked for.
"""

from studyplan.insight.behind import Behind, behind
from studyplan.insight.forecast import Forecast, forecast
from studyplan.insight.pace import Pace, pace, paces
from studyplan.insight.record import Record
from studyplan.insight.series import Hours, Point, Score, burn_up, hours, scores
from studyplan.insight.streak import Streak, streak

__all__ = [
    "Behind",
    "Forecast",
    "Hours",
    "Pace",
    "Point",
    "Record",
    "Score",
    "Streak",
    "behind",
    "burn_up",
    "forecast",
    "hours",
    "pace",
    "paces",
    "scores",
    "streak",
]
