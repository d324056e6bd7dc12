"""The scheduler: lay out, place reviews, mend a plan, price what does not fit.

Pure: values in, values out. It imports the standard library, ``model`` and ``errors`` and never asks for the time.
"""

from studyplan.schedule.layout import Layout, Problem, lay_out, misfit, placed
from studyplan.schedule.least import FewestMinutes, rank
from studyplan.schedule.left_over import Fitted, everything_fits, loose_of, mend_what_fits
from studyplan.schedule.prices import MOST_MINUTES, LeftOut, Variation, days_to_try, has_plan, price_list
from studyplan.schedule.replan import Mending, Move, Standing, catch_up, even_fits, even_out, fits, put_in_order, shift
from studyplan.schedule.reviews import decks, place_reviews
from studyplan.schedule.slack import slack
from studyplan.schedule.window import beside_habits, days, eve, with_shares

__all__ = [
    "MOST_MINUTES",
    "FewestMinutes",
    "Fitted",
    "Layout",
    "LeftOut",
    "Mending",
    "Move",
    "Problem",
    "Standing",
    "Variation",
    "beside_habits",
    "catch_up",
    "days",
    "days_to_try",
    "decks",
    "eve",
    "even_fits",
    "even_out",
    "everything_fits",
    "fits",
    "has_plan",
    "lay_out",
    "loose_of",
    "mend_what_fits",
    "misfit",
    "place_reviews",
    "placed",
    "price_list",
    "put_in_order",
    "rank",
    "shift",
    "slack",
    "with_shares",
]
