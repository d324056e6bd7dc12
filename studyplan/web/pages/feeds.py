"""The addresses that calendars subscribe to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from studyplan.errors import NotFound
from studyplan.model import PlanState
from studyplan.presentation import feeds
from studyplan.presentation.language import gettext as _
from studyplan.web.codes import code
from studyplan.web.rendering import day_text, long_day_text, render, see_other
from studyplan.web.request import Here, Sent

if TYPE_CHECKING:
    from typing import Any

    from studyplan.planner.feeds import FeedView, NewFeed
    from studyplan.web.request import Visitor

router = APIRouter()


@router.get("/feeds")
def feeds_page(visitor: Here) -> Response:
    """Every address, and the one that was just made with all that a calendar needs of it."""
    planner = visitor.planner
    try:
        views = planner.feeds.all()
    except NotFound:
        # Nobody has started a plan yet.
        return render(visitor, "welcome.html")
    today = planner.queries.current_day()
    rows = [_row(visitor, view, today) for view in views]
    return render(
        visitor,
        "feeds.html",
        made=[_shown(visitor, each) for each in visitor.site.new_feeds.take(visitor.device)],
        live=[row for row in rows if row["feed"].revoked_at is None],
        revoked=[row for row in rows if row["feed"].revoked_at is not None],
        plans=[plan for plan, *_rest in planner.queries.plans() if plan.state is not PlanState.DROPPED],
        forms={form: feeds.form_text(form) for form in ("events", "timed", "todos")},
        is_local=visitor.site.address.is_local,
    )


def _row(visitor: Visitor, view: FeedView, today: Any) -> dict[str, Any]:
    closed = view.feed.revoked_at
    return {
        "feed": view.feed,
        "content": feeds.content_text(view),
        "fetched": feeds.fetched_text(view.feed.used_on, today, day_text),
        "left_out": feeds.left_out_text(view.left_out),
        "revoked": None if closed is None else long_day_text(visitor.local(closed).date()),
    }


def _shown(visitor: Visitor, made: NewFeed) -> dict[str, Any]:
    address = feeds.feed_address(visitor.site.address.base_url, made.token)
    return {"name": made.view.feed.name, "address": address, "webcal": feeds.webcal(address), "code": code(address)}


@router.post("/feeds")
def add(visitor: Here, form: Sent) -> Response:
    """Make an address, and show it once."""
    made = visitor.planner.feeds.add(
        form.text("name"),
        form=form.text("form") or "events",
        plan=form.whole("plan"),
        alarm=form.whole("alarm"),
        numbered=form.has("numbered"),
        zoned=form.has("zoned"),
    )
    visitor.site.new_feeds.put(visitor.device, made)
    return see_other("/feeds")


@router.post("/feeds/{number}/rotate")
def rotate(visitor: Here, form: Sent, number: int) -> Response:
    """Make a new address beside an old one, and show it once."""
    made = visitor.planner.feeds.rotate(number)
    visitor.site.new_feeds.put(visitor.device, made)
    visitor.tell(_("The old address of “%(name)s” goes on until you close it.") % {"name": made.view.feed.name})
    return see_other("/feeds")


@router.post("/feeds/{number}/rename")
def rename(visitor: Here, form: Sent, number: int) -> Response:
    """Call a feed something else."""
    feed = visitor.planner.feeds.rename(number, form.text("name"))
    visitor.tell(_("It is now called “%(name)s”.") % {"name": feed.name})
    return see_other("/feeds")


@router.post("/feeds/{number}/revoke")
def revoke(visitor: Here, form: Sent, number: int) -> Response:
    """Close an address, for good."""
    feed = visitor.planner.feeds.revoke(number)
    visitor.tell(_("The address of “%(name)s” is closed: it answers nobody any more.") % {"name": feed.name})
    return see_other("/feeds")
