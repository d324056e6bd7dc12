"""Draw docs/pictures/terminal.svg: a real run of studyplan in a terminal, at a fixed date.

    python scripts/picture.py            draws it
    python scripts/picture.py --check    draws nothing; ends with 1 if the picture is out of date

Each command runs in a pseudo-terminal on a database of its own, and what it writes there, colours included, becomes an SVG
that fetches nothing. A test does the check.
"""

from __future__ import annotations

import argparse
import os
import pty
import shlex
import struct
import subprocess
import sys
import tempfile
import termios
from fcntl import ioctl
from pathlib import Path

from click.testing import CliRunner
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from studyplan.cli import studyplan

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "terminal.svg"
COLUMNS, ROWS = 100, 50
PROMPT = "$ "
#: What is run and not shown: a plan, eight days of it, and then a day that is missed.
BEFORE = (
    (1, "start foundations --date 2026-07-01 --minutes 90"),
    (1, "done 1-2"),
    (1, "done 3 --minutes 25"),
    (2, "done 4 --minutes 35"),
    (2, "done 5 --minutes 20"),
    (3, "done 6 --minutes 25"),
    (3, "done 7 --minutes 30"),
    (3, "done 8"),
    (4, "done 9-10"),
    (5, "done 11 --minutes 25"),
    (5, "done 12"),
    (6, "done 13-14"),
    (7, "done 15"),
    (8, "done 16-18"),
)
TODAY = 10
SHOWN = ("today", "replan", "status")
THEME = TerminalTheme(
    (24, 26, 33),
    (215, 218, 226),
    [
        (40, 44, 52),
        (224, 108, 117),
        (126, 200, 120),
        (229, 192, 123),
        (97, 175, 239),
        (198, 120, 221),
        (86, 182, 194),
        (200, 204, 212),
    ],
    [
        (92, 99, 112),
        (240, 130, 138),
        (152, 222, 146),
        (240, 208, 145),
        (127, 195, 250),
        (214, 146, 234),
        (110, 204, 214),
        (255, 255, 255),
    ],
)
#: Rich's own format without the font that it would fetch: the reader's monospaced font does.
FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="studyplan in a terminal">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def run(words: list[str], home: Path) -> str:
    """What a command writes to a terminal; it has no other output."""
    main, side = pty.openpty()
    ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    environ = kept | {"HOME": str(home), "LOGNAME": "ana", "TERM": "xterm-256color", "LANG": "C.UTF-8", "TZ": "UTC"}
    command = [sys.executable, "-m", "studyplan", *words]
    with subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env=environ, cwd=home) as process:
        os.close(side)
        written = bytearray()
        while piece := _read(main):
            written += piece
    os.close(main)
    text = written.decode().replace("\r\n", "\n").rstrip("\n")
    if process.returncode:
        raise SystemExit(f"studyplan {shlex.join(words)} ended with {process.returncode}:\n{text}")
    return text


def _read(terminal: int) -> bytes:
    """A piece of what was written; nothing once the last writer has gone, which Linux tells as an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def picture() -> str:
    """The SVG. The same text gives the same bytes."""
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        home = Path(folder)
        options = ["--db", str(home / "ana.db"), "--learner", "ana", "--today"]
        for day, line in BEFORE:
            result = CliRunner().invoke(studyplan, [*options, f"2026-07-{day:02}", *shlex.split(line)])
            if result.exit_code:
                raise SystemExit(f"studyplan {line} ended with {result.exit_code}:\n{result.output}")
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True, color_system="truecolor")
        for number, line in enumerate(SHOWN):
            console.print("\n" * bool(number) + f"[bold green]{PROMPT}[/][bold]studyplan {line}[/]", highlight=False)
            printed = run([*options, f"2026-07-{TODAY:02}", *shlex.split(line)], home)
            console.print(Text.from_ansi(printed), highlight=False)
        return console.export_svg(title="studyplan", theme=THEME, code_format=FORMAT, unique_id="terminal")


def main() -> int:
    parser = argparse.ArgumentParser(description="Draws docs/pictures/terminal.svg from a real run.")
    parser.add_argument("--check", action="store_true", help="draw nothing; end with 1 if the picture is out of date")
    drawn = picture()
    if parser.parse_args().check:
        if PICTURE.read_text(encoding="utf-8") != drawn:
            print(f"{PICTURE.name} is out of date: python scripts/picture.py", file=sys.stderr)
            return 1
        return 0
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawn, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
