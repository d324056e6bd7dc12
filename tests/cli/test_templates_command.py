"""The catalog on the command line: paths, the syllabus, Markdown, spreadsheets, the schema."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from terminals import SMALL, Terminal

from studyplan import resources
from studyplan.template import json_schema, load

ROOT = Path(__file__).resolve().parents[2]
SHEET = "Title,Minutes,Module,Kind,After\nRead it,42,One,,\nDo it,1:00,,lab,Read it\nThe exam,60,Two,exam,\n"


@pytest.fixture
def sheet(terminal: Terminal) -> Path:
    file = terminal.folder / "My list.csv"
    file.write_text(SHEET)
    return file


def own(terminal: Terminal) -> Path:
    return terminal.folder / "plans"


# --path


def test_only_templates_with_the_path(terminal: Terminal) -> None:
    """The list holds those that have the elective, each with its tasks and the hours that they add."""
    found = terminal.ok("templates", "--path", "sre", "--json").json["templates"]
    assert [each["id"] for each in found] == ["foundations", "practitioner", "advanced"]
    for each in found:
        assert each["tasks"]
        assert all("sre" in task["path"] for task in each["tasks"])
        whole = {row["id"]: row["minutes"] for row in each["windows"]}
        plain = terminal.ok("templates", "show", each["id"], "--json").json["windows"]
        extra = sum(task["minutes"] for task in each["tasks"])
        assert whole["full"] == next(row["minutes"] for row in plain if row["id"] == "full") + extra
    text = terminal.ok("templates", "--path", "extra").out
    assert "More of it" in text
    assert "Learn the words" not in text
    assert "foundations" not in text
    assert "studyplan start ID --path extra" in text


@pytest.mark.parametrize("word", ["aiops-mlops", "AIOps / MLOps", "AIOPS-MLOPS", "aiops mlops"])
def test_a_path_by_any_spelling(terminal: Terminal, word: str) -> None:
    """Id and title both name a path, in any case."""
    assert len(terminal.ok("templates", "--path", word, "--json").json["templates"]) == 3


def test_a_path_that_nobody_has(terminal: Terminal) -> None:
    """It is not found; the nearest is offered, and all are listed."""
    answer = terminal("templates", "--path", "devop", "--json")
    assert answer.code == 3
    assert "did you mean 'devops'?" in answer.json["error"]["message"]
    assert "extra" in answer.json["error"]["hint"]
    assert terminal("templates", "--path", "sre", "show", "small").code == 2


# show


def test_the_list_tells_what_is_expected(terminal: Terminal) -> None:
    """Each level says in the list what to bring and when to renew it."""
    text = terminal.ok("templates").out
    assert text.count("  expects  ") == 3
    assert text.count("  renew    after 2 to 3 years") == 3


def test_the_syllabus(terminal: Terminal) -> None:
    """Level, expectations, pace, hours by module and window, paths, tasks."""
    text = terminal.ok("templates", "show", "small").out
    assert re.search(r"short +7-10 days +4 tasks +4\.5 h +core", text) is None, "the exam counts as a task"
    assert re.search(r"short +7-10 days +5 tasks +4\.5 h +core", text)
    assert "About 30 to 45 minutes a day. The core." in text
    assert re.search(r"^  hours +short +long$", text, re.MULTILINE)
    assert re.search(r"^  Basics +2:30 +4:30$", text, re.MULTILINE)
    assert re.search(r"^  total +4:30 +6:30$", text, re.MULTILINE)
    assert re.search(r"^  path extra +\+1:00 +\+1:00$", text, re.MULTILINE)
    assert "--path extra: Extra. More." in text
    assert "You can name them" in text
    shipped = terminal.ok("templates", "show", "practitioner").out
    for words in ("level    mid", "expects  - cloud experience", "renew    after 2 to 3 years", "next     - advanced"):
        assert words in shipped


def test_the_syllabus_as_json(terminal: Terminal) -> None:
    """The modules' minutes add up to the windows', and the certification's facts are there."""
    found = terminal.ok("templates", "show", "foundations", "--json").json
    for row in found["windows"]:
        assert sum(module["minutes"][row["id"]] for module in found["modules"]) == row["minutes"]
    assert found["certification"]["renew_after_years"] == [2, 3]
    assert found["certification"]["prerequisites"]
    assert terminal.ok("templates", "show", "small", "--json").json["certification"] is None


