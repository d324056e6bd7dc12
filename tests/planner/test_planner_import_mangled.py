"""Files with injuries: each is read or refused, in words, and a preview of what it brings changes nothing."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from import_samples import World, entries
from mangled_files import FOREIGN, mangled

from studyplan.calendar import Form
from studyplan.errors import BadFile
from studyplan.planner.import_ import Deletion, Imported
from studyplan.text import one_line


@pytest.mark.parametrize("fifty", range(4))
def test_mangled_files(world: World, tmp_path: Path, fifty: int) -> None:
    """Two hundred of them; benchmarks/mangled.py takes ten thousand, and huge ones too."""
    sources = [world.export(), world.export(Form.TODOS), FOREIGN]
    database = tmp_path / "study.db"
    before = sha256(database.read_bytes()).hexdigest()
    known = {task.number for task in world.tasks}
    read = 0
    refusals = []
    for seed in range(fifty * 50 + 1, fifty * 50 + 50):
        try:
            found = entries(mangled(seed, sources))
        except BadFile as problem:
            refusals.append(problem.message)
            continue
        read += 1
        brings = world.planner.import_.take(found, Deletion.REMOVE, write=False)
        assert isinstance(brings, Imported)
        assert {each.task.number for each in (*brings.brought, *brings.refused, *brings.missing)} <= known
        assert all(line == one_line(line) for line in brings.notes)
        assert all(line == one_line(line) for refusal in brings.refused for line in (refusal.why, refusal.hint or ""))
        assert all(isinstance(each.after, str) is (each.what != "moved") for each in brings.brought)
    assert read > 20
    assert all(line == one_line(line) for line in refusals)
    assert sha256(database.read_bytes()).hexdigest() == before
