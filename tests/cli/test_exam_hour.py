"""The hour of an exam: told at the start or later, kept when its day moves, shown everywhere, never the study hours'."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import pytest
from terminals import Terminal

EXAM = "2026-07-10"


@pytest.fixture
def berlin(terminal: Terminal) -> Terminal:
    terminal.ok("learner", "set", "--zone", "Europe/Berlin")
    return terminal


def begin(terminal: Terminal, exam: str, *words: str) -> Terminal:
    terminal.ok("start", "small", "--exam", exam, "--minutes", "daily=18:30-20:00", *words)
    return terminal


def exam_of(terminal: Terminal) -> dict:
    tasks = terminal.ok("tasks", "--plan", "small", "--json").json["tasks"]
    return next(task for task in tasks if task["kind"] == "exam")


def entry(terminal: Terminal, *words: str) -> list[str]:
    """The lines of the exam's entry in an export."""
    parts = re.split("(?=BEGIN:V(?:EVENT|TODO))", terminal.ok("export", *words).out.replace("\r\n ", ""))
    (part,) = [each for each in parts if "SUMMARY:The exam" in each]
    return part.splitlines()


@pytest.mark.parametrize("told", [f"{EXAM}T10:00", f"{EXAM} 10:00", "10 jul 10:00", "10 jul 2026 at 10:00"])
def test_an_exam_with_its_hour(berlin: Terminal, told: str) -> None:
    """On the learner's clock, for as long as its task takes, in every form of calendar; the study tasks keep their form."""
    begin(berlin, told)
    assert (exam_of(berlin)["date"], exam_of(berlin)["starts_at"]) == (EXAM, "2026-07-10T08:00:00Z")
    for form in ("events", "timed"):
        event = entry(berlin, "--as", form)
        assert {"DTSTART:20260710T080000Z", "DTEND:20260710T090000Z", "TRANSP:OPAQUE"} <= set(event)
    assert "DTSTART;TZID=Europe/Berlin:20260710T100000" in entry(berlin, "--as", "timed", "--zoned")
    assert "DUE:20260710T080000Z" in entry(berlin, "--as", "todos")
    whole = berlin.ok("export").out
    assert whole.count("DTSTART;VALUE=DATE") == whole.count("BEGIN:VEVENT") - 1


def test_an_exam_without_its_hour_has_its_day(berlin: Terminal) -> None:
    """Among timed events too, whatever study hours there are and whatever becomes of them."""
    begin(berlin, EXAM)
    berlin.ok("hours", "daily=7:00-9:00", "--yes")
    berlin.ok("learner", "set", "--zone", "America/New_York")
    assert exam_of(berlin)["starts_at"] is None
    for form in ("events", "timed"):
        assert {"DTSTART;VALUE=DATE:20260710", "DTEND;VALUE=DATE:20260711", "TRANSP:TRANSPARENT"} <= set(
            entry(berlin, "--as", form)
        )
    assert "DUE;VALUE=DATE:20260710" in entry(berlin, "--as", "todos")


def test_an_hour_that_is_told_later(berlin: Terminal) -> None:
    """It stays when the day moves, across the change of clocks too; undo takes back what it brought, step by step."""
    begin(berlin, EXAM)
    answer = berlin.ok("replan", "--exam", f"{EXAM}T10:00")
    assert "at 10:00" in answer.out
    assert exam_of(berlin)["starts_at"] == "2026-07-10T08:00:00Z"
    berlin.ok("replan", "--exam", "2026-11-10")
    assert (exam_of(berlin)["date"], exam_of(berlin)["starts_at"]) == ("2026-11-10", "2026-11-10T09:00:00Z")
    berlin.ok("replan", "--exam", "2026-11-12 14:30")
    assert exam_of(berlin)["starts_at"] == "2026-11-12T13:30:00Z"
    for before in ("2026-11-10T09:00:00Z", "2026-07-10T08:00:00Z", None):
        berlin.ok("undo")
        assert exam_of(berlin)["starts_at"] == before
    berlin.ok("redo")
    assert exam_of(berlin)["starts_at"] == "2026-07-10T08:00:00Z"


def test_the_hour_is_shown(berlin: Terminal) -> None:
    """At the start, by `today`, `week`, `tasks`, `show` and `status`, and in what JSON says of the plan."""
    assert "at 10:00" in berlin.ok("start", "small", "--exam", f"{EXAM}T10:00").out
    number = str(exam_of(berlin)["number"])
    for command in (["today"], ["week"], ["tasks"], ["show", number], ["status"]):
        answer = berlin.ok(*command, today=EXAM)
        (line,) = [line for line in answer.out.splitlines() if "10:00" in line]
        assert "exam" in line or "Fri 10 Jul" in line
    assert berlin.ok("status", "--json").json["plans"][0]["exam_hour"] == "10:00"