@pytest.mark.parametrize(
    "words",
    [("show", "foundations"), ("show", "practitioner"), ("show", "advanced"), ("--path", "aiops-mlops"), ()],
    ids=" ".join,
)
def test_sixty_columns(terminal: Terminal, words: tuple[str, ...]) -> None:
    """On a narrow terminal no line is longer than it, and none of the table is lost."""
    reader, writer = pty.openpty()
    environ = {**os.environ, "COLUMNS": "60", "TERM": "xterm", "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "studyplan", "templates", *words]
    with subprocess.Popen(command, stdout=writer, stderr=writer, stdin=subprocess.DEVNULL, env=environ) as running:
        os.close(writer)
        shown = bytearray()
        while True:
            try:
                more = os.read(reader, 65536)
            except OSError:
                break
            if not more:
                break
            shown += more
        os.close(reader)
    assert running.returncode == 0
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r", "").splitlines()
    commands = [line for line in lines if line.startswith("`studyplan")]
    assert [line for line in lines if len(line) > 60 and line not in commands] == []
    if words[:1] == ("show",):
        assert any(re.match(r"  total +\d+:\d\d +\d+:\d\d +\d+:\d\d$", line) for line in lines)


def test_a_broken_template_is_not_shown(terminal: Terminal) -> None:
    """Showing a file of one's own that has mistakes tells them."""
    (own(terminal) / "small.yaml").write_text(SMALL.replace("kind: quiz", "kind: quit"))
    answer = terminal("templates", "show", "small")
    assert answer.code == 4
    assert "small.yaml:19: task 'quiz': kind 'quit' is unknown" in answer.err


# Markdown

HOSTILE = """\
studyplan: 1
id: hostile
title: "# Not | a *heading* <b>"
edition: "1"
language: en
about: "- no list | `x` [y](z) &amp; snake_case _it_"
windows:
  - {id: all, days: [7, 7], tier: core, goal: "a | b"}
default_window: all
modules:
  - id: m
    title: "One | two ] three"
    tasks:
      - id: t
        title: "A | B [c] *d*"
        kind: read
        minutes: 10
        objective: "can x\\\\|y"
        resources:
          - {title: "T [1] | 2", url: "https://example.org/a(b)|c_d"}
"""


def cells(line: str) -> list[str]:
    """The cells of a row of a table, cut where Markdown cuts them."""
    return [cell.strip() for cell in re.split(r"(?<!\\)(?:\\\\)*\|", line)[1:-1]]


@pytest.mark.parametrize("id", ["foundations", "practitioner", "advanced", "small", "hostile"])
def test_markdown_tables(terminal: Terminal, id: str) -> None:
    """Every table is whole: each row has the cells of its head, and each task and module stands once."""
    (own(terminal) / "hostile.yaml").write_text(HOSTILE)
    text = terminal.ok("templates", "show", id, "--markdown").out
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    template = terminal.ok("templates", "show", id, "--json").json
    assert len(tables) == 2 + len(template["modules"])
    for table in tables:
        widths = {len(cells(line)) for line in table.splitlines()}
        assert len(widths) == 1, table
    tasks = [task for module in template["modules"] for task in module["tasks"]]
    rows = [row for table in tables[2:] for row in table.splitlines()[2:]]
    assert [int(cells(row)[0]) for row in rows] == [task["minutes"] for task in tasks]
    exam = template["certification"]["exam"] if template["certification"] else []
    assert text.count("](https://") == sum(len(task["resources"]) for task in tasks) + len(exam)
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1


def test_markdown_shows_text_as_it_is(terminal: Terminal) -> None:
    """Signs that mean something to Markdown are escaped, underscores inside words are not."""
    (own(terminal) / "hostile.yaml").write_text(HOSTILE)
    text = terminal.ok("templates", "show", "hostile", "--markdown").out
    assert text.startswith("# # Not \\| a \\*heading\\* \\<b\\>\n")
    assert "\n\\- no list \\| \\`x\\` \\[y\\](z) \\&amp; snake_case \\_it\\_\n" in text
    assert "[T \\[1\\] \\| 2](https://example.org/a%28b%29%7Cc_d)" in text
    assert terminal("templates", "show", "hostile", "--markdown", "--json").code == 2


# check


def test_check_counts_what_a_template_holds(terminal: Terminal) -> None:
    """Tasks, questions by module and difficulty, cards by the words of their answers: as text where asked for, always as JSON."""
    file = str(ROOT / "plans" / "practitioner.yaml")
    assert "questions" not in terminal.ok("templates", "check", file).out
    text = terminal.ok("templates", "check", "--figures", file).out
    told = terminal.ok("templates", "check", file, "--json").json["figures"]
    assert [each["id"] for each in told] == ["practitioner"]
    assert f"{told[0]['tasks']['lab']} lab" in text
    for module in told[0]["modules"]:
        row = next(line for line in text.splitlines() if line.endswith(f"  {module['title']}"))
        assert row.split()[:3] == [str(module[each]) for each in ("easy", "medium", "hard")]
    assert f"by the words of the answer: {told[0]['cards'][0]['cards']} up to 5, " in text


def test_check_counts_what_is_there(terminal: Terminal) -> None:
    """A template without questions and cards has none counted."""
    text = terminal.ok("templates", "check", "--figures", str(own(terminal) / "small.yaml")).out
    assert "  7 tasks: 2 read, 2 lab, 1 quiz, 1 mock, 1 exam\n" in text
    assert "question" not in text
    assert "easy" not in text


# import


def test_a_sheet_becomes_a_plan(terminal: Terminal, sheet: Path) -> None:
    """From the spreadsheet to a plan that is started, with all that was changed said."""
    answer = terminal.ok("templates", "import", str(sheet))
    made = own(terminal) / "my-list.yaml"
    assert f"Wrote {made}" in answer.out
    assert "line 2: 42 → 45, Read it" in answer.err
    assert "3 tasks, 2 h 45: one window of 7 days" in answer.err
    assert made.read_text().startswith("# yaml-language-server: $schema=template.schema.json\n")
    terminal.ok("templates", "check", str(made))
    started = terminal.ok("start", "my-list", "--json").json
    assert {task["task"] for task in started["tasks"]} == {"read-it", "do-it", "the-exam"}


def test_import_as_json(terminal: Terminal, sheet: Path) -> None:
    """Other programs are told the same."""
    sheet.write_text(SHEET.replace("After\n", "After,Owner\n"))
    told = terminal.ok("templates", "import", str(sheet), "--id", "mine", "--json").json
    assert (told["id"], told["tasks"], told["left_out"]) == ("mine", 3, ["Owner"])
    assert told["rounded"] == [{"line": 2, "title": "Read it", "from": "42", "to": 45}]
    assert load(Path(told["file"])).id == "mine"


def test_import_to_standard_output(terminal: Terminal, sheet: Path) -> None:
    """`-o -` prints the template alone and writes nothing; what was changed goes beside it."""
    answer = terminal.ok("templates", "import", str(sheet), "-o", "-")
    assert answer.out.startswith("# Made from")
    assert "42 → 45" in answer.err
    assert sorted(file.name for file in own(terminal).iterdir()) == ["small.yaml"]
    (terminal.folder / "my-list.yaml").write_text(answer.out)
    terminal.ok("templates", "check", str(terminal.folder / "my-list.yaml"))
    assert terminal("templates", "import", str(sheet), "-o", "-", "--json").code == 2


def test_import_takes_its_id_from_the_output(terminal: Terminal, sheet: Path) -> None:
    """The file that is written has the id for its name, or nothing is written."""
    terminal.ok("templates", "import", str(sheet), "-o", "other.yaml")
    assert load(terminal.folder / "other.yaml").id == "other"
    answer = terminal("templates", "import", str(sheet), "-o", "third.yaml", "--id", "mine")
    assert answer.code == 2
    assert "-o mine.yaml" in answer.err
    assert not (terminal.folder / "third.yaml").exists()


def test_import_never_overwrites(terminal: Terminal, sheet: Path) -> None:
    """A file that is there stays as it is, even where a link leads nowhere."""
    before = (own(terminal) / "small.yaml").read_bytes()
    answer = terminal("templates", "import", str(sheet), "--id", "small")
    assert (answer.code, (own(terminal) / "small.yaml").read_bytes()) == (5, before)
    link = terminal.folder / "link.yaml"
    link.symlink_to("nowhere.yaml")
    assert terminal("templates", "import", str(sheet), "-o", str(link)).code == 5
    assert not (terminal.folder / "nowhere.yaml").exists()


def test_a_bad_sheet(terminal: Terminal, sheet: Path) -> None:
    """Each bad row is named with its line, and nothing is written."""
    sheet.write_text("title,minutes\nA,x\n,5\nB,900\n")
    answer = terminal("templates", "import", str(sheet), "--json")
    assert answer.code == 4
    for line in (2, 3, 4):
        assert f"{sheet}:{line}: " in answer.err
    assert not (own(terminal) / "my-list.yaml").exists()
    assert not (own(terminal) / "template.schema.json").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("none.csv",), 6),
        (("plans",), 6),
        (("My list.csv", "--id", "No Id"), 2),
        (("My list.csv", "-o", "none/a.yaml"), 6),
        (("日本.csv",), 2),
    ],
)
def test_import_refuses(terminal: Terminal, sheet: Path, words: tuple[str, ...], code: int) -> None:
    """A missing file, a folder, a word that is no id, a folder that is not there: one line and the right exit code."""
    answer = terminal("templates", "import", *words)
    assert answer.code == code
    assert answer.err.startswith("Error: ")
    assert answer.err.count("\n") == 1


