"""What a history tells of changes, in another language."""

from __future__ import annotations

from browsing import Browser

from studyplan.presentation.language import spoken
from studyplan.web import translations
from studyplan.web.action_words import ACTIONS, action_text

GERMAN = {"accept-language": "de"}


def test_every_pattern_is_said_in_another_language() -> None:
    with spoken(translations.language("de")):
        for pattern in ACTIONS:
            written = pattern.format("7 'Draw the map'", "2026-07-30", "3", "4")
            said = action_text(written)
            assert said != written
            assert ("Draw the map" in said) == ("{0}" in pattern)


def test_an_english_page_speaks_in_its_own_words() -> None:
    assert action_text("move 7 'Draw the map' to 2026-07-30") == "Moved to Thu 30 Jul 2026: 7 “Draw the map”"
    assert action_text("skip 1 'Draw the map'") == "Skipped: 1 “Draw the map”"
    assert action_text("juggle 3 'Balls'") == "juggle 3 'Balls'"


def test_what_is_not_known_stays() -> None:
    with spoken(translations.language("de")):
        assert action_text("juggle 3 'Balls'") == "juggle 3 'Balls'"
        assert action_text("move 3 'Balls' to 2026-07-30") == "Verschoben auf Do, 30. Juli 2026: 3 „Balls“"
        assert action_text("review 1 card of 'x'") == "1 Karte von „x“ wiederholt"


def test_the_history_of_a_day_is_told_in_german(studying: Browser) -> None:
    studying.post("/tasks/1/done")
    studying.post("/tasks/2/skip")
    studying.post("/tasks/1/reopen")
    studying.post("/tasks/5/move", {"to": "2026-07-30"})
    studying.post("/tasks/5/unpin")
    studying.post("/tasks/6/log", {"minutes": "30"})
    studying.post("/timer/start", {"task": "7"})
    studying.post("/timer/cancel")
    studying.post("/add", {"text": "Essay 30m"})
    studying.post("/plans/1/rename", {"name": "Mein Plan"})
    told = [each.get_text() for each in studying.get("/history", **GERMAN).soup.select(".action")]
    english = [each.get_text() for each in studying.get("/history").soup.select(".action")]
    assert len(told) == len(english) >= 9
    assert [one for one, other in zip(told, english, strict=True) if one == other] == []
    assert studying.undo(**GERMAN).notices[0].startswith("Zurückgenommen: ")
    assert "umbenannt" in studying.get("/history", **GERMAN).main
