"""The languages of the pages: whole, chosen by the browser or by hand, with the same places filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from browsing import Browser
from starlette.datastructures import Headers
from test_docs import script

from studyplan.presentation import phrases
from studyplan.presentation.language import decimal_text, gettext, ngettext, percent_text, spoken
from studyplan.web import messages, translations
from studyplan.web.guard import Address

HERE = Address.of(8765)
TAGS = [tag for tag in translations.languages() if tag != "en"]
#: What a text has filled in: `{name}`, `%(name)s`. A plural's ending, as in `belong{1}`, is none that another language needs.
ENDING = re.compile(r"(?<=[a-z])\{\w*\}")
PLACES = re.compile(r"\{(\w*)[^}]*\}|%\((\w+)\)[sd]")


def texts(tag: str) -> Iterator[tuple[str, str]]:
    """Each text of a language with its translation, of those that count something each form."""
    catalog = translations.catalog(tag)
    assert catalog is not None
    for each in catalog:
        ids, strings = ((x,) if isinstance(x, str) else tuple(x) for x in (each.id, each.string))
        if ids != ("",):
            yield from ((ids[min(place, len(ids) - 1)], string) for place, string in enumerate(strings))


def test_german_is_shipped() -> None:
    assert translations.languages() == {"en": "English", "de": "Deutsch"}


@pytest.mark.parametrize("tag", TAGS)
def test_a_language_is_whole(tag: str) -> None:
    """Every text of every page is translated, and none that no page shows any more."""
    tool = script("texts")
    catalog = translations.catalog(tag)
    assert catalog is not None
    assert tool.lacking(catalog, tool.texts()) == [], "bring it up to date: python scripts/texts.py"


@pytest.mark.parametrize("tag", TAGS)
def test_nothing_is_lost_in_translation(tag: str) -> None:
    """A translation fills in what its text fills in; a singular may leave the number out."""
    wrong = []
    for text, translated in texts(tag):
        wanted, found = ({a or b for a, b in PLACES.findall(each)} for each in (text, translated))
        endings = {each[1:-1] for each in ENDING.findall(text)}
        if not (found <= wanted and wanted - found <= {"n", "num", "count", *endings}):
            wrong.append((text, translated))
        if "`" in translated and "`" not in text:
            wrong.append((text, translated))
    assert wrong == []


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr,en;q=0.5,de;q=0.7", "de"),
        ("en-GB,de", "en"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("de;q=x, ;;,\u0660", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_the_browser_is_asked(accepted: str, tag: str) -> None:
    headers = Headers(raw=[(b"accept-language", accepted.encode())])
    assert translations.of_request(headers, HERE).tag == tag


def test_a_choice_of_ones_own_counts_more() -> None:
    headers = Headers({"accept-language": "de", "cookie": 'a="b; studyplan-language-8765=en'})
    assert translations.of_request(headers, HERE).tag == "en"
    assert translations.of_request(Headers({"cookie": "studyplan-language-8765=xx"}), HERE).tag == "en"


def test_what_others_on_this_machine_speak_is_not_taken() -> None:
    """All ports of a machine share their cookies."""
    for name in ("language", "studyplan-language-80", "__Host-studyplan-language"):
        headers = Headers({"accept-language": "en", "cookie": f"{name}=de"})
        assert translations.of_request(headers, HERE).tag == "en"


def test_the_page_speaks_german(studying: Browser) -> None:
    page = studying.get("/", **{"accept-language": "de"})
    assert page.soup.html is not None
    assert page.soup.html["lang"] == "de"
    assert "Überfällig" in page.main
    assert "Do, 23. Juli 2026" in page.main or "Do. 23" in page.main
    assert "Overdue" not in page.main
    page = studying.post("/tasks/999/done", **{"accept-language": "de"})
    english = studying.post("/tasks/999/done").notices[0]
    assert "999" in page.notices[0]
    assert page.notices[0] != english


def test_problems_are_recognised() -> None:
    """What a lower layer said is said again with the same names, whatever they hold."""
    for tag in TAGS:
        with spoken(translations.language(tag)):
            said = messages.in_language("task 4 belongs to 'A {0} task, which was dropped', which was dropped")
            assert "A {0} task, which was dropped" in said
            assert said.startswith("Aufgabe 4")
            assert messages.in_language("no such thing was ever said") == "no such thing was ever said"
            long = "task " * 50_000
            assert messages.in_language(long) == long
            assert gettext("Overdue") != "Overdue"
            assert ngettext("{n} study day left", "{n} study days left", 2) != "{n} study days left"
    assert messages.in_language("task 4 belongs to 'X', which was dropped").startswith("task 4")


def test_a_message_is_a_sentence_and_a_file_keeps_its_name() -> None:
    assert messages.sentence("task 3 is done") == "Task 3 is done."
    assert messages.sentence("e.yaml cannot be used") == "e.yaml cannot be used."
    assert messages.sentence("e.yaml:3: a list is missing.") == "e.yaml:3: a list is missing."
    assert messages.sentence("home/ana/plan cannot be read") == "home/ana/plan cannot be read."
    assert messages.sentence("1.5 hours are too many") == "1.5 hours are too many."
    assert messages.sentence("yes: e.yaml is read") == "Yes: e.yaml is read."


def test_days_and_numbers_in_messages_are_said_in_german() -> None:
    with spoken(translations.language("de")):
        said = messages.in_language("2026-07-30 now has 110 minutes of work, more than its 90")
        assert said == "Do, 30. Juli 2026 hat jetzt 110 Minuten Arbeit, mehr als die vorgesehenen 90"
        assert messages.in_language("task 3 is done") == "Aufgabe 3 ist erledigt"
        assert messages.in_language("no task principels: did you mean 'principles'?").endswith(
            "meinst du „principles“?"
        )


def test_words_of_ours_are_said_in_german_and_others_stay(studying: Browser) -> None:
    with spoken(translations.language("de")):
        assert phrases.word_text("lab") == "Übung"
        assert phrases.word_text("Klausur") == "Klausur"
        assert phrases.typed_days("mon-fri 60 min, sat 19:00-20:30") == "Mo-Fr 60 min, Sa 19:00-20:30"
        assert phrases.scheduled_title("Review 2: How, cloud: is priced, 4 cards from memory") == (
            "Wiederholung 2: How, cloud: is priced, 4 Karten aus dem Kopf"
        )
        assert (
            phrases.scheduled_title("Last pass: the one card from memory")
            == "Letzter Durchgang: die eine Karte aus dem Kopf"
        )
        assert phrases.scheduled_title("Review the map: all of it") == "Review the map: all of it"
        assert percent_text(0.725) == "72\u00a0%"
        assert decimal_text("1.25") == "1,25"
    assert phrases.scheduled_title("Last pass: all 7 cards from memory") == "Last pass: all 7 cards from memory"
    assert phrases.scheduled_title("Last pass: the one card from memory") == "Last pass: the one card from memory"
    page = studying.get("/tasks/1", **{"accept-language": "de"})
    assert "Rückblick, Kern" in page.main


@pytest.mark.parametrize(
    ("said", "german"),
    [
        (
            "it started in the past and 3 tasks are overdue",
            "er begann in der Vergangenheit, und 3 Aufgaben sind überfällig",
        ),
        ("a name or title cannot be empty", "ein Name oder Titel darf nicht leer sein"),
        ("1 overdue task stays where it is", "1 überfällige Aufgabe bleibt, wo sie ist"),
        (
            "'Review 1: Bills, 4 cards from memory' was dropped: no day before the exam has room for it",
            "„Wiederholung 1: Bills, 4 Karten aus dem Kopf“ entfällt: kein Tag vor der Prüfung hat Platz dafür",
        ),
        (
            "'A' now comes after 'B', 'C' and 2 more, which should be done later",
            "„A“ kommt jetzt nach „B“, „C“ und 2 weitere, was später dran sein sollte",
        ),
    ],
)
def test_what_stands_in_a_message_is_said_in_german_too(said: str, german: str) -> None:
    with spoken(translations.language("de")):
        assert messages.in_language(said) == german
    assert messages.in_language(said) == said


def test_a_question_keeps_its_mark() -> None:
    assert messages.sentence("did you mean Europe/Berlin?") == "Did you mean Europe/Berlin?"
    assert messages.sentence("there is no task 9.") == "There is no task 9."
