"""A terminal to type commands into, and a template small enough to know by heart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from studyplan.cli import studyplan

#: A template small enough to know by heart: three core tasks, a cut one, an anchored mock, an exam.
SMALL = """\
studyplan: 1
id: small
title: A small plan
edition: "1"
language: en
about: For tests.
windows:
  - {id: short, days: [7, 10], tier: core, goal: The core.}
  - {id: long, days: [20, 20], tier: practice, goal: With practice.}
default_window: short
paths:
  - {id: extra, title: Extra, about: More.}
modules:
  - id: basics
    title: Basics
    tasks:
      - {id: words, title: Learn the words, kind: read, minutes: 30, objective: can name them, evidence: a list}
      - {id: rules, title: Learn the rules, kind: read, minutes: 100, after: [words], tags: [rules]}
      - {id: quiz, title: Answer the quiz, kind: quiz, minutes: 20, after: [rules]}
      - {id: more, title: More of it, kind: lab, minutes: 60, path: [extra]}
      - {id: drill, title: Drill, kind: lab, minutes: 120, tier: practice, after: [quiz], optional: true}
  - id: finish
    title: Finish
    tasks:
      - {id: mock, title: Mock exam, kind: mock, minutes: 60, on: exam-2d, after: [quiz]}
      - {id: exam, title: The exam, kind: exam, minutes: 60}
"""


@dataclass
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


class Terminal:
    """Runs commands as a person does, each in a fresh context on the same database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "data" / "studyplan.db"
        self.today = "2026-07-01"

    def __call__(self, *words: str, today: str | None = None, input: str | None = None) -> Answer:
        group = ["--today", today or self.today]
        result = CliRunner().invoke(studyplan, [*group, *words], input=input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    def ok(self, *words: str, **rest: Any) -> Answer:
        answer = self(*words, **rest)
        assert answer.code == 0, (answer.out, answer.err)
        return answer

    def task(self, number: int, **rest: Any) -> dict[str, Any]:
        return self.ok("show", str(number), "--json", **rest).json["tasks"][0]

    def bytes(self) -> dict[str, bytes]:
        """Every file of the data folder, to hold a refused command against."""
        if not self.database.parent.exists():
            return {}
        # A reader makes and removes the side files of the write-ahead log; what counts is in the database itself.
        return {
            str(file.relative_to(self.folder)): file.read_bytes()
            for file in sorted(self.database.parent.rglob("*"))
            if file.is_file() and not file.name.endswith(("-shm", "-wal"))
        }
