"""Files of cards: what is written is read back, what people export is read, what is bad is named."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyplan.errors import BadFile
from studyplan.model import Card
from studyplan.template import card_files
from studyplan.template.siblings import both_ways, gathered, has_deletions, of_cloze
from studyplan.text import is_visible

LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"]) | st.sampled_from("\n\t\"',;&<>#=|")
PROSE = st.text(LETTERS, min_size=1, max_size=30).map(str.strip).filter(is_visible)
MODULES = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,12}", fullmatch=True) | st.just("日本語")
CARDS = st.lists(
    st.builds(Card, st.just(""), PROSE, PROSE, MODULES, st.just(""), st.none() | PROSE), min_size=1, max_size=5
)


@settings(max_examples=300, deadline=None)
@given(CARDS)
def test_cards_survive_both_kinds_of_file(cards: list[Card]) -> None:
    """Whatever a card holds, quotes, tags, tabs and line breaks included, both files give it back."""
    assert card_files.read(card_files.as_csv(cards), "cards.csv").cards == tuple(cards)
    assert card_files.read(card_files.as_anki(cards), "cards.txt").cards == tuple(cards)


def anki(body: str, *lines: str) -> tuple[Card, ...]:
    text = "\n".join(["#separator:tab", "#html:true", *lines, body])
    return card_files.read(text.encode(), "anki.txt").cards


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("plain", "plain"),
        ("<b>bold</b> and <i>not</i>", "bold and not"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("a<br>b<br />c", "a\nb\nc"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("x<script>alert('y')</script><style>b {}</style>z", "xz"),
        ('<img src="x.png" onerror="alert(1)">seen', "seen"),
        ("2 &lt; 3 &amp;&nbsp;4 &#8364;", "2 < 3 & 4 €"),
        ("2 < 3", "2 < 3"),
        ("What is R&D?", "What is R&D?"),
        ("Done at AT&T", "Done at AT&T"),
        ("R&D; R&D &D", "R&D; R&D &D"),
        ("&copy 2026 &copy; &copyright;", "&copy 2026 © &copyright;"),
        ("a&", "a&"),
        ("&&amp;&amp;amp;", "&&&amp;"),
        ("x?a=1&lt=2&#38;c &#x26; &#xZZ; &# &#;", "x?a=1&lt=2&c & &#xZZ; &# &#;"),
        ("<a href='?a=1&b=2'>b&c</a>", "b&c"),
        ("&lt;script&gt;", "<script>"),
        ("<a href='javascript:x'>link</a>", "link"),
        ("[sound:a.mp3]", "[sound:a.mp3]"),
    ],
)
def test_of_html_the_text_is_kept(field: str, text: str) -> None:
    """Tags, scripts, styles and pictures go; lines and characters stay."""
    (card,) = anki('"{}"\tanswer'.format(field.replace('"', '""')))
    assert card.question == text


def test_the_header_of_an_export_is_followed() -> None:
    """Identity, note type and deck are left out, the tags are the module, the first two fields left are the card."""
    head = ("#guid column:1", "#notetype column:2", "#deck column:3", "#tags column:6")
    (card,) = anki("abc\tBasic\tFinOps\tWhat?\tThat.\tpricing leech", *head)
    assert (card.question, card.answer, card.module) == ("What?", "That.", "pricing")
    (card,) = anki("What?\tThat.", "#tags:bill")
    assert card.module == "bill"
    (card,) = anki("What?\tThat.")
    assert card.module == "own"


@pytest.mark.parametrize(
    ("name", "mark"), [("comma", ","), ("semicolon", ";"), ("pipe", "|"), ("colon", ":"), ("|", "|")]
)
def test_any_separator(name: str, mark: str) -> None:
    """The separator is read by its name or as the character itself; without HTML a tag is text."""
    (card,) = card_files.read(f"#separator:{name}\n#html:false\n<b>Q</b>{mark}A".encode(), "a.txt").cards
    assert (card.question, card.answer) == ("<b>Q</b>", "A")


def test_an_old_export_has_no_header() -> None:
    """A text file with tabs and nothing else is one of an older Anki."""
    (card,) = card_files.read(b"<b>Q</b>\tA\n", "a.txt").cards
    assert (card.question, card.answer) == ("Q", "A")


@pytest.mark.parametrize(
    "data",
    [
        "question;answer\nQ;A",
        "\ufeffQuestion,ANSWER\r\nQ,A\r\n",
        "Back,Front\nA,Q",
        "answer\tnote\tquestion\nA\tx\tQ",
        "\n\nquestion,answer\n\n,\nQ,A\n",
    ],
)
def test_spreadsheets_as_they_come(data: str) -> None:
    """Separators, a byte order mark, blank rows, columns in any order and columns that mean nothing."""
    (card,) = card_files.read(data.encode(), "cards.csv").cards
    assert (card.question, card.answer, card.module, card.source) == ("Q", "A", "own", None)
    (card,) = card_files.read(data.lstrip("\ufeff").encode("utf-16"), "cards.csv").cards
    assert (card.question, card.answer) == ("Q", "A")


@pytest.mark.parametrize(
    ("name", "data", "line", "told"),
    [
        ("a.csv", b"", 1, "question"),
        ("a.csv", b"question,answer\n", 1, "no card"),
        ("a.csv", b"front,front,back\n", 1, "with one question"),
        ("a.csv", b"Q,A\n", 1, "question,answer,module,source"),
        ("a.csv", b'question,answer\nQ,"A\n', 2, "never closed"),
        ("a.csv", b"question,answer\nQ,A,B\n", 2, "needs quotes"),
        ("a.csv", b"question,answer\nQ,\n", 2, "the answer cannot be empty"),
        ("a.csv", b"question,answer\nQ,A\nQ,\xff\n", 3, "UTF-8"),
        ("a.csv", b"question,answer\nQ,A\x00\n", 2, "not a text file"),
        ("a.csv", "question,answer\nQ,A\u202e\n".encode(), 2, "U+202E"),
        ("a.csv", b"question,answer\nQ," + b"x" * 4001, 2, "4,000"),
        ("a.csv", b"x" * (card_files.LARGEST + 1), 1, "4 MiB"),
        ("a.csv", b"question,answer\n" + b"Q,A\n" * 5001, 5002, "the most is 5,000"),
        ("a.txt", b"#separator:tab\n#html:true\n{{c1::Paris is it\t\n", 3, "does not close the deletion c1"),
        ("a.txt", b"#separator:tab\n#html:true\n{{c1::<br>}} is it\t\n", 3, "nothing in the deletion c1"),
        (
            "a.txt",
            b"#separator:tab\n#notetype:Cloze\n\n# a word\nParis is it\t\n",
            5,
            "no deletion such as {{c1::answer}}",
        ),
        ("a.txt", b"#separator:tab\n#notetype:Cloze\n\tParis\n", 3, "no deletion such as {{c1::answer}}"),
        (
            "a.txt",
            b"#separator:tab\n#html:true\n{{c1::image-occlusion:rect:left=.1}}<br>\t<img src=a.png>\n",
            3,
            "image occlusion",
        ),
        ("a.csv", b"cloze\n{{c0::Paris}} is it\n", 2, "the first number is c1"),
        ("a.csv", b"cloze\n{{c51::Paris}} is it\n", 2, "the highest number is c50"),
        ("a.csv", b"cloze\n" + b"{{c1::" * 11 + b"x" + b"}}" * 11, 2, "within each other"),
        ("a.csv", b"cloze\n" + b"{{c1::" * 5000 + b"x" + b"}}" * 5000, 2, "4,000"),
        ("a.csv", b"question,answer,cloze\nQ,A,{{c1::Paris}} is it\n", 2, "a question or a cloze, not both"),
        ("a.csv", b"question,answer,reverse\nQ,A,maybe\n", 2, "yes or no, not 'maybe'"),
        ("a.csv", b"question,cloze,cloze\nQ,A,\n", 1, "with one answer"),
        ("a.txt", b"#separator:tab\n#html:true\n<img src='a.png'>\tA\n", 3, "the question cannot be empty"),
        ("a.txt", b"#separator:dots\nQ\tA\n", 1, "separator"),
        ("a.apkg", b"PK\x03\x04\x00\x00", 1, "not a text file"),
    ],
)
def test_what_is_bad_is_named_with_its_line(name: str, data: bytes, line: int, told: str) -> None:
    """Each problem names file and line; nothing of a bad file is taken."""
    with pytest.raises(BadFile) as caught:
        card_files.read(data, name)
    assert caught.value.problems[0].startswith(f"{name}:{line}: ")
    assert told in caught.value.problems[0]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_are_a_crash(data: bytes) -> None:
    """Any bytes are cards or a bad file."""
    for name in ("a.csv", "a.txt"):
        for head in (b"", b"#separator:tab\n#html:true\n", b"question,answer\n"):
            with suppress(BadFile):
                assert all(card.question and card.answer for card in card_files.read(head + data, name).cards)


FORMULAS = st.builds(
    lambda quotes, sign, rest: f"{quotes}{sign}{rest}", st.sampled_from(["", "'", "''"]), st.sampled_from("=+-@"), PROSE
)


@given(
    st.lists(
        st.builds(Card, st.just(""), FORMULAS, FORMULAS | PROSE, MODULES, st.just(""), st.none() | FORMULAS), min_size=1
    )
)
def test_no_cell_is_a_formula_and_each_is_read_back(cards: list[Card]) -> None:
    """A spreadsheet runs nothing of what is written, and what comes back is what went out."""
    for data, name, separator in ((card_files.as_csv(cards), "c.csv", ","), (card_files.as_anki(cards), "c.txt", "\t")):
        for row in csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
        assert card_files.read(data, name).cards == tuple(cards)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.csv", "sep=;\nquestion;answer\nQ;A\n", "';' separates"),
        ("a.csv", "sep=|\r\nquestion|answer\r\nQ|A\r\n", "'|' separates"),
        ("a.csv", '\ufeff"SEP=,"\nquestion,answer\nQ,A\n', "',' separates"),
        ("a.csv", "sep=;;\nquestion;answer;\nQ;A;\n", "';' separates"),
        ("a.csv", "#separator:Comma,,\n#html:false,,\nQ,A,own\n", "through a spreadsheet"),
        ("a.txt", "#separator:Comma,,\n#html:true,,\n#tags column:3,,\nQ,A,own\n", "through a spreadsheet"),
        ("a.csv", '"#separator:Comma",,\n"#html:false",,\n,,\nQ,A,own\n', "through a spreadsheet"),
        ("a.csv", "#separator:Semicolon;;\n#html:false;;\nQ;A;own\n", "through a spreadsheet"),
        ("a.txt", "\ufeff\ufeff#Separator:Tab\n#HTML:true\nQ\tA\n", ""),
        ("a.txt", "#separator:,\n#html:false\nQ,A\n", ""),
        ("a.txt", "#separator:\t\n#html:false\n#tags: \nQ\tA\n", ""),
    ],
)
def test_what_a_spreadsheet_adds_is_left_out(name: str, data: str, told: str) -> None:
    """A line that names the separator, and a header filled up with separators, are read as they were meant, with a word."""
    for text in (data, data.replace("\n", "\r\n")):
        found = card_files.read(text.encode(), name)
        ((question, answer, module),) = [(card.question, card.answer, card.module) for card in found.cards]
        assert (question, answer, module) == ("Q", "A", "own")
        assert [told in note for note in found.notes] == ([True] if told else [])


def test_a_tag_of_other_signs_is_mended_with_a_word() -> None:
    """As it is written in the note, as one word in the plan; no card is lost for it."""
    text = "#separator:tab\n#html:true\n#tags column:3\nQ1\tA1\tc++\nQ2\tA2\t#Deck_v1::B&B\nQ3\tA3\tc++\nQ4\tA4\t!!\n"
    found = card_files.read(text.encode(), "a.txt")
    assert [card.module for card in found.cards] == ["c", "Deck_v1::B-B", "c", "own"]
    assert found.notes == (
        "line 4: the module 'c++' is called 'c' here",
        "line 5: the module '#Deck_v1::B&B' is called 'Deck_v1::B-B' here",
        "line 7: the module '!!' is called 'own' here",
    )
    rows = "".join(f"Q,A,m/{n}\n" for n in range(30))
    notes = card_files.read(f"question,answer,module\n{rows}".encode(), "a.csv").notes
    assert (len(notes), notes[-1]) == (11, "20 more modules with another name here")


@pytest.mark.parametrize(
    "text",
    [
        f"question,answer,{'x' * 200_000}\nQ,A,m\n",
        f'"#separator:{"x" * 200_000}"\nQ\tA\n',
        f"sep=;\n{'x' * 200_000}\n",
        f"#separator:{'x' * 200_000}\nQ\tA\n",
    ],
)
def test_a_first_row_without_end(text: str) -> None:
    """Longer than the reader of such files takes: a bad file, not the end of the program."""
    for name in ("c.csv", "c.txt"):
        with pytest.raises(BadFile):
            card_files.read(text.encode(), name)


WORDS = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" &<\"',;"), min_size=1, max_size=12)
TEXTS = WORDS.map(str.strip).filter(lambda text: text and "{" not in text and "}" not in text and ":" not in text)
HINTS = st.just("") | TEXTS.map(lambda hint: f"::{hint}")
DELETIONS = st.builds(
    lambda number, text, hint: f"{{{{c{number}::{text}{hint}}}}}",
    st.integers(1, 4),
    TEXTS | PROSE.map(len).map(str),
    HINTS,
)
CLOZES = st.lists(TEXTS | DELETIONS, min_size=1, max_size=5).map(" ".join).filter(has_deletions)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(CLOZES, st.just("") | PROSE, MODULES) | st.tuples(PROSE, PROSE, st.just("R")), max_size=4))
def test_siblings_survive_both_kinds_of_file(rows: list[tuple[str, str, str]]) -> None:
    """Cloze texts and cards asked both ways are written as what they are made of, and read back card by card."""
    cards = [Card("0", "Plain?", "Yes.", "own", "")]
    for n, (text, other, module) in enumerate(rows, 1):
        card = Card(f"{n}", text, other, module, "", None if n % 2 else "https://example.org/x")
        cards += both_ways(card) if module == "R" else of_cloze(card, text, other)
    for data, name in ((card_files.as_csv(cards), "cards.csv"), (card_files.as_anki(cards), "cards.txt")):
        assert len(gathered(cards)) == len(rows) + 1
        found = card_files.read(data, name).cards
        assert [replace(card, id=card.id.partition(".")[2]) for card in found] == [
            replace(card, id=card.id.partition(".")[2]) for card in cards
        ]
        assert len({card.note for card in found}) == len(rows) + 1
        assert card_files.as_csv(found) == card_files.as_csv(cards)


def test_a_cloze_note_of_anki_s() -> None:
    """Its text makes a card for each number; HTML goes from it, a bare & stays, and what is on its back goes with each answer."""
    head = ("#notetype column:1", "#deck column:2", "#tags column:5")
    row = "Cloze\tFinOps::AWS bills\t<b>{{c1::R&D}}</b> at {{c2::AT&amp;T::a firm &amp; more}}&nbsp;is {{c1::dear}}\tSee <i>it</i>\tleech"
    first, second = anki(row, *head)
    assert (first.question, first.answer) == ("[...] at AT&T is [...]", "R&D; dear\nSee it")
    assert (second.question, second.answer) == ("R&D at [a firm & more] is dear", "AT&T\nSee it")
    assert first.cloze == second.cloze == "{{c1::R&D}} at {{c2::AT&T::a firm & more}} is {{c1::dear}}"
    assert (first.note, first.module) == (second.note, "AWS-bills")


def test_note_types_and_decks_of_the_whole_file() -> None:
    """Both ways where the type of note says so; the deck is the module where no tag is, with its own name alone."""
    both = anki("CUD\tcommitted use discount", "#notetype:Basic (and reversed card)", "#deck:FinOps::Terms")
    assert [(card.question, card.answer, card.module) for card in both] == [
        ("CUD", "committed use discount", "Terms"),
        ("committed use discount", "CUD", "Terms"),
    ]
    assert [card.id for card in both] == ["5", "5.back"]
    for third, number in (("y", 2), ("", 1)):
        assert len(anki(f"Q\tA\t{third}", "#notetype:Basic (optional reversed card)")) == number
    assert [card.module for card in anki("Q\tA", "#notetype:Basic", "#deck:Default")] == ["own"]
    assert [card.module for card in anki("Q\tA\tmarked storage", "#tags column:3", "#deck:X")] == ["storage"]


def test_a_cloze_in_a_spreadsheet() -> None:
    """In a column of its own, or as the question; `reverse` asks both ways."""
    text = "question,answer,module,reverse,cloze\n,,bill,,A {{c1::b}}\nC {{c1::d}},more,bill,no,\nE,F,bill,Yes,\n"
    found = card_files.read(text.encode(), "a.csv").cards
    assert [(card.question, card.answer) for card in found] == [
        ("A [...]", "b"),
        ("C [...]", "d\nmore"),
        ("E", "F"),
        ("F", "E"),
    ]
    (card,) = card_files.read(b"cloze\n{{c1::x}} is it\n", "a.csv").cards
    assert (card.question, card.module) == ("[...] is it", "own")


def test_of_rewritten_siblings_each_stands_for_itself() -> None:
    """The text that they were made of would bring the old words back."""
    first, second = of_cloze(Card("k", "", "", "m", ""), "{{c1::A}} is {{c2::B}}")
    changed = [first, replace(second, question="Which?", cloze=None)]
    for data, name in ((card_files.as_csv(changed), "c.csv"), (card_files.as_anki(changed), "c.txt")):
        found = card_files.read(data, name).cards
        assert [(card.question, card.answer) for card in found] == [("[...] is B", "A"), ("Which?", "B")]
