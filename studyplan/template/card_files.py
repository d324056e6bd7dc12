"""Question cards in files of other programs: CSV, and the text that Anki exports. Bytes in, cards out, and back again.

What is written is read back as the same cards. Anki's fields may hold HTML, of which the text is kept and nothing else: no
tag, script, style or reference to a picture gets in. Standard library only.
"""

from __future__ import annotations

import csv
import html
import html.entities
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from studyplan.model import Card
from studyplan.template.fields import Text
from studyplan.template.problems import Problems, quoted
from studyplan.template.separated import declared, first_row, records
from studyplan.template.siblings import both_ways, flaw_of_cloze, gathered, has_deletions, of_cloze
from studyplan.text import as_cell, count, of_cell

COLUMNS = ("question", "answer", "module", "source")
#: Columns of files that have cards made of one text.
_OF_SIBLINGS = ("reverse", "cloze")
#: Bytes of a file, and cards in it.
LARGEST = 4 << 20
MOST_CARDS = 5000
#: Renamed modules that are reported one by one.
MOST_TOLD = 10
#: The module of a card whose file names none.
OWN = "own"

_PROSE = Text(4000, paragraphs=True)
_MODULE = re.compile(r"[^\W_][\w.:-]{0,99}")
#: What other files call our columns.
_ALSO = {"front": "question", "back": "answer", "tags": "module", "tag": "module"}
_SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"}
_HEADER = re.compile(r"#([A-Za-z ]+):(.*)", re.DOTALL)
#: What a spreadsheet puts behind a line that has fewer cells than the others.
_PADDING = ",;\t| "
_AMPERSAND = re.compile(r"&(#?[A-Za-z0-9]{1,40};)?")
_UNFIT = re.compile(r"[^\w.:-]+")
#: Anki fields that are not part of a card.
_ASIDE = ("guid", "notetype", "deck")
#: Tags that Anki gives itself.
_STATES = ("leech", "marked")
#: What deletions of Anki's image occlusion begin with.
_OCCLUSION = "::image-occlusion:"
_YES, _NO = ("yes", "true", "1", "x"), ("no", "false", "0", "")


@dataclass(slots=True)
class _Form:
    """How a file of Anki's is written, by its first lines."""

    separator: str = "\t"
    html: bool = False
    columns: tuple[str, ...] = ()
    #: The columns by what they hold, counted from 0.
    tags: int | None = None
    notetypes: int | None = None
    decks: int | None = None
    aside: set[int] = field(default_factory=set)
    #: What all notes of the file have.
    tag: str = ""
    notetype: str = ""
    deck: str = ""


@dataclass(frozen=True, slots=True)
class CardFile:
    """The cards of a file, and notes on what was read differently than written. Siblings have ids that tell them apart, such as
    12.c1 and 12.c2; other cards have none."""

    cards: tuple[Card, ...]
    notes: tuple[str, ...] = ()


def read(data: bytes, where: str) -> CardFile:
    """The cards of a file. ``where`` is what messages call it. Raises ``BadFile`` whose ``problems`` name every bad card with
    its line."""
    problems, notes = Problems(where), list[str]()
    text = decoded(data, problems)
    rows = _from_anki(text, problems, notes) if _is_anki(text, where) else _from_csv(text, problems, notes)
    found = [(line, card) for line, row in rows for card in _made(row, line, problems)]
    if len(found) > MOST_CARDS:
        problems.stop(found[MOST_CARDS][0], f"the file has {len(found):,} cards; the most is {MOST_CARDS:,}")
    named = named_modules([(line, card.module) for line, card in found], notes)
    cards = [_checked(replace(card, module=named[card.module]), line, problems) for line, card in found]
    if not found and not problems:
        problems.add(1, "the file has no cards")
    if problems:
        problems.raise_all()
    return CardFile(tuple(cards), tuple(notes))


def as_csv(cards: Sequence[Card]) -> bytes:
    """The cards as CSV in UTF-8, with a first row that names the columns. No cell is a formula to a spreadsheet."""
    found = gathered(cards)
    has_more = any(each.is_both_ways or each.card.cloze is not None for each in found)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow((*COLUMNS, *_OF_SIBLINGS) if has_more else COLUMNS)
    for each in found:
        card, cloze = each.card, each.card.cloze
        said = (card.question, card.answer) if cloze is None else ("", each.extra)
        more = ("yes" if each.is_both_ways else "", cloze or "") if has_more else ()
        writer.writerow(map(as_cell, (*said, card.module, card.source or "", *more)))
    return out.getvalue().encode()