def test_a_shadow_is_told(terminal: Terminal, sheet: Path) -> None:
    """A template that takes the place of a shipped one says so when it is made."""
    assert (
        "replaces the shipped 'foundations'"
        in terminal.ok("templates", "import", str(sheet), "--id", "foundations").out
    )


# schema and new


def test_the_schema_is_printed(terminal: Terminal) -> None:
    """The command prints what stands in docs/, byte for byte."""
    answer = terminal.ok("templates", "schema")
    assert answer.json == json.loads(json.dumps(json_schema()))
    assert answer.out == (ROOT / "docs" / "template.schema.json").read_text(encoding="utf-8"), (
        "remake it: studyplan templates schema > docs/template.schema.json"
    )


def test_new_brings_the_schema(terminal: Terminal) -> None:
    """A new template names the schema that is put beside it; one that is there stays."""
    terminal.ok("templates", "new", "mine")
    made = own(terminal) / "mine.yaml"
    assert made.read_text().startswith("# yaml-language-server: $schema=template.schema.json\n")
    beside = own(terminal) / "template.schema.json"
    assert json.loads(beside.read_text()) == json.loads(json.dumps(json_schema()))
    beside.write_text("{}")
    terminal.ok("templates", "new", "more")
    assert beside.read_text() == "{}"
    shown = {each["id"] for each in terminal.ok("templates", "--json").json["templates"]}
    assert shown == {"foundations", "practitioner", "advanced", "mine", "more", "small"}


