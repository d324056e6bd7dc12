"""The templates as syllabi: what is in each, what its exam asks for, and its sample data."""

from __future__ import annotations

from fastapi import APIRouter, Response

from studyplan.errors import NotFound
from studyplan.notation import weekdays_text
from studyplan.presentation.figures import certification_rows, hours_rows, minutes_in_all, pace_text, window_rows
from studyplan.template.source import LARGEST
from studyplan.web.pages.start import named
from studyplan.web.rendering import render
from studyplan.web.request import Here

router = APIRouter()


@router.get("/templates")
def templates(visitor: Here) -> Response:
    """All templates, those that come with the package and the learner's own."""
    entries = visitor.planner.queries.templates()
    return render(
        visitor,
        "templates.html",
        cards=[
            (entry, certification_rows(entry.template.certification), window_rows(entry.template))
            for entry in entries
            if entry.template
        ],
        broken=[entry for entry in entries if entry.template is None],
    )


@router.get("/templates/{template}")
def syllabus(visitor: Here, template: str) -> Response:
    """One template in full."""
    chosen = named(visitor, template)
    certification = chosen.certification
    return render(
        visitor,
        "template.html",
        chosen=chosen,
        facts=certification_rows(certification),
        questions=certification.exam if certification else (),
        providers=certification.providers if certification else (),
        windows=[(row, pace_text(row)) for row in window_rows(chosen)],
        hours=hours_rows(chosen),
        modules=[(module, minutes_in_all(module.tasks)) for module in chosen.modules],
        days_of_week=weekdays_text,
    )


@router.get("/templates/{template}/samples/{name}")
def sample(visitor: Here, template: str, name: str) -> Response:
    """A file of sample data that the labs of a template use."""
    from studyplan.files import read

    named(visitor, template)
    path = next((each for each in visitor.planner.queries.template(template).samples if each.name == name), None)
    if path is None:
        raise NotFound("there is no such file of sample data")
    headers = {"content-disposition": f'attachment; filename="{path.name}"', "cache-control": "private, no-store"}
    return Response(read(path, LARGEST), media_type="application/octet-stream", headers=headers)
