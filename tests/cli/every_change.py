"""One way or more to run each command that changes data, drawn at random, and what undo must restore of it all.

``WRITES`` names every such command; ``ELSEWHERE`` the others, and why no undo takes back what they write, if they write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import click
from recorded_life import TEMPLATE
from terminals import Terminal

from studyplan import open_planner
from studyplan.cli import studyplan
from studyplan.model import Status
from studyplan.model.syncing import Remote
from studyplan.planner.sync import TaskEdit
from studyplan.store import Store

#: Not the learner's data: what is noted of calendars elsewhere, which undo leaves alone.
_NOTES = {"remote", "seen"}
#: Counters, stamps and sequences.
_KEPT = {"learner": {"next_plan", "next_task", "next_batch"}, "task": {"updated_at", "sequence"}}
_KEY = {"learner": (), "answer": ("batch", "turn")}

#: Questions of the template's first module, true all of them.
QUESTIONS = "".join(
    f"      - {{id: q{n}, kind: true-false, question: Is {n} a number?, answer: true, why: It is., difficulty: easy,"
    f" source: https://example.org/{n}}}\n"
    for n in range(12)
)

Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


@dataclass(frozen=True)
class Facts:
    """All that a dump holds but for the log, stamps, sequences and counters; and how many changes the log has."""

    rows: Rows
    batches: int

    @classmethod
    def of(cls, everything: Mapping[str, list[dict[str, Any]]]) -> Facts:
        batches = everything["batch"]
        # What was answered counts unless the batch that it was written down with is undone; a test counts once it is over.
        undone = {row["number"] for row in batches if row["undone"]}
        rows: Rows = {}
        for table, many in everything.items():
            if table in _NOTES or table == "batch":
                continue
            rows[table] = {
                tuple(row[name] for name in _KEY.get(table, ("number",))): {
                    name: value for name, value in row.items() if name not in _KEPT.get(table, ())
                }
                for row in many
                if row.get("batch") not in undone and (table != "attempt" or row["ended_at"])
            }
        return cls(rows, sum(row["kind"] == "do" for row in batches))

    def differences(self, then: Facts) -> list[str]:
        """How these differ from those of another time. What was made since may still be there as something that does not exist."""
        found = []
        for table, rows in self.rows.items():
            was = then.rows.get(table, {})
            found += [f"{table} {key} is lost" for key in was.keys() - rows.keys()]
            for key, row in rows.items():
                if key not in was:
                    found += [f"{table} {key} is new: {row}"] if self._is_there(row) else []
                elif row != was[key]:
                    told = {name: (was[key].get(name), row[name]) for name in row if row[name] != was[key].get(name)}
                    found.append(f"{table} {key}: {told}")
        return found

    def _is_there(self, row: Mapping[str, Any]) -> bool:
        """Whether a row tells of anything: with a plan whose start was undone goes all that it has."""
        plan = self.rows["plan"].get((row.get("plan"),))
        return row.get("exists", True) and (plan is None or plan["exists"])


@dataclass
class Desk:
    """A learner at a terminal, who can run every command that changes data; ``facts`` as they were last seen."""

    terminal: Terminal
    facts: Facts = field(default_factory=lambda: Facts({}, 0))
    edition: int = 1

    def look(self) -> Facts:
        with closing(Store(str(self.terminal.database))) as store:
            self.facts = Facts.of(store.read(lambda unit: unit.everything(1)))
        return self.facts

    @property
    def today(self) -> date:
        return date.fromisoformat(self.terminal.today)

    def day(self, dice: Random, first: int = -3, last: int = 20) -> str:
        return str(self.today + timedelta(days=dice.randint(first, last)))

    def wait(self, days: int) -> None:
        self.terminal.today = str(self.today + timedelta(days=days))

    # --- what there is

    @property
    def running(self) -> list[dict[str, Any]]:
        return [row for row in self.facts.rows["plan"].values() if row["exists"] and row["state"] == "active"]

    @property
    def plans(self) -> list[dict[str, Any]]:
        return [row for row in self.facts.rows["plan"].values() if row["exists"]]

    def tasks(self, *statuses: str) -> list[dict[str, Any]]:
        numbers = {plan["number"] for plan in self.running}
        rows = [row for row in self.facts.rows["task"].values() if row["exists"] and row["plan"] in numbers]
        return [row for row in rows if row["status"] in statuses] or rows

    def task(self, dice: Random, *statuses: str) -> str:
        rows = self.tasks(*statuses)
        return typed(dice.choice(rows)) if rows else "1"

    def some(self, dice: Random, *statuses: str) -> list[str]:
        """A few tasks, mostly those whose turn it is."""
        rows = sorted(self.tasks(*statuses), key=lambda row: row["date"])[: dice.choice([2, 5, 50])]
        chosen = dice.sample(rows, min(len(rows), dice.choice([1, 1, 2, 4])))
        return [typed(row) for row in chosen] or ["1"]

    def plan(self, dice: Random) -> str:
        return dice.choice([plan["name"] for plan in self.running] or ["none"])

    def of_plan(self, dice: Random) -> list[str]:
        """The option that names a plan, left out now and then."""
        return ["--plan", self.plan(dice)] if len(self.running) > 1 or dice.random() < 0.2 else []

    def remedy(self, dice: Random) -> list[str]:
        """What may make room in a replan or an upgrade."""
        words: list[str] = []
        if dice.random() < 0.2:
            words += ["--exam", self.day(dice, 3, 30)]
        if dice.random() < 0.2:
            words += ["--minutes", dice.choice(["20", "45", "90", "mon-fri=30,sat=120"])]
        if dice.random() < 0.2:
            words += ["--leave-out", self.task(dice, "open")]
        return words

    # --- files

    def file(self, name: str, text: str) -> str:
        path = self.terminal.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def publish(self, edition: int) -> None:
        """An edition of the template: every second one longer, in other words, with a task more."""
        self.edition = edition
        text = TEMPLATE.replace("EDITION", str(edition)).replace("MINUTES", "40" if edition % 2 else "75")
        text = text.replace(
            "    cards:\n      - {id: word-1", f"    questions:\n{QUESTIONS}    cards:\n      - {{id: word-1"
        )
        if edition % 2 == 0:
            text = text.replace("Learn the rules", "Learn all rules").replace(
                "- {id: quiz,", "- {id: extra-quiz, title: One more, kind: lab, minutes: 35}\n      - {id: quiz,"
            )
        self.file("plans/course.yaml", text)


Ran = Callable[[Desk, Random], list[str]]


def typed(row: Mapping[str, Any]) -> str:
    """What a person types for a task; of a habit its number and the day."""
    return str(row["number"]) if row["habit"] is None else f"{row['habit']}@{row['date']}"


def started(desk: Desk, dice: Random) -> list[str]:
    words = ["start", "course", "--days", str(dice.choice([20, 25, 30, 30]))]
    words += ["--name", dice.choice(["mine", "second", "third"])]
    words += ["--minutes", dice.choice(["30", "60", "90", "mon-fri=60,sat=90"])] if dice.random() < 0.6 else []
    words += ["--path", "extra"] if dice.random() < 0.3 else []
    words += ["--off", desk.day(dice, 1, 9)] if dice.random() < 0.3 else []
    return words


def exam_result(desk: Desk, dice: Random) -> list[str]:
    score = ["--score", str(dice.randint(0, 100))] if dice.random() < 0.5 else []
    name = dice.choice([plan["name"] for plan in desk.plans] or ["none"])
    return ["result", name, dice.choice(["pass", "fail"]), *score, "--at", str(desk.today)]


def dropped(desk: Desk, dice: Random) -> list[str]:
    return ["drop", desk.plan(dice), "--yes"]


def finished(desk: Desk, dice: Random) -> list[str]:
    return ["finish", desk.plan(dice)]


def renamed(desk: Desk, dice: Random) -> list[str]:
    return ["rename", desk.plan(dice), dice.choice(["mine", "ours", "theirs"])]


def done(desk: Desk, dice: Random) -> list[str]:
    words = ["done", *desk.some(dice, "open"), "--yes"]
    words += ["--minutes", str(dice.randint(1, 90))] if dice.random() < 0.5 else []
    words += ["--note", dice.choice(["hard", "easy"])] if dice.random() < 0.3 else []
    words += ["--at", desk.day(dice, -3, 0)] if dice.random() < 0.3 else []
    if dice.random() < 0.2:
        mock = [str(row["number"]) for row in desk.tasks("open") if row["task"] == "mock"]
        words[1:2] = mock[:1] or words[1:2]
        words += ["--score", str(dice.randint(0, 100)), "--score", "basics=40", "--weak", "practice"]
    return words


def skipped(desk: Desk, dice: Random) -> list[str]:
    return ["skip", *desk.some(dice, "open"), *(["--note", "known"] if dice.random() < 0.3 else [])]


def reopened(desk: Desk, dice: Random) -> list[str]:
    return ["reopen", *desk.some(dice, "done", "skipped")]


def noted(desk: Desk, dice: Random) -> list[str]:
    words = ["note", desk.task(dice, *dice.choice([("open",), ("done",)]))]
    words += [dice.choice(["learnt a lot", "again"])] if dice.random() < 0.6 else []
    words += ["--link", f"https://example.org/{dice.randint(1, 3)}"] if dice.random() < 0.5 or len(words) == 2 else []
    words += ["--file", desk.file("learnt.txt", "x")] if dice.random() < 0.2 else []
    return words


def timer_started(desk: Desk, dice: Random) -> list[str]:
    return ["timer", "start", desk.task(dice, "open")]


def timer_stopped(desk: Desk, dice: Random) -> list[str]:
    return [
        "timer",
        "stop",
        "--minutes",
        str(dice.randint(1, 90)),
        "--yes",
        *(["--done"] if dice.random() < 0.4 else []),
    ]


def log_added(desk: Desk, dice: Random) -> list[str]:
    at = ["--at", desk.day(dice, -4, 0)] if dice.random() < 0.5 else []
    return ["log", "add", desk.task(dice), "--minutes", str(dice.randint(1, 120)), *at]


def log_edited(desk: Desk, dice: Random) -> list[str]:
    to = ["--minutes", str(dice.randint(1, 120))] if dice.random() < 0.7 else ["--at", desk.day(dice, -4, 0)]
    return ["log", "edit", str(dice.randint(1, 4)), *to]


def log_removed(desk: Desk, dice: Random) -> list[str]:
    return ["log", "remove", str(dice.randint(1, 4))]


def questions_imported(desk: Desk, dice: Random) -> list[str]:
    text = f"What is {dice.randint(1, 99)}?\nA. A number\nB. A word\nANSWER: A\n"
    return ["questions", "import", desk.file("bank.txt", text), "--as", "aiken", *desk.of_plan(dice)]


def _reply(question: Mapping[str, Any], dice: Random) -> object:
    if question["kind"] in ("true-false", "number"):
        return dice.random() < 0.7 if question["kind"] == "true-false" else dice.randint(1, 30)
    option = dice.choice(question["options"])["number"]
    return [option] if question["kind"] == "several" else option


def tested(form: str) -> Ran:
    """A mock or a quiz, answered by a file."""

    def ran(desk: Desk, dice: Random) -> list[str]:
        words = [form, *desk.of_plan(dice), "--json"]
        paper = desk.terminal(*words)
        asked = json.loads(paper.out)["questions"] if paper.code == 0 else []
        answers = {each["id"]: _reply(each, dice) for each in asked}
        return [*words, "--answers", desk.file("answers.json", json.dumps({"answers": answers}))]

    return ran


def cards_imported(desk: Desk, dice: Random) -> list[str]:
    kinds = (
        "What is {}?,A number.,{},,",
        "Term {},A meaning,{},yes,",
        ",,{1},,{{{{c1::{0}}}}} is {{{{c2::a number}}}}",
    )
    cards = "".join(
        f"{dice.choice(kinds).format(dice.randint(1, 9), dice.choice(['basics', 'own']))}\n" for _ in range(3)
    )
    text = f"question,answer,module,reverse,cloze\n{cards}"
    return ["cards", "import", desk.file("own.csv", text), *desk.of_plan(dice)]


def cards_reviewed(desk: Desk, dice: Random) -> list[str]:
    return ["cards", "reviews", *desk.of_plan(dice)]


def of_cards(command: str) -> Ran:
    def ran(desk: Desk, dice: Random) -> list[str]:
        cards = [row["id"] for row in desk.facts.rows["card"].values() if row["exists"]] or ["none"]
        text = ["--answer", f"{dice.randint(1, 9)}."] if command == "edit" else []
        return ["cards", command, dice.choice(cards), *text, *desk.of_plan(dice)]

    return ran


def reviewed(desk: Desk, dice: Random) -> list[str]:
    cards = [row["id"] for row in desk.facts.rows["card"].values() if row["exists"]]
    some = dice.sample(cards, min(len(cards), dice.randint(1, 3)))
    grades = [f"--grade={id}={dice.choice(['again', 'hard', 'good', 'easy'])}" for id in some]
    return ["review", *grades, *desk.of_plan(dice)]


def replanned(desk: Desk, dice: Random) -> list[str]:
    way = dice.choice([[], [], ["--even"], ["--shift", "1"], ["--window", "short"], ["--strict"], ["--take", "1"]])
    if way[:1] == ["--take"]:
        way = ["--take", str(dice.randint(1, 4))]
    return ["replan", *way, *desk.remedy(dice), *desk.of_plan(dice)]


def upgraded(desk: Desk, dice: Random) -> list[str]:
    desk.publish(desk.edition + 1)
    return ["upgrade", desk.plan(dice), *desk.remedy(dice), "--yes"]


def off(desk: Desk, dice: Random) -> list[str]:
    first = desk.today + timedelta(days=dice.randint(0, 12))
    span = f"{first}..{first + timedelta(days=dice.randint(0, 3))}"
    return ["off", span, *(["--remove"] if dice.random() < 0.3 else []), *_of_one(desk, dice), "--yes"]


def hours(desk: Desk, dice: Random) -> list[str]:
    week = dice.choice(["mon-fri=60", "45", "mon-sun=90", "mon-fri=18:00-19:30", "sat=120,sun=120"])
    words = ["hours", "--clear"] if dice.random() < 0.2 else ["hours", week]
    return [*words, *_of_one(desk, dice), "--yes"]


def _of_one(desk: Desk, dice: Random) -> list[str]:
    return ["--plan", desk.plan(dice)] if dice.random() < 0.5 else []


def added(desk: Desk, dice: Random) -> list[str]:
    if dice.random() < 0.2:
        return ["add", "--from", desk.file("list.txt", "Essay 1h\nRead on 45m\n"), *desk.of_plan(dice)]
    words = ["add", dice.choice(["Call the group", "Read on"]), "--minutes", str(5 * dice.randint(1, 20))]
    if dice.random() < 0.3:
        return [*words, "--every", dice.choice(["mon-fri", "sat", "daily"]), *desk.of_plan(dice)]
    words += ["--date", desk.day(dice, 0)] if dice.random() < 0.6 else []
    words += ["--kind", dice.choice(["watch", "quiz", "read", "colloquium"])] if dice.random() < 0.4 else []
    return [*words, *desk.of_plan(dice)]


def edited(desk: Desk, dice: Random) -> list[str]:
    options = {
        "--title": dice.choice(["Mine", "Another"]),
        "--minutes": str(5 * dice.randint(1, 30)),
        "--note": dice.choice(["a word", "", "more"]),
    }
    task = desk.task(dice, "open")
    if "@" in task:
        options["--every"] = dice.choice(["mon-wed", "sun"])
    chosen = [word for option in options.items() if dice.random() < 0.5 for word in option]
    return ["edit", task, *(chosen or ["--title", "Mine"]), *_reach(task, dice)]


def _reach(task: str, dice: Random) -> list[str]:
    """Which days of a habit are meant."""
    return dice.choice([[], ["--this"], ["--following"], ["--all"]]) if "@" in task else []


def removed(desk: Desk, dice: Random) -> list[str]:
    task = desk.task(dice, "open")
    return ["remove", task, *_reach(task, dice)] if "@" in task else ["remove", *desk.some(dice, "open")]


def moved(desk: Desk, dice: Random) -> list[str]:
    return ["move", *desk.some(dice, "open"), desk.day(dice, 0, 15)]


def pinned(desk: Desk, dice: Random) -> list[str]:
    return ["pin", *desk.some(dice, "open")]


def unpinned(desk: Desk, dice: Random) -> list[str]:
    held = [str(row["number"]) for row in desk.tasks() if row["pinned"]]
    return ["unpin", dice.choice(held or ["1"])]


def exported(desk: Desk, dice: Random) -> list[str]:
    alarm = dice.choice([["--alarm", str(dice.randint(0, 60))], ["--no-alarm"]])
    return ["export", "-o", str(desk.terminal.folder / "out.ics"), "--as", dice.choice(["events", "timed"]), *alarm]


def imported(desk: Desk, dice: Random) -> list[str]:
    """A calendar that somebody edited: titles, days, entries that are gone."""
    text = desk.terminal("export", "-o", "-").out
    head, *entries = re.split(r"(?=BEGIN:VEVENT)", text)
    foot = ""
    if entries:
        entries[-1], end, foot = entries[-1].partition("END:VCALENDAR")
        foot = end + foot
    for place in dice.sample(range(len(entries)), min(len(entries), 3)):
        match dice.randint(0, 2):
            case 0:
                entries[place] = re.sub(r"SUMMARY:.*", f"SUMMARY:Theirs {dice.randint(1, 3)}", entries[place], count=1)
            case 1:
                day = (desk.today + timedelta(days=dice.randint(0, 12))).strftime("%Y%m%d")
                entries[place] = re.sub(r"(?<=DTSTART;VALUE=DATE:)\d{8}", day, entries[place])
                entries[place] = re.sub(r"(?<=DTEND;VALUE=DATE:)\d{8}", day, entries[place])
            case _:
                entries[place] = ""
    file = desk.file("edited.ics", head + "".join(entries) + foot)
    return ["import", file, "--yes", "--force", "--deleted", dice.choice(["skip", "remove", "keep"])]


def synced(desk: Desk, dice: Random) -> list[str]:
    """What a run of `sync` does once it knows what was edited there; it has no words, since it takes a server."""
    terminal = desk.terminal
    with open_planner(terminal.database, learner="ana", today=desk.today, plans=terminal.folder / "plans") as planner:
        sync = planner.sync
        remote = next(iter(sync.remotes()), None) or sync.add(
            Remote(1, 0, "home", "https://example.org/c/", "ana", "events")
        )
        side = sync.side(remote)
        edits = []
        for uid, task in dice.sample(sorted(side.tasks.items()), min(len(side.tasks), 2)):
            edit = {"uid": uid, "task": task.number, "expected": task.updated_at}
            made: dict[str, Any] = dice.choice(
                [
                    {"title": f"Theirs {dice.randint(1, 3)}"},
                    {"status": Status.DONE, "done_at": side.clock.now()},
                    {"day": desk.today + timedelta(days=dice.randint(0, 9))},
                    {"remove": True},
                ]
            )
            edits.append(TaskEdit(**edit, **made))
        sync.carry(remote, edits, ())
    return []


def zoned(desk: Desk, dice: Random) -> list[str]:
    return ["learner", "set", "--zone", dice.choice(["Europe/Berlin", "America/New_York", "UTC", "Asia/Tokyo"])]


def called(desk: Desk, dice: Random) -> list[str]:
    (row,) = desk.facts.rows["learner"].values()
    return ["learner", "rename", row["name"], "bo" if row["name"] == "ana" else "ana"]


#: Every command that writes what one `undo` takes back.
WRITES: dict[str, Ran] = {
    "start": started,
    "result": exam_result,
    "rename": renamed,
    "drop": dropped,
    "finish": finished,
    "done": done,
    "skip": skipped,
    "reopen": reopened,
    "note": noted,
    "timer start": timer_started,
    "timer stop": timer_stopped,
    "timer cancel": lambda desk, dice: ["timer", "cancel"],
    "log add": log_added,
    "log edit": log_edited,
    "log remove": log_removed,
    "mock": tested("mock"),
    "quiz": tested("quiz"),
    "questions import": questions_imported,
    "cards import": cards_imported,
    "cards edit": of_cards("edit"),
    "cards suspend": of_cards("suspend"),
    "cards unsuspend": of_cards("unsuspend"),
    "cards reviews": cards_reviewed,
    "review": reviewed,
    "replan": replanned,
    "upgrade": upgraded,
    "off": off,
    "hours": hours,
    "add": added,
    "edit": edited,
    "remove": removed,
    "move": moved,
    "pin": pinned,
    "unpin": unpinned,
    "export": exported,
    "import": imported,
    "sync": synced,
    "learner set": zoned,
    "learner rename": called,
}
#: The commands that have no place among those, by why.
ELSEWHERE = {
    "only reads": """
        templates, templates list, cards list, questions list,
        templates check, templates show, templates schema, recommend, next, plans, today, remind, week, tasks, show,
        cards, questions, status, progress, timer status, log list, whatif start, whatif replan, history, sync list, feed list, token list, learner list,
        learner show, config, completion, serve, db status, db check
    """,
    "writes a file": "templates import, templates new, templates samples, cards export, questions export, report, dump, db backup",
    "is what takes back": "undo, redo",
    "makes or removes a whole learner, and says so": "learner add, learner remove, load",
    "notes what is elsewhere": "sync add, sync alarm, sync remove, sync password",
    "is about addresses, not about plans": "feed add, feed rename, feed rotate, feed revoke",
    "opens and closes a door, which no undo may open again": "token add, token revoke",
    "looks after the whole database": "db upgrade, db repair, db restore",
}


def commands(group: click.Command = studyplan, *path: str) -> Iterator[str]:
    """Every command that can be run, by the words that run it."""
    if not isinstance(group, click.Group):
        yield " ".join(path)
        return
    if path and group.invoke_without_command:
        yield " ".join(path)
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield from commands(command, *path, name)
