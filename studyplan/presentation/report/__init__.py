"""The learner's progress as a file to send: a web page, Markdown, a table for spreadsheets or JSON.

The same data gives the same bytes: the file holds the day of the report, but not the time. The learner's notes stay out,
since they are private; so do the links of the tasks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studyplan.planner.progress import Picture

#: The formats, by file extension.
FORMS = ("html", "md", "csv", "json")


def render(picture: Picture, form: str) -> bytes:
    """Render the whole file, in UTF-8. ``form``: one of FORMS."""
    match form:
        case "html":
            from studyplan.presentation.report.page import page

            return page(picture).encode()
        case "md":
            from studyplan.presentation.report.sheets import markdown

            return markdown(picture).encode()
        case "csv":
            from studyplan.presentation.report.sheets import table

            # Without the byte order mark, spreadsheets assume a legacy encoding.
            return table(picture).encode("utf-8-sig")
        case _:
            import json

            from studyplan.presentation import standing_facts

            return (json.dumps(standing_facts.of_report(picture), ensure_ascii=False, indent=2) + "\n").encode()
