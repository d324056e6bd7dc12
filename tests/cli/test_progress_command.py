"""Status and progress, as a learner asks for them and a terminal shows them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import termios

import pytest

RUN = [sys.executable, "-m", "studyplan"]


def figures(terminal, **rest):
    return terminal.ok("status", "--json", **rest).json["plans"][0]


def test_status_json_adds_and_renames_nothing(studied):
    """The fields that were there are there; the new ones are whole."""
    plan = figures(studied)
    assert set(plan) == {
        *(
            "plan",
            "date",
            "done",
            "skipped",
            "open",
            "overdue",
            "no_room",
            "planned",
            "days_left",
            "days_to_exam",
            "study_days_left",
            "slack",
            "exam_hour",
            "next",
        ),
        *("behind", "pace", "forecast", "streak", "habits"),
    }
    assert set(plan["behind"]) == {"minutes", "days"}
    assert set(plan["pace"]) == {"ratio", "records", "estimated", "spent", "kinds"}
    assert set(plan["forecast"]) == {"p50", "p80", "chance", "study_days", "used", "horizon"}
    assert set(plan["streak"]) == {"days", "longest", "repair_by", "week", "weeks"}
    assert plan["forecast"]["p50"] <= plan["forecast"]["p80"]


def test_figures_say_nothing_before_there_is_a_record(terminal):
    """On the first day: no forecast, no lateness, no pace; the text says from when there will be one."""
    terminal.ok("start", "small")
    plan = figures(terminal)
    assert (plan["behind"], plan["forecast"], plan["pace"]["ratio"]) == (None, None, None)
    text = terminal.ok("status").out
    assert "available after 5 study days" in text
    assert "pace" not in text
    assert "schedule" not in text


def test_behind_is_what_the_list_of_tasks_adds_up_to(studied):
    """Recomputed from `tasks --json` alone."""
    tasks = studied.ok("tasks", "--plan", "mine", "--json").json["tasks"]
    work = [task for task in tasks if task["kind"] != "exam"]
    late = sum(t["minutes"] for t in work if t["status"] == "open" and t["date"] < studied.today)
    early = sum(t["minutes"] for t in work if t["status"] == "done" and t["date"] > studied.today)
    assert figures(studied)["behind"]["minutes"] == late - early


def test_moves_keep_the_first_plan_in_sight(terminal):
    """Put off by hand: the lateness is gone, the burn-up keeps how the plan began, and undo brings the lateness back."""
    terminal.ok("start", "small", "--minutes", "60")
    before = terminal.ok("progress", "--json", today="2026-07-02").json["plans"][0]
    assert before["behind"]["minutes"] == 30
    terminal.ok("move", "1", "2026-07-05", today="2026-07-02")
    after = terminal.ok("progress", "--json", today="2026-07-02").json["plans"][0]
    assert after["behind"]["minutes"] == 0
    assert [p["began"] for p in after["burn_up"]] == [p["planned"] for p in before["burn_up"]]
    assert [p["planned"] for p in after["burn_up"]][:1] == [0]
    terminal.ok("undo", today="2026-07-02")
    undone = terminal.ok("progress", "--json", today="2026-07-02").json["plans"][0]
    assert (undone["behind"], undone["burn_up"]) == (before["behind"], before["burn_up"])


def test_a_replan_puts_the_figure_right(terminal):
    """Caught up with on paper: nothing is overdue, so nothing is behind."""
    terminal.ok("start", "small", "--minutes", "60")
    assert figures(terminal, today="2026-07-03")["behind"]["minutes"] > 0
    terminal.ok("replan", today="2026-07-03")
    assert figures(terminal, today="2026-07-03")["behind"] == {"minutes": 0, "days": 0.0}


def test_with_only_the_exam_open_nothing_is_waited_for(terminal):
    """No forecast is promised where only the exam is left."""
    terminal.ok("start", "small")
    tasks = terminal.ok("tasks", "--json").json["plans"][0]["tasks"]
    assert "available after 5 study days" in terminal.ok("status").out
    terminal.ok("done", *(str(each["number"]) for each in tasks if each["kind"] != "exam"))
    status = terminal.ok("status").out
    assert "only the exam is left" in status
    assert "available after 5 study days" not in status


def test_a_day_off_does_not_cost_the_streak(terminal):
    """The same two days, missed or taken off ahead: only the one breaks the streak."""
    terminal.ok("start", "small", "--days", "20", "--minutes", "30")
    terminal.ok("off", "2026-07-02..2026-07-03", "--yes")
    for day in (1, 4, 5, 6):
        today = f"2026-07-0{day}"
        due = terminal.ok("today", "--json", today=today).json["due"]
        for task in due:
            terminal.ok("done", str(task["number"]), today=today)
    assert figures(terminal, today="2026-07-07")["streak"]["longest"] >= 3


def test_work_after_midnight_counts_to_its_evening(terminal):
    """The study day begins at 04:00 in the learner's zone: what was done on a day is told for that day."""
    terminal.ok("start", "small")
    terminal.ok("done", "1", "--minutes", "20", "--at", "2026-07-01", today="2026-07-02")
    studied = terminal.ok("progress", "--json", today="2026-07-02").json["studied"]
    assert studied == [{"date": "2026-07-01", "minutes": 20}]


