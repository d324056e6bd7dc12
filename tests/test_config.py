"""Settings: which source wins, and what a bad one gets."""

import subprocess
import sys
from dataclasses import fields
from datetime import time
from pathlib import Path

import pytest

from studyplan.config import SETTINGS, Config, load
from studyplan.errors import BadFile, StorageProblem, StudyplanError, UsageProblem

SAMPLES = {
    "database": ("a.db", "b.db", "c.db"),
    "plans": ("a", "b", "c"),
    "learner": ("ana", "ben", "cleo"),
    "day_starts": (None, "05:00", "06:00"),
    "marks": (None, None, "none"),
    "confidence": (None, None, "off"),
    "base_url": (None, "https://study.example.org", "https://other.example.org"),
}


def written(folder: Path, text: str) -> dict[str, str | None]:
    """The flags that name a configuration file with this text."""
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return {"config": str(file)}


def test_one_table() -> None:
    """A setting is a row of the table and a field of the values, or it is neither."""
    assert [setting.name for setting in SETTINGS] == [field.name for field in fields(Config)][:-1]
    assert {setting.name for setting in SETTINGS if setting.in_file} == set(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_order_of_sources(name: str, tmp_path: Path) -> None:
    """Flag beats environment beats file beats default, and the origin says so."""
    setting = next(each for each in SETTINGS if each.name == name)
    flag, variable, in_file = SAMPLES[name]
    flags = {"config": str(tmp_path / "config.toml")}
    environ: dict[str, str] = {}
    assert load(flags, environ).origin(name) == "default"
    default = load(flags, environ).shown(name)

    written(tmp_path, f'{name} = "{in_file}"')
    config = load(flags, environ)
    assert (config.shown(name) or "").endswith(str(in_file))
    assert config.origin(name) == f"file {tmp_path / 'config.toml'}"

    if setting.variable:
        environ = {setting.variable: str(variable)}
        assert (load(flags, environ).shown(name), load(flags, environ).origin(name)) == (variable, "environment")
        assert load(flags, {setting.variable: ""}).origin(name).startswith("file")
    if setting.flag:
        config = load({**flags, name: flag}, environ)
        assert (config.shown(name), config.origin(name)) == (flag, "flag")
    assert default != in_file


def test_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anything, the platform's folders, the small hours, and nobody in particular."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    config = load({}, {})
    assert config.database.endswith("studyplan.db")
    assert Path(config.database).is_relative_to(tmp_path)
    assert config.plans == Path(config.database).parent / "plans"
    assert config.config.name == "config.toml"
    assert (config.learner, config.today, config.day_starts, config.marks) == (None, None, time(4), "symbols")
    assert {config.origin(setting.name) for setting in SETTINGS} == {"default"}
    assert not list(tmp_path.iterdir())


def test_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path in the file counts from the file's folder, ~ is the home folder, and a URL stays as it is."""
    monkeypatch.setenv("HOME", "/home/ana")
    config = load(written(tmp_path, 'database = "study.db"\nplans = "~/plans"'), {})
    assert config.database == str(tmp_path / "study.db")
    assert config.plans == Path("/home/ana/plans")
    assert load({"database": "~/x.db"}, {}).database == "/home/ana/x.db"
    assert load(written(tmp_path, 'database = "sqlite:///x.db"'), {}).database == "sqlite:///x.db"


def test_time_without_quotes(tmp_path: Path) -> None:
    """TOML has times of its own, and they are taken too."""
    assert load(written(tmp_path, "day_starts = 03:30:00"), {}).day_starts == time(3, 30)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('\n# mine\ndatabse = "x"', ":3: there is no setting 'databse', did you mean 'database'?"),
        ("learner = 3", ":1: learner must be text in quotes"),
        ('marks = "emoji"', ":1: marks must be one of none, symbols"),
        ('day_starts = "13:00"', ":1: day_starts must be a time"),
        ('learner = ""', ":1: learner is empty"),
        ("[marks]\nx = 1", ":1: marks must be text in quotes"),
        ('today = "2026-07-01"', ":1: there is no setting 'today'"),
        ('"a\\u0007b" = 1', "there is no setting"),
        ("learner = ", "not TOML"),
        ("x = " + "[" * 20000, "not TOML"),
        ("x = " + "9" * 5000, "a number has too many digits"),
    ],
)
def test_bad_files(text: str, says: str, tmp_path: Path) -> None:
    """What is wrong in the file is said with its line, in one line, with exit code 4."""
    with pytest.raises(BadFile) as caught:
        load(written(tmp_path, text), {})
    assert says in caught.value.message
    assert caught.value.message.startswith(str(tmp_path / "config.toml"))
    assert caught.value.message.isprintable()
    assert caught.value.exit_code == 4


