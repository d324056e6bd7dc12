"""What a newer edition changes in a plan, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studyplan.model import Resource
from studyplan.presentation.language import N_
from studyplan.presentation.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studyplan.planner.upgrade import Upgraded
    from studyplan.rules.edition_diff import Kept
    from studyplan.schedule import Move

#: Fields of a task that an edition may change.
_FIELDS = frozenset({
    *(N_("title"), N_("module"), N_("kind"), N_("minutes"), N_("questions"), N_("tier"), N_("optional"), N_("access")),
    *(N_("objective"), N_("evidence"), N_("resources"), N_("after"), N_("tags"), N_("anchor"), N_("splittable")),
})  # fmt: skip
_WHY = {
    "over": N_("finished, so it stays as it was"),
    "edited": N_("keeps your own {fields}"),
    "removed": N_("you removed it, so it stays out"),
}


def edition_text(upgraded: Upgraded) -> str:
    """From which edition to which."""
    before, after = upgraded.before.edition, upgraded.plan.edition
    if before == after:
        return _("edition {edition}, with changes").format(edition=after)
    return _("edition {before} → {after}").format(before=before, after=after)


def why_kept(kept: Kept) -> str:
    """Why a task stays as it is although the edition says otherwise."""
    return _(_WHY[kept.why]).format(fields=_(" and ").join(map(_field, kept.fields)))


def field_text(name: str, old: Any, new: Any) -> str:
    """A field of a task before and after; the links of one in a line each."""
    if name in ("objective", "evidence"):
        return f"{_field(name)}: {new}" if new else _("{field} removed").format(field=_field(name))
    if name == "resources":
        gone = [f"- {each.title} {each.url}" for each in old if each not in new]
        come = [f"+ {each.title} {each.url}" for each in new if each not in old]
        return "\n".join([f"{_('resources')}:", *gone, *come]) if gone or come else _("resources: reordered")
    return f"{_field(name)}: {_plain(old)} → {_plain(new)}"


def counts_text(counts: Sequence[int]) -> str:
    """How many cards or questions come, change and go; empty where none do."""
    words = (_("{n} new"), _("{n} changed"), _("{n} gone"))
    return ", ".join(word.format(n=n) for n, word in zip(counts, words, strict=True) if n)


def tasks_moved(upgraded: Upgraded) -> list[Move]:
    """The pieces that change their day."""
    return [move for move in upgraded.moves if move.before and move.after and move.before != move.after]


def _field(name: str) -> str:
    return _(name) if name in _FIELDS else name


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        return ", ".join(map(_plain, value)) or _("none")
    return value.title if isinstance(value, Resource) else _("none") if value is None else str(value)
