"""What is given damaged inputs: each target makes an input from dice, and tries it by the commands that take it.

A command runs in this process, through the entry point of the installed command, or as a process of its own.
"""

from __future__ import annotations

import gc
import io
import os
import shlex
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from unittest.mock import patch

from fuzz_damage import damaged, damaged_json
from fuzz_harness import LONGEST, Fault, plain_environ, processor_time
from fuzz_servers import Calendar
from mangled_files import FOREIGN, mangled

from studyplan.__main__ import main

SAMPLES = Path(__file__).with_name("samples")
#: Exit codes of what a person can cause; 1 is a fault of the program, 7 the network, which few steps need.
CODES = frozenset({0, 2, 3, 4, 5, 6})
#: Signs that turn the direction of text round.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Answer:
    code: object
    out: bytes
    err: bytes


@dataclass(frozen=True)
class Step:
    """One command. ``writes``: it may change the database where it succeeds. ``raw``: what it prints is a file's content.
    ``network``: it may end with 7, and what it did until then is kept."""

    words: Sequence[str]
    writes: bool = False
    raw: bool = False
    network: bool = False
    codes: frozenset[int] = CODES
    environ: Mapping[str, str] = field(default_factory=dict)


class World:
    """A folder with a running plan, and commands in it. ``real``: each command is a process of its own."""

    def __init__(self, folder: Path, *, real: bool = False) -> None:
        self.folder = folder
        self.real = False
        self.database = folder / "study.db"
        self.file = folder / "given"
        own = folder / "plans"
        own.mkdir(parents=True)
        (own / "small.yaml").write_bytes((SAMPLES / "small.yaml").read_bytes())
        self._environ = {
            **plain_environ(),
            "HOME": str(folder),
            "LOGNAME": "ana",
            "NO_COLOR": "1",
            "STUDYPLAN_CONFIG": str(folder / "none"),
            "STUDYPLAN_PLANS": str(folder / "plans"),
            "STUDYPLAN_DATABASE_URL": str(self.database),
        }
        for line in (
            "start small --date 2026-07-01 --days 20 --minutes 60",
            "done 1 --minutes 40 --note 'read twice'",
            "log add 2 --minutes 30",
            "off 2026-07-08 --yes",
            "note quiz --link https://example.org",
            "move drill 2026-07-16",
        ):
            answer = self.run(Step(shlex.split(line)))
            assert answer.code == 0, (line, answer.err)
        self.keep()
        self.real = real

    def keep(self) -> None:
        """The database is to be put back to what it is now."""
        gc.collect()
        self._bytes = self.database.read_bytes()

    def run(self, step: Step) -> Answer:
        words = [*("--today", "2026-07-03"), *step.words]
        return (self._process if self.real else self._here)(words, {**self._environ, **step.environ})

    def _process(self, words: Sequence[str], environ: Mapping[str, str]) -> Answer:
        command = [sys.executable, "-P", "-m", "studyplan", *words]
        began = processor_time()
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        if (took := processor_time() - began) > LONGEST:
            raise Fault(f"{took:.1f} s of processor time: {words}")
        return Answer(ran.returncode, ran.stdout, ran.stderr)

    def _here(self, words: Sequence[str], environ: Mapping[str, str]) -> Answer:
        out = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        err = io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace", write_through=True)
        code: object = None
        with (
            patch.object(sys, "argv", ["studyplan", *words]),
            patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO())),
            patch.dict(os.environ, environ, clear=True),
            chdir(self.folder),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
            except SystemExit as end:
                code = end.code
        return Answer(code, *(stream.buffer.getvalue() for stream in (out, err)))

    def take(self, step: Step) -> bool:
        """Whether the command succeeded. Raises Fault where it did what no input may cause."""
        before = self.database.read_bytes()
        answer = self.run(step)
        shown = " ".join(map(repr, step.words))[:300]
        if answer.code not in (step.codes | {7} if step.network else step.codes) or b"Traceback" in answer.err:
            raise Fault(f"{answer.err.decode(errors='replace')}\n{shown} ended with {answer.code}")
        for text in (answer.err, b"" if step.raw else answer.out):
            if sign := next(filter(_is_control, text.decode("utf-8", "surrogateescape")), None):
                raise Fault(f"{text!r}\n{shown} printed {sign!r}")
        if answer.code and not answer.err.strip():
            raise Fault(f"{shown} ended with {answer.code} and said nothing")
        if (answer.code or not step.writes) and not step.network and self._is_changed(before):
            raise Fault(f"{shown} ended with {answer.code} and changed the database")
        return answer.code == 0

    def _is_changed(self, before: bytes) -> bool:
        wal = self.folder / "study.db-wal"
        if wal.exists():
            # A command that was refused may leave its connection to the collector, as it would to the end of its process.
            gc.collect()
        return self.database.read_bytes() != before or (wal.exists() and wal.stat().st_size > 0)

    def restore(self) -> None:
        if self._is_changed(self._bytes):
            for name in ("-wal", "-shm"):
                (self.folder / f"study.db{name}").unlink(missing_ok=True)
            self.database.write_bytes(self._bytes)


