"""Who is let in, and for how long."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studyplan.errors import StorageProblem
from studyplan.web.sessions import KEPT, STARTING, WAITING, Sessions

NOON = datetime(2026, 7, 23, 12, tzinfo=UTC)


class Watch:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def entered(sessions: Sessions, agent: str = "") -> str:
    """The secret of a browser that was let in."""
    secret = sessions.enter(sessions.new_key(), agent)
    assert secret is not None
    return secret


def test_a_key_lets_one_browser_in(watch: Watch) -> None:
    sessions = Sessions(watch)
    key = sessions.new_key()
    secret = sessions.enter(key, "Firefox")
    assert secret
    assert sessions.device(secret) is not None
    assert sessions.enter(key, "Chrome") is None
    assert sessions.device(key) is None
    assert sessions.device("") is None
    assert sessions.device("x" * 10_000) is None


@pytest.mark.parametrize("waiting", [STARTING, WAITING])
def test_a_key_does_not_wait_long(watch: Watch, waiting: timedelta) -> None:
    sessions = Sessions(watch)
    late, early = sessions.new_key(waiting), sessions.new_key(waiting)
    watch.now = NOON + waiting
    assert sessions.enter(early, "") is not None
    watch.now += timedelta(seconds=1)
    assert sessions.enter(late, "") is None


def test_a_browser_stays_in_while_it_comes_back(watch: Watch, tmp_path: Path) -> None:
    sessions = Sessions(watch, tmp_path / "in" / "browsers.json")
    secret = entered(sessions)
    for _ in range(3):
        watch.now += KEPT - timedelta(days=1)
        again = Sessions(watch, tmp_path / "in" / "browsers.json")
        device = again.device(secret)
        assert device is not None
        assert again.is_to_note(device)
        again.note(device)
        device = again.device(secret)
        assert device is not None
        assert not again.is_to_note(device)
    sessions = Sessions(watch, tmp_path / "in" / "browsers.json")
    watch.now += KEPT + timedelta(days=1)
    assert sessions.device(secret) is None
    assert sessions.devices() == []


def test_the_file_lets_nobody_in(watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "browsers.json"
    sessions = Sessions(watch, file)
    secret = sessions.enter(sessions.new_key(), "Firefox")
    assert secret
    assert secret not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    digest = sessions.devices()[0].digest
    assert sessions.device(digest) is None
    assert sessions.end(digest)
    assert not sessions.end(digest)
    assert Sessions(watch, file).device(secret) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1]",
        '{"a": 1}',
        '[{"digest": 1}]',
        "null",
        '[{"digest":"a","agent":"b","since":"x","seen":"y"}]',
        '[{"digest":"a","agent":"b","since":"2026-07-23 12:00:00","seen":"2026-07-23 12:00:00"}]',
    ],
)
def test_a_damaged_file_only_asks_for_a_new_key(watch: Watch, tmp_path: Path, text: str) -> None:
    file = tmp_path / "browsers.json"
    file.write_text(text)
    sessions = Sessions(watch, file)
    assert sessions.devices() == []
    assert sessions.device(entered(sessions)) is not None


def test_browsers_that_stay_away_leave_the_file(watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "browsers.json"
    sessions = Sessions(watch, file)
    entered(sessions, "Firefox")
    watch.now += KEPT + timedelta(days=1)
    entered(sessions, "Chrome")
    assert [row["agent"] for row in json.loads(file.read_text())] == ["Chrome"]


@pytest.mark.parametrize("way", ["a file for its folder", "a folder for the file"])
def test_a_file_that_cannot_be_written_keeps_nobody_out(
    watch: Watch, tmp_path: Path, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    folder = tmp_path / "data"
    if way == "a file for its folder":
        folder.write_text("")
    else:
        (folder / "browsers.json").mkdir(parents=True)
    sessions = Sessions(watch)
    sessions._file = folder / "browsers.json"
    device = sessions.device(entered(sessions))
    assert device is not None
    assert "cannot write down which browsers are in" in caplog.text
    watch.now += timedelta(days=2)
    sessions.note(device)
    assert sessions.devices()[0].seen == watch.now
    # Who signs a browser out is told that it would be in again after a restart.
    with pytest.raises(StorageProblem, match="cannot write down"):
        sessions.end(device.digest)
    assert sessions.devices() == []


def test_who_was_signed_out_is_not_noted(watch: Watch) -> None:
    """A visit that was under way when the browser was signed out does not let it in again."""
    sessions = Sessions(watch)
    device = sessions.device(entered(sessions))
    assert device is not None
    sessions.end(device.digest)
    sessions.note(device)
    assert sessions.devices() == []
