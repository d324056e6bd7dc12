"""Tasks as calendar files, a learner's own calendar as busy time, and public holidays.

The only package that imports ``icalendar`` and ``holidays``. It loads none of them until ``render`` or
``split`` is asked for: printing the uid of an event costs nothing. ``calendar.busy`` and ``calendar.holidays`` are modules of
their own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from studyplan.calendar.forms import Form, Format
from studyplan.calendar.identity import event_uid, todo_uid, whole_mark

if TYPE_CHECKING:
    from studyplan.calendar.write import render, render_fitting, split

__all__ = ["Form", "Format", "event_uid", "render", "render_fitting", "split", "todo_uid", "whole_mark"]

_HOMES = {"render": "write", "render_fitting": "write", "split": "write"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