def _is_control(sign: str) -> bool:
    return sign in _TURNS or (unicodedata.category(sign) == "Cc" and sign not in "\n\t\r")


@dataclass(frozen=True)
class Target:
    """``make`` an input, and ``steps`` that take it once it is written to the world's file, until one is refused."""

    name: str
    make: Callable[[World, Random], bytes]
    steps: Callable[[World, bytes], Iterator[Step]]


def attempt(target: Target, world: World) -> Callable[[bytes], str]:
    """Tries one input of a target in a world."""

    def tried(data: bytes) -> str:
        world.file.write_bytes(data)
        try:
            for step in target.steps(world, data):
                if not world.take(step):
                    return "refused"
            return "read"
        finally:
            world.restore()

    return tried


def _samples(*names: str) -> list[bytes]:
    return [(SAMPLES / name).read_bytes() for name in names]


# --- templates, sheets, cards


def _template(world: World, dice: Random) -> bytes:
    words = (
        "words",
        "exam-2d",
        "mock+1d",
        "start+7d",
        "lab",
        "review",
        "core",
        "depth",
        "&a",
        "*a",
        "!!python/name:os",
    )
    return damaged(
        dice, _samples("small.yaml"), (*words, "id: x", "minutes: 500", "days: [1, 9999]", "? - x", "|", ">", "<<")
    )


def _template_steps(world: World, data: bytes) -> Iterator[Step]:
    own = world.folder / "own"
    own.mkdir(exist_ok=True)
    (own / "small.yaml").write_bytes(data)
    yield Step(["templates", "check", str(own / "small.yaml")])
    group = ["--plans", str(own)]
    yield Step([*group, "templates"])
    yield Step([*group, "templates", "show", "small"])
    yield Step([*group, "start", "small", "--name", "new", "--json"], writes=True)
    yield Step([*group, "tasks", "--plan", "new"], writes=True)


def _sheet(world: World, dice: Random) -> bytes:
    words = ("title", "minutes", ";", ",", "1:30", "1,5h", "90'", "exam", "2, 3", "sep=;", "=1+1", "Read it")
    return damaged(dice, _samples("list.csv", "other.csv"), words)


def _sheet_steps(world: World, data: bytes) -> Iterator[Step]:
    made = world.folder / "made.yaml"
    made.unlink(missing_ok=True)
    yield Step(["templates", "import", str(world.file), "--id", "made", "-o", str(made)])
    yield Step(["templates", "check", str(made)])


def _cards(world: World, dice: Random) -> bytes:
    words = ("#separator:Comma", "#html:true", "#tags column:9", "&amp;", "&#0;", "&#xD800;", "<!--", "<![CDATA[")
    more = ("{{c1::x}}", "sep=;", "question", "=cmd|x", "</script>", "<p " * 3_000)
    return damaged(dice, _samples("cards.csv", "cards.txt"), (*words, *more))


def _card_steps(world: World, data: bytes) -> Iterator[Step]:
    path = world.folder / ("given.txt" if b"#" in data else "given.csv")
    path.write_bytes(data)
    yield Step(["cards", "import", str(path), "--dry-run"])
    yield Step(["cards", "import", str(path), "--json"], writes=True)
    yield Step(["cards"], writes=True)
    yield Step(["cards", "export", "-o", "-"], writes=True, raw=True)


def _questions(world: World, dice: Random) -> bytes:
    words = (
        "{",
        "}",
        "=",
        "~%50%",
        "#12:",
        "####",
        "::",
        "$CATEGORY:",
        "->",
        "TRUE",
        "ANSWER: B",
        "A. ",
        "[html]",
        "// unit: x",
    )
    more = ("\\", "{#1..2}", "=cmd|x", "option 1", "true-false", "1e999", "{=a ~b}", "<p " * 3_000, "{" * 3_000)
    return damaged(dice, _samples("questions.gift", "questions.csv", "questions.txt"), (*words, *more))


def _question_steps(world: World, data: bytes) -> Iterator[Step]:
    form = "csv" if b"option 1" in data else "aiken" if b"ANSWER" in data else "gift"
    path = world.folder / f"given.{form}"
    path.write_bytes(data)
    yield Step(["questions", "import", str(path), "--dry-run"])
    yield Step(["questions", "import", str(path), "--json"], writes=True)
    yield Step(["questions"], writes=True)
    yield Step(["questions", "export", "--as", "gift", "-o", "-"], writes=True, raw=True)
    yield Step(["quiz", "--json"], writes=True)


