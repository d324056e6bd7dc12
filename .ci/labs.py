"""Every lab of the shipped plans, done as its text says, in a clean folder; a table of what came out.

    python .ci/labs.py [--all] [PLAN[/LAB]]...

`.ci/labs/PLAN.yaml` says for each lab how it is done. What a learner types is taken from the lab's own text, so the text is
what is tested: ``files`` names blocks of it (the indented parts, counted from 1) that become files, ``run`` the commands.
Where the text leaves the work to the learner, ``run`` calls a solution of ours in `.ci/labs`. ``expect`` lists the figures of
the check: each must be in the lab's text and in what the commands print; a pair says how the two write it. A lab that
cannot be done here has ``not_run`` with the reason instead.

Labs whose packages are not installed with the tests' (a stand-in for a cloud and its tools) are done with ``--all`` only; they
get an environment of their own. Ends with 1 where a lab fails, has no entry, or an entry has no lab.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / ".ci" / "labs"
SAMPLES = ROOT / "plans" / "samples"

from studyplan.model import Kind, TemplateTask  # noqa: E402
from studyplan.template import load  # noqa: E402

#: Seconds that one command may take.
PATIENCE = 120
#: Packages that come with the tests.
AT_HAND = frozenset({"duckdb"})
#: Settings of a cloud that is not there, as the labs tell the learner to make them.
STAND_IN = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:5555",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "lab",
    "AWS_SECRET_ACCESS_KEY": "lab",
    "AWS_PAGER": "",
}


@dataclass(frozen=True)
class Lab:
    """How one lab is done."""

    plan: str
    task: TemplateTask
    files: dict[str, int] = field(default_factory=dict)
    samples: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    expect: tuple[str | dict[str, str], ...] = ()
    not_run: str = ""
    #: Whether a stand-in for a cloud listens while the commands run.
    cloud: bool = False

    @property
    def name(self) -> str:
        return f"{self.plan}/{self.task.id}"

    @property
    def is_quick(self) -> bool:
        return AT_HAND.issuperset(self.packages) and not self.cloud


class Failed(Exception):
    """A lab that did not come out as its text says."""


def blocks(text: str) -> list[str]:
    """The indented parts of a text, without their indent."""
    found: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("  "):
            if not inside:
                found.append([])
            found[-1].append(line[2:])
            inside = True
        elif line.strip():
            inside = False
        elif inside:
            found[-1].append("")
    return ["\n".join(lines).rstrip("\n") + "\n" for lines in found]


def labs() -> Iterator[Lab | str]:
    """The labs of all plans in their order; a text instead where a lab or its entry is missing or wrong."""
    for file in sorted((ROOT / "plans").glob("*.yaml")):
        if file.stem.endswith(".questions"):
            continue
        entries: dict[str, Any] = yaml.safe_load((SOLUTIONS / file.name).read_text(encoding="utf-8")) or {}
        tasks = {task.id: task for task in load(file).tasks if task.kind is Kind.LAB}
        for id in entries.keys() - tasks.keys():
            yield f"{file.stem}/{id}: there is no such lab"
        for id, task in tasks.items():
            if id not in entries:
                yield f"{file.stem}/{id}: .ci/labs/{file.name} does not say how it is done"
                continue
            entry = {key: tuple(value) if isinstance(value, list) else value for key, value in entries[id].items()}
            yield Lab(file.stem, task, **entry)


def do(lab: Lab, tools: Path | None) -> None:
    """Do a lab in a clean folder. Raises ``Failed``."""
    text = lab.task.evidence
    parts = blocks(text)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for sample in lab.samples:
            shutil.copy(SAMPLES / sample, folder)
        for path, number in lab.files.items():
            if number > len(parts):
                raise Failed(f"its text has {len(parts)} blocks, none with the number {number}")
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(parts[number - 1], encoding="utf-8")
        folders = [str(tools / "bin")] if tools else []
        settings = {
            **os.environ,
            **(STAND_IN if lab.cloud else {}),
            "PATH": os.pathsep.join([*folders, str(Path(sys.executable).parent), os.environ["PATH"]]),
            "LABS": str(SOLUTIONS),
            "HOME": name,
        }
        with _cloud(lab, folder, settings):
            printed = "".join(_run(command, folder, settings) for command in lab.run)
    for figure in lab.expect:
        told, wanted = next(iter(figure.items())) if isinstance(figure, dict) else (figure, figure)
        if str(told) not in re.sub(r"\s+", " ", text):
            raise Failed(f"its text does not say {told!r}")
        if not re.search(rf"(?<![\d.,]){re.escape(str(wanted))}(?![\d]|[.,]\d)", printed):
            raise Failed(f"{wanted!r} was not printed; what was:\n{printed[-2000:]}")


def _run(command: str, folder: Path, settings: dict[str, str]) -> str:
    """Run one command. It may end with any code where it says so itself: ``|| echo``, ``; echo $?``."""
    try:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=folder,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{command!r} took more than {PATIENCE} s") from error
    if done.returncode:
        raise Failed(f"{command!r} ended with {done.returncode}:\n{done.stdout[-2000:]}")
    return done.stdout


class _cloud:
    """The stand-in for a cloud, while a lab needs it: made anew for each, since it forgets everything."""

    def __init__(self, lab: Lab, folder: Path, settings: dict[str, str]) -> None:
        self._wanted, self._folder, self._settings = lab.cloud, folder, settings
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> None:
        if not self._wanted:
            return
        self._process = subprocess.Popen(
            ["moto_server", "-H", "127.0.0.1", "-p", "5555"],
            cwd=self._folder,
            env=self._settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _run(
            "for i in $(seq 60); do curl -s -o /dev/null 127.0.0.1:5555 && exit 0; sleep 1; done; exit 1",
            self._folder,
            self._settings,
        )

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait()


def _tools(packages: Sequence[str]) -> Path:
    """An environment with what labs install, kept between runs in build/labs."""
    place = ROOT / "build" / "labs"
    mark = place / "installed"
    if not mark.exists() or mark.read_text() != "\n".join(packages):
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([place / "bin" / "pip", "install", "--quiet", *packages], check=True)
        mark.write_text("\n".join(packages))
    return place


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="PLAN[/LAB]", help="only these")
    parser.add_argument("--all", action="store_true", help="also the labs that need packages of their own")
    wanted = parser.parse_args()
    found = list(labs())
    problems = [each for each in found if isinstance(each, str)]
    chosen = [
        lab for lab in found if isinstance(lab, Lab) and (not wanted.names or {lab.name, lab.plan} & set(wanted.names))
    ]
    slow = [lab for lab in chosen if lab.run and not lab.is_quick]
    packages = sorted({package for lab in slow for package in lab.packages} | {"moto[server]"}) if slow else []
    tools = _tools(packages) if slow and wanted.all else None
    outcome: Counter[tuple[str, str]] = Counter()
    for lab in chosen:
        if lab.not_run:
            outcome[lab.plan, "not run"] += 1
            print(f"{lab.name}: not run: {lab.not_run}")
        elif not lab.is_quick and not wanted.all:
            outcome[lab.plan, "left for --all"] += 1
        else:
            try:
                do(lab, None if lab.is_quick else tools)
                outcome[lab.plan, "as told"] += 1
            except Failed as error:
                outcome[lab.plan, "failed"] += 1
                problems.append(f"{lab.name}: {error}")
    for (plan, what), number in sorted(outcome.items()):
        print(f"{plan:<14} {what:<16} {number:>3}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
