"""Reads orders, forks a process for each, and tells how it ended: what runs in a process that has die_at.c preloaded.

An order is a line of JSON: the words of a command, or code to run; the folder; and the call at which to die, and how. The time
stands still, so that the same command leaves the same rows each time, and the modules are loaded before the first fork. The
answer: the exit code (None where the process died), and the kinds of the calls.
"""

import ctypes
import datetime
import gc
import json
import logging.config
import os
import sys
from pathlib import Path
from typing import Any

import dateutil.parser
import jinja2
import leather
import platformdirs
import sqlalchemy.dialects.sqlite
import yaml

import studyplan.calendar
import studyplan.cli
import studyplan.cli.output
import studyplan.clock
import studyplan.config
import studyplan.notation
import studyplan.planner.dump
import studyplan.planner.import_
import studyplan.planner.progress
import studyplan.planner.replan
import studyplan.planner.tasks
import studyplan.planner.upgrade
import studyplan.presentation.report.page
import studyplan.rules.drafts
import studyplan.schedule
import studyplan.store.backups
import studyplan.store.migrate
import studyplan.store.restoring
import studyplan.store.transfer
import studyplan.template

LOADED = (dateutil.parser, jinja2, leather, logging.config, platformdirs, sqlalchemy.dialects.sqlite, yaml)
#: When the clock stands still.
NOW = datetime.datetime(2026, 7, 3, 10, tzinfo=datetime.UTC)


def run(order: dict[str, Any], calls: ctypes.CDLL) -> int:
    """In the forked process. Gives the exit code."""
    os.chdir(order["folder"])
    for stream in (1, 2):
        opened = os.open(order["said"][stream - 1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(opened, stream)
    calls.die_at_arm(order["folder"].encode(), order["at"], order["how"])
    code: Any = 0
    try:
        if "code" in order:
            exec(order["code"])  # noqa: S102 - the test's own
        else:
            studyplan.cli.studyplan.main(order["words"], prog_name="studyplan")
    except SystemExit as ended:
        code = ended.code or 0
    sys.stdout.flush()
    Path(order["kinds"]).write_bytes(calls.die_at_kinds())
    return int(code)


def serve() -> None:
    # The clock's last field is the instant at which it stands still.
    made: Any = studyplan.clock.Clock.__init__
    made.__defaults__ = (*made.__defaults__[:-1], NOW)
    calls = ctypes.CDLL(None)
    calls.die_at_kinds.restype = ctypes.c_char_p
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        kinds = Path(order["kinds"])
        kinds.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            # Taking the interpreter down would cost more than the command.
            os._exit(run(order, calls))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        found = kinds.read_text() if kinds.exists() else ""
        print(json.dumps([None if code == -9 else code, found]), flush=True)


serve()