def test_progress_json_is_what_the_charts_draw(studied):
    """One object: a point a day, hours by module and kind, the days studied."""
    picture = studied.ok("progress", "--json").json
    plan = picture["plans"][0]
    assert len(plan["burn_up"]) == 20
    assert plan["burn_up"][-1]["done"] is None
    assert {each["module"] for each in plan["modules"]} >= {"basics", "finish"}
    assert sum(each["studied"] for each in plan["kinds"]) == sum(each["minutes"] for each in picture["studied"])
    assert studied.ok("progress", "--json").out == studied.ok("progress", "--json").out


@pytest.mark.parametrize("words", [["status"], ["progress"], ["progress", "--plain"]])
def test_nobody_there_yet_is_no_error(terminal, words):
    """Without a plan each of them says so."""
    assert "No plan is running." in terminal.ok(*words).out


def test_plain_is_sentences_alone(studied):
    """No bar, no box, no braille: every line is a sentence that a voice can read."""
    lines = studied.ok("progress", "--plain").out.splitlines()
    assert all(line.endswith(".") for line in lines)
    assert all(c.isalnum() or c in " .,:;%()-'`" for line in lines for c in line)
    assert any(line.startswith("By the end of") for line in lines)
    assert any(line.startswith("Studied in Jul 2026") for line in lines)


@pytest.mark.parametrize("words", ["progress", "status"])
def test_an_empty_plan_is_drawn(terminal, words):
    """All tasks taken out: nothing to divide by, nothing to crash on."""
    terminal.ok("start", "small")
    for task in terminal.ok("tasks", "--json").json["plans"][0]["tasks"]:
        terminal.ok("remove", str(task["number"]))
    assert "0%" in terminal.ok(words, "--plan", "small", today="2026-07-04").out


def drawn(studied, columns: int, **environment: str) -> list[str]:
    """What `progress` shows on a terminal of that width."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (50, columns))
    environ = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LC_CTYPE", "COLUMNS")}
    process = subprocess.Popen(
        [*RUN, "--today", studied.today, "progress"], stdout=theirs, env={**environ, "TERM": "xterm", **environment}
    )
    os.close(theirs)
    output = b""
    try:
        while piece := os.read(ours, 65536):
            output += piece
    except OSError:
        # Linux ends a terminal nobody writes to any more with an error.
        pass
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return output.decode().replace("\r\n", "\n").splitlines()


def visible(line: str) -> str:
    from click import unstyle

    return unstyle(line)


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_charts_fit_the_terminal(studied, columns, locale):
    """No line is wider than the terminal, with wide characters counted as two."""
    from studyplan.text import cells

    studied.ok("add", "日本語の復習課題を全部もう一度やる", "--minutes", "30", "--date", "2026-07-12")
    studied.ok("rename", "mine", "学習計画・とても長い名前の計画です・本当に")
    lines = [visible(line) for line in drawn(studied, columns, LANG=locale)]
    assert max(map(cells, lines)) <= columns
    assert any(line.startswith("Mon") for line in lines)


def test_colours_are_for_terminals_that_want_them(studied):
    """Green on a terminal; with NO_COLOR the same signs without it, so that no meaning hangs on a colour."""
    coloured, plain = drawn(studied, 80, LANG="C.UTF-8"), drawn(studied, 80, LANG="C.UTF-8", NO_COLOR="1")
    assert any("\x1b[32m" in line for line in coloured)
    assert not any("\x1b" in line for line in plain)
    assert [visible(line) for line in coloured] == plain
    assert not any("\x1b" in line for line in drawn(studied, 80, LANG="C.UTF-8", TERM="dumb"))


def test_without_unicode_everything_is_ascii(studied):
    """LC_ALL=C: not one sign beyond ASCII in bars, burn-up and heat map."""
    lines = [visible(line) for line in drawn(studied, 80, LC_ALL="C")]
    assert "".join(lines).isascii()
    assert any("###" in line for line in lines)


def test_what_was_done_early_is_told_beside_what_is_overdue(terminal):
    """Ahead of schedule and yet overdue: the sentence says what it adds up, and the sum is right."""
    terminal.ok("start", "blank", "--exam", "2026-08-01")
    terminal.ok("add", "Read", "20m", "2026-07-01")
    later = terminal.ok("add", "Write", "30m", "2026-07-20").out.split()[1]
    told = ": 20 min overdue, 30 min of later tasks done early"
    assert told not in terminal.ok("status", today="2026-07-05").out
    terminal.ok("done", later, today="2026-07-05")
    shown = " ".join(terminal.ok("status", today="2026-07-05").out.split())
    assert "10 min ahead of schedule" in shown
    assert told in shown


def test_no_more_days_can_be_missed_than_there_are(terminal):
    """An empty plan tells of no study day to miss, and what waits for records is named."""
    terminal.ok("start", "blank", "--days", "10")
    assert "slack: nothing that is open needs a study day" in terminal.ok("status").out
    terminal.ok("add", "Read", "20m", "2026-07-05")
    shown = " ".join(terminal.ok("status").out.split())
    assert "slack: you can miss 9 study days" in shown
    assert "finish: a forecast is available after" in shown


def test_the_day_to_keep_a_streak_is_today(terminal):
    """On the last day to catch up it is called today, before that by its date."""
    terminal.ok("start", "small", "--minutes", "60")
    lines = [terminal.ok("status", today=f"2026-07-0{day}").out for day in (2, 3)]
    assert "catch up by Fri 3 Jul" in lines[0]
    assert "catch up today" in lines[1]
