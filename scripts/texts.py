"""Collect every text that a page shows, and bring the translations up to date with them.

    python scripts/texts.py            # update the catalogs of studyplan/web/locale
    python scripts/texts.py --check    # say what they lack, and fail if it is anything

What is new in a catalog has an empty translation; what no page shows any more is dropped. A text that is translated stays as it is.

The problems and notes that the layers below tell of are found where they are raised. Those layers speak English and know of no
language, so a page recognises what they said by its pattern: `task {0} is {1}`. See studyplan/web/messages.py.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from studyplan import errors
from studyplan.web.messages import CONTEXT, is_telling

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "studyplan"
LOCALES = PACKAGE / "web" / "locale"
#: What marks a text, and which of its arguments are texts.
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "NN_": (1, 2)}
#: What jinja2's own extraction is told.
_JINJA = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}


#: Where problems and notes come from that a page can show.
_BELOW = (
    *("planner", "rules", "schedule", "calendar", "template", "notation.py", "clock.py", "files.py", "text.py"),
    *(
        "web/pages",
        "web/request.py",
        "web/app.py",
        "web/sessions.py",
        "web/start_form.py",
        "web/replan_form.py",
        "web/card_round.py",
    ),
)
_ERRORS = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)}
#: What notes are called where they are gathered.
_NOTES = {"notes", "said", "early", "words"}


def texts() -> Catalog:
    """Every text, with the files that show it; line numbers are left out, so that a catalog changes only where a text does."""
    found = Catalog(project="studyplan", fuzzy=False)
    for path in sorted([*(PACKAGE / "presentation").rglob("*.py"), *(PACKAGE / "web").rglob("*.py")]):
        _collect(found, path, "python", {})
    for path in sorted((PACKAGE / "web" / "templates").glob("*.html")):
        _collect(found, path, "jinja2.ext:babel_extract", _JINJA)
    for room in _BELOW:
        for path in sorted((PACKAGE / room).rglob("*.py")) or [PACKAGE / room]:
            where = [(path.relative_to(ROOT).as_posix(), None)]
            for message in _told(ast.parse(path.read_text(encoding="utf-8"))):
                if is_telling(message):
                    found.add(message, locations=where, context=CONTEXT)  # type: ignore[arg-type]
    return found


def _told(tree: ast.AST) -> Iterator[str]:
    """The patterns of the messages, hints and notes in a file."""
    known = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in _ERRORS or name in ("NothingNamed", "Tip"):
                yield from _patterns(node.args[:1])
                hints = [each.value for each in node.keywords if each.arg == "hint"]
                yield from _patterns([known.get(getattr(each, "id", ""), each) for each in hints])
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if name in ("append", "extend") and isinstance(owner, ast.Name) and owner.id in _NOTES:
                yield from _patterns(node.args)
            yield from _patterns([each.value for each in node.keywords if each.arg == "notes"])
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(each, ast.Name) and each.id in _NOTES for each in targets):
                yield from _patterns([node.value])
        elif isinstance(node, ast.FunctionDef) and ("note" in node.name or node.name == "flaw"):
            given = [each for each in ast.walk(node) if isinstance(each, ast.Return | ast.Yield)]
            yield from _patterns([each.value for each in given if each.value])


def _constants(tree: ast.AST) -> dict[str, ast.expr]:
    """What the names of a file stand for, of those that are set once and for all."""
    return {
        target.id: node.value
        for node in ast.iter_child_nodes(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _patterns(nodes: list[ast.expr]) -> Iterator[str]:
    """The texts of expressions, what is filled in as `{0}`, `{1}`, …; of a choice between texts both."""
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            places = iter(range(len(node.values)))
            yield "".join(
                str(each.value) if isinstance(each, ast.Constant) else f"{{{next(places)}}}" for each in node.values
            )
        elif isinstance(node, ast.IfExp):
            waiting += [node.body, node.orelse]
        elif isinstance(node, ast.BinOp):
            waiting += [node.left, node.right]
        elif isinstance(node, ast.List | ast.Tuple | ast.Starred | ast.ListComp):
            waiting += list(ast.iter_child_nodes(node))


def _collect(found: Catalog, path: Path, method: str, options: dict[str, str]) -> None:
    for _line, message, comments, context in extract_from_file(method, path, KEYWORDS, ["A pattern of"], options):
        where = [(path.relative_to(ROOT).as_posix(), None)]
        found.add(message, locations=where, auto_comments=comments, context=context)  # type: ignore[arg-type]


def catalogs() -> dict[Path, Catalog]:
    """The translations there are, by their files."""
    return {path: read_po(BytesIO(path.read_bytes())) for path in sorted(LOCALES.glob("*.po"))}


def updated(old: Catalog, wanted: Catalog) -> Catalog:
    """A catalog that holds exactly the texts wanted, translated as far as they were."""
    made = Catalog(
        locale=old.locale,
        header_comment="# The pages of studyplan in this language; brought up to date by `python scripts/texts.py`.",
        project="studyplan",
        fuzzy=False,
    )
    for message in wanted:
        if message.id:
            known = old.get(message.id, message.context)
            string = known.string if known is not None and known.id == message.id else ""
            made.add(
                message.id,
                string,
                locations=message.locations,
                auto_comments=message.auto_comments,
                context=message.context,
            )
    return made


def lacking(catalog: Catalog, wanted: Catalog) -> list[str]:
    """The texts that a catalog does not translate, and those that no page shows."""
    asked = {_key(message): message.id for message in wanted if message.id}
    there = {_key(message): message for message in catalog if message.id}
    missing = [key for key in asked if key not in there or not _is_whole(there[key].string)]
    return sorted(str(key[1]) for key in [*missing, *(there.keys() - asked.keys())])


def _key(message: Message) -> tuple[str, object]:
    return message.context or "", message.id


def _is_whole(string: object) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


def written(catalog: Catalog) -> bytes:
    held = BytesIO()
    write_po(held, catalog, width=110, sort_output=True, omit_header=False, include_lineno=False)
    lines = held.getvalue().decode().splitlines(keepends=True)
    # The day on which a catalog was made tells nobody anything, and would change it each time.
    idle = (*("Project-Id", "Report-Msgid", "POT-Creation", "PO-Revision", "Last-Tr", "Language-Team", "Generated-By"),)
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}' for name in idle))]
    return "".join(kept).encode()


def main() -> None:
    wanted = texts()
    if "--check" in sys.argv:
        lack = {path.name: lacking(catalog, wanted) for path, catalog in catalogs().items()}
        for name, lines in lack.items():
            print(f"{name}: {len(lines)} of {len(wanted)} texts are missing or no longer shown")
            for line in lines:
                print(f"  {line}")
        sys.exit(any(lack.values()))
    for path, catalog in catalogs().items():
        path.write_bytes(written(updated(catalog, wanted)))
        print(
            f"{path.relative_to(ROOT)}: {len(lacking(updated(catalog, wanted), wanted))} of {len(wanted)} texts to translate"
        )


if __name__ == "__main__":
    main()
