"""``python -m studyplan`` and the installed command."""

from __future__ import annotations

import sys


def main() -> None:
    try:
        from studyplan.cli import studyplan
    except KeyboardInterrupt:
        sys.exit(130)
    studyplan.main(prog_name="studyplan")


if __name__ == "__main__":
    main()