def as_anki(cards: Sequence[Card]) -> bytes:
    """The cards as Anki imports them: two fields and a third for the source, the module as the tag, and before them the type of
    note where cards are made of one text."""
    found = gathered(cards)
    has_more = any(each.is_both_ways or each.card.cloze is not None for each in found)
    out = io.StringIO()
    head = ["#notetype column:1", "#tags column:5"] if has_more else ["#tags column:4"]
    columns = [*(["Notetype"] if has_more else []), "Question", "Answer", "Source", "Tags"]
    out.write("\n".join(["#separator:tab", "#html:true", *head, "#columns:" + "\t".join(columns), ""]))
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for each in found:
        card, cloze = each.card, each.card.cloze
        said = (card.question, card.answer) if cloze is None else (cloze, each.extra)
        of = "Cloze" if cloze is not None else "Basic (and reversed card)" if each.is_both_ways else "Basic"
        row = [*map(_as_html, (*said, card.source or "")), card.module]
        writer.writerow([of, *row] if has_more else row)
    return out.getvalue().encode()


def _as_html(text: str) -> str:
    # A line that begins with # would be taken for a header; spaces that stand together would be taken for one; a sign that
    # begins a formula is one to spreadsheets, which open such a file as well.
    lines = html.escape(text, quote=False).replace("#", "&#35;").split("\n")
    if text[:1] in ("=", "+", "-", "@"):
        lines[0] = f"&#{ord(text[0])};{lines[0][1:]}"
    return "<br>".join(re.sub(r"\t", "&#9;", re.sub(" {2,}", _hard_spaces, line)) for line in lines)


def _hard_spaces(found: re.Match[str]) -> str:
    return "&#32;" * len(found[0])


def decoded(data: bytes, problems: Problems) -> str:
    if len(data) > LARGEST:
        problems.stop(1, f"the file is larger than {LARGEST >> 20} MiB, the limit for such a file")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError as error:
        line = 1 if wide else data.count(b"\n", 0, error.start) + 1
        problems.stop(line, "the text is not UTF-8: save or export the file again as UTF-8")
    if "\0" in text:
        problems.stop(text.count("\n", 0, text.index("\0")) + 1, "this is not a text file")
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _is_anki(text: str, where: str) -> bool:
    """By its first line; an older export has none, and is told by its name and its tabs."""
    first = text.lstrip("\n").partition("\n")[0]
    if _HEADER.fullmatch(_unpadded(first)):
        return True
    return where.lower().endswith((".txt", ".tsv")) and "\t" in first and _known(first.split("\t")) < 2


def _known(names: Sequence[str]) -> int:
    return len({_column(name) for name in names} & {"question", "answer"})


