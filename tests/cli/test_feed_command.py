"""Addresses of calendars at the command line."""

from __future__ import annotations

import re

import pytest
from terminals import Terminal

from studyplan import open_planner

ADDRESS = re.compile(r"^(http://127\.0\.0\.1:8765/feed/1-\d-[a-z2-7]{32}\.ics)$", re.MULTILINE)


@pytest.fixture
def begun(terminal: Terminal) -> Terminal:
    terminal.ok("start", "small", "--minutes", "90")
    return terminal


def test_an_address_is_told_once(begun: Terminal) -> None:
    made = begun.ok("feed", "add", "phone")
    (address,) = ADDRESS.findall(made.out)
    token = address.rpartition("/")[2].removesuffix(".ics")
    with open_planner(begun.database) as planner:
        assert planner.feeds.body(token).content.startswith(b"BEGIN:VCALENDAR")
    later = [
        begun.ok(*words) for words in (["feed", "list"], ["feed", "list", "--json"], ["history"], ["dump", "-o", "-"])
    ]
    assert not any(token.rpartition("-")[2] in answer.out + answer.err for answer in later)
    assert "phone" in later[0].out
    assert "never fetched" in later[0].out


def test_programs_get_the_address_too(begun: Terminal) -> None:
    made = begun.ok(
        "feed", "add", "phone", "--plan", "small", "--as", "todos", "--alarm", "none", "--numbered", "--json"
    ).json
    assert ADDRESS.match(made["address"])
    assert made["webcal"] == made["address"].replace("http", "webcal", 1)
    assert (made["feed"]["plan"], made["feed"]["form"], made["feed"]["alarm"]) == ("small", "todos", 0)
    assert made["feed"] == begun.ok("feed", "list", "--json").json["feeds"][0]


def test_the_address_of_a_proxy(begun: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDYPLAN_BASE_URL", "https://study.example.org/")
    made = begun.ok("feed", "add", "phone", "--json").json
    assert made["address"].startswith("https://study.example.org/feed/1-1-")
    assert made["webcal"].startswith("webcal://study.example.org/feed/1-1-")


def test_a_new_address_beside_the_old_one(begun: Terminal) -> None:
    """Until that is revoked, for which somebody has to agree; a second time changes nothing."""
    old = begun.ok("feed", "add", "phone", "--json").json["address"]
    new = begun.ok("feed", "rotate", "1", "--json").json
    assert new["address"] != old
    assert (new["feed"]["number"], new["feed"]["name"]) == (2, "phone")
    begun.ok("feed", "rename", "2", "tablet")
    assert begun("feed", "revoke", "1").code == 5
    assert "revoked" in begun.ok("feed", "revoke", "1", "--yes").out
    assert "before" in begun.ok("feed", "revoke", "1").out
    listed = begun.ok("feed", "list").out
    assert "revoked 2026-07-01" in listed
    assert "tablet" in listed
    begun.ok("undo")
    assert [each["revoked_at"] is None for each in begun.ok("feed", "list", "--json").json["feeds"]] == [False, True]


def test_what_is_refused_leaves_the_database_alone(begun: Terminal) -> None:
    before = begun.bytes()
    for words, code in (
        (["add", ""], 2),
        (["add", "x" * 300], 2),
        (["add", "phone", "--plan", "none"], 3),
        (["add", "phone", "--as", "timed"], 2),
        (["add", "phone", "--zoned"], 2),
        (["add", "phone", "--alarm", "-1"], 2),
        (["rename", "1", "x"], 3),
        (["rotate", "99"], 3),
        (["revoke", "1", "--yes"], 3),
        (["revoke", "9" * 30], 2),
    ):
        answer = begun("feed", *words)
        assert (answer.code, len(answer.err.splitlines())) == (code, 1), words
    assert begun.bytes() == before
    assert "feed add" in begun.ok("feed", "list").out


def test_nobody_has_a_feed(terminal: Terminal) -> None:
    for words in (["add", "phone"], ["list"], ["revoke", "1"]):
        assert terminal("feed", *words).code == 3
    assert terminal.bytes() == {}
