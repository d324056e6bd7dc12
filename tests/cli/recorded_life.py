"""A learner's life in commands that print JSON, and what each printed: the recording that other programs may rely on.

    python tests/cli/recorded_life.py      # record it anew, after a change of the JSON that is meant

A recording holds what stays the same from run to run: uuids become ``uuid-1``, ``uuid-2`` … in the order in which they turn
up, instants and the folder of the run become words. Sentences for people are no part of it.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

RECORDING = Path(__file__).parents[1] / "golden" / "json" / "life.json"

#: With two editions, electives, cards, an anchor, tasks to leave out, scores by module.
TEMPLATE = """\
studyplan: 1
id: course
title: A short course
edition: "EDITION"
language: en
about: Everything that a command can print.
certification:
  track: Courses
  level: entry
  order: 1
  audience: [everybody]
  prerequisites: [none]
  skills: [reading]
  roles: [reader]
  renew_after_years: [2, 3]
  next: {same_track: further, cross_track: Another course, leadership: The last course}
windows:
  - {id: short, days: [7, 10], tier: core, goal: The core.}
  - {id: long, days: [20, 30], tier: practice, goal: With practice.}
default_window: long
paths:
  - {id: extra, title: Extra, about: More of it.}
modules:
  - id: basics
    title: Basics
    tasks:
      - {id: words, title: Learn the words, kind: read, minutes: MINUTES, objective: can name them, evidence: a list,
         resources: [{title: The words, url: "https://example.org/words", minutes: 20, free: true}]}
      - {id: rules, title: Learn the rules, kind: read, minutes: 100, after: [words], tags: [rules]}
      - {id: quiz, title: Answer the quiz, kind: quiz, minutes: 20, after: [rules]}
      - {id: more, title: More of it, kind: lab, minutes: 60, path: [extra], access: free-signup}
    cards:
      - {id: word-1, question: What is a word?, answer: A sign., source: "https://example.org/words", after: words}
      - {id: word-2, question: What is a rule?, answer: A habit., after: rules}
  - id: practice
    title: Practice
    tasks:
      - {id: drill, title: Drill, kind: lab, minutes: 120, tier: practice, after: [quiz], optional: true}
      - {id: essay, title: Write an essay, kind: reflect, minutes: 45, tier: practice}
    cards:
      - {id: drill-1, question: What does a drill train?, answer: The hand., after: drill}
    questions:
      - id: drill-sum
        kind: number
        question: Two drills of 60 minutes?
        answer: 120
        unit: minutes
        after: drill
        difficulty: hard
      - id: drill-why
        kind: single
        question: Why drill?
        options: [{text: For the hand, right: true, why: It learns.}, {text: For the eye, why: It only looks.}]
        source: https://example.org/drill
  - id: finish
    title: Finish
    tasks:
      - {id: mock, title: Mock exam, kind: mock, minutes: 60, on: exam-3d, after: [quiz]}
      - {id: exam, title: The exam, kind: exam, minutes: 60}