def _column(name: str) -> str:
    word = name.strip().lower()
    return _ALSO.get(word, word)


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row says of a card. Of a cloze the ``answer`` is what is shown with every answer."""

    question: str
    answer: str
    module: str
    source: str
    is_both_ways: bool = False
    cloze: str = ""


def _from_csv(text: str, problems: Problems, notes: list[str]) -> Iterator[tuple[int, _Row]]:
    separators, skipped = ",;\t", 0
    if told := declared(text):
        (separators, text), skipped = told, 1
        notes.append(f"the first line says that '{separators}' separates the columns")
    header = text.lstrip("\n").partition("\n")[0]
    separator = max(separators, key=lambda each: (_known(first_row(header, each)), header.count(each)))
    rows = records(text, separator, skipped, problems)
    line, names = next(rows, (1, []))
    columns = [_column(name) for name in names]
    for name in ("question", "answer"):
        if columns.count(name) != 1 and not (name not in columns and columns.count("cloze") == 1):
            problems.stop(line, f"the first row must name the columns, with one {name}: question,answer,module,source")
    for line, row in rows:
        if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
            problems.add(
                line, f"has {len(row)} cells, the first row names {len(columns)}: a comma in a text needs quotes"
            )
            continue
        cells = dict(zip(columns, map(of_cell, row), strict=False))
        question, answer, module, source, reverse, cloze = (
            cells.get(name, "").strip() for name in (*COLUMNS, *_OF_SIBLINGS)
        )
        if reverse.casefold() not in (*_YES, *_NO):
            problems.add(line, f"reverse is yes or no, not {quoted(reverse)}")
        if not cloze and has_deletions(question):
            question, cloze = "", question
        if question and cloze:
            problems.add(line, "a card has a question or a cloze, not both")
        yield line, _Row(question, answer, module, source, reverse.casefold() in _YES, cloze)


def _from_anki(text: str, problems: Problems, notes: list[str]) -> Iterator[tuple[int, _Row]]:
    form, skipped = _form(text, problems, notes)
    body = "\n".join(text.split("\n")[skipped:])
    for line, row in records(body, form.separator, skipped, problems):
        fields = [plain_text(cell) if form.html else cell for cell in row]
        tags = [word for word in _cell(fields, form.tags).split() if word not in _STATES]
        module = tags[0] if tags else form.tag or _deck_word(_cell(fields, form.decks) or form.deck)
        kept = [cell.strip() for n, cell in enumerate(fields) if n != form.tags and n not in form.aside]
        names = [name for n, name in enumerate(form.columns) if n != form.tags and n not in form.aside]
        at = next((n for n, name in enumerate(names[2:], 2) if name == "source" and n < len(kept)), None)
        source = "" if at is None else kept[at]
        notetype = (_cell(fields, form.notetypes) or form.notetype).casefold()
        kept += ["", "", ""]
        if any(map(has_deletions, kept)) or "cloze" in notetype:
            place = next((n for n, cell in enumerate(kept) if has_deletions(cell)), 0)
            extra = kept[place + 1] if place + 1 != at else ""
            yield line, _Row("", extra, module, source, cloze=kept[place] or " ")
            continue
        # Anki's own note types; the one asks both ways only where its third field is filled in.
        is_both_ways = "reversed card" in notetype and ("optional" not in notetype or bool(kept[2] and at != 2))
        yield line, _Row(kept[0], kept[1], module, source, is_both_ways)


def _cell(fields: Sequence[str], place: int | None) -> str:
    return fields[place] if place is not None and place < len(fields) else ""


def _deck_word(deck: str) -> str:
    """The module that a deck is: its own name, without those of the decks that it is in."""
    word = deck.strip().rpartition("::")[2].strip()
    return "" if word == "Default" else word


def _unpadded(line: str) -> str:
    """A line of the header without what a spreadsheet put around it: quotes, and a separator for each empty cell behind it."""
    if line.startswith('"#'):
        line = next(iter(first_row(line)), "")
    found = _HEADER.fullmatch(line)
    if found is None:
        return line
    bare = found[2].rstrip(_PADDING)
    # `#separator:,` names a sign that pads elsewhere.
    return f"#{found[1]}:{bare or found[2][:1]}"


def _form(text: str, problems: Problems, notes: list[str]) -> tuple[_Form, int]:
    """What the first lines say, and how many they are."""
    form, skipped, is_padded = _Form(), 0, False
    for line in text.split("\n"):
        if not line.startswith(("#", '"#')) and line.strip(_PADDING):
            break
        skipped += 1
        found = _HEADER.fullmatch(_unpadded(line))
        if found is None:
            continue
        is_padded = is_padded or found[0].rstrip() != line.rstrip()
        name, value = found[1].lower(), found[2]
        if name.endswith(" column"):
            _set_column(form, name.removesuffix(" column"), value)
        else:
            _set_header(form, name, value, skipped, problems)
    if is_padded:
        notes.append(
            "the lines that begin with # have been through a spreadsheet; the characters it added are left out"
        )
    if skipped == 0:
        form.html = True
    return form, skipped


def _set_header(form: _Form, name: str, value: str, line: int, problems: Problems) -> None:
    """Take in what a line of the header says of the whole file."""
    match name:
        case "separator":
            word = value.strip().lower()
            form.separator = _SEPARATORS.get(word, value[:1])
            if word not in _SEPARATORS and len(value) != 1:
                problems.stop(line, f"the separator {quoted(value)} is not one of {', '.join(_SEPARATORS)}")
        case "html":
            form.html = value.strip().lower() == "true"
        case "columns":
            form.columns = tuple(_column(each) for each in value.split(form.separator))
        case "tags":
            form.tag = next((word for word in value.split() if word not in _STATES), "")
        case "notetype":
            form.notetype = value.strip()
        case "deck":
            form.deck = value
        case _:
            pass


def _set_column(form: _Form, name: str, value: str) -> None:
    """Take in where a line of the header says that something stands."""
    place = int(value) - 1 if value.strip().isdecimal() and len(value) < 5 else None
    if name == "tags":
        form.tags = place
    if name not in _ASIDE or place is None:
        return
    form.aside.add(place)
    if name == "notetype":
        form.notetypes = place
    elif name == "deck":
        form.decks = place


def _made(row: _Row, line: int, problems: Problems) -> list[Card]:
    """The cards of a row; of a bad one those that could be made."""
    module, source = row.module.strip() or OWN, row.source.strip() or None
    card = Card("", row.question.strip(), row.answer.strip(), module, "", source)
    if row.is_both_ways:
        return both_ways(replace(card, id=str(line)))
    if not row.cloze:
        return [card]
    cloze = row.cloze.strip()
    if _OCCLUSION in cloze:
        problems.add(line, "a note of image occlusion hides parts of a picture and has no text to ask for")
        return []
    if wrong := (_PROSE.wrong(cloze) if cloze else "") or flaw_of_cloze(cloze):
        problems.add(line, f"the cloze text {wrong}")
        return []
    return of_cloze(replace(card, id=str(line)), cloze, row.answer.strip())


def named_modules(written: Sequence[tuple[int, str]], notes: list[str]) -> dict[str, str]:
    """By what the file calls a module: its name here, one word of letters, digits, ``-``, ``.``, ``:`` and ``_``."""
    named: dict[str, str] = {}
    told = []
    for line, word in written:
        if word not in named:
            named[word] = word if _MODULE.fullmatch(word) else _UNFIT.sub("-", word).strip("-_.:")[:100] or OWN
            if named[word] != word:
                told.append(f"line {line}: the module {quoted(word)} is called {quoted(named[word])} here")
    more = [f"{count(len(told) - MOST_TOLD, 'more module')} with another name here"] if len(told) > MOST_TOLD else []
    notes += [*told[:MOST_TOLD], *more]
    return named


def flaw_of_text(text: str) -> str:
    """What is wrong with a text as the question or answer of a card; empty if nothing is."""
    return _PROSE.wrong(text.strip())


def _checked(card: Card, line: int, problems: Problems) -> Card:
    for name, text in (("question", card.question), ("answer", card.answer), ("source", card.source)):
        if text is not None and (wrong := _PROSE.wrong(text)):
            problems.add(line, f"the {name} {wrong}")
    return card


class _Text(HTMLParser):
    """Keeps the text of HTML, lines where it breaks them, and nothing of scripts and styles."""

    _BREAKS = frozenset({"br", "p", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "pre", "hr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "br" or (tag in self._BREAKS and self.parts and not self.parts[-1].endswith("\n")):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._silent = max(0, self._silent - 1)
        elif tag in self._BREAKS and tag != "br" and self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"[ \t\n]+", " ", data))

    def handle_entityref(self, name: str) -> None:
        self._refer(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._refer(f"&#{name};")

    def _refer(self, written: str) -> None:
        if not self._silent:
            self.parts.append(html.unescape(written).replace("\xa0", " "))


def _only_references(found: re.Match[str]) -> str:
    """An ampersand as it is meant: it begins a reference only where that ends with ``;`` and is one. ``R&D``, ``&copy``."""
    name = found[1] or ""
    is_one = name in html.entities.html5 or (name.startswith("#") and html.unescape(f"&{name}") != f"&{name}")
    return found[0] if is_one else f"&amp;{name}"


def plain_text(text: str) -> str:
    parser = _Text()
    parser.feed(_AMPERSAND.sub(_only_references, text))
    parser.close()
    return "".join(parser.parts)
