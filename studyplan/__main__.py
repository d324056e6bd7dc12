"""``python -m studyplan`` and the installed command."""

from __future__ import annotations

import sys


def main() -> None:
    try:
        from studyplan.cli import studyplan
    except KeyboardInterrupt:
        sys.exit(130)
    studyplan.main(prog_name="studyplan")


def _import_nothing_from_here() -> None:
    """``python -m`` searches the current folder first, where an ``icalendar.py`` may lie beside a downloaded calendar. Where
    the package itself was found there, as in a checkout, the folder is searched last."""
    from pathlib import Path

    if not sys.flags.safe_path:
        del sys.path[0]
    home = str(Path(__file__).parents[1])
    if home not in sys.path:
        sys.path.append(home)


if __name__ == "__main__":
    _import_nothing_from_here()
    main()