"""

#: Fields whose texts are sentences for people.
SENTENCES = {"message", "hint", "notes", "problems", "action", "about", "origin", "help", "why"}

#: Day of July 2026, then the command. ``{…}`` names a file in the folder of the run.
LIFE = """\
1 templates check {plans/course.yaml}
1 templates check {broken.yaml}
1 templates show course
1 templates samples course
1 templates list --path extra
1 templates import {sheet.csv} -o {sheet.yaml}
1 recommend --role reader
1 learner list
1 whatif start course --days 25 --minutes 60
1 start course --days 25 --minutes 5
1 start course --days 25 --minutes mon-fri=60,sat=90 --off 2026-07-18..2026-07-19 --path extra --name mine
1 start course --days 10 --name second --dry-run
1 plans
1 today
1 week
1 tasks
1 tasks --plan mine
1 show 1
1 show rules
1 cards list
1 cards import {own.csv} --dry-run
1 cards import {own.csv}
1 cards reviews --dry-run
1 timer start 1
1 timer status
1 timer stop --minutes 5
1 timer start 1
1 timer cancel
1 done 1 --minutes 25 --note harder
1 log add 1 --minutes 10
1 log list
1 log edit 1 --minutes 1h10
1 log remove 1
1 undo
1 undo
1 review --status
1 review --grade word-1=good
1 cards suspend word-2
1 cards list --leeches
1 cards unsuspend word-2
1 cards edit word-2 --answer Ours
1 undo
2 done 2 --at 2026-07-01
2 reopen 2
2 skip 2
2 undo
2 undo
2 redo
2 note 1 again --link https://example.org/mine
2 note 1
2 history
3 add Listen --minutes 30 --date 2026-07-08 --kind watch
3 edit 1 --title Words
3 pin 3
3 unpin 3
3 move 4 2026-07-10
3 remove 7
3 today --minutes 40
3 remind
9 today
9 status
9 progress
9 replan --dry-run
9 whatif replan --even
9 whatif replan --minutes 5
9 replan --leave-out drill
9 replan --even --dry-run
9 off 2026-07-14 --yes
9 off
9 hours mon-fri=18:00-19:30 --yes
9 hours
9 mock --json
9 mock --answers {answers.json}
9 mock mock --result
9 mock mock --error drill-why=misread
9 undo
9 undo
10 questions list
10 questions import {own.gift}
10 undo
10 quiz --answers {answers.json}
10 review --status
9 done mock --score 60 --score basics=40 --weak practice
9 tasks --plan mine
9 import {edited.ics} --dry-run
9 import {edited.ics} --yes
9 EDITION-2
9 upgrade mine --dry-run
9 upgrade mine --yes
9 rename mine ours
25 result ours pass --score 80
26 next ours
26 next
26 start course --days 10 --retake ours --name again
26 drop again --yes
26 finish ours
26 undo
26 plans
26 learner add bo --zone Europe/Berlin
26 learner set ana --zone America/New_York
26 learner show ana
26 learner rename bo cy
26 learner list
26 --learner ana dump
26 load {dump.json} --as copy
26 --learner copy tasks
26 feed add phone --plan ours --alarm 20
26 feed rotate 1
26 feed rename 2 tablet
26 feed revoke 1 --yes
26 feed list
26 sync list
26 token add script --scope write --expires 2026-12-31
26 token list
26 token revoke 1 --yes
26 config
26 db status
26 db check
26 db upgrade
26 show 9999
26 start nothing
26 move 1 2027-01-01
"""

UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
INSTANT = re.compile(r"\b(\d{4}-\d\d-\d\d)T[0-9:.]+(Z|[+-]\d\d:\d\d)")
TOKEN = re.compile(r"\b[0-9a-z]{1,6}-\d{1,9}-[a-z2-7]{32}\b")
REVISION = re.compile(r"\bstudyplan_\d{4}\b")


def printed(folder: Path) -> Iterator[tuple[str, int, object]]:
    """Each command of the life in a fresh folder, its exit code, and the JSON that it printed."""
    from click.testing import CliRunner

    from studyplan.cli import studyplan

    plans = folder / "plans"
    plans.mkdir()
    (plans / "course.yaml").write_text(_template("1", 40))
    (folder / "broken.yaml").write_text(_template("1", 40).replace("after: [words]", "after: [wrods]"))
    (folder / "sheet.csv").write_text("title,minutes,kind\nRead one,30,read\nRead two,45,read\n")
    (folder / "own.gift").write_text("::mine::Is it mine? {TRUE}\n")
    (folder / "answers.json").write_text('{"answers": {"drill-sum": {"given": 120, "sure": true, "seconds": 60}}}')
    (folder / "own.csv").write_text("question,answer,module\nWhat is mine?,This.,basics\n")
    seen: dict[str, str] = {}

    def run(words: list[str]) -> tuple[int, str]:
        result = CliRunner().invoke(studyplan, words)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout

    for line in LIFE.splitlines():
        day, _, command = line.partition(" ")
        today = f"2026-07-{int(day):02}"
        words = [str(folder / word[1:-1]) if word.startswith("{") else word for word in command.split()]
        if command == "EDITION-2":
            (plans / "course.yaml").write_text(_template("2", 45))
            continue
        if words[:2] == ["import", str(folder / "edited.ics")] and "--dry-run" in words:
            _, exported = run(["--today", today, "export", "-o", "-"])
            (folder / "edited.ics").write_bytes(_edited(exported).encode())
        group = ["--today", today]
        if words[0] == "--learner":
            group, words = [*group, *words[:2]], words[2:]
        if words == ["dump"]:
            (folder / "dump.json").write_text(run([*group, "dump"])[1])
            continue
        code, out = run([*group, *words, "--json"])
        yield command, code, _facts(json.loads(_steady(out, folder, seen)))


def recording(folder: Path) -> str:
    """All of it as the text of the recording."""
    rows = [{"command": command, "exit": code, "printed": value} for command, code, value in printed(folder)]
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(", ", ": ")) for row in rows]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _template(edition: str, minutes: int) -> str:
    return TEMPLATE.replace("EDITION", edition).replace("MINUTES", str(minutes))


def _edited(exported: str) -> str:
    """The learner dragged the last open task of the export to the next day, in a calendar that stamps what it changes."""
    before, _, last = exported.rpartition("BEGIN:VEVENT")
    title = re.sub(r"SUMMARY:.*", "SUMMARY:A title from the calendar", last, count=1)
    return f"{before}BEGIN:VEVENT{title}"


def _steady(out: str, folder: Path, seen: dict[str, str]) -> str:
    out = out.replace(str(folder), "FOLDER")
    out = UUID.sub(lambda found: seen.setdefault(found[0], f"uuid-{len(seen) + 1}"), out)
    for pattern, steady in ((TOKEN, "TOKEN"), (REVISION, "REVISION"), (INSTANT, r"\1Thh:mm")):
        out = pattern.sub(steady, out)
    return out


def _facts(value: object) -> object:
    """The value without its sentences: how many there are stays."""
    match value:
        case dict():
            return {name: _unsaid(each) if name in SENTENCES else _facts(each) for name, each in value.items()}
        case list():
            return [_facts(each) for each in value]
        case _:
            return value


def _unsaid(value: object) -> object:
    match value:
        case str():
            return "…"
        case list():
            return [_unsaid(each) for each in value]
        case _:
            return _facts(value)


def settings(folder: Path) -> dict[str, str]:
    """The environment of the run: nothing of the machine's own settings is in reach."""
    return {
        "STUDYPLAN_DATABASE_URL": str(folder / "studyplan.db"),
        "STUDYPLAN_CONFIG": str(folder / "config.toml"),
        "STUDYPLAN_PLANS": str(folder / "plans"),
        "LOGNAME": "ana",
        "TZ": "UTC",
        # Else what is printed before 04:00 is of another day than what is printed after it.
        "STUDYPLAN_DAY_STARTS": "00:00",
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for variable in [each for each in os.environ if each.startswith("STUDYPLAN_")]:
            del os.environ[variable]
        os.environ.update(settings(folder))
        os.chdir(folder)
        RECORDING.parent.mkdir(exist_ok=True)
        RECORDING.write_text(recording(folder), encoding="utf-8")
    print(f"recorded in {RECORDING}", file=sys.stderr)


if __name__ == "__main__":
    main()
