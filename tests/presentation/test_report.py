"""The report: one file that a coach can open, and that gives nothing away and runs nothing."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = "<script>alert(1)</script>"
RUN = [sys.executable, "-m", "studyplan"]


class Page(html.parser.HTMLParser):
    """What of a page is an element, an attribute, a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_needs_nothing_beside_itself(studied):
    """No script, no link, no picture, no style of elsewhere, nothing that a browser would fetch."""
    studied.ok("report", "-o", "report.html")
    text = Path("report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "image", "use", "foreignobject"} & set(page.tags)
    names = {name for name, _ in page.attributes}
    assert not {name for name in names if name.startswith("on") or name in ("src", "href", "xlink:href", "srcset")}
    addresses = [value for name, value in page.attributes if value and "://" in value]
    assert set(addresses) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in text
    assert "@import" not in text
    assert page.tags.count("svg") == 5
    assert "style" not in names


def test_words_of_others_stay_words(studied):
    """Titles, plan and learner that look like markup are text in the page and in Markdown."""
    studied.ok("add", f'{SCRIPT} & "quoted"', "--minutes", "30", "--date", "2026-07-11")
    studied.ok("rename", "mine", f"{SCRIPT}<b>")
    studied.ok("learner", "rename", "ana", f"{SCRIPT}'x")
    studied.ok("report", "-o", "report.html")
    page = Page(Path("report.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert f'{SCRIPT} & "quoted"' in page.texts
    assert f"{SCRIPT}<b>" in page.texts
    studied.ok("report", "-o", "report.md")
    assert "<script" not in Path("report.md").read_text(encoding="utf-8").replace("\\<", "")


def test_notes_stay_the_learners_own(studied):
    """A note is in no form of the report."""
    number = studied.ok("tasks", "--json").json["plans"][0]["tasks"][0]["number"]
    studied.ok("edit", str(number), "--note", "mein Geheimnis")
    for form in ("html", "md", "csv", "json"):
        studied.ok("report", "-o", f"r.{form}")
        assert "Geheimnis" not in Path(f"r.{form}").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["html", "md", "csv", "json"])
def test_the_same_data_gives_the_same_bytes(studied, form):
    """Made twice, in processes with another hash seed and another hour; another day may differ."""
    files = []
    for seed in ("0", "99"):
        ran = subprocess.run(
            [*RUN, "--today", studied.today, "report", "-o", "-", "--as", form],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "UTC"},
        )
        files.append(ran.stdout)
    assert files[0] == files[1]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_cell_is_a_formula(studied, sign):
    """A title that a spreadsheet would run is text in every cell; everything else is as it was."""
    title = f'{sign}HYPERLINK("http://x";"y")'
    studied.ok("add", "--minutes", "30", "--date", "2026-07-12", "--", title)
    studied.ok("report", "-o", "report.csv")
    content = Path("report.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert f"'{title}" in [row["title"] for row in rows]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    tasks = studied.ok("tasks", "--json").json["plans"][0]["tasks"]
    assert [int(row["number"]) for row in rows] == [task["number"] for task in tasks]
    assert [row["spent_minutes"] for row in rows] == [str(t["spent_minutes"] or "") for t in tasks]


def test_json_holds_figures_and_tasks(studied):
    """All that `progress --json` has, and the tasks without their notes."""
    studied.ok("report", "-o", "r.json")
    body = json.loads(Path("r.json").read_text(encoding="utf-8"))
    picture = studied.ok("progress", "--json").json
    assert [{**plan, "tasks": None} for plan in body["plans"]] == [{**p, "tasks": None} for p in picture["plans"]]
    assert all("note" not in task for task in body["plans"][0]["tasks"])


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["-o", "r.pdf"], 2, ".html"),
        (["-o", "r"], 2, "--as"),
        (["-o", "nowhere/r.html"], 6, "nowhere"),
        (["-o", "plans", "--as", "html"], 6, "folder"),
        (["-o", "r.html", "--plan", "nobody"], 3, "nobody"),
        (["-o", "r.html", "--as", "pdf"], 2, "pdf"),
    ],
)
def test_what_cannot_be_written_is_told_in_one_line(studied, words, code, told):
    """No file, one line, the right code."""
    answer = studied("report", *words)
    assert answer.code == code
    assert told in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert not list(Path().glob("r*"))


@pytest.mark.parametrize("form", ["html", "md", "csv", "json"])
@pytest.mark.parametrize("today", ["2026-06-28", "2026-07-01", "2026-07-25"])
def test_every_form_can_be_made_on_any_day(terminal, form, today):
    """Before the plan, on its first day and after its end."""
    terminal.ok("start", "small")
    terminal.ok("report", "-o", f"r.{form}", today=today)
    assert Path(f"r.{form}").stat().st_size > 0
