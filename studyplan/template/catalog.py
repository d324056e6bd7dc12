"""The templates that can be started: those that are shipped and the learner's own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from studyplan.errors import BadFile, Conflict, NotFound, StorageProblem, StudyplanError, WayOut
from studyplan.files import path_of, write_beside
from studyplan.model import Template
from studyplan.template.blank import BLANK, blank
from studyplan.template.loader import load
from studyplan.template.problems import nearest, quoted

_SUFFIXES = (".yaml", ".yml")
#: The name of the schema file beside the learner's own templates.
SCHEMA = "template.schema.json"


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """A file of the catalog. ``template`` is None if the file is bad; ``problems`` then say why, one line each."""

    template: Template | None
    path: Path
    own: bool
    #: An own template that wins over a shipped one of the same id.
    shadows: bool
    problems: tuple[str, ...] = ()

    @property
    def samples(self) -> tuple[Path, ...]:
        """The files of sample data that its labs use, beside the template in the folder ``samples``."""
        names = self.template.samples if self.template else ()
        return tuple(self.path.parent / "samples" / name for name in names)

    @property
    def id(self) -> str:
        """The template's id, which is the file's name, also where the file is bad."""
        return self.path.stem


class Catalog:
    """Two folders of templates; an own file wins over the shipped one of its name, even while it is bad.

    Nothing is kept between calls: each reads the files that it needs, as they are then.
    """

    def __init__(self, shipped: Path, own: Path | None) -> None:
        self._shipped = shipped
        self._own = own

    def entries(self) -> tuple[CatalogFile, ...]:
        """All of them by the certification's recommended order, those without one after them, then by id.

        A file that cannot be used is listed with its problems. Raises ``StorageProblem`` if a folder cannot be read.
        """
        entries = [self._entry(id, *found) for id, found in self._files().items()]
        return tuple(sorted(entries, key=_place))

    def entry(self, id: str) -> CatalogFile:
        """One of them, good or bad, or the file at a path. Raises ``NotFound`` with the nearest name, and ``StorageProblem`` for
        a path that leads to no file."""
        if (path := as_path(id)) is not None:
            try:
                return CatalogFile(_loaded(path), path, own=True, shadows=False)
            except BadFile as error:
                return CatalogFile(None, path, own=True, shadows=False, problems=error.problems)
        if id == BLANK:
            return CatalogFile(blank(), self._shipped / f"{BLANK}.yaml", own=False, shadows=False)
        return self._entry(id, *self._file(id))

    def get(self, id: str) -> Template:
        """A template by its id, or by the path of its file. Raises ``NotFound`` with the nearest name, and what `load` raises."""
        if (path := as_path(id)) is not None:
            return _loaded(path)
        if id == BLANK:
            return blank()
        path, _, _ = self._file(id)
        return _loaded(path)

    def keep(self, id: str, text: bytes, *, replaces: bool = False) -> bool:
        """Write a template, which has been read without a problem, among the learner's own; whether it stands in for a shipped one.

        Raises ``Conflict`` where an own one of that id is there and is not to be replaced.
        """
        if self._own is None:
            raise Conflict("there is no folder for plan files of your own")
        path, is_own, _ = self._files().get(id, (self._own / f"{id}.yaml", False, False))
        if is_own and not replaces:
            raise Conflict(
                f"you have a plan file {quoted(id)} already",
                hint="replace it on purpose, or give this one another id",
                slug="file-there",
            )
        write_template(path if is_own else self._own / f"{id}.yaml", text, make_folder=True)
        return id in _templates_in(self._shipped)

    def _entry(self, id: str, path: Path, own: bool, shadows: bool) -> CatalogFile:
        try:
            return CatalogFile(_loaded(path), path, own, shadows)
        except BadFile as error:
            return CatalogFile(None, path, own, shadows, error.problems)
        except StudyplanError as error:
            return CatalogFile(None, path, own, shadows, (error.message,))

    def _file(self, id: str) -> tuple[Path, bool, bool]:
        files = self._files()
        if id not in files:
            near = nearest(id, [*files, BLANK])
            meant = f": did you mean {quoted(near)}?" if near else ""
            raise NotFound(
                f"no template {quoted(id)}{meant}",
                hint=WayOut("`planner.queries.templates` lists them", "list-catalog"),
            )
        return files[id]

    def _files(self) -> dict[str, tuple[Path, bool, bool]]:
        """By id: the file, whether it is an own one, whether it hides a shipped one."""
        shipped = _templates_in(self._shipped)
        own = _templates_in(self._own) if self._own else {}
        files = {id: (path, False, False) for id, path in shipped.items()}
        files.update({id: (path, True, id in shipped) for id, path in own.items()})
        return files


def write_template(path: Path, text: bytes, *, make_folder: bool) -> None:
    """Write a template, and beside it the schema that its first line names, unless that exists."""
    import json

    from studyplan.template.tables import json_schema

    write_beside(path, text, make_folder=make_folder)
    beside = path.with_name(SCHEMA)
    if not beside.exists():
        write_beside(beside, (json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n").encode())


def as_path(word: str) -> Path | None:
    """The path that a word is, by a folder in it or its ending; None for the id of a template."""
    is_path = word.endswith(_SUFFIXES) or any(sign in word for sign in (os.sep, os.altsep) if sign)
    return path_of(word) if is_path else None


def _templates_in(folder: Path) -> dict[str, Path]:
    """The template files of a folder by id, none where there is no such folder; of x.yaml and x.yml the first counts."""
    try:
        paths = [path for path in folder.iterdir() if path.suffix in _SUFFIXES and not path.name.startswith(".")]
        return {path.stem: path for path in sorted(paths, reverse=True)}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StorageProblem(f"the template folder {folder} cannot be read: {error.strerror}") from error


def _loaded(path: Path) -> Template:
    if path.exists() and not path.is_file():
        raise StorageProblem(f"{path} is not a file", hint="remove it from the template folder")
    return load(path)


def _place(entry: CatalogFile) -> tuple[int, int, str]:
    certification = entry.template.certification if entry.template else None
    order = certification.order if certification else None
    return (1, 0, entry.id) if order is None else (0, order, entry.id)
