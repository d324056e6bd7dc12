"""Who is let in, and for how long."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studyplan.web.sessions import KEPT, WAITING, Sessions

NOON = datetime(2026, 7, 23, 12, tzinfo=UTC)


class Watch:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_a_key_lets_one_browser_in(watch: Watch) -> None:
    sessions = Sessions(watch)
    key = sessions.new_key()
    secret = sessions.enter(key, "Firefox")
    assert secret
    assert sessions.device(secret) is not None
    assert sessions.enter(key, "Chrome") is None
    assert sessions.device(key) is None
    assert sessions.device(None) is None
    assert sessions.device("x" * 10_000) is None


def test_a_key_for_a_phone_does_not_wait_long(watch: Watch) -> None:
    sessions = Sessions(watch)
    late, early = sessions.new_key(WAITING), sessions.new_key(WAITING)
    watch.now = NOON + WAITING
    assert sessions.enter(early, "") is not None
    watch.now += timedelta(seconds=1)
    assert sessions.enter(late, "") is None


def test_a_browser_stays_in_while_it_comes_back(watch: Watch, tmp_path: Path) -> None:
    sessions = Sessions(watch, tmp_path / "in" / "browsers.json")
    secret = sessions.enter(sessions.new_key(), "Firefox")
    for _ in range(3):
        watch.now += KEPT - timedelta(days=1)
        assert Sessions(watch, tmp_path / "in" / "browsers.json").device(secret) is not None
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
    ["", "{", "[1]", '{"a": 1}', '[{"digest": 1}]', "null", '[{"digest":"a","agent":"b","since":"x","seen":"y"}]'],
)
def test_a_damaged_file_only_asks_for_a_new_key(watch: Watch, tmp_path: Path, text: str) -> None:
    file = tmp_path / "browsers.json"
    file.write_text(text)
    sessions = Sessions(watch, file)
    assert sessions.devices() == []
    assert sessions.device(sessions.enter(sessions.new_key(), "")) is not None
