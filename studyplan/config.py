"""Settings: a flag beats the environment beats the file beats the default.

``SETTINGS`` is the one table of them; it drives ``load``, the ``config`` command and the documentation. tomllib and
platformdirs are loaded only where a file exists or a default needs its folder. May import ``errors``, ``files`` and ``text`` only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studyplan.errors import BadFile, UsageProblem
from studyplan.files import read_if_there
from studyplan.text import shown

if TYPE_CHECKING:
    from platformdirs import PlatformDirs

MARKS = ("none", "symbols")
CONFIDENCE = ("on", "off")
#: Bytes of a configuration file.
LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. ``read`` makes its value of text and raises ValueError with what would be right."""

    name: str
    help: str
    read: Callable[[str], Any]
    default: Callable[[], Any]
    #: The option of the group, and the environment variable; None where the setting has none.
    flag: str | None = None
    variable: str | None = None
    in_file: bool = True
    #: What ``read`` takes, in words, for the documentation.
    takes: str = "text"


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    if "\0" in text:
        raise ValueError("cannot contain the character U+0000")
    return text


def _path(text: str) -> Path:
    try:
        return Path(_text(text)).expanduser()
    except RuntimeError:
        raise ValueError("names the home folder of an unknown user") from None


def _database(text: str) -> str:
    """A URL as it is; a path with its ``~`` spelled out."""
    return _text(text) if "://" in text else str(_path(text))


def _hour(text: str) -> time:
    found = re.fullmatch(r"([0-9]{1,2})(?::([0-9]{2})(?::00)?)?", text.strip())
    if not found or int(found[1]) > 11 or int(found[2] or 0) > 59:
        raise ValueError("must be a time from 00:00 to 11:59, like 04:00")
    return time(int(found[1]), int(found[2] or 0))


def _marks(text: str) -> str:
    if text not in MARKS:
        raise ValueError(f"must be one of {', '.join(MARKS)}")
    return text


def _switch(text: str) -> str:
    if text not in CONFIDENCE:
        raise ValueError(f"must be one of {', '.join(CONFIDENCE)}")
    return text


def _base_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#@]+/?", text.strip()):
        raise ValueError("must be a scheme and a host, without a path")
    return text.strip().rstrip("/")


def data_folder() -> Path:
    """Where this machine keeps the program's own files."""
    return _folders().user_data_path


def notes_folder() -> Path:
    """Where this machine keeps notes on unconfirmed changes."""
    return data_folder() / "unconfirmed"


def _folders() -> PlatformDirs:
    from platformdirs import PlatformDirs

    return PlatformDirs("studyplan", appauthor=False)


