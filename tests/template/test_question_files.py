"""Questions in files of other programs: what is written reads back, what others write is understood, what is bad is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.errors import BadFile
from studyplan.model import BankQuestion, Difficulty, Option, QuestionKind
from studyplan.template.question_files import as_aiken, as_csv, as_gift, read

#: Texts as a form keeps them: no spaces at their ends, none that stand together; whatever signs inside.
WORDS = st.lists(st.text(st.sampled_from("aZ9é漢=~#{}:\\/%->.,;\"'$|"), min_size=1, max_size=5), min_size=1, max_size=4)
TEXTS = WORDS.map(lambda words: "q" + " ".join(words))
NUMBERS = st.integers(-10_000_000, 10_000_000).map(lambda number: number / 100)


@st.composite
def question(draw: st.DrawFn) -> BankQuestion:
    kind = draw(st.sampled_from(QuestionKind))
    answer = None
    options: tuple[Option, ...] = ()
    why = draw(st.just("") | TEXTS)
    if kind is QuestionKind.TRUE_FALSE:
        answer = draw(st.booleans())
    elif kind is QuestionKind.NUMBER:
        answer = draw(NUMBERS)
    else:
        texts = draw(st.lists(TEXTS, min_size=2, max_size=6, unique_by=lambda text: text.casefold()))
        right = draw(st.integers(1, len(texts))) if kind is QuestionKind.SEVERAL else 1
        why = why if kind is QuestionKind.ORDER else ""
        options = tuple(
            Option(
                text,
                place < right and kind is not QuestionKind.ORDER,
                "" if kind is QuestionKind.ORDER else draw(st.just("") | TEXTS),
            )
            for place, text in enumerate(texts)
        )
    return BankQuestion(
        id=draw(st.sampled_from(["a", "b-2", ""])),
        kind=kind,
        question=draw(TEXTS),
        module=draw(st.sampled_from(["words", "m-2"])),
        after="",
        options=options,
        answer=answer,
        tolerance=draw(st.just(0.0) | st.integers(1, 900).map(lambda n: n / 100))
        if kind is QuestionKind.NUMBER
        else 0.0,
        unit=draw(st.sampled_from(["", "percent", "USD"])) if kind is QuestionKind.NUMBER else "",
        why=why,
        source=draw(st.none() | st.just("https://example.org/a#b")),
        difficulty=draw(st.sampled_from(Difficulty)),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(question(), min_size=1, max_size=4))
def test_what_is_written_reads_back(found: list[BankQuestion]) -> None:
    """CSV and GIFT keep every field of every kind."""
    for content, form in ((as_csv(found), "csv"), (as_gift(found), "gift")):
        assert list(read(content, f"x.{form}").questions) == found, content.decode()
        assert read(content, "standard input").questions == tuple(found)


def test_aiken() -> None:
    """One right option; everything else is left out on the way there."""
    text = (
        b"What is it?\r\nA. A wrong one\r\nB) The right one\r\nANSWER: B\r\n\r\nAnd this?\nA) Yes\nB) No\nANSWER: a\n"
    )
    first, second = read(text, "quiz.txt").questions
    assert (first.question, [(each.text, each.is_right) for each in first.options]) == (
        "What is it?",
        [("A wrong one", False), ("The right one", True)],
    )
    assert second.options[0].is_right
    number = BankQuestion("n", QuestionKind.NUMBER, "How many?", "own", "", answer=3.0)
    assert read(as_aiken([first, number, second]), "x.aiken").questions == (first, second)


MOODLE = """\
// a comment of somebody
$CATEGORY: tom/dick/harry

::Q1:: 1+1\\=2 {T}

::Q2:: What's between orange and green?
{ =yellow # right; good!
  ~red # wrong, it's yellow
  ~blue
}

[html]<p>Two plus {
  =two
  ~three
} &amp; more</p>

Which two? {
  ~%50%Grant
  ~%50%Lincoln

  ~%-100%Nobody
}

When was Ulysses S. Grant born? {#1822:5}

What is pi? {#3.141..3.142}

Several numbers {#
  =1822:0 # all
  =%50%1822:2 # half
}

Match {
  =1 -> one
  =2 -> two
}

Pairs { =cat -> cat food =dog -> dog food }

Two plus two equals {=four =4}

Write something {}

Just a description.
"""


def test_gift_of_moodle() -> None:
    """The kinds of Moodle's own examples; those that we do not have are named and left out."""
    found = read(MOODLE.encode(), "moodle.gift")
    kinds = [each.kind.value for each in found.questions]
    assert kinds == ["true-false", "single", "single", "several", "number", "number", "number", "order"]
    truth, single, gap, several, born, pi, first, order = found.questions
    assert (truth.question, truth.answer, truth.module) == ("1+1=2", True, "harry")
    assert [(each.text, each.is_right, each.why) for each in single.options] == [
        ("yellow", True, "right; good!"),
        ("red", False, "wrong, it's yellow"),
        ("blue", False, ""),
    ]
    assert gap.question == "Two plus _____ & more"
    assert [each.is_right for each in several.options] == [True, True, False]
    assert (born.answer, born.tolerance) == (1822, 5)
    assert (pi.answer, pi.tolerance) == (pytest.approx(3.1415), 0.0005)
    assert (first.answer, first.tolerance) == (1822, 0)
    assert [each.text for each in order.options] == ["one", "two"]
    told = " ".join(found.notes)
    for word in ("it matches pairs", "short answer", "an essay", "it has no answers"):
        assert word in told


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("What?\nA. One\nANSWER: C\n", "x.aiken", "x.aiken:3: the answer C is not one of its 1 option"),
        ("What?\nA. One\nB. Two\n", "x.aiken", "without its ANSWER"),
        ("What?\nA. One\nC. Two\nANSWER: A", "x.aiken", "expects option B or ANSWER"),
        ("ANSWER: A", "x.aiken", "an ANSWER without a question"),
        ("::a::What? {=one ~two", "x.gift", "a brace '{' is never closed"),
        ("::a What? {=one ~two}", "x.gift", "must end with '::'"),
        ("What? {=one ~one}", "x.gift", "two of its options are the same"),
        ("What? {~one ~two}", "x.gift", "0 options are right"),
        ("What? {#twelve}", "x.gift", "'twelve' is not a number"),
        ("", "x.gift", "has no questions"),
        ("question;answer\nWhat?;maybe", "x.csv", "must be a number"),
        ("question;answer;option 1;option 2\nWhat?;3;a;b", "x.csv", "numbers of the options that are right"),
        ("question,answer,difficulty\nWhat?,true,7", "x.csv", "the difficulty '7' is not one of"),
        ("question,kind,answer\nWhat?,essay,", "x.csv", "the kind 'essay' is not one of"),
        ("front,back\na,b", "x.csv", "with one question"),
        ("question,answer\n\u200b,true", "x.csv", "the question cannot be empty"),
    ],
)
def test_what_is_bad_is_named(text: str, name: str, told: str) -> None:
    """With its line, and nothing is taken."""
    with pytest.raises(BadFile) as caught:
        read(text.encode(), name)
    assert any(told in problem for problem in caught.value.problems), caught.value.problems


def test_no_cell_is_a_formula() -> None:
    bad = BankQuestion("a", QuestionKind.TRUE_FALSE, "=1+1", "m", "", answer=True, why="@x")
    rows = as_csv([bad]).decode().splitlines()
    assert "'=1+1" in rows[1]
    assert "'@x" in rows[1]
    assert read(as_csv([bad]), "x.csv").questions == (bad,)
