"""What was done, as a history tells it, in the visitor's language.

The database keeps a change with the words it was made by, such as ``move 4 'Draw the map' to 2026-07-30``. They are recognised by their
pattern and said again.
"""

from __future__ import annotations

from functools import cache

from studyplan.presentation.language import ENGLISH, N_, current, gettext
from studyplan.web.messages import Pattern, recognised, split

#: What is done to tasks, plans and settings.
ACTIONS = (
    N_("done {0}"),
    N_("done {0}, {1} of {2} right"),
    N_("skip {0}"),
    N_("reopen {0}"),
    N_("move {0} to {1}"),
    N_("pin {0}"),
    N_("unpin {0}"),
    N_("note {0}"),
    N_("remove {0}"),
    N_("remove {0} on {1}"),
    N_("remove {0} from {1} on"),
    N_("edit {0}"),
    N_("edit {0} on {1}"),
    N_("edit {0} from {1} on"),
    N_("add {0}"),
    N_("add {0} to {1}"),
    N_("add habit {0}"),
    N_("timer start {0}"),
    N_("timer stop {0}, {1} min"),
    N_("timer cancel {0}"),
    N_("log {0} min on {1}"),
    N_("correct the time on {0}"),
    N_("remove time from {0}"),
    N_("start {0}"),
    N_("start {0} as {1}"),
    N_("rename {0} to {1}"),
    N_("rename learner to {0}"),
    N_("finish {0}"),
    N_("drop {0}"),
    N_("pass {0}"),
    N_("fail {0}"),
    N_("replan {0}: {1}, {2} moved"),
    N_("upgrade {0} to edition {1}"),
    N_("off: {0}"),
    N_("no longer off: {0}"),
    N_("hours"),
    N_("set zone {0}"),
    N_("review {0} of {1}"),
    N_("review {0} of {1}, done {2}"),
    N_("quiz of {0}, {1} of {2} right"),
    N_("mock of {0}, {1} of {2} right"),
    N_("sort {0} of {1}"),
    N_("shorten {0} of {1}"),
    N_("import {0} into {1}"),
    N_("import: {0}"),
    N_("sync {0}: {1}"),
    N_("edit card {0} of {1}"),
    N_("edit {0} of {1}"),
    N_("suspend {0} of {1}"),
    N_("unsuspend {0} of {1}"),
    N_("suspend card {0} of {1}"),
    N_("unsuspend card {0} of {1}"),
    N_("an alarm of {0} min in exports as {1}"),
    N_("no alarm in exports as {0}"),
)


#: How a page says the commonest of them in English, where the words of a command would stand out. The first that fits counts.
_SAID = (
    ("done {0}, {1} of {2} right", "Done: {0}, {1} of {2} right"),
    ("done {0}", "Done: {0}"),
    ("skip {0}", "Skipped: {0}"),
    ("reopen {0}", "Reopened: {0}"),
    ("move {0} to {1}", "Moved to {1}: {0}"),
    ("pin {0}", "Pinned: {0}"),
    ("unpin {0}", "Unpinned: {0}"),
    ("note {0}", "Noted: {0}"),
    ("timer start {0}", "Timer started: {0}"),
    ("timer stop {0}, {1} min", "Timer stopped after {1} min: {0}"),
    ("timer cancel {0}", "Timer cancelled: {0}"),
    ("log {0} min on {1}", "Recorded: {0} min on {1}"),
)


def action_text(action: str) -> str:
    """What was done. What is not recognised stays as it is."""
    return recognised(action, _patterns(current().tag)) or action


@cache
def _patterns(tag: str) -> tuple[Pattern, ...]:
    """Those with the most words of their own first. ``tag``: the language that is spoken now."""
    if current() is ENGLISH:
        return tuple(split(pattern, said) for pattern, said in _SAID)
    found = [split(pattern, gettext(pattern)) for pattern in ACTIONS]
    return tuple(sorted(found, key=lambda each: -sum(map(len, each[0]))))
