"""Plan files of the learner's own: brought in from elsewhere and kept beside those that come with the package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from studyplan.errors import BadFile
from studyplan.model import Template
from studyplan.planner.base import UseCases
from studyplan.text import count, one_line

#: Endings of a table of tasks.
_TABLES = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class BroughtPlan:
    """A plan file that is now the learner's. ``shadows``: whether it stands in for one that comes with the package."""

    template: Template
    shadows: bool
    notes: tuple[str, ...] = ()


class PlanFiles(UseCases):
    """Plan files that are brought in."""

    def bring(self, data: bytes, name: str, *, replaces: bool = False) -> BroughtPlan:
        """Check a plan file or a table of tasks, called ``name`` where it came from, and keep it among the learner's templates.

        Raises BadFile with all that is wrong, a line each, UsageProblem for a name that cannot be an id, Conflict where a file
        of that id is there and is not to be replaced.
        """
        from studyplan.template import check_id, imported, parse
        from studyplan.template.catalog import SCHEMA
        from studyplan.template.fields import slug
        from studyplan.template.tables import LONGEST_ID

        shown = one_line(PurePath(name.replace("\\", "/")).name, 60) or "the file"
        ending = PurePath(shown).suffix.casefold()
        if not data.strip():
            raise BadFile(f"{shown} is empty")
        notes: list[str] = []
        if ending in _TABLES:
            id = slug(PurePath(shown).stem)[:LONGEST_ID].strip("-") or "my-plan"
            sheet = imported(data, shown, id, schema=SCHEMA)
            text, template = sheet.text.encode(), sheet.template
            if sheet.rounded:
                notes.append(f"The minutes of {count(len(sheet.rounded), 'task')} were rounded up.")
            if sheet.left_out:
                notes.append(f"Left out, as a plan has no place for them: {', '.join(sheet.left_out)}.")
        elif ending in (".yaml", ".yml"):
            text, template = data, parse(data, shown)
        else:
            raise BadFile(
                f"{shown} is no plan file", hint="choose a file that ends in .yaml, or a table that ends in .csv"
            )
        check_id(template.id, ())
        shadows = self._catalog().keep(template.id, text, replaces=replaces)
        return BroughtPlan(template, shadows, tuple(notes))
