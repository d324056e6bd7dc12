"""Calendars on CalDAV servers, kept in step with the tasks in both directions. A face: it talks to the planner alone.

:func:`decide` is the pure heart; ``running`` gathers, lets it decide and carries out; ``server`` is the only file that knows
the network, ``secrets`` the only one that meets a password. Nothing here is imported before a sync is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studyplan.sync.deciding import decide

__all__ = ["decide"]


def __getattr__(name: str) -> Any:
    if name == "decide":
        from studyplan.sync.deciding import decide

        return decide
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
