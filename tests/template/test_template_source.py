"""Text that is no YAML, or YAML that is no template: bombs, mangled files, both of yaml's parsers."""

from __future__ import annotations

import itertools

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from template_samples import file, good, problems

from studyplan.errors import BadFile
from studyplan.model import Template
from studyplan.template import parse, skeleton

LARGEST = 1 << 20

BAD = {
    "empty": ("", 1, "the file is empty"),
    "comment": ("# nothing\n", 1, "the file is empty"),
    "null": ("~", 1, "the file is empty"),
    "a word": ("\nhello", 2, "a template is a mapping"),
    "a list": ("- a\n- b", 1, "a template is a mapping"),
    "tab": ("a:\n\tb: 1", 2, "YAML does not allow tabs"),
    "colon": ("a: 1\ntitle: a: b", 2, "needs quotes"),
    "open quote": ('a: "x', 1, "not YAML"),
    "open list": ("a: [1, 2\nb: 3\n", 2, "not YAML"),
    "second document": ("a: 1\n---\nb: 2", 2, "a second document begins"),
    "null byte": ("a: 1\nb: \0", 2, "the character U+0000"),
    "line separator": ("a: 1\nb: \u2028", 2, "the character U+2028"),
    "lone surrogate": ("a: '\ud800'", 1, "the character U+D800"),
    "latin 1": (b"a: 1\nb: \xe9", 2, "byte 0xe9 is not UTF-8"),
    "utf-16": ("a: 1".encode("utf-16"), 1, "not UTF-8"),
    "deep flow": ("a: 1\nb: " + "[" * 100_000, 2, "more than 20 levels"),
    "deep mappings": ("{a: " * 50_000, 1, "more than 20 levels"),
    "deep dashes": ("- " * 50_000, 1, "more than 20 levels"),
    "deep keys": ("? " * 50_000, 1, "more than 20 levels"),
    "deep indent": ("".join(" " * n + "a:\n" for n in range(500)), 21, "more than 20 levels"),
    "large": ("#" * (LARGEST + 1), 1, "larger than 1 MiB"),
    "large in bytes": ("#" + "é" * (LARGEST // 2), 1, "larger than 1 MiB"),
}


#: A yaml that was built without libyaml has one parser to hold.
PARSERS = ["libyaml", "pure"] if hasattr(yaml, "CSafeLoader") else ["pure"]


@pytest.fixture(params=PARSERS, autouse=True)
def parser(request, monkeypatch):
    """Everything here holds with yaml's C parser and without it."""
    if request.param == "pure":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_one_problem(name):
    """Text that is not YAML, too large or too deep is refused at its line, before anything is built."""
    text, line, words = BAD[name]
    [told] = problems(text)
    assert told.startswith(f"plans/sample.yaml:{line}: ")
    assert words in told


def test_tags_anchors_and_aliases_are_refused():
    """YAML's own tags, anchors and aliases have no place in a template: nothing is constructed or multiplied."""
    text = file().replace("about: For tests.", "about: !!python/object/apply:os.system [exit]")
    text = text.replace("title: A sample", "title: &laugh [ha, ha]").replace("language: en", "language: *laugh")
    told = problems(text)
    assert [problem.split(":")[1] for problem in told] == ["3", "5", "6"]
    assert "the anchor '&laugh' is not allowed" in told[0]
    assert "the alias '*laugh' is not allowed" in told[1]
    assert "the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed" in told[2]


def test_a_million_laughs():
    """Aliases of aliases are refused one by one, each only once."""
    names = "abcdefghij"
    lines = [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in itertools.pairwise(names)]
    told = problems("a: &a [ha]\n" + "\n".join(lines))
    assert sum("alias" in problem for problem in told) == 81


def test_merge_keys_are_plain_keys():
    """``<<`` merges nothing."""
    assert any("unknown key '<<'" in problem for problem in problems("<<: {id: a}"))


def test_many_problems_are_counted_not_listed():
    """A file full of mistakes reports some and the number of the others."""
    told = problems("".join(f"k{n}: 1\n" for n in range(5000)))
    assert len(told) == 201
    assert told[-1].endswith("more problems")


def test_messages_hold_nothing_that_a_terminal_obeys():
    """Control characters of a file do not reach the screen through its messages."""
    told = problems('studyplan: 1\n"\\e[2J\\a": 1\n')
    assert all(problem.isprintable() for problem in told)


def test_byte_order_mark_and_dos_lines():
    """A file written on Windows is as good as any, and its lines count the same."""
    text = file().replace("\n", "\r\n")
    assert good("\ufeff" + text) == good(file())
    assert parse(("\ufeff" + text).encode(), "x") == good(file())
    [told] = problems(text.replace("kind: read", "kind: red"))
    assert told.startswith("plans/sample.yaml:16: ")


SIGNS = [
    "\n",
    "\t",
    ":",
    "-",
    "[",
    "]",
    "{",
    "}",
    "&a",
    "*a",
    "!t",
    "#",
    "'",
    '"',
    "|",
    ">",
    "?",
    "---",
    "~",
    "on",
    "exam-1d",
    "mock-1",
    "\x00",
    "\x85",
    "�",
    "é",
    "\\",
    "%",
    "@",
    "1e9",
    "-1",
    "true",
    "<<",
    "=",
    "\r",
]
PIECES = st.sampled_from(["", " ", ": ", "- ", "? ", "---\n", *SIGNS])
GOOD = skeleton("mangled")


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """A good file with a few pieces cut out, repeated, moved or put in."""
    text = GOOD
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        middle = draw(PIECES | st.just(text[start:end] * 2) | st.just(text[end : end + 40]))
        text = text[:start] + middle + text[end:]
    return text


@settings(max_examples=60, deadline=None)
@given(mangled() | st.text(max_size=200) | st.binary(max_size=200))
def test_mangled_text_is_a_template_or_a_bad_file(text):
    """Whatever stands in a file, reading it ends in a template or in problems of one line each."""
    _template_or_bad(text)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 10**12)
    | st.text(max_size=8)
    | st.sampled_from(["exam-3d", "first-steps"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_value_anywhere(data):
    """A good file in which any value is replaced by any other is a template or a bad file."""
    tree = yaml.safe_load(GOOD.replace(" on:", " 'on':"))
    for _ in range(data.draw(st.integers(1, 3))):
        node = tree
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            key = data.draw(st.sampled_from(keys))
            if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.integers(0, 3)) == 0:
                break
            node = node[key]
        node[key] = data.draw(VALUES)
        if not tree:
            break
    _template_or_bad(yaml.safe_dump(tree, allow_unicode=True))


def _template_or_bad(text: str | bytes) -> None:
    told: tuple[str, ...] = ()
    try:
        found = parse(text, "x.yaml")
    except BadFile as error:
        told = error.problems
    else:
        assert isinstance(found, Template)
        return
    assert told
    assert all(problem.startswith("x.yaml:") and "\n" not in problem for problem in told)
    numbers = [int(problem.split(":")[1]) for problem in told if not problem.endswith("more problems")]
    assert numbers == sorted(numbers)
    assert numbers[0] >= 1
