"""Dump all of a learner's data into one file, and load it into another database."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from studyplan.errors import BadFile, Conflict, UsageProblem, WayOut
from studyplan.files import contents
from studyplan.model import Kind, Learner, PlanState
from studyplan.planner.base import UseCases
from studyplan.text import checked_title

if TYPE_CHECKING:
    from studyplan.store import Unit

#: The version of the file format; the schema of its rows is given beside it.
FORM = 1
#: The first schema in which an exam's hour is the one the learner gave.
_EXAM_HOURS = "studyplan_0007"
#: The first schema in which the learner's hours are a ceiling over all plans.
_CEILING_OVER_ALL = "studyplan_0011"
#: Bytes: no larger file is read.
LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded learner, and how many rows each table got."""

    learner: Learner
    rows: Mapping[str, int]


class Dumps(UseCases):
    """All of a learner's data in one file, and a learner made from such a file."""

    def write(self) -> tuple[str, bytes]:
        """The learner's name and all of their rows as a file: plans, tasks, cards, time, settings and the whole history."""
        from studyplan.store import tables

        def work(unit: Unit) -> tuple[Learner, dict[str, list[dict[str, Any]]]]:
            learner = self._learner(unit)
            return learner, unit.everything(learner.id)

        learner, found = self._store.read(work)
        head = {
            "studyplan_dump": FORM,
            "schema": tables.HEAD,
            "written_at": self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        lines = [f" {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
        return learner.name, "\n".join(["{", *lines, ' "tables": {', *_table_lines(found), " }", "}", ""]).encode()

    def load(self, file: bytes | str | os.PathLike[str], *, name: str | None = None) -> Loaded:
        """Load a file that ``dump`` wrote as a learner, under their own name or another; all or nothing.

        Raises BadFile for a broken file or one from a newer studyplan, Conflict if the name is taken.
        """
        from studyplan.store.transfer import Misfit, read_in

        content, source = contents(file, LARGEST)
        body = _parsed(content, source)
        older = _schema(body, source)
        try:
            found = read_in(_as_of_today(body), older=older)
        except Misfit as misfit:
            raise BadFile(f"{source}: {misfit}", hint="nothing was loaded") from None
        _check_regions(found, source)
        known = checked_title(found["learner"][0]["name"] if name is None else name)

        def work(unit: Unit) -> Loaded:
            if (other := unit.learner(known)) is not None:
                raise Conflict(
                    f"there is already a learner '{other.name}'", hint=WayOut("load it under another `name`", "load-as")
                )
            learner = unit.take(found, known)
            return Loaded(learner, {table: len(many) for table, many in found.items() if many})

        try:
            return self._store.write(work)
        except Misfit as misfit:
            raise BadFile(f"{source}: {misfit}", hint="nothing was loaded") from None


def _check_regions(found: Mapping[str, list[dict[str, Any]]], source: str) -> None:
    """Raise BadFile for a region whose public holidays are not known: every later command would fail on it."""
    regions = {row["holidays"] for table in ("learner", "plan") for row in found[table]} - {None}
    if not regions:
        return
    from studyplan.calendar.holidays import public_holidays

    for region in sorted(regions):
        try:
            public_holidays(region, ())
        except UsageProblem as problem:
            raise BadFile(f"{source}: {problem.message}", hint="nothing was loaded") from None


def _table_lines(found: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """The tables as lines of JSON, a row each."""
    lines = []
    for index, (name, many) in enumerate(found.items()):
        lines.append(f"  {json.dumps(name)}: [")
        rows = [f"   {json.dumps(row, ensure_ascii=False)}" for row in many]
        lines += [row + "," for row in rows[:-1]] + rows[-1:]
        lines.append("  ]," if index < len(found) - 1 else "  ]")
    return lines


def _parsed(content: bytes, source: str) -> dict[str, Any]:
    """The file's JSON object. Raises BadFile if ``dump`` did not write it."""
    if len(content) > LARGEST:
        raise BadFile(
            f"{source} is larger than {LARGEST // 1024 // 1024} MiB",
            hint="files written by `studyplan dump` are smaller",
        )
    try:
        body = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BadFile(f"{source} is not valid JSON", hint="load a file that `studyplan dump` wrote") from None
    if (
        not isinstance(body, dict)
        or type(body.get("studyplan_dump")) is not int
        or not isinstance(body.get("tables"), dict)
    ):
        raise BadFile(f"{source} was not written by `studyplan dump`")
    return body


def _as_of_today(body: Mapping[str, Any]) -> dict[str, Any]:
    """The tables, those of older files as the migrations since then would leave their rows."""
    tables: dict[str, Any] = dict(body["tables"])
    for since, name, brought_up in (
        (_EXAM_HOURS, "task", _without_hour),
        (_CEILING_OVER_ALL, "plan", _with_own_minutes),
    ):
        rows = tables.get(name)
        if body["schema"] < since and isinstance(rows, list):
            tables[name] = [brought_up(row) if isinstance(row, dict) else row for row in rows]
    return tables


def _without_hour(row: dict[str, Any]) -> dict[str, Any]:
    stacked = row.get("kind") == Kind.EXAM and not row.get("pinned") and "starts_at" in row
    return {**row, "starts_at": None} if stacked else row


def _with_own_minutes(row: dict[str, Any]) -> dict[str, Any]:
    """A plan that was running with minutes of its own keeps those."""
    keeps = row.get("week") is not None and row.get("state") == PlanState.ACTIVE
    return {**row, "own_only": True} if keeps else row


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _schema(body: Mapping[str, Any], source: str) -> bool:
    """Whether the rows are of an older schema than this program's. Raises BadFile for a newer one."""
    from studyplan.store import tables

    schema = body.get("schema")
    if body["studyplan_dump"] > FORM or (isinstance(schema, str) and _is_newer(schema)):
        raise BadFile(
            f"{source} was written by a newer studyplan", hint="upgrade studyplan-cli, then load it", slug="newer-file"
        )
    if body["studyplan_dump"] < 1 or not isinstance(schema, str) or not schema.startswith(tables.OURS):
        raise BadFile(f"{source} does not say which version of studyplan wrote it")
    return schema != tables.HEAD


def _is_newer(schema: str) -> bool:
    from studyplan.store import tables

    number, ours = schema.removeprefix(tables.OURS), tables.HEAD.removeprefix(tables.OURS)
    return schema.startswith(tables.OURS) and number.isascii() and number.isdigit() and int(number[:9]) > int(ours)
