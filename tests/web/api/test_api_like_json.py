"""The API answers what the command line prints with `--json`: one contract, held over every call there is."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from browsing import site_of
from calling import Program
from click.testing import CliRunner

from studyplan.cli import studyplan

UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
#: The second at which something is done differs from run to run.
INSTANT = re.compile(r"\b(\d{4}-\d\d-\d\dT)[0-9:.]+Z")
SECRET = re.compile(r"\b[0-9a-z]+-\d+-[a-z2-7]{32}\b")
TODAY = "2026-07-23"
#: What there is to ask about: tasks done and pinned, time recorded, cards answered, a habit, a feed, something undone.
LIFE = (
    "start foundations --date 2026-07-20 --days 30",
    'add "Vocabulary 10m" --every daily',
    'add "Essay of my own" --minutes 45 --date 2026-07-25',
    "done 1 --minutes 20 --note Read.",
    "log add 2 25",
    "pin 3",
    "review --grade {card}=good",
    "cards suspend {card}",
    "feed add phone",
    "timer start 4",
    "move 5 2026-07-26",
    "undo",
)


class Call(NamedTuple):
    """What is typed, and what is sent instead. ``before``: what is typed ahead of both."""

    typed: str
    method: str
    path: str
    sent: Any = None
    before: str = ""


CALLS = (
    Call("today", "GET", "/today"),
    Call("today --minutes 40", "GET", "/today?minutes=40"),
    Call("week --plan foundations", "GET", "/week?plan=foundations"),
    Call("tasks", "GET", "/tasks"),
    Call("tasks --plan 1", "GET", "/tasks?plan=1"),
    Call(
        "tasks --module {module} --kind read --kind lab --from 2026-07-21 --until +20d --sort minutes",
        "GET", "/tasks?module={module}&kind=read&kind=lab&from=2026-07-21&until=%2B20d&sort=minutes",
    ),
    Call("tasks --search essay --overdue", "GET", "/tasks?search=essay&overdue=true"),
    Call("tasks --tag nothing", "GET", "/tasks?tag=nothing"),
    Call("show 1-2", "GET", "/tasks/1-2"),
    Call("show {review}", "GET", "/tasks/{review}"),
    Call("show 9999", "GET", "/tasks/9999"),
    Call("done 2 --minutes 30 --note Good. --at yesterday", "POST", "/tasks/2:done", {"minutes": 30, "note": "Good.", "date": "yesterday"}),
    Call("done {quiz} --score 60 --score {module}=40 --weak {module}", "POST", "/tasks/{quiz}:done", {"scores": ["60", "{module}=40"], "weak": ["{module}"]}),
    Call("done {habit}", "POST", "/tasks/{habit}:done"),
    Call("done 1", "POST", "/tasks/1:done"),
    Call("skip 2,5", "POST", "/tasks/2,5:skip"),
    Call("reopen 1 --note Again.", "POST", "/tasks/1:reopen", {"note": "Again."}),
    Call("move 5-6 +3d", "POST", "/tasks/5-6:move", {"date": "+3d"}),
    Call("move 5 2027-07-01", "POST", "/tasks/5:move", {"date": "2027-07-01"}),
    Call("pin 5", "POST", "/tasks/5:pin"),
    Call("unpin 3", "POST", "/tasks/3:unpin"),
    Call("remove {own}", "POST", "/tasks/{own}:remove"),
    Call("remove {habit} --all", "POST", "/tasks/{habit}:remove", {"reach": "all"}),
    Call("note 2 More. --link https://example.org/", "POST", "/tasks/2:note", {"text": "More.", "links": ["https://example.org/"]}),
    Call("edit {own} --title Better --minutes 30 --after 2 --order first", "POST", "/tasks/{own}:edit",
         {"title": "Better", "minutes": 30, "after": ["2"], "order": "first"}),
    Call("edit {habit} --every mon-fri --minutes 15", "POST", "/tasks/{habit}:edit", {"every": "mon-fri", "minutes": 15}),
    Call("edit 2 --note ''", "POST", "/tasks/2:edit", {"note": ""}),
    Call("add 'Essay tomorrow 1h'", "POST", "/tasks", {"words": "Essay tomorrow 1h"}),
    Call("add 'Read it' --minutes 25 --date +4d --kind lab --module {module}", "POST", "/tasks",
         {"title": "Read it", "minutes": 25, "date": "+4d", "kind": "lab", "module": "{module}"}),
    Call("add Words --minutes 15 --every mon,wed --until +14d", "POST", "/tasks", {"title": "Words", "minutes": 15, "every": "mon,wed", "until": "+14d"}),
    Call("plans", "GET", "/plans"),
    Call("start foundations --name second --days 40 --minutes mon-fri=90 --off +3d --leave-out {optional}", "POST", "/plans",
         {"template": "foundations", "name": "second", "days": 40, "minutes": "mon-fri=90", "off": ["+3d"], "leave_out": ["{optional}"]}),
    Call("start foundations --name second --exam 2026-09-10T10:00 --weekdays mon-fri --dry-run", "POST", "/plans",
         {"template": "foundations", "name": "second", "exam": "2026-09-10T10:00", "weekdays": "mon-fri", "dry_run": True}),
    Call("start foundations", "POST", "/plans", {"template": "foundations"}),
    Call("start foundations --days 12 --minutes 20 --name tight", "POST", "/plans", {"template": "foundations", "days": 12, "minutes": 20, "name": "tight"}),
    Call("rename 1 first", "POST", "/plans/1:rename", {"name": "first"}),
    Call("finish foundations", "POST", "/plans/foundations:finish"),
    Call("drop 1", "POST", "/plans/1:drop"),
    Call("replan --dry-run", "POST", "/replan", {"dry_run": True}),
    Call("replan", "POST", "/replan", {}),
    Call("replan --shift 2", "POST", "/replan", {"strategy": "shift", "days": 2}),
    Call("replan --even --exam 2026-08-30", "POST", "/replan", {"strategy": "even", "exam": "2026-08-30"}),
    Call("replan --take 99", "POST", "/replan", {"take": 99}),
    Call("off", "GET", "/off"),
    Call("off 2026-07-27..2026-07-29", "POST", "/off", {"days": ["2026-07-27..2026-07-29"]}),
    Call("hours", "GET", "/hours"),
    Call("hours 180 --dry-run", "POST", "/hours", {"week": 180, "dry_run": True}),
    Call("hours --clear", "POST", "/hours", {"week": None}),
    Call("status", "GET", "/status"),
    Call("progress --plan 1", "GET", "/progress?plan=1"),
    Call("learner show", "GET", "/learner"),
    Call("review --cards 3", "GET", "/review?cards=3"),
    Call("review --task {review}", "GET", "/review?task={review}"),
    Call("review --grade {other}=hard", "POST", "/review", {"answers": [{"card": "{other}", "grade": "hard"}]}),
    Call("review --status", "GET", "/recall"),
    Call("cards --module {module}", "GET", "/cards?module={module}"),
    Call("cards suspend {other}", "POST", "/cards:suspend", {"cards": ["{other}"]}),
    Call("cards unsuspend {card}", "POST", "/cards:unsuspend", {"cards": ["{card}"]}),
    Call("cards edit {other} --answer Mine.", "POST", "/cards/{other}:edit", {"answer": "Mine."}),
    Call("history -n 3", "GET", "/history?limit=3"),
    Call("undo", "POST", "/undo"),
    Call("redo", "POST", "/redo"),
    Call("timer status", "GET", "/timer"),
    Call("timer start 5", "POST", "/timer:start", {"task": "5"}, before="timer cancel"),
    Call("timer stop --minutes 20 --done", "POST", "/timer:stop", {"minutes": 20, "done": True}),
    Call("timer cancel", "POST", "/timer:cancel"),
    Call("log list 2 --from 2026-07-20", "GET", "/log?task=2&from=2026-07-20"),
    Call("log add 5 15", "POST", "/log", {"task": "5", "minutes": 15}),
    Call("log edit 2 --minutes 40", "POST", "/log/2:edit", {"minutes": 40}),
    Call("log remove 2", "POST", "/log/2:remove"),
    Call("templates", "GET", "/templates"),
    Call("templates show blank", "GET", "/templates/blank"),
    Call("templates show nothing", "GET", "/templates/nothing"),
    Call("feed list", "GET", "/feeds"),
    Call("feed add tablet --as todos --alarm 30", "POST", "/feeds", {"name": "tablet", "form": "todos", "alarm": 30}),
    Call("feed rotate 1", "POST", "/feeds/1:rotate"),
    Call("feed rename 1 watch", "POST", "/feeds/1:rename", {"name": "watch"}),
    Call("feed revoke 1 --yes", "POST", "/feeds/1:revoke"),
)  # fmt: skip
#: What no command prints by itself: the habits that `tasks` has beside each plan.
ELSEWHERE = {("GET", "/habits")}


def typed(database: Path, learner: str, line: str) -> tuple[int, Any]:
    """Run a command and read what it printed."""
    import shlex

    group = [
        "--db",
        str(database),
        "--learner",
        learner,
        "--today",
        TODAY,
        "--config",
        str(database.parent / "none.toml"),
    ]
    result = CliRunner().invoke(studyplan, [*group, *shlex.split(line), "--json"])
    assert not isinstance(result.exception, BaseException) or isinstance(result.exception, SystemExit), line
    return result.exit_code, json.loads(result.stdout)


class World:
    """A life that was lived once; each call gets two copies of it, one for either face."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lived, self.typed_on, self.called_on = (folder / f"{name}.db" for name in ("lived", "typed", "called"))
        site = site_of(self.called_on, TODAY, folder)
        self.program = Program(site, None)
        planner = site_of(self.lived, TODAY, folder).source.planner()
        planner.learners.add("ana", zone="Europe/Berlin")
        self.program.token = planner.tokens.add("script", scope="write").secret
        self.words: dict[str, str] = {}
        for line in LIFE:
            assert typed(self.lived, "ana", self.named(line))[0] == 0, line
            self._look(planner)
        planner.close()

    def _look(self, planner: Any) -> None:
        """Names of what a plan has, to be put in the place of {card} and the like."""
        (view,) = planner.queries.plan_views()
        deck = planner.cards.decks()[0]
        own = [task for task in view.tasks if task.own and task.habit is None]
        tests = [task for task in view.tasks if task.kind == "quiz"]
        self.words |= {
            "module": tests[0].module, "quiz": str(tests[0].number), "card": deck.cards[0].card.id,
            "other": deck.cards[1].card.id, "own": str(own[0].number) if own else "",
            "habit": str(view.habits[0].habit.number) if view.habits else "",
            "review": str(next(task.number for task in view.tasks if task.kind == "review")),
            "optional": next((task.task for task in view.tasks if task.optional), view.tasks[3].task),
        }  # fmt: skip

    def named(self, text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self.words[found[1]], text)

    def both(self, call: Call) -> tuple[tuple[int, Any], Any]:
        """The exit code and the object of the command, and the answer to the call."""
        self.program.site.source.close()
        for copy in (self.typed_on, self.called_on):
            shutil.copy(self.lived, copy)
            if call.before:
                assert typed(copy, "ana", call.before)[0] == 0
        sent = None if call.sent is None else json.loads(self.named(json.dumps(call.sent)))
        found = typed(self.typed_on, "ana", self.named(call.typed))
        return found, self.program.call(call.method, quote(self.named(call.path), safe="/?&=:%"), sent)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("world"))
    yield made
    made.program.client.close()
    made.program.site.source.close()


