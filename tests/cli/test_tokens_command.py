"""The commands for the tokens of programs."""

from __future__ import annotations

import re


def test_the_secret_stands_alone_on_standard_output(terminal):
    """So that a shell can keep it; what is said about it goes elsewhere."""
    made = terminal.ok("token", "add", "my script")
    assert re.fullmatch(r"1-1-[a-z2-7]{32}\n", made.out)
    assert "'my script', reads your plans." in made.err
    assert made.out.strip() not in made.err
    written = terminal.ok("token", "add", "phone", "--scope", "write", "--expires", "+10d", "--json").json
    assert written["token"]["scope"] == "write"
    assert written["token"]["expires_on"] == "2026-07-11"
    assert written["secret"].startswith("1-2-")


def test_no_secret_is_ever_shown_again(terminal):
    terminal.ok("start", "small")
    secrets = [terminal.ok("token", "add", name).out.strip() for name in ("a", "b")]
    terminal.ok("token", "revoke", "2", "--yes")
    shown = "".join(
        each.out + each.err
        for words in (
            ("token", "list", "--all"), ("token", "list", "--json"), ("history", "--json"), ("dump", "-o", "-"),
            ("learner", "show", "--json"), ("db", "check"), ("config",), ("token", "add", "a"),
        )
        for each in [terminal(*words)]
    )  # fmt: skip
    for secret in secrets:
        assert secret not in shown
        assert secret.rpartition("-")[2] not in shown


def test_what_is_over_is_listed_on_request(terminal):
    assert "`studyplan token add NAME` makes one" in terminal.ok("token", "list").out
    terminal.ok("token", "add", "old", "--expires", "today")
    terminal.ok("token", "add", "gone")
    terminal.ok("token", "add", "here", "--scope", "write")
    assert terminal.ok("token", "revoke", "2", "--yes").out == "Revoked: 2  gone\n"
    terminal.today = "2026-07-02"
    assert terminal.ok("token", "list").out == "3  here  reads and changes, never used\n"
    lines = terminal.ok("token", "list", "--all").out.splitlines()
    assert [line.split("  ")[1] for line in lines] == ["old", "gone", "here"]
    assert "expired 2026-07-01" in lines[0]
    assert "revoked 2026-07-01" in lines[1]


def test_undo_lets_nobody_in_again(terminal):
    terminal.ok("start", "small")
    terminal.ok("token", "add", "script")
    terminal.ok("token", "revoke", "1", "--yes")
    terminal.ok("undo")
    assert terminal.ok("token", "list", "--json").json["tokens"][0]["revoked_at"]


def test_a_slip_makes_no_token(terminal):
    assert terminal("token", "revoke", "1").code == 3
    terminal.ok("token", "add", "kept")
    assert terminal("token", "revoke", "1").code == 5
    assert terminal.ok("token", "list").out.startswith("1  kept")
    terminal.ok("token", "revoke", "1", "--yes")
    terminal.ok("token", "revoke", "1")
    assert terminal("token", "add", "x", "--expires", "2020-01-01").code == 2
    assert terminal("token", "add", "x", "--scope", "all").code == 2
    assert terminal("token", "add", " ").code == 2
    terminal.ok("token", "add", "x")
    again = terminal("token", "add", "x")
    assert (again.code, "studyplan token revoke N" in again.err) == (5, True)
    assert len(terminal.ok("token", "list", "--json").json["tokens"]) == 2
