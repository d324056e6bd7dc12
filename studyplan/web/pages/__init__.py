"""The pages, a file each for those that belong together. A GET shows, a POST does one thing and sends the browser on."""

from __future__ import annotations

from fastapi import APIRouter

from studyplan.web.pages import add, edit, history, replan, review, start, task, timer, today


def routers() -> tuple[APIRouter, ...]:
    return (
        today.router,
        task.router,
        edit.router,
        add.router,
        timer.router,
        review.router,
        history.router,
        start.router,
        replan.router,
    )
