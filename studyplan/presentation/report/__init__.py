"""A picture of the learner's plans as a file to send: a page, Markdown, a table for spreadsheets, JSON.

The same data gives the same bytes: the day that the picture was made for is in it, the hour of the clock is not. Notes stay
out, since they are the learner's own; so does the address of whatever the tasks link to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studyplan.planner.progress import Picture

#: The forms by the ending of a file's name.
FORMS = ("html", "md", "csv", "json")


def render(picture: Picture, form: str) -> bytes:
    """The whole file, in UTF-8. ``form``: one of FORMS."""
    match form:
        case "html":
            from studyplan.presentation.report.page import page

            return page(picture).encode()
        case "md":
            from studyplan.presentation.report.sheets import markdown

            return markdown(picture).encode()
        case "csv":
            from studyplan.presentation.report.sheets import table

            # Spreadsheets take a file without the mark for their own old encoding.
            return table(picture).encode("utf-8-sig")
        case _:
            import json

            from studyplan.presentation import standing_facts

            return (json.dumps(standing_facts.of_report(picture), ensure_ascii=False, indent=2) + "\n").encode()
