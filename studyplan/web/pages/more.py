"""The rooms that the bar has no place for."""

from __future__ import annotations

from fastapi import APIRouter, Response

from studyplan.presentation.language import N_
from studyplan.web.rendering import render
from studyplan.web.request import Here

router = APIRouter()

#: Address, name, and what is to be found there.
_ROOMS = (
    ("/plans", N_("Plans"), N_("All of them: where each stands, results, ends, calendar files.")),
    ("/start", N_("Start a plan"), N_("One that comes with studyplan, one of your own, or a file.")),
    ("/replan", N_("Replan"), N_("New days for what was missed, or another exam day.")),
    ("/month", N_("Month"), N_("The month as a calendar.")),
    ("/agenda", N_("Agenda"), N_("What is to come, day by day.")),
    ("/add", N_("Add a task"), N_("One, many at once, or a habit.")),
    ("/timer", N_("Timer"), N_("Measure the time that a task takes.")),
    ("/log", N_("Time"), N_("What you studied, day by day.")),
    ("/cards", N_("Cards"), N_("All cards: look, correct, add, bring a file.")),
    ("/quiz", N_("Quiz"), N_("A few questions for practice.")),
    ("/history", N_("History"), N_("Every change, and its undoing.")),
    ("/templates", N_("Templates"), N_("What is in the plans that you can start.")),
    ("/feeds", N_("Feeds"), N_("Addresses for the calendar on your phone.")),
    ("/report", N_("Report"), N_("A page to print or to send to somebody.")),
    ("/settings", N_("Settings"), N_("Study hours, days off, time zone, language, browsers.")),
    ("/keys", N_("Keys"), N_("What each key does.")),
)


@router.get("/more")
def more(visitor: Here) -> Response:
    """All rooms, each with what is in it."""
    return render(visitor, "more.html", rooms_here=_ROOMS)