def test_new_on_standard_output_names_no_schema(terminal: Terminal) -> None:
    """Where the text goes nobody knows, so it points nowhere."""
    assert "yaml-language-server" not in terminal.ok("templates", "new", "mine", "-o", "-").out
    assert not (own(terminal) / "template.schema.json").exists()


def test_new_keeps_id_and_name_together(terminal: Terminal) -> None:
    """A file that the loader would refuse for its name is not written."""
    answer = terminal("templates", "new", "mine", "-o", "yours.yaml")
    assert answer.code == 2
    assert not (terminal.folder / "yours.yaml").exists()
    terminal.ok("templates", "new", "yours", "-o", "yours.yaml")
    assert (terminal.folder / "template.schema.json").exists()


def test_the_questions_about_the_exam(terminal: Terminal) -> None:
    shown = terminal("templates", "show", "foundations").out
    about = shown[shown.index("About the exam") :]
    assert "Where is it taken? Usually online." in about
    assert about.count("https://bhaso.com/") == 1, "one source for all is told once"
    assert "- Cotocus: enterprise scale" in about
    facts = json.loads(terminal("templates", "show", "foundations", "--json").out)["certification"]
    assert {each["name"] for each in facts["providers"]} >= {"DevOpsSchool", "Scmgalaxy", "sreschool"}
    assert all(each["source"].startswith("https://") for each in facts["exam"])


