"""A template with a thousand tasks: how long it takes to load, beside PyYAML's C loader alone, and to lay out over a year.

    python benchmarks/template.py [--runs 7]

Prints a table. Processor time, the best of some runs: what another program does meanwhile changes it little.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import process_time

import yaml

from studyplan.model import StudyHours, Week
from studyplan.rules import drafts
from studyplan.rules.drafts import StartRequest
from studyplan.schedule import lay_out
from studyplan.template import load

TASKS, MODULES = 1000, 25
START, DAYS, MINUTES = date(2026, 7, 1), 365, 150
HEAD = """\
studyplan: 1
id: thousand
title: A thousand tasks
edition: "1"
language: en
about: As many tasks as a very large course has, with all that a task may say.
windows:
  - {id: year, days: [365, 365], tier: depth, goal: All of it.}
default_window: year
modules:
"""


def text() -> str:
    """The file: every task with objective, evidence, links and what it comes after; two hundred of them with a card."""
    lines = [HEAD]
    each = TASKS // MODULES
    for module in range(MODULES):
        lines.append(f"  - id: module-{module}\n    title: Module {module}\n    tasks:\n")
        for number in range(module * each, (module + 1) * each):
            after = f"        after: [task-{number - 1}]\n" if number % each else ""
            lines.append(
                f"      - id: task-{number}\n"
                f"        title: Read chapter {number} and write down what it asks of you\n"
                f"        kind: {('read', 'lab', 'quiz')[number % 3]}\n"
                f"        minutes: {(20, 45, 60, 30)[number % 4]}\n"
                f"        tags: [chapter, part-{number % 7}]\n{after}"
                f"        objective: can explain chapter {number} to somebody who has not read it\n"
                f"        evidence: >-\n"
                f"          A page of notes for chapter {number}, with the three figures that it rests on and the question\n"
                f"          that it leaves open.\n"
                f"        resources:\n"
                f"          - {{title: Chapter {number}, url: https://example.org/book/{number}}}\n"
                f"          - {{title: Notes on chapter {number}, url: https://example.org/notes/{number}, minutes: 10}}\n"
            )
        lines.append("    cards:\n")
        lines += [
            f"      - {{id: card-{number}, question: What is in chapter {number}?, answer: This and that., "
            f"source: https://example.org/book/{number}, after: task-{number}}}\n"
            for number in range(module * each, (module + 1) * each, 5)
        ]
    return "".join(lines)


def best(work: Callable[[], object], runs: int) -> float:
    """Milliseconds of processor time, the least of the runs."""
    times = []
    for _ in range(runs):
        began = process_time()
        work()
        times.append(1000 * (process_time() - began))
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="of which the best counts")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "thousand.yaml"
        path.write_text(text(), encoding="utf-8")
        size = path.stat().st_size
        alone = best(lambda: yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader), runs)
        loaded = best(lambda: load(path), runs)
        template = load(path)
    wish = StartRequest("thousand", start=START, days=DAYS, week=Week((StudyHours(MINUTES),) * 7))
    frame = drafts.frame(template, wish, START)
    posed = drafts.problem(template, frame, frozenset(), lambda day: MINUTES)
    laid = best(lambda: lay_out(posed), runs)
    print(f"{TASKS} tasks, {len(template.cards)} cards, {size / 1024:.0f} KiB\n")
    print("| what | CPU ms | times PyYAML |\n|---|---:|---:|")
    print(f"| PyYAML's C loader alone, to lists and dictionaries | {alone:.0f} | 1.0 |")
    print(f"| `load`: checked, each mistake with its line | {loaded:.0f} | {loaded / alone:.1f} |")
    print(f"| laid out over {DAYS} days of {MINUTES} minutes, reviews too | {laid:.0f} | |")


if __name__ == "__main__":
    main()
