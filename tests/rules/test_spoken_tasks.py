"""Titles with a day and a length at their end: what is read, what stays, and what is refused because it could be either."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyplan.errors import UsageProblem
from studyplan.rules.spoken_tasks import SpokenTask, spoken

TODAY = date(2026, 11, 28)  # a Saturday


def read(*words: str) -> tuple[str, str | None, int | None]:
    task = spoken(words, TODAY)
    return task.title, task.on and task.on.isoformat(), task.minutes


@pytest.mark.parametrize(
    ("words", "understood"),
    [
        (["Essay tomorrow 1h"], ("Essay", "2026-11-29", 60)),
        (["Essay 1h tomorrow"], ("Essay", "2026-11-29", 60)),
        (["Essay 1 h 30 min on Friday"], ("Essay", "2026-12-04", 90)),
        (["Essay for 45 minutes"], ("Essay", None, 45)),
        (["Read ch. 3", "45m"], ("Read ch. 3", None, 45)),
        (["Read ch. 3 45m"], ("Read ch. 3", None, 45)),
        (["Read ch. 3", "45"], ("Read ch. 3", None, 45)),
        (["Read ch. 3", "1:10"], ("Read ch. 3", None, 70)),
        (["Read ch. 3", "1:10", "tomorrow"], ("Read ch. 3", "2026-11-29", 70)),
        (["Read", "chapter", "3", "tomorrow", "45m"], ("Read chapter 3", "2026-11-29", 45)),
        (["Essay", "tomorrow", "1h"], ("Essay", "2026-11-29", 60)),
        (["Essay tomorrow", "1h"], ("Essay", "2026-11-29", 60)),
        (["Essay next monday 1,5 h"], ("Essay", "2026-11-30", 90)),
        (["Essay 3 dec 1h10"], ("Essay", "2026-12-03", 70)),
        (["Essay Fri 4 Dec 2026 1h"], ("Essay", "2026-12-04", 60)),
        (["Essay on 2026-12-03 20m"], ("Essay", "2026-12-03", 20)),
        (["Essay 3.12. 20m"], ("Essay", "2026-12-03", 20)),
        (["Essay +3d 20m"], ("Essay", "2026-12-01", 20)),
        (["A 1h"], ("A", None, 60)),
        (["Grammar in two weeks 30 min"], ("Grammar", "2026-12-12", 30)),
        (["Essay in 3 days 1h"], ("Essay", "2026-12-01", 60)),
        (["Essay in a month"], ("Essay", "2026-12-28", None)),
        (["Essay next week 45m"], ("Essay", "2026-11-30", 45)),
        (["Essay tonight"], ("Essay", "2026-11-28", None)),
        (["Essay today half an hour"], ("Essay", "2026-11-28", 30)),
        (["Essay for an hour and a half tomorrow evening"], ("Essay", "2026-11-29", 90)),
        (["Essay two hours on Friday night"], ("Essay", "2026-12-04", 120)),
        # What only looks like a day or a length stays.
        (["Read section 3.4 45m"], ("Read section 3.4", None, 45)),
        (["Read pages 3-4"], ("Read pages 3-4", None, None)),
        (["Chapter 12"], ("Chapter 12", None, None)),
        (["March of the Penguins 1h"], ("March of the Penguins", None, 60)),
        (["Read May 45m"], ("Read May", None, 45)),
        (["Tomorrow never dies 2h"], ("Tomorrow never dies", None, 120)),
        (["Summary of yesterday 10m"], ("Summary of yesterday", None, 10)),
        (["Read John 3:16 45m"], ("Read John 3:16", None, 45)),
        (["Essay 1h 45m tomorrow 20m"], ("Essay 1h 45m", "2026-11-29", 20)),
        # Quotes keep a title as it is.
        (['"The day after tomorrow" 2h'], ("The day after tomorrow", None, 120)),
        (['"The day after tomorrow"', "2h"], ("The day after tomorrow", None, 120)),
        (["“Prepare for Monday” monday 2h"], ("Prepare for Monday", "2026-11-30", 120)),
        (['"Read" and "write" 2h'], ('"Read" and "write"', None, 120)),
    ],
)
def test_what_is_understood(words: list[str], understood: tuple[str, str | None, int | None]) -> None:
    assert read(*words) == understood


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["The day after tomorrow"], "'after tomorrow' could be the day or part of the title"),
        (["Prepare for Monday 30m"], "'for monday' could be the day"),
        (["Homework due friday 1h"], "'due friday' could be the day"),
        (["A walk in the sun"], "'the sun' could be the day"),
        (["Vocabulary every mon 20m"], "'every mon' could be the day"),
        (["Essay in 2h"], "'in 2h' could be the length"),
        (["Read John 3:16"], "'3:16' could be the length"),
        (["tomorrow 1h"], "has no title"),
        (["1h"], "has no title"),
        (["Essay 3/4/2027"], "could be 3 April 2027 or 4 March 2027"),
        (["Essay mon 3 dec 1h"], "contradicts itself"),
    ],
)
def test_what_could_be_either_is_refused(words: list[str], why: str) -> None:
    with pytest.raises(UsageProblem, match=why):
        read(*words)


def test_what_the_caller_knows_is_not_read() -> None:
    """With a day or a length of its own, such words of the title stay where they are."""
    assert spoken(["The day after tomorrow 2h"], TODAY, has_day=True) == SpokenTask("The day after tomorrow", 120)
    assert spoken(["Tomorrow in 2h"], TODAY, has_day=True, has_length=True).title == "Tomorrow in 2h"


def test_a_number_that_may_have_been_minutes_is_mentioned() -> None:
    assert spoken(["Essay 45"], TODAY).notes == ("'45' is part of the title; 45m would be minutes",)


@pytest.mark.parametrize(
    ("title", "note"),
    [
        ("Essay 9/15", "'9/15' is part of the title; 2027-09-15 would be the day"),
        ("Essay end of october half an hour", "'end of october' is part of the title"),
        ("Essay this weekend 1h", "'this weekend' is part of the title"),
        ("Around the world in 80 days 2h", "'in 80 days' is part of the title; 2027-02-16 would be the day"),
        ("Essay heute", "'heute' is part of the title"),
        ("Tomorrow never dies 2h", "'tomorrow' is part of the title; 2026-11-29 would be the day"),
        ("Essay 999999999m", "'999999999m' is part of the title; one like 45m or 1h10 at its end would be the length"),
        ("45m sprint", "'45m' is part of the title; 45m would be the length"),
    ],
)
def test_what_looks_like_a_day_or_a_length_and_stays_is_mentioned(title: str, note: str) -> None:
    (told,) = spoken([title], TODAY).notes
    assert told.startswith(note)


@pytest.mark.parametrize(
    "title", ["March of the Penguins", "Read May", "Part 1/3 of it", "Section 3.4", '"Tomorrow" 1h']
)
def test_what_is_plainly_a_title_is_not_mentioned(title: str) -> None:
    assert spoken([title], TODAY).notes == ()


WORDS = st.sampled_from(
    "Essay 3 45m 1h tomorrow mon dec 3:16 the for on next in week an hour night 9/15 ² \" 2026 . ch. , 1.5 h + '".split()  # noqa: SIM905
)


@given(st.lists(WORDS | st.text(max_size=4), min_size=1, max_size=7))
def test_no_word_is_lost(words: list[str]) -> None:
    """Whatever is written, the title stands in it as it is, whole where nothing else was read; or one line says what is unclear."""
    text = " ".join(" ".join(words).split())
    try:
        task = spoken(words, TODAY)
    except UsageProblem as refused:
        told = refused.message
        task = None
    if task is None:
        assert "\n" not in told
        return
    assert task.title in text
    if task.minutes is None and task.on is None and not text.startswith(('"', "'", "“")):
        assert task.title == text