def test_samples_are_written_once(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    folder.mkdir()
    first = terminal("templates", "samples", "foundations", "--to", str(folder))
    assert first.code == 0
    shipped = resources.plans() / "samples"
    assert {path.name for path in folder.iterdir()} == {"bill.csv", "commitment_day.csv"}
    assert (folder / "bill.csv").read_bytes() == (shipped / "bill.csv").read_bytes()
    assert terminal("templates", "samples", "foundations", "--to", str(folder)).code == 0, (
        "the same files are no conflict"
    )


def test_samples_replace_nothing(terminal: Terminal, tmp_path: Path) -> None:
    mine = tmp_path / "commitment_day.csv"
    mine.write_text("mine")
    refused = terminal("templates", "samples", "foundations", "--to", str(tmp_path))
    assert refused.code == 5
    assert "commitment_day.csv already exists and is a different file" in refused.err
    assert mine.read_text() == "mine"
    assert not (tmp_path / "bill.csv").exists(), "all or nothing"


def test_samples_want_a_folder(terminal: Terminal, tmp_path: Path) -> None:
    refused = terminal("templates", "samples", "foundations", "--to", str(tmp_path / "none"))
    assert refused.code != 0
    assert "there is no folder" in refused.err


@pytest.mark.parametrize("target", [None, "uni.yaml", "my plan/uni.yaml", "uni"])
def test_the_last_line_of_an_import_is_the_command_that_starts_it(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str | None
) -> None:
    """It works as it stands, wherever the template was written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my plan").mkdir()
    (tmp_path / "uni.csv").write_text("Titel;Stunden\nLesen;1,5\n", encoding="utf-8")
    words = ["--id", "uni", *(["-o", target] if target else [])]
    program, *command = shlex.split(terminal.ok("templates", "import", "uni.csv", *words).out.splitlines()[-1])
    assert program == "studyplan"
    assert sum(task["minutes"] for task in terminal.ok(*command, "--json").json["tasks"]) == 90


def test_the_check_counts_long_answers(terminal: Terminal) -> None:
    """Answers of more than fifteen words are counted and named; the file is good all the same."""
    long = " ".join(["word"] * 17)
    cards = f"    cards:\n      - {{id: c1, question: What?, answer: {long}}}\n      - {{id: c2, question: Why?, answer: So}}\n"
    (own(terminal) / "small.yaml").write_text(SMALL.replace("  - id: finish\n", f"{cards}  - id: finish\n"))
    told = "1 of 2 cards has an answer of more than 15 words: c1 (17)"
    assert f"small.yaml: {told}\n" in terminal.ok("templates", "check", "plans/small.yaml").out
    (advice,) = terminal.ok("templates", "check", "plans/small.yaml", "--json").json["advice"]
    assert advice.endswith(told)
