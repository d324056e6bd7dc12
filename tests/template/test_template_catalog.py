"""The catalog, loading by file name, the starter text and the schema."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml
from template_samples import TASK, file, good

from studyplan.errors import BadFile, NotFound, StorageProblem, UsageProblem
from studyplan.model import Kind
from studyplan.template import Catalog, json_schema, load, parse, skeleton


def put(folder, id, *, title="A sample", order=None, suffix=".yaml"):
    """Writes a good template into a folder."""
    folder.mkdir(exist_ok=True)
    more = f"certification: {{track: T, level: mid, order: {order}}}\n" if order else ""
    path = folder / f"{id}{suffix}"
    path.write_text(file(more=more).replace("id: sample", f"id: {id}").replace("A sample", title))
    return path


@pytest.fixture
def shipped(tmp_path):
    """A folder with three shipped templates."""
    for id, order in (("advanced", 3), ("foundations", 1), ("practitioner", 2)):
        put(tmp_path / "shipped", id, order=order)
    return tmp_path / "shipped"


def test_in_the_recommended_order(shipped):
    """By the certification's order; what has none comes last, by id."""
    put(shipped, "zebra")
    put(shipped, "ant")
    entries = Catalog(shipped, None).entries()
    assert [entry.id for entry in entries] == ["foundations", "practitioner", "advanced", "ant", "zebra"]
    assert not any(entry.own or entry.shadows or entry.problems for entry in entries)


def test_an_own_template_wins(shipped, tmp_path):
    """An own file takes the place of the shipped one of its name and says so."""
    put(tmp_path / "own", "foundations", title="Mine")
    put(tmp_path / "own", "guitar")
    catalog = Catalog(shipped, tmp_path / "own")
    assert catalog.get("foundations").title == "Mine"
    assert {e.id: (e.own, e.shadows) for e in catalog.entries()} == {
        "foundations": (True, True),
        "guitar": (True, False),
        "practitioner": (False, False),
        "advanced": (False, False),
    }


def test_a_broken_own_file_is_listed(shipped, tmp_path):
    """A bad file hides nothing but itself, and says what is wrong with it."""
    path = put(tmp_path / "own", "broken")
    path.write_text(path.read_text().replace("kind: read", "kind: red"))
    catalog = Catalog(shipped, tmp_path / "own")
    assert [entry.id for entry in catalog.entries()] == ["foundations", "practitioner", "advanced", "broken"]
    entry = catalog.entry("broken")
    assert entry.template is None
    assert entry.problems == (f"{path}:16: task 'only': kind 'red' is unknown, did you mean 'read'?",)
    with pytest.raises(BadFile, match="'red' is unknown"):
        catalog.get("broken")
    assert catalog.get("foundations").id == "foundations"


def test_a_broken_own_file_is_not_passed_over(shipped, tmp_path):
    """While the own file is bad, the shipped one of its name does not silently take its place."""
    put(tmp_path / "own", "foundations").write_text("nothing")
    with pytest.raises(BadFile):
        Catalog(shipped, tmp_path / "own").get("foundations")


def test_unknown_names(shipped, tmp_path):
    """The nearest name is offered where there is one; a path names a file."""
    catalog = Catalog(shipped, tmp_path / "none")
    with pytest.raises(NotFound, match=r"^no template 'foundation': did you mean 'foundations'\?$"):
        catalog.get("foundation")
    with pytest.raises(NotFound, match=r"^no template 'qqq'$"):
        catalog.entry("qqq")
    for read in (catalog.get, catalog.entry):
        with pytest.raises(StorageProblem, match="there is no file"):
            read("../shipped/foundations")


def test_other_files_are_no_templates(shipped):
    """Hidden files and other endings are passed over, a folder is named as unusable; .yml is a template too, .yaml comes first."""
    put(shipped, ".hidden")
    put(shipped, "notes", suffix=".txt")
    (shipped / "folder.yaml").mkdir()
    put(shipped, "second", suffix=".yml")
    put(shipped, "advanced", title="The other", suffix=".yml")
    catalog = Catalog(shipped, None)
    assert sorted(e.id for e in catalog.entries()) == ["advanced", "folder", "foundations", "practitioner", "second"]
    assert "is not a file" in catalog.entry("folder").problems[0]
    assert catalog.get("advanced").title == "A sample"