def test_all_problems_at_once(tmp_path: Path) -> None:
    """Every problem of a file is reported, not the first only."""
    with pytest.raises(BadFile, match="and 2 more") as caught:
        load(written(tmp_path, 'marks = "x"\nlearner = 3\nfoo = 1'), {})
    assert len(caught.value.problems) == 3


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A folder is a storage problem, other bytes than text a bad file; no file at all is none."""
    with pytest.raises(StorageProblem):
        load({"config": str(tmp_path)}, {})
    (tmp_path / "latin.toml").write_bytes(b'learner = "\xe9"')
    with pytest.raises(BadFile, match="UTF-8"):
        load({"config": str(tmp_path / "latin.toml")}, {})
    assert load({"config": str(tmp_path / "none.toml")}, {}).origin("config") == "flag"
    with pytest.raises(StudyplanError):
        load({"config": "a\0b"}, {})


@pytest.mark.parametrize(
    ("flags", "environ", "says"),
    [
        ({"learner": ""}, {}, "--learner is empty"),
        ({"database": " "}, {}, "--db is empty"),
        ({}, {"STUDYPLAN_DAY_STARTS": "noon"}, "STUDYPLAN_DAY_STARTS must be a time"),
    ],
)
def test_bad_flags_and_variables(flags: dict[str, str | None], environ: dict[str, str], says: str) -> None:
    """A flag or variable that cannot be meant is a usage problem that names it."""
    with pytest.raises(UsageProblem, match=says) as caught:
        load(flags, environ)
    assert caught.value.hint


def test_passwords_are_not_shown() -> None:
    """A password in a database's URL is never printed."""
    for url in ("postgresql://ana:s3cret@host/db", "postgresql://host/db?user=ana&password=s3cret"):
        config = load({"database": url}, {})
        assert config.database == url
        assert "s3cret" not in (config.shown("database") or "")
        assert "host/db" in (config.shown("database") or "")


def test_loading_is_light(tmp_path: Path) -> None:
    """No TOML parser without a file, no platformdirs where no default needs a folder."""
    code = (
        "import sys; from studyplan.config import load\n"
        f"load({{'config': {str(tmp_path / 'x.toml')!r}, 'database': 'x.db', 'plans': 'p'}}, {{}})\n"
        "print(sorted({'tomllib', 'platformdirs', 'difflib'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("database", "shown"),
    [
        ("postgresql://ana:secret@host/db", "postgresql://ana:***@host/db"),
        ("postgresql://ana:se/c:ret@host/db", "postgresql://ana:***@host/db"),
        ("postgresql://ana@host:5432/db?password=secret&x=1", "postgresql://ana@host:5432/db?password=***&x=1"),
        ("postgresql:///db?x=1&sslpassword=secret", "postgresql:///db?x=1&sslpassword=***"),
        ("postgresql://host:5432/db", "postgresql://host:5432/db"),
    ],
)
def test_no_password_is_shown(database: str, shown: str) -> None:
    """What SQLAlchemy takes for the password is left out, wherever it stands."""
    assert load({"database": database}, {}).shown("database") == shown
