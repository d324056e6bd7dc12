"""Addresses that calendars subscribe to, as JSON and in words: the same on a terminal and on a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from studyplan.presentation.facts import instant
from studyplan.presentation.language import gettext as _
from studyplan.presentation.language import ngettext
from studyplan.presentation.phrases import short_day

if TYPE_CHECKING:
    from studyplan.model.feeds import Feed
    from studyplan.planner.feeds import FeedView, MissingEntries, NewFeed
    from studyplan.presentation.shapes import FeedFacts, NewFeedFacts, RenamedFeedFacts, RevokedFeedFacts


def feed_address(base_url: str, token: str) -> str:
    """What a calendar subscribes to, at the server of that address."""
    return f"{base_url.rstrip('/')}/feed/{token}.ics"


def webcal(address: str) -> str:
    """The same address so that a browser hands it to the calendar."""
    return f"webcal://{address.partition('://')[2]}"


def of_feed(view: FeedView) -> FeedFacts:
    """All but what opens it."""
    feed = view.feed
    return {
        "number": feed.number,
        "name": feed.name,
        "plan": view.plan,
        "form": feed.form,
        "alarm": feed.alarm,
        "numbered": feed.numbered,
        "zoned": feed.zoned,
        "created_at": instant(feed.created_at),
        "last_fetched": str(feed.used_on) if feed.used_on else None,
        "revoked_at": instant(feed.revoked_at),
        "left_out": {"plans": list(view.left_out.plans), "tasks": view.left_out.tasks},
    }


def of_new_feed(made: NewFeed, base_url: str) -> NewFeedFacts:
    """The only object that has the address."""
    address = feed_address(base_url, made.token)
    return {"feed": of_feed(made.view), "address": address, "webcal": webcal(address)}


def of_renamed_feed(feed: Feed) -> RenamedFeedFacts:
    return {"feed": {"number": feed.number, "name": feed.name}}


def of_revoked_feed(feed: Feed) -> RevokedFeedFacts:
    return {"feed": {"number": feed.number, "name": feed.name, "revoked_at": instant(feed.revoked_at)}}


def form_text(form: str) -> str:
    """What tasks become in a calendar."""
    return {"events": _("all-day events"), "timed": _("events in your study hours"), "todos": _("to-dos")}[form]


def content_text(view: FeedView) -> str:
    """What an address serves: all plans as all-day events, alarms 15 min ahead."""
    feed = view.feed
    form = form_text(feed.form)
    if view.plan:
        words = [_("“%(plan)s” as %(form)s") % {"plan": view.plan, "form": form}]
    else:
        words = [_("all plans as %(form)s") % {"form": form}]
    if feed.numbered:
        words.append(_("numbered"))
    if feed.zoned:
        words.append(_("in your time zone"))
    if feed.alarm:
        words.append(_("alarms %(minutes)s min ahead") % {"minutes": feed.alarm})
    elif feed.alarm == 0:
        words.append(_("no alarms"))
    return ", ".join(words)


def fetched_text(used_on: date | None, today: date, say: Callable[[date], str] = short_day) -> str:
    """When a calendar fetched an address last; ``say`` writes a day."""
    if used_on is None:
        return _("never fetched")
    days = (today - used_on).days
    if days == 0:
        return _("last fetched today")
    return _("last fetched yesterday") if days == 1 else _("last fetched on %(day)s") % {"day": say(used_on)}


def left_out_text(missing: MissingEntries) -> str | None:
    """What is not in a calendar because calendars take no larger one."""
    parts = [_("the finished plan “%(name)s”") % {"name": name} for name in missing.plans]
    if missing.tasks:
        parts.append(ngettext("%(many)s task", "%(many)s tasks", missing.tasks) % {"many": missing.tasks})
    if not parts:
        return None
    return _("Too large for calendars, so these are left out: %(parts)s.") % {"parts": ", ".join(parts)}