def test_no_folder_is_an_empty_catalog(tmp_path):
    """A folder that does not exist yet holds nothing; one that is a file cannot be read."""
    assert Catalog(tmp_path / "none", None).entries() == ()
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageProblem):
        Catalog(tmp_path / "file", None).entries()


def test_load_checks_the_name(tmp_path):
    """A file is called by its id, and both mistakes of a file are told together."""
    path = put(tmp_path, "sample")
    assert load(path) == good(path.read_text())
    other = path.rename(tmp_path / "other.yaml")
    other.write_text(other.read_text().replace("kind: read", "kind: red"))
    with pytest.raises(BadFile) as caught:
        load(other)
    assert caught.value.problems[0] == f"{other}:2: id 'sample' must be the file's name, 'other'"
    assert len(caught.value.problems) == 2


def test_load_of_what_is_no_file(tmp_path):
    """Neither a missing file nor a folder can be read."""
    with pytest.raises(StorageProblem, match="there is no file") as missing:
        load(tmp_path / "none.yaml")
    with pytest.raises(StorageProblem) as folder:
        load(tmp_path)
    assert (missing.value.exit_code, folder.value.exit_code) == (6, 6)


def test_a_large_file_is_refused(tmp_path):
    """No more than 1 MiB is read."""
    (tmp_path / "big.yaml").write_bytes(b"#" * (3 << 20))
    with pytest.raises(BadFile, match="larger than 1 MiB"):
        load(tmp_path / "big.yaml")


@pytest.mark.parametrize("id", ["guitar", "aws-saa-c03", "7-days", "on", "null", "123", "a" * 40, "id", "title"])
def test_skeleton_loads(id, tmp_path):
    """The starter text is a template as it stands, with all that people ask how to write."""
    path = tmp_path / f"{id}.yaml"
    path.write_text(skeleton(id), encoding="utf-8")
    template = load(path)
    assert template.id == id
    assert [window.id for window in template.windows] == ["sprint", "month", "full"]
    assert {Kind.MOCK, Kind.EXAM, Kind.REVIEW} <= {task.kind for task in template.tasks}
    assert len(template.cards) > 1
    assert any(task.on for task in template.tasks)
    assert any(task.path for task in template.tasks)
    assert yaml.safe_load(skeleton(id))["id"] == id, "other readers of YAML see the same id"


@pytest.mark.parametrize("id", ["", "Guitar", "a b", "-a", "a/b", "../a", "a" * 41, "ä", "a\n"])
def test_skeleton_of_a_bad_id(id):
    """What cannot be an id is refused as a word on the command line."""
    with pytest.raises(UsageProblem) as caught:
        skeleton(id)
    assert caught.value.exit_code == 2
    assert "\n" not in caught.value.message


def test_skeleton_offers_a_better_id():
    """A title is turned into the id that it was likely meant to be."""
    with pytest.raises(UsageProblem) as caught:
        skeleton("Größe & Gewicht")
    assert caught.value.hint == "studyplan templates new groe-gewicht"


def test_schema_knows_the_fields():
    """The schema is JSON, closes every item, and names what the loader demands."""
    schema = json.loads(json.dumps(json_schema()))
    module = schema["properties"]["modules"]["items"]
    task = module["properties"]["tasks"]["items"]
    assert task["required"] == ["id", "title", "kind", "minutes"]
    assert task["properties"]["minutes"]["multipleOf"] == 5
    assert task["properties"]["kind"]["enum"] == [kind.value for kind in Kind]
    assert not any(item["additionalProperties"] for item in (schema, module, task))
    assert set(schema["properties"]) >= set(yaml.safe_load(skeleton("a")))


@pytest.mark.parametrize("key", ["id", "title", "kind", "minutes"])
def test_schema_and_loader_demand_the_same(key):
    """A key that the schema requires is one without which the loader refuses a task."""
    fields = {"id": "only", "title": "T", "kind": "read", "minutes": 30}
    without = ", ".join(f"{name}: {value}" for name, value in fields.items() if name != key)
    with pytest.raises(BadFile, match=f"key '{key}' is missing"):
        parse(file(f"- {{{without}}}"), "x")
    good(file(TASK))


def test_yaml_is_loaded_when_a_file_is_read():
    """Commands that only hold a catalog do not pay for yaml."""
    code = "import sys, studyplan.template; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