def test_study_goes_around_the_exam(berlin: Terminal) -> None:
    """What else is on the exam's day and would meet it begins afterwards."""
    begin(berlin, f"{EXAM}T18:00")
    berlin.ok("add", "Breathe", "--minutes", "30", "--date", EXAM)
    tasks = berlin.ok("tasks", "--plan", "small", "--json").json["tasks"]
    assert next(task["starts_at"] for task in tasks if task["title"] == "Breathe") == "2026-07-10T17:00:00Z"


def test_alarms_of_an_exam(berlin: Terminal) -> None:
    """With the others: on the evening before among whole days, so many minutes ahead among times."""
    begin(berlin, f"{EXAM}T10:00")
    assert "TRIGGER:-PT16H" in entry(berlin, "--alarm", "360")
    assert "TRIGGER:-PT15M" in entry(berlin, "--as", "timed", "--alarm", "15")
    assert "TRIGGER;VALUE=DATE-TIME:20260710T070000Z" in entry(berlin, "--as", "todos", "--alarm", "60")


def test_what_does_not_fit_keeps_its_hour(berlin: Terminal) -> None:
    """The ways out of a refusal name the hour again."""
    answer = berlin("start", "small", "--exam", f"{EXAM}T10:00", "--minutes", "5")
    assert answer.code == 5
    assert re.search(r"--exam 2026-\d\d-\d\dT10:00", answer.err)
    assert "T10:00" in berlin("start", "small", "--exam", "2026-07-03 10:00").err


@pytest.mark.parametrize("hour", ["24:00", "9:60", "10:00Z", "10:00+02:00", "25:00", "10", ":", "13:00pm"])
def test_an_hour_that_is_none(berlin: Terminal, hour: str) -> None:
    """One line, exit 2, nothing written."""
    held = berlin.bytes()
    for command in (["start", "small"], ["whatif", "start", "small"]):
        answer = berlin(*command, "--exam", f"{EXAM}T{hour}")
        assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1), answer
    assert berlin.bytes() == held


def test_a_plan_without_an_exam_has_no_hour(berlin: Terminal) -> None:
    """It has a last day; the refusal says how to name that."""
    file = berlin.folder / "plans" / "small.yaml"
    words = file.read_text().replace("{id: exam, title: The exam, kind: exam", "{id: last, title: Last, kind: quiz")
    file.write_text(words.replace("on: exam-2d, ", ""))
    answer = berlin("start", "small", "--exam", f"{EXAM}T10:00")
    assert answer.code == 2
    assert f"--exam {EXAM}" in answer.err
    berlin.ok("start", "small", "--exam", EXAM)
    assert berlin("replan", "--exam", f"{EXAM}T10:00").code == 2


def test_an_hour_from_the_calendar(berlin: Terminal) -> None:
    """Another hour comes back by `import` and pins nothing; another day is refused with the way out."""
    begin(berlin, f"{EXAM}T10:00")
    data = berlin.ok("export").out
    later = data.replace("DTSTART:20260710T080000Z", "DTSTART:20260710T120000Z")
    (berlin.folder / "in.ics").write_text(later.replace("DTEND:20260710T090000Z", "DTEND:20260710T130000Z"))
    berlin.ok("import", "in.ics", "--yes")
    assert (exam_of(berlin)["starts_at"], exam_of(berlin)["pinned"]) == ("2026-07-10T12:00:00Z", False)
    (berlin.folder / "in.ics").write_text(data.replace("20260710T", "20260709T"))
    assert "replan --exam" in berlin.ok("import", "in.ics", "--yes").out
    assert exam_of(berlin)["starts_at"] == "2026-07-10T12:00:00Z"


def test_hours_of_older_databases_are_none(berlin: Terminal) -> None:
    """Until now an exam was stacked into the study hours: a dump of then brings no hour, one of now its own."""
    begin(berlin, f"{EXAM}T10:00")
    berlin.ok("dump", "-o", "ana.json")
    body = json.loads((berlin.folder / "ana.json").read_text())
    for schema, hour in (("studyplan_0006", None), (body["schema"], "2026-07-10T08:00:00Z")):
        name = schema[-4:]
        (berlin.folder / "then.json").write_text(json.dumps(body | {"schema": schema}))
        berlin.ok("--learner", "ana", "load", "then.json", "--as", name)
        with closing(sqlite3.connect(berlin.database)) as raw:
            query = "SELECT starts_at FROM task JOIN learner ON id = learner_id WHERE kind = 'exam' AND name = ?"
            ((found,),) = raw.execute(query, [name])
        assert (found is None) == (hour is None)