SETTINGS = (
    Setting(
        "database",
        "where plans are kept: a file (SQLite) or a database URL",
        _database,
        lambda: str(_folders().user_data_path / "studyplan.db"),
        "--db",
        "STUDYPLAN_DATABASE_URL",
        takes="a path, or a URL like postgresql://…",
    ),
    Setting(
        "config",
        "the configuration file",
        _path,
        lambda: _folders().user_config_path / "config.toml",
        "--config",
        "STUDYPLAN_CONFIG",
        in_file=False,
        takes="a path",
    ),
    Setting(
        "plans",
        "the folder of your own templates",
        _path,
        lambda: _folders().user_data_path / "plans",
        "--plans",
        "STUDYPLAN_PLANS",
        takes="a path",
    ),
    Setting(
        "learner",
        "whose plans; by default the only learner's, else those of your login name",
        _text,
        lambda: None,
        "--learner",
        "STUDYPLAN_LEARNER",
        takes="a name",
    ),
    Setting(
        "today",
        "the date to take as today, to look ahead or back",
        _text,
        lambda: None,
        "--today",
        in_file=False,
        takes="a date, like 2026-07-01 or tomorrow",
    ),
    Setting(
        "day_starts",
        "when a study day begins; until then it is still the day before",
        _hour,
        lambda: time(4),
        variable="STUDYPLAN_DAY_STARTS",
        takes="a time, 00:00 to 11:59",
    ),
    Setting(
        "marks",
        "how titles in the calendar show what is done, moved or overdue",
        _marks,
        lambda: "symbols",
        takes=", ".join(MARKS),
    ),
    Setting(
        "confidence",
        "whether mocks, quizzes and reviews ask how sure you are before they show the answer",
        _switch,
        lambda: "on",
        takes=", ".join(CONFIDENCE),
    ),
    Setting(
        "base_url",
        "where `serve` is reached through a proxy; by default only from this machine",
        _base_url,
        lambda: None,
        variable="STUDYPLAN_BASE_URL",
        takes="a URL, like https://study.example.org",
    ),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The values in force. ``today`` is kept as typed, since reading it takes a clock."""

    database: str
    config: Path
    plans: Path
    learner: str | None
    today: str | None
    day_starts: time
    marks: str
    confidence: str
    base_url: str | None
    origins: Mapping[str, str]

    def origin(self, name: str) -> str:
        """Where a value came from: ``flag``, ``environment``, ``file PATH`` or ``default``."""
        return self.origins[name]

    def shown(self, name: str) -> str | None:
        """A value as text for people, without a password; None if there is none."""
        value = getattr(self, name)
        if isinstance(value, time):
            return f"{value:%H:%M}"
        if name == "database":
            return _without_password(value)
        return None if value is None else str(value)


def load(flags: Mapping[str, str | None], environ: Mapping[str, str]) -> Config:
    """The settings in force; ``flags`` by the setting's name, None if not given. An empty variable is not set.

    A file that does not exist is no error. Raises UsageProblem for a flag or variable, BadFile for the file with all that
    is wrong in it, StorageProblem for a file that cannot be read.
    """
    given = {setting.name: _given(setting, flags, environ) for setting in SETTINGS}
    file, origin = given["config"] or (None, "default")
    if file is None:
        file = _default(next(setting for setting in SETTINGS if setting.name == "config"))
    from_file = _read_file(file)
    values: dict[str, Any] = {"config": file}
    origins = {"config": origin}
    for setting in SETTINGS:
        if setting.name == "config":
            continue
        found = given[setting.name]
        if found is None and setting.name in from_file:
            found = (from_file[setting.name], f"file {file}")
        values[setting.name], origins[setting.name] = found or (_default(setting), "default")
    return Config(**values, origins=origins)


def _default(setting: Setting) -> Any:
    try:
        return setting.default()
    except RuntimeError:
        flag, variable = setting.flag or setting.name, setting.variable or "HOME"
        raise UsageProblem(
            f"there is no home folder here to keep the {setting.name} in",
            hint=f"give {flag}, or set {variable} or HOME",
        ) from None


def _given(setting: Setting, flags: Mapping[str, str | None], environ: Mapping[str, str]) -> tuple[Any, str] | None:
    text = flags.get(setting.name)
    if text is not None:
        return _said(setting, setting.flag or setting.name, text), "flag"
    text = environ.get(setting.variable) if setting.variable else None
    return (_said(setting, setting.variable or "", text), "environment") if text else None


def _said(setting: Setting, where: str, text: str) -> Any:
    try:
        return setting.read(text)
    except ValueError as error:
        raise UsageProblem(f"{where} {error}", hint=f"it takes {setting.takes}") from None


def _read_file(path: Path) -> dict[str, Any]:
    """The values that a configuration file sets; its paths count from its own folder."""
    raw = read_if_there(path, LARGEST)
    if not raw:
        return {}
    if len(raw) > LARGEST:
        raise BadFile(f"{path}: larger than {LARGEST >> 20} MiB, the limit for a configuration file")
    import tomllib

    try:
        text = raw.decode("utf-8-sig")
        keys = tomllib.loads(text)
    except UnicodeDecodeError:
        raise BadFile(f"{path}: not UTF-8 text") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadFile(f"{path}: not TOML: {str(error) or 'nested too deep'}") from None
    except ValueError:
        # Python reads whole numbers up to a limit.
        raise BadFile(f"{path}: a number has too many digits") from None
    known = {setting.name: setting for setting in SETTINGS if setting.in_file}
    found: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in keys.items():
        try:
            found[key] = _from_file(known, key, value, path.parent)
        except ValueError as error:
            problems.append(f"{path}{_line(text, key)}: {error}")
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise BadFile(problems[0] + more, problems=problems, hint=f"the settings are {', '.join(known)}")
    return found


def _from_file(known: Mapping[str, Setting], key: str, value: object, folder: Path) -> Any:
    setting = known.get(key)
    if setting is None:
        from difflib import get_close_matches

        near = get_close_matches(key, known, n=1)
        raise ValueError(f"there is no setting '{shown(key)}'" + (f", did you mean '{near[0]}'?" if near else ""))
    if isinstance(value, time):
        value = value.isoformat()
    if not isinstance(value, str):
        raise ValueError(f'{key} must be text in quotes, like {key} = "…"')
    try:
        read = setting.read(value)
    except ValueError as error:
        raise ValueError(f"{key} {error}") from None
    if isinstance(read, Path):
        return folder / read
    return str(folder / read) if key == "database" and "://" not in read and read != ":memory:" else read


def _line(text: str, key: str) -> str:
    """``:3`` where a key is found at the beginning of a line, else nothing: the parser tells no lines."""
    for number, line in enumerate(text.splitlines(), 1):
        rest = line.lstrip(" \t[\"'")
        if rest.startswith(key) and rest.removeprefix(key).lstrip(" \t\"'")[:1] in ("=", ".", "]"):
            return f":{number}"
    return ""


def _without_password(database: str) -> str:
    scheme, slashes, rest = database.partition("://")
    user, colon, after = rest.partition(":")
    if slashes and colon and "@" in after and not {"/", "@"} & set(user):
        rest = f"{user}:***@{after.partition('@')[2]}"
    return re.sub(r"(?i)([?&][a-z]*password=)[^&]*", r"\1***", scheme + slashes + rest)
