"""The JSON Schema: current in docs/, and of one mind with the loader about the shipped files and about bad fields."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from studyplan.template import json_schema

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "plans").glob("*.yaml"), *(ROOT / "docs" / "examples").glob("*.yaml")])
SCHEMA: dict[str, Any] = json.loads(json.dumps(json_schema()))
#: What of JSON Schema is used here, besides words for people.
TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
#: A number may be whole.
TYPES["number"] = (int, float)
KNOWN = set(
    re.findall(
        r"\S+",
        "type properties required additionalProperties items minItems maxItems uniqueItems enum pattern minLength "
        "maxLength minimum maximum multipleOf oneOf format description default title $schema",
    )
)


def wrong(value: Any, schema: dict[str, Any], where: str = "") -> list[str]:
    """Where a value breaks a schema. Knows the part of draft 7 that the schema uses, and no more."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "oneOf" in schema:
        rest = {name: each for name, each in schema.items() if name != "oneOf"}
        told = wrong(value, rest, where) if "type" in rest else []
        return told + (
            [] if sum(not wrong(value, each, where) for each in schema["oneOf"]) == 1 else [f"{where}: oneOf"]
        )
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{where}: enum"]
    if "type" not in schema:
        return [f"{where}: {name} missing" for name in schema["required"] if name not in value]
    kind = TYPES[schema["type"]]
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        return [f"{where}: type"]
    if isinstance(value, dict):
        names = schema.get("properties", {})
        rest = schema["additionalProperties"]
        told = [f"{where}: {name} missing" for name in schema.get("required", ()) if name not in value]
        for name, each in value.items():
            if name in names or rest:
                told += wrong(each, names.get(name, rest), f"{where}/{name}")
            else:
                told.append(f"{where}: {name} unknown")
        return told
    if isinstance(value, list):
        sizes = schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value))
        told = [] if sizes else [f"{where}: items"]
        return told + [
            text for place, each in enumerate(value) for text in wrong(each, schema["items"], f"{where}/{place}")
        ]
    checks = {
        "pattern": lambda rule: re.search(rule, value),
        "minLength": lambda rule: len(value) >= rule,
        "maxLength": lambda rule: len(value) <= rule,
        "minimum": lambda rule: value >= rule,
        "maximum": lambda rule: value <= rule,
        "multipleOf": lambda rule: value % rule == 0,
    }
    return [f"{where}: {name}" for name, holds in checks.items() if name in schema and not holds(schema[name])]


def read(file: Path) -> Any:
    """As an editor reads it: by YAML 1.2, to which `on` is a word like any other."""

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {"on" if key is True else key: renamed(each) for key, each in value.items()}
        return [renamed(each) for each in value] if isinstance(value, list) else value

    return renamed(yaml.safe_load(file.read_text(encoding="utf-8")))


def test_the_schema_in_docs_is_current() -> None:
    """docs/template.schema.json is what the loader's tables make."""
    kept = (ROOT / "docs" / "template.schema.json").read_text(encoding="utf-8")
    assert kept == json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n", (
        "remake it: studyplan templates schema > docs/template.schema.json"
    )


def test_for_editors() -> None:
    """Draft 7, which editors read; each key says what it is for, and has its default where it has one."""
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    waiting = [SCHEMA]
    while waiting:
        schema = waiting.pop()
        for name, each in schema.get("properties", {}).items():
            assert each["description"], name
            waiting.append(each)
        waiting += [schema["items"]] if "items" in schema else []
    task = SCHEMA["properties"]["modules"]["items"]["properties"]["tasks"]["items"]["properties"]
    assert {name: each["default"] for name, each in task.items() if "default" in each} == {
        "tier": "core",
        "optional": False,
        "access": "none",
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_files_pass(file: Path) -> None:
    """What the loader takes the schema takes, and an editor finds the schema by the file's first line."""
    assert wrong(read(file), SCHEMA) == []
    first = file.read_text(encoding="utf-8").splitlines()[0]
    target = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / target).resolve() == ROOT / "docs" / "template.schema.json"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"titel": "x"}, ": titel unknown"),
        ({"studyplan": 2}, "/studyplan: maximum"),
        ({"id": "No Id"}, "/id: pattern"),
        ({"windows": []}, "/windows: items"),
        ({"edition": 2026}, "/edition: type"),
        (
            {"modules": [{"id": "m", "title": "M", "tasks": [{"id": "t", "title": "T", "kind": "red", "minutes": 7}]}]},
            None,
        ),
    ],
)
def test_bad_fields_fail(change: dict[str, Any], told: str | None) -> None:
    """A wrong field is wrong to an editor too."""
    found = wrong({**read(FILES[0]), **change}, SCHEMA)
    expected = [told] if told else ["/modules/0/tasks/0/kind: enum", "/modules/0/tasks/0/minutes: multipleOf"]
    assert found == expected
