"""The scheduler: lay out, place reviews, mend a plan, price what does not fit.

Pure: values in, values out. It imports the standard library, ``model`` and ``errors`` and never asks for the time.
"""

from studyplan.schedule.layout import Layout, Problem, lay_out, misfit, placed
from studyplan.schedule.prices import Variation, price_list
from studyplan.schedule.reviews import decks
from studyplan.schedule.window import days, eve, with_shares

__all__ = [
    "Layout",
    "Problem",
    "Variation",
    "days",
    "decks",
    "eve",
    "lay_out",
    "misfit",
    "placed",
    "price_list",
    "with_shares",
]
