"""The site: these documents, and the library's reference from its docstrings.

    .venv/bin/sphinx-build --fail-on-warning --keep-going docs build/site

Nothing is fetched, neither while it is made nor by those who read it.
"""

from __future__ import annotations

import re
from enum import Enum
from importlib.metadata import version as version_of
from inspect import isfunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studyplan.planner import Planner

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parent.parent

project = "studyplan"
author = "The studyplan authors"
version = release = version_of("studyplan-cli")
copyright = "The studyplan authors, MIT licence"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
#: Links to a heading, as the pages have them for those who read the repository itself.
myst_heading_anchors = 4
#: A code span of Markdown in a docstring is one of the site too.
default_role = "literal"
#: Fields that a docstring lists are a list there, and not told twice.
napoleon_use_ivar = True
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 90
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = f"studyplan {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False

#: Pages that stand at the root of the repository, where people look for them first.
AT_THE_ROOT = {
    "project/architecture": "ARCHITECTURE.md",
    "project/changes": "CHANGELOG.md",
    "project/contributing": "CONTRIBUTING.md",
}

#: The side bar, in the order of the index. It is put under the index here, as no other reader of that page has use for it.
SIDE_BAR = {
    "Tutorial": ("tutorial/first-week", "library"),
    "Guides": (
        "how-to/start",
        "how-to/busy",
        "how-to/change-the-plan",
        "how-to/habits",
        "how-to/missed-days",
        "how-to/cards",
        "how-to/mocks",
        "how-to/track-time",
        "how-to/scores",
        "how-to/progress",
        "how-to/reminders",
        "how-to/browser",
        "how-to/serve",
        "how-to/calendar",
        "how-to/subscribe",
        "how-to/calendar-server",
        "how-to/calendar-back",
        "how-to/own-template",
        "how-to/without-template",
        "how-to/spreadsheet",
        "how-to/back-up",
        "how-to/move-machines",
        "how-to/team",
        "how-to/completion",
        "library",
    ),
    "Reference": (
        "reference/commands",
        "reference/configuration",
        "reference/exit-codes",
        "reference/json",
        "reference/api",
        "reference/template-format",
        "reference/library",
    ),
    "Explanation": ("explanation/scheduling", "explanation/recall", "explanation/forecast", "explanation/privacy"),
    "The project": ("project/changes", "project/architecture", "project/contributing"),
}


def with_the_side_bar(app: Sphinx, page: str, source: list[str]) -> None:
    if page == "index":
        for caption, pages in SIDE_BAR.items():
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n" + "\n".join(pages) + "\n```\n"


def at_the_root(app: Sphinx, page: str, source: list[str]) -> None:
    """Put the text of a file at the root in the place of its page, with the links turned to where they lead from there."""
    name = AT_THE_ROOT.get(page)
    if name is None:
        return
    pages = {file: f"/{page}.md" for page, file in AT_THE_ROOT.items()}

    def turned(link: re.Match[str]) -> str:
        target, anchor = link[1], link[2] or ""
        return f"]({pages.get(target) or '/' + target.removeprefix('docs/')}{anchor})"

    source[0] = re.sub(
        r"\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)", turned, (ROOT / name).read_text(encoding="utf-8")
    )


def without_more_words(app: Sphinx, what: str, name: str, member: Any, skip: bool, options: Any) -> bool | None:
    """Show a method or a member of an enumeration whose name says it all. Fields stand in the signature of their class."""
    says_it_all = not name.startswith("_") and (isfunction(member) or isinstance(member, Enum))
    return False if skip and says_it_all else None


def without_the_workshop(app: Sphinx, what: str, name: str, member: Any, options: Any, lines: list[str]) -> None:
    """Leave out what a file says of itself: that is for those who work on it."""
    if what == "module":
        lines.clear()


def as_it_is_reached(app: Sphinx, what: str, name: str, *rest: Any) -> tuple[str, str] | None:
    """Leave out how the planner and its families are made: nobody makes them but ``open_planner``."""
    families = {f"studyplan.planner.{file}.{family}" for file, family in Planner.__annotations__.items()}
    return ("", "") if name in {"studyplan.Planner", *families} else None


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", at_the_root)
    app.connect("source-read", with_the_side_bar)
    app.connect("autodoc-skip-member", without_more_words)
    app.connect("autodoc-process-signature", as_it_is_reached)
    app.connect("autodoc-process-docstring", without_the_workshop)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
