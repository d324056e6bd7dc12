"""Every command at 40 and at 80 columns, with long titles in German and in Japanese: no line is wider than the terminal."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from terminals import SMALL, Terminal

from studyplan.cli import output, studyplan
from studyplan.cli.terminal import agrees
from studyplan.text import cells

GERMAN = ("Die Übersicht über Größen, Kostenträger und Verbrauchsabrechnungsgrundsätze für Anfänger " * 3)[:200].strip()
JAPANESE = ("費用の見方とタグの付け方、それに請求書を読む練習と復習、Ａ４一枚のまとめ" * 6)[:200]
UNBROKEN = "x" * 200
#: A template with all three, wherever it has words.
PLAN = (
    SMALL.replace("title: A small plan", f'title: "{JAPANESE}"')
    .replace("about: For tests.", f'about: "{UNBROKEN}"')
    .replace("goal: The core.", f'goal: "{GERMAN}"')
    .replace("title: Extra, about: More.", f'title: "{GERMAN}", about: "{JAPANESE}"')
    .replace("title: Basics", f'title: "{GERMAN}"\n    about: "{JAPANESE}"')
    .replace("title: Learn the words", f'title: "{GERMAN}"')
    .replace("title: Learn the rules", f'title: "{JAPANESE}"')
    .replace("title: Answer the quiz", f'title: "{UNBROKEN}"')
    .replace("can name them", f'"{JAPANESE}"')
    .replace("evidence: a list", f'evidence: "{GERMAN}"')
    .replace(
        "  - id: finish\n",
        f'    cards:\n      - {{id: c1, question: "{GERMAN}", answer: "{JAPANESE}"}}\n  - id: finish\n',
    )
)

#: Run one after another, as a life goes; G, J and X stand for the titles.
LIFE = """\
start small --days 20 --name first
today
week
tasks
tasks --sort title
tasks --search x
tasks --module nothing
show 1
show 2
done 1 --minutes 20
done 1
skip 2
reopen 2
note 2 J
note 2 --link https://example.org/a
note 2
add X --minutes 20
edit 2 --title G
add G --minutes 5 --every mon-fri
add J --minutes 5 --every daily --until +9d
move 3 +3d
pin 4
unpin 4
timer start 3
timer status
timer stop --minutes 20
log add 3 --minutes 30
log
cards
review --status
review
remind
today --minutes 30
status
progress
progress --plain
off +2d
off
hours 60
hours
hours mon-fri=60,sat=120
replan --dry-run
replan --even
replan --exam +9d
replan --exam +9d --minutes 20
upgrade --dry-run
rename first J
hours --clear
plans
start small --minutes 5 --days 7 --name other
start small --name other
start small --name G --dry-run --days 10
tasks --kind mock
whatif replan
next
recommend --role engineer
templates
templates show small
templates check plans/small.yaml
templates check --figures plans/small.yaml
templates --path extra
result other pass --score 80
remove 2
undo
redo
history
export -o mine.ics
import mine.ics
report -o report.md
cards export -o cards.csv
cards import cards.csv --plan other
learner show
learner list
learner add G
learner rename G Otto
learner set --zone Europe/Berlin
dump -o dump.json
load dump.json --as J
learner remove Otto
drop other
db status
db check
db backup copy.db
config
sync
sync list
nonsense
start nothing
done 999
--help
start --help
add --help
import --help
db restore --help
export --help
completion --help
review --help
replan --help
tasks --help
timer --help
"""


class Screen(io.TextIOWrapper):
    """A terminal of some width, as far as the program can tell."""

    def isatty(self) -> bool:
        return True


class Typist:
    """Somebody who types an answer at a prompt."""

    def __init__(self, screen: Screen, answer: str) -> None:
        self.screen = screen
        self.answer = answer

    def __call__(self, prompt: str) -> str:
        self.screen.write(f"{prompt}{self.answer}\n")
        return self.answer


@pytest.fixture
def on_screen(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    """Runs a command and gives the lines that its terminal shows."""

    def run(*words: str) -> list[str]:
        raw = io.BytesIO()
        screen = Screen(raw, encoding="utf-8")
        monkeypatch.setattr(sys, "stdout", screen)
        monkeypatch.setattr(sys, "stderr", screen)
        with pytest.raises(SystemExit):
            studyplan.main(["--today", terminal.today, *words])
        screen.flush()
        return raw.getvalue().decode().splitlines()

    monkeypatch.setenv("TERM", "dumb")
    return run


@pytest.mark.parametrize("columns", [40, 80])
def test_no_line_is_wider_than_the_terminal(on_screen, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    Path("plans/small.yaml").write_text(PLAN)
    titles = {"G": GERMAN, "J": JAPANESE, "X": UNBROKEN}
    wide, silent = [], []
    for line in LIFE.splitlines():
        shown = on_screen(*(titles.get(word, word) for word in line.split()))
        wide += [f"{line}: {each}" for each in shown if cells(each) > columns]
        silent += [] if shown else [line]
    assert not wide
    assert not silent


@pytest.mark.parametrize("length", range(20, 45))
def test_a_prompt_is_no_wider_than_the_terminal(monkeypatch, length):
    """With what follows the question: what Enter means, and the first signs of an answer."""
    monkeypatch.setenv("COLUMNS", "40")
    question = ("Lay them out and " * 5)[: length - 1] + "?"
    ways = [
        (lambda: agrees(question), "y"),
        (lambda: agrees(question, default=True), "y"),
        (lambda: output.ask(question), "y"),
        (lambda: output.choose_way_out(4, question), "1"),
    ]
    monkeypatch.setattr(output, "can_ask", lambda: True)
    for way, answer in ways:
        screen = Screen(io.BytesIO(), encoding="utf-8")
        monkeypatch.setattr(sys, "stderr", screen)
        monkeypatch.setattr("click.termui.visible_prompt_func", Typist(screen, answer))
        assert way()
        screen.flush()
        shown = screen.buffer.getvalue().decode().splitlines()
        assert shown[-1].endswith(f" {answer}")
        assert all(cells(line) <= 40 for line in shown), shown


def test_a_narrow_list_keeps_dates_and_states(terminal, monkeypatch):
    """Two plans of one name are told apart, and what was done is told to its end."""
    terminal.ok("start", "small", "--name", "first")
    terminal.ok("drop", "first")
    terminal.ok("start", "small", "--name", "first")
    wide = terminal.ok("plans").out.splitlines()
    assert wide[0] == "  1  first  2026-07-01 to 2026-07-10  0 of 8 tasks done  dropped"
    terminal.ok("edit", "9", "--title", GERMAN)
    action = terminal.ok("history", "--json").json["history"][0]["action"]
    monkeypatch.setenv("COLUMNS", "40")
    narrow = [" ".join(line.split()) for line in terminal.ok("plans").out.splitlines()]
    assert narrow[:3] == ["1 first", "2026-07-01 to 2026-07-10, 0 of 8", "tasks done, dropped"]
    assert not any("…" in line or "dropped" in line for line in narrow[3:])
    assert action in " ".join(terminal.ok("history").out.split())


def test_a_pager_gets_lines_that_fit(terminal, monkeypatch):
    """Whoever pipes says by COLUMNS how wide the lines may be; otherwise a pipe gets them whole."""
    terminal.ok("start", "small", "--name", "first")
    terminal.ok("edit", "2", "--title", JAPANESE)
    assert JAPANESE in terminal.ok("tasks").out
    monkeypatch.setenv("COLUMNS", "40")
    assert {cells(line) for line in terminal.ok("tasks").out.splitlines() if "…" in line} <= {39, 40}
    assert all(cells(line) <= 40 for line in terminal.ok("show", "2").out.splitlines())
    assert JAPANESE in terminal.ok("tasks", "--json").out


def test_help_on_a_narrow_terminal(on_screen, monkeypatch):
    """The names of options keep their lines, and what they are for stands below where there is no room beside them."""
    monkeypatch.setenv("COLUMNS", "40")
    shown = on_screen("off", "--help")
    assert all(len(line) <= 40 for line in shown)
    assert "  --dry-run    Show the moves, and write" in shown