# --- calendars


def _calendar(world: World, dice: Random) -> bytes:
    own = [world.folder / name for name in ("timed.ics", "todos.ics")]
    for path in own:
        if not path.exists():
            world.run(Step(["export", "--as", path.stem, "-o", str(path)]))
    # Of the seeds there, every five hundredth is a huge file: those are for benchmarks/mangled.py.
    return mangled(dice.randrange(10**9) * 500 + 1, [FOREIGN, *(path.read_bytes() for path in own)])


def _calendar_steps(world: World, data: bytes) -> Iterator[Step]:
    path = world.folder / "given.ics"
    path.write_bytes(data)
    if len(data) % 2:
        yield Step(["start", "small", "--name", "new", "--dry-run", "--busy", str(path)])
    else:
        yield Step(["import", str(path), "--dry-run"])
        yield Step(["import", str(path), "--yes"], writes=True)
        yield Step(["tasks", "--all"], writes=True)


# --- dumps


def _dump(world: World, dice: Random) -> bytes:
    path = world.folder / "whole.json"
    if not path.exists():
        world.run(Step(["dump", "-o", str(path)]))
    whole = path.read_bytes()
    words = (
        "ana",
        "open",
        "done",
        "active",
        "undo",
        "Europe/Berlin",
        "2026-07-04",
        "2026-07-04T10:00:00+00:00",
        "task",
    )
    return damaged(dice, [whole], words) if dice.random() < 0.15 else damaged_json(dice, whole, words)


def _dump_steps(world: World, data: bytes) -> Iterator[Step]:
    yield Step(["load", str(world.file), "--as", "other"], writes=True)
    # What was taken in must not be stumbled over later.
    for line in (
        *("today", "tasks --all", "week", "status", "history", "cards", "log list", "progress", "learner show other"),
        *("dump -o again.json", "export -o again.ics", "report -o again.html", "replan --even", "undo", "undo"),
    ):
        world.take(Step(["--learner", "other", *line.split()], writes=True, codes=frozenset({0, 5})))
    world.take(Step(["db", "check"], codes=frozenset({0})))


# --- configuration


def _configuration(world: World, dice: Random) -> bytes:
    words = ("database", "plans", "learner", "day_starts", "marks", "config", "symbols", "04:00", "~nobody/x", "[a]")
    more = ("postgresql://a:b@[::1/x", "sqlite:///x.db", "://", "a.b = 1", "x = 07:32:00", "x = 1979-05-27", "'''")
    deep = ("[" + "a." * 3_000 + "a]", "x = " + "[" * 900, "[[a]]")
    return damaged(dice, _samples("config.toml"), (*words, *more, *deep))


def _configuration_steps(world: World, data: bytes) -> Iterator[Step]:
    dice = Random(data)
    environ = {"STUDYPLAN_DATABASE_URL": "", "STUDYPLAN_PLANS": "", "STUDYPLAN_CONFIG": str(world.file)}
    for name in ("DATABASE_URL", "PLANS", "LEARNER", "DAY_STARTS"):
        if dice.random() < 0.1:
            value = damaged(dice, [b"study.db", b"05:30", b"ana", b"postgresql://a:b@localhost/c?x=y"], most=2)
            environ[f"STUDYPLAN_{name}"] = _argument(value)
    yield Step(["config"], environ=environ)
    yield Step(["config", "--json"], environ=environ)
    # Whatever else the settings say, this database is there to read.
    environ["STUDYPLAN_DATABASE_URL"] = str(world.database)
    yield Step(["today"], environ=environ)
    yield Step(["templates"], environ=environ)


# --- servers


def _connected(world: World) -> Calendar:
    """The server of the world's calendar, as it was when the plan had been carried there."""
    if world not in _CALENDARS:
        calendar = Calendar()
        for line in (f"sync add {calendar.url} --name mine", "sync", "sync"):
            answer = world.run(Step(shlex.split(line)))
            assert answer.code == 0, (line, answer.err)
        world.keep()
        _CALENDARS[world] = (calendar, dict(calendar.objects))
    calendar, objects = _CALENDARS[world]
    calendar.objects, calendar.injury = dict(objects), None
    return calendar


_CALENDARS: dict[World, tuple[Calendar, dict[str, tuple[int, bytes]]]] = {}


def _server(world: World, dice: Random) -> bytes:
    return _connected(world).injured(dice)


