"""``python -m studyplan`` and the installed command."""

from __future__ import annotations


def main() -> None:
    from studyplan.cli import studyplan

    studyplan.main(prog_name="studyplan")


if __name__ == "__main__":
    main()
