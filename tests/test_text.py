"""What may be a title, and what a terminal is given to show."""

from __future__ import annotations

import shlex
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.errors import UsageProblem
from studyplan.text import (
    cells,
    checked_title,
    command,
    control_in,
    flaw,
    fold,
    is_visible,
    one_line,
    shown,
    tasks_named,
)

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
#: Texts with every kind of character that can do harm far more often than chance would have it.
ROUGH = st.lists(
    st.sampled_from(
        [*TURNING, "\x1b[2J", "\x1b]0;t\x07", "\x9b1m", "\r\n", "\u2028", "\x85", "\udcff", "\ufffe", "\u200b", "a"]
    )
    | st.characters(),
    max_size=20,
).map("".join)


@given(ROUGH)
def test_what_is_shown_is_harmless_and_one_line(text: str) -> None:
    safe = one_line(text)
    assert not any(category(each) in {"Cc", "Cs", "Zl", "Zp"} or each in TURNING for each in safe)
    assert len(safe.splitlines()) <= 1
    assert one_line(safe) == safe
    safe.encode("utf-8")
    assert len(one_line(text, 5)) <= 5
    assert len(shown(text * 100)) <= 60


def test_what_is_harmless_is_shown_as_it_is() -> None:
    for text in (
        "plain",
        "  indented",
        "Übung – “x”",
        "漢字\u3000仮名",
        "👩\u200d💻 lab",
        "می\u200cخواهم",
        "\U0001fae9",
    ):
        assert one_line(text) == text
    assert one_line("a\tb\r\nc\u2028d") == "a b c d"
    assert one_line("a\x1b[2Jb\udcff") == "a?[2Jb?"
    assert one_line("abc\u202etxt.exe") == "abctxt.exe"
    assert one_line("abcdef", 4) == "abc…"


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u200b\u2060", "\u00a0\u3000", "\u3164\u115f\uffa0", "\u2800", "\u00ad\ufeff", "\u0301\ufe0f", "\ufffe"],
)
def test_a_title_has_a_visible_character(text: str) -> None:
    assert not is_visible(text)
    with pytest.raises(UsageProblem, match="cannot be empty"):
        checked_title(text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("x" * 201, "at most 200 characters, not 201"),
        ("two\nlines", "one line"),
        ("two\u2028lines", "U\\+2028"),
        ("\x1b[2J", "U\\+001B"),
        ("a\x7f", "U\\+007F"),
        ("a\u202eb", "U\\+202E"),
        ("a\u2066b", "U\\+2066"),
        ("a\udcffb", "must be UTF-8 text"),
    ],
)
def test_a_title_is_one_harmless_line(text: str, wrong: str) -> None:
    with pytest.raises(UsageProblem, match=wrong):
        checked_title(text)


@pytest.mark.parametrize("text", ["Read", "1", "✓", "🦀", "é", "e\u0301", "کتاب\u200cها", "a\u200eb", "x" * 200])
def test_titles_that_people_give(text: str) -> None:
    assert checked_title(f" {text}\n") == text


def test_prose_may_have_lines() -> None:
    assert flaw("a\n\tb", lines=True) == ""
    assert "U+0007" in flaw("a\n\x07", lines=True)
    assert "12,000" in flaw("x" * 12_000, longest=10_000, lines=True)
    assert control_in("a\u2028\n", lines=True) is None
    assert control_in("a\u2028") == "\u2028"


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_a_command_to_copy_names_what_was_meant(words: list[str]) -> None:
    copied = command(*words)
    if copied is None:
        assert any(one_line(word) != word for word in words)
    else:
        assert shlex.split(copied) == words
        assert one_line(copied) == copied


def test_a_name_cannot_add_to_a_command() -> None:
    assert command("studyplan", "drop", "a b; rm $(x) 'c'") == """studyplan drop 'a b; rm $(x) '"'"'c'"'"''"""
    assert command("studyplan", "drop", "a\u202eb") is None


def test_tasks_are_named_in_ranges() -> None:
    assert tasks_named([3]) == "task 3"
    assert tasks_named([2, 1]) == "tasks 1, 2"
    assert tasks_named([9, 1, 2, 3, 3, 7]) == "tasks 1-3, 7, 9"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 13, ["one two three"]),
        ("a    table  row", 9, ["a", "table", "row"]),
        ("a    b  c", 9, ["a    b  c"]),
        ("see `studyplan tasks` now", 17, ["see", "`studyplan tasks`", "now"]),
        ("see `studyplan tasks --all` now", 12, ["see", "`studyplan", "tasks --all`", "now"]),
        ("see https://example.org/a/long/one now", 10, ["see", "https://ex", "ample.org/", "a/long/one", "now"]),
        ("in '/home/ana/plans/friend.yaml' now", 13, ["in", "'/home/ana/", "plans/", "friend.yaml'", "now"]),
        ("xxxxxxxxxxxx yy", 5, ["xxxxx", "xxxxx", "xx yy"]),
        ("ab 漢字漢字", 5, ["ab", "漢字", "漢字"]),
        ("a lone ` sign", 6, ["a lone", "` sign"]),
        ("", 5, [""]),
    ],
)
def test_folding(text, width, lines):
    """Between words where it can be; a command that has room stays whole."""
    assert fold(text, width) == lines


@given(st.text(alphabet="aä漢é ` /", max_size=60), st.integers(4, 30))
def test_folding_loses_nothing(text, width):
    """Only spaces go, at the ends of lines."""
    lines = fold(text, width, " ")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cells(line) <= width for line in lines)
