"""Addresses that calendars subscribe to. Each is told once: not even an answer that is given again has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field

from studyplan.model import LONGEST_ALARM
from studyplan.presentation import feeds as feed_facts
from studyplan.presentation.shapes import FeedsFacts, NewFeedAnswerFacts, RenamedFeedFacts, RevokedFeedFacts
from studyplan.web.api.calls import CallBody, PlanWord, Reader, Words, Writer, answered, described
from studyplan.web.api.problems import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from studyplan.planner import Planner
    from studyplan.planner.feeds import NewFeed
    from studyplan.web.api.calls import Caller

router = APIRouter(prefix=PREFIX, tags=["feeds"])

_Feed = Annotated[int, Path(ge=1, le=2**31 - 1, description="The number of a feed.")]
#: What opens a feed is in these fields.
_OPENS = frozenset({"address", "webcal"})


class FeedCall(CallBody):
    name: Annotated[Words, Field(description="For you: the phone or the person that gets it.")]
    form: Annotated[Literal["events", "timed", "todos"], Field(description="What a task becomes.")] = "events"
    plan: Annotated[PlanWord | None, Field(description="One plan; all that are not dropped if it is left out.")] = None
    alarm: Annotated[
        int | None, Field(ge=0, le=LONGEST_ALARM, description="Minutes ahead, 0 for none; as for exports if left out.")
    ] = None
    numbered: Annotated[bool, Field(description="Put each task's place in the study order before its title.")] = False
    zoned: Annotated[bool, Field(description="Times in the learner's zone instead of UTC.")] = False


class FeedNameCall(CallBody):
    name: Words


@router.get("/feeds", **described(FeedsFacts))
def feeds(caller: Reader) -> Response:
    """The feeds, what each serves and when a calendar fetched it last."""
    return answered({"feeds": [feed_facts.of_feed(view) for view in caller.planner.feeds.all()]})


@router.post("/feeds", **described(NewFeedAnswerFacts, changes=True))
def add(caller: Writer, sent: FeedCall) -> Response:
    """Make an address for a calendar to subscribe to."""
    return caller.change(
        sent,
        _told(
            caller,
            lambda planner: planner.feeds.add(
                sent.name, form=sent.form, plan=sent.plan, alarm=sent.alarm, numbered=sent.numbered, zoned=sent.zoned
            ),
        ),
        unkept=_OPENS,
    )


@router.post("/feeds/{feed}:rotate", **described(NewFeedAnswerFacts, changes=True))
def rotate(caller: Writer, feed: _Feed) -> Response:
    """Make a new address for what a feed serves; the old one goes on until it is revoked."""
    return caller.change(None, _told(caller, lambda planner: planner.feeds.rotate(feed)), unkept=_OPENS)


@router.post("/feeds/{feed}:rename", **described(RenamedFeedFacts, changes=True))
def rename(caller: Writer, feed: _Feed, sent: FeedNameCall) -> Response:
    """Give a feed another name."""
    return caller.change(sent, lambda planner: feed_facts.of_renamed_feed(planner.feeds.rename(feed, sent.name)))


@router.post("/feeds/{feed}:revoke", **described(RevokedFeedFacts, changes=True))
def revoke(caller: Writer, feed: _Feed) -> Response:
    """Close the address of a feed, for good."""
    return caller.change(None, lambda planner: feed_facts.of_revoked_feed(planner.feeds.revoke(feed)))


def _told(caller: Caller, make: Callable[[Planner], NewFeed]) -> Callable[[Planner], Mapping[str, Any]]:
    """Make a feed, and tell its address at this server."""
    base_url = caller.request.app.state.site.address.base_url
    return lambda planner: {**feed_facts.of_new_feed(make(planner), base_url)}
