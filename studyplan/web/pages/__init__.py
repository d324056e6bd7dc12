"""The pages, a file each for those that belong together. A GET shows, a POST does one thing and sends the browser on."""

from __future__ import annotations

from fastapi import APIRouter

from studyplan.web.pages import (
    add,
    cards,
    days,
    device,
    edit,
    feeds,
    history,
    mock,
    more,
    plans,
    progress,
    replan,
    review,
    settings,
    start,
    task,
    tasks,
    templates,
    timer,
    today,
)

#: The order matters only where two pages take one address.
_PAGES = (
    today,
    days,
    tasks,
    task,
    edit,
    add,
    timer,
    review,
    cards,
    mock,
    progress,
    history,
    start,
    replan,
    plans,
    device,
    templates,
    settings,
    more,
    feeds,
)


def routers() -> tuple[APIRouter, ...]:
    return tuple(page.router for page in _PAGES)
