"""The words of a calendar entry and their cleaning."""

from __future__ import annotations

from unicodedata import category, is_normalized

import pytest
from calendar_samples import task
from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.calendar import text
from studyplan.model import Kind, Resource, Status

ANYTHING = st.text(st.characters(), max_size=40)


@given(ANYTHING)
@settings(max_examples=200)
def test_cleaned_text_holds_nothing_that_breaks_a_parser(words: str) -> None:
    """NFC, one kind of line break, no controls, surrogates, byte-order marks or noncharacters; and cleaning twice is once."""
    clean = text.prose(words)
    assert is_normalized("NFC", clean)
    assert not {c for c in clean if category(c) in ("Cc", "Cs") and c != "\n"}
    assert not {
        c for c in clean if c in "\ufeff\u2028\u2029" or ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF
    }
    assert text.prose(clean) == clean
    assert "\n" not in text.line(words)
    clean.encode()


@given(st.text(st.sampled_from("abc ,;\\:üé漢👩\u200d🎓עב\u202e"), max_size=40))
@settings(max_examples=50)
def test_ordinary_text_stays_as_it_is(words: str) -> None:
    """Cleaning takes away only what it must."""
    assert text.line(words) == words.strip()


@pytest.mark.parametrize(
    ("words", "clean"),
    [
        ("a\r\nb\rc\nd\x85e\u2028f\u2029g", "a\nb\nc\nd\ne\nf\ng"),
        ("e\u0301", "é"),
        ("e\x00\u0301", "é"),
        ("\ufefftitle\x07", "title"),
        ("\ud83d\ude00", ""),
        ("tab\there", "tab here"),
        ("\t \u2003", ""),
    ],
)
def test_cleaning_by_example(words: str, clean: str) -> None:
    """Each class of unwanted character once."""
    assert text.prose(words) == clean


@pytest.mark.parametrize(
    ("status", "gone", "marked"),
    [
        (Status.OPEN, False, "Tag a bill"),
        (Status.DONE, False, "✓ Tag a bill"),
        (Status.SKIPPED, False, "– Tag a bill"),
        (Status.DONE, True, "✗ Tag a bill"),
    ],
)
def test_the_title_shows_the_state(status: Status, gone: bool, marked: str) -> None:
    """A sign for done, skipped and removed, and none where none is wanted."""
    each = task(title="Tag a bill", status=status)
    assert text.title(each, gone=gone) == marked
    assert text.title(each, gone=gone, mark=False) == "Tag a bill"


def test_a_piece_says_which_one_it_is() -> None:
    """Part and parts follow the title; a whole task has neither."""
    assert text.title(task(title="Tag a bill", place=2, parts=3, status=Status.DONE)) == "✓ Tag a bill (2/3)"


@pytest.mark.parametrize("empty", ["", "  ", "\r\n\t\x07\ufeff"])
def test_a_title_is_never_empty(empty: str) -> None:
    """An empty title falls back to the key, an empty key to the number."""
    assert text.title(task(7, title=empty, key="tagging")) == "tagging"
    assert text.title(task(7, title=empty, key=empty)) == "Task 7"


def test_the_whole_body() -> None:
    """Minutes and kind with the objective, evidence, each link once below its title, number and command last."""
    each = task(
        12,
        key="principles#2",
        part=2,
        place=2,
        parts=3,
        objective="can explain each principle",
        evidence="six sentences",
        resources=(
            Resource("Principles", "https://example.org/p"),
            Resource("", "https://example.org/q"),
            Resource("The same again", "https://example.org/p"),
        ),
    )
    assert text.body(each).split("\n") == [
        "40 min, reading, part 2 of 3",
        "You can explain each principle",
        "",
        "To show for it: six sentences",
        "",
        "Principles",
        "https://example.org/p",
        "https://example.org/q",
        "",
        "Task 12 (principles#2). When it is done: studyplan done 12",
    ]


def test_the_smallest_body() -> None:
    """Nothing is said of what a task does not have, and nothing of how to tick off what is over."""
    assert text.body(task(3, kind=Kind.LAB, status=Status.DONE)) == "40 min, lab\n\nTask 3 (task-3)"


def test_a_removed_task_is_no_part() -> None:
    """What is no more has no pieces that could be counted."""
    assert text.body(task(3, parts=0, place=0)).startswith("40 min, reading\n")


@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("called", ["Read on", "002. Read on", "✓ Read on", "001. 002. Read on", "002. "])
def test_a_number_ahead_of_a_title_is_read_back(called: str, status: Status, mark: bool) -> None:
    """Three figures by the place in the plan, ahead of the mark; without it the title is what it would have been."""
    each = task(7, title=called, status=status, position=1, parts=2)
    plain, numbered = text.title(each, mark=mark), text.title(each, mark=mark, numbered=True)
    assert numbered == f"002. {plain}"
    assert text.unnumbered(numbered, each) == plain
    assert text.unnumbered(plain, each) == plain


def test_a_number_is_found_behind_a_mark() -> None:
    """Some people tick off by a sign at the very beginning; another task's number is no number of this one."""
    each = task(7, title="Read on", position=1)
    assert text.unnumbered("✔ 002. Read on", each) == "✔ Read on"
    assert text.unnumbered("003. Read on", each) == "003. Read on"
    assert text.unnumbered("Read 002. on", each) == "Read 002. on"


def test_an_objective_in_other_words_stays_as_it_is() -> None:
    """Only what begins with "can" is put as "You can"."""
    assert text.body(task(objective="Know the bill")).startswith("40 min, reading\nKnow the bill\n")


def test_every_kind_has_a_word() -> None:
    """A new kind of task does not break the calendar."""
    for kind in Kind:
        assert ", " in text.body(task(kind=kind)).split("\n")[0]


def test_labels_are_sorted_and_safe() -> None:
    """Once each, in order, nothing empty, no character that parsers take for the end of a label."""
    each = task(kind=Kind.LAB, module="language", tags=("b;c", "a,b", "lab", "", " ", 'q"x', "x\\ny", "\u037e", "a,,b"))
    assert text.labels(each) == ["a b", "b c", "lab", "language", "q x", "x ny"]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a?b=1,2;c=%20#d", "https://example.org/a?b=1,2;c=%20#d"),
        ("HTTP://example.org", "HTTP://example.org"),
        ("https://example.org/a b/ü\\n", "https://example.org/a%20b/%C3%BC%5Cn"),
        ("https://example.org/\r\nATTENDEE:x", "https://example.org/%20ATTENDEE:x"),
        ("focus-mcp", "focus-mcp"),
    ],
)
def test_a_link_is_a_web_address(url: str, address: str) -> None:
    """ASCII only, encoded where needed; what is none is named as it is."""
    body = text.body(task(resources=(Resource("x", url), Resource("Nowhere", ""))))
    assert body.split("\n\n")[1] == f"x\n{address}"