def steady(value: Any) -> Any:
    """The value without what differs from run to run, and from face to face: who did it."""
    text = json.dumps(value, sort_keys=True)
    for pattern, same in ((UUID, "uuid"), (INSTANT, r"\1"), (SECRET, "secret")):
        text = pattern.sub(same, text)
    return re.sub(r'"actor": "[^"]*"', '"actor": ""', text)


STATUS = {0: 200, 2: 400, 3: 404, 4: 422, 5: 409, 6: 503}


@pytest.mark.parametrize("call", CALLS, ids=[call.typed.replace(" ", "_")[:60] for call in CALLS])
def test_a_call_is_answered_what_the_command_prints(world: World, call: Call) -> None:
    (code, printed), answer = world.both(call)
    assert answer.status == STATUS[code], (printed, answer.body)
    if code == 0:
        assert steady(answer.body) == steady(printed)
    else:
        told = {name: value for name, value in printed["error"].items() if name != "hint"}
        assert steady({name: answer.body["error"][name] for name in told}) == steady(told)


def test_habits_are_those_of_the_plans(world: World) -> None:
    printed, answer = world.both(Call("tasks", "GET", "/habits"))
    assert answer.body["habits"] == [habit for plan in printed[1]["plans"] for habit in plan["habits"]]
    assert len(answer.body["habits"]) == 1


def test_every_call_is_held_against_its_command(world: World) -> None:
    """A new call is added above, with the command that prints the same."""
    found = world.program.contract()["paths"]
    there = {(method.upper(), path.removeprefix("/api/v1")) for path, methods in found.items() for method in methods}
    patterns = {
        each: re.compile(re.sub(r"\\\{\w+\\\}", "[^/:]+", re.escape(each[1]))) for each in sorted(there, reverse=True)
    }
    held = {
        each
        for call in CALLS
        for each, pattern in patterns.items()
        if each[0] == call.method and pattern.fullmatch(call.path.split("?")[0].replace("{", "").replace("}", ""))
    }
    assert held | ELSEWHERE == there
