"""The templates that can be started."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from studyplan.errors import BadFile
from studyplan.presentation import template_facts
from studyplan.presentation.shapes import SyllabusFacts, TemplatesFacts
from studyplan.web.api.calls import Reader, answered, described
from studyplan.web.api.problems import PREFIX

router = APIRouter(prefix=PREFIX, tags=["templates"])


@router.get("/templates", **described(TemplatesFacts))
def templates(caller: Reader) -> Response:
    """The templates, shipped ones and the learner's own."""
    found = caller.planner.queries.templates()
    return answered({"templates": [template_facts.of_entry(entry) for entry in found]})


@router.get("/templates/{template}", **described(SyllabusFacts))
def template(
    caller: Reader,
    template: Annotated[str, Path(max_length=64, pattern="^[A-Za-z0-9][A-Za-z0-9_-]*$", examples=["foundations"])],
) -> Response:
    """A template in full."""
    entry = caller.planner.queries.template(template)
    if entry.template is None:
        raise BadFile(f"the template '{template}' cannot be used", problems=entry.problems)
    return answered(template_facts.of_syllabus(entry, entry.template))
