"""Plan templates: YAML files in, frozen :class:`~studyplan.model.Template` values out, with every mistake named by line.

``source`` makes nodes of the text, ``tables`` says what may stand in a file, ``fields`` reads it, ``rules`` and ``anchors``
check what must hold between the items, ``loader`` makes the value, ``catalog`` finds the files, ``starter`` writes a new one,
``sheet`` one from a spreadsheet.
"""

from studyplan.template.catalog import Catalog, CatalogFile
from studyplan.template.loader import hours, load, minutes_of, parse
from studyplan.template.sheet import SheetImport, imported
from studyplan.template.starter import check_id, skeleton
from studyplan.template.tables import json_schema

__all__ = [
    "Catalog",
    "CatalogFile",
    "SheetImport",
    "check_id",
    "hours",
    "imported",
    "json_schema",
    "load",
    "minutes_of",
    "parse",
    "skeleton",
]