def _server_steps(world: World, data: bytes) -> Iterator[Step]:
    calendar = _connected(world)
    dice = Random(data)
    calendar.edited(dice)
    for line in dice.choice(("", "skip 2", "move 3 2026-07-14", "remove 4")).splitlines():
        world.take(Step(shlex.split(line), writes=True))
    before = _count(world)
    kind, _, answer = data.partition(b"\n")
    calendar.injury = (kind.decode(), answer)
    world.take(Step(["sync", *dice.choice(([], ["--json"], ["--dry-run"]))], writes=True, network=True))
    if kind == b"PROPFIND":
        world.take(Step(["sync", "add", calendar.url, "--name", "other"], writes=True, network=True))
    calendar.injury = None
    yield Step(["sync", "--only", "mine"], writes=True, network=True)
    if _count(world) != before:
        raise Fault("tasks came or went by what a server said")


def _count(world: World) -> int:
    """How many tasks there are."""
    return world.run(Step(["tasks", "--json"])).out.count(b'"uid"')


# --- what people type

_TYPED = (
    *("2026-07-04", "today", "next monday", "last fri", "+10d", "-2w", "1 jul", "Jul 1st, 2026", "4.7.", "20260704"),
    *("13/07/2026", "2026-07-04..2026-07-06", "1 jul..+6d", "mon-fri", "mon,wed,sat", "mon-fri=60,sat=120", "60"),
    *("mon-fri=19:00-20:30", "5-7", "words", "small:words", "rules#2", "72", "36/50", "basics=40", "Europe/Berlin"),
    *("DE-BE", "A title of my own", "https://example.org/a?b=c", "extra", "short", "45m"),
)
_PARTS = ("mon", "fri", "-", "..", "=", ",", ":", "/", "#", "next ", "july", "1st", "of ", "+", "d", "w", "24:00", "!")
_ENDS = ("", "!", "\n", "x", " ")


def _typed(world: World, dice: Random) -> bytes:
    if dice.random() < 0.3:
        # Many of one part: what a pattern that tries every division of them never ends on.
        return (dice.choice((*_TYPED, *_PARTS)) * dice.choice([2, 40, 3_000]) + dice.choice(_ENDS)).encode()
    return damaged(dice, [word.encode() for word in _TYPED], (*_TYPED, *_PARTS), most=3)


def _typed_steps(world: World, data: bytes) -> Iterator[Step]:
    for words in Random(data).sample(_commands_with(_argument(data)), 4):
        world.take(Step(words, writes=True))
        world.restore()
    yield from ()


def _argument(data: bytes) -> str:
    """The text as a command gets it: an argument has no NUL, and at most 128 KiB."""
    return os.fsdecode(data.replace(b"\0", b"")[:100_000])


def _commands_with(text: str) -> list[list[str]]:
    """Commands with a text in every place where one is typed."""
    start = ["start", "small", "--name", "new", "--dry-run"]
    return [
        ["move", "quiz", "--", text],
        ["move", "--", text, "2026-07-06"],
        ["--today", text, "today"],
        *([*start, option, text] for option in ("--date", "--exam", "--days", "--window", "--weekdays", "--minutes")),
        *([*start, option, text] for option in ("--off", "--holidays", "--path", "--leave-out", "--retake", "--name")),
        ["start", "--", text],
        ["off", "--yes", "--", text],
        ["hours", "--yes", "--", text],
        *([command, "--", text] for command in ("done", "skip", "reopen", "show", "pin", "remove")),
        *(["done", "1", option, text] for option in ("--at", "--minutes", "--note", "--score", "--weak")),
        *(["replan", option, text] for option in ("--exam", "--minutes", "--shift", "--leave-out", "--plan", "--busy")),
        ["add", "--minutes", "30", "--", text],
        ["add", "mine", "--minutes", "30", "--date", text],
        ["edit", "1", "--title", text],
        ["rename", "small", "--", text],
        ["drop", "--yes", "--", text],
        ["result", "small", "pass", "--score", text],
        ["learner", "set", "--zone", text],
        ["learner", "add", "--", text],
        ["log", "add", "1", "--minutes", text],
        ["timer", "start", "--", text],
        *(["note", "1", option, text] for option in ("--link", "--file", "--forget")),
        ["note", "1", "--", text],
        *(["export", "-o", "x.ics", option, text] for option in ("--from", "--until", "--since", "--plan", "--alarm")),
        ["tasks", "--tag", text],
        ["recommend", "--role", text],
        ["templates", "show", "--", text],
        ["whatif", "replan", "--exam", text],
        ["--learner", text, "today"],
        ["--", text],
    ]


TARGETS = {
    target.name: target
    for target in (
        Target("templates", _template, _template_steps),
        Target("sheets", _sheet, _sheet_steps),
        Target("cards", _cards, _card_steps),
        Target("questions", _questions, _question_steps),
        Target("calendars", _calendar, _calendar_steps),
        Target("dumps", _dump, _dump_steps),
        Target("configuration", _configuration, _configuration_steps),
        Target("servers", _server, _server_steps),
        Target("typed", _typed, _typed_steps),
    )
}
