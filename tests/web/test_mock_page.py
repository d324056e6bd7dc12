"""Mocks and quizzes in the browser: question by question, back and forth, timed, and gone through at the end."""

from dataclasses import replace
from time import time

import pytest
from browsing import Browser, Page

from studyplan.model import Attempt, QuestionKind, Status
from studyplan.presentation.question_facts import right_answer
from studyplan.rules.papers import Posed

LONG = "模擬試験" * 50


@pytest.fixture
def sitting(studying: Browser) -> Browser:
    """The diagnostic has begun: task 2, the first test of all."""
    studying.get("/mock/2")
    studying.send("/mock/2/begin")
    return studying


def questions(browser: Browser) -> tuple[Posed, ...]:
    return browser.planner.mock.sitting(1).questions


def attempt(browser: Browser) -> Attempt:
    return browser.planner.mock.record()[0].attempts[0]


def rightly(posed: Posed) -> dict[str, object]:
    """The fields of the right answer."""
    right = right_answer(posed.question)
    match posed.question.kind:
        case QuestionKind.TRUE_FALSE:
            return {"given": str(right).lower()}
        case QuestionKind.NUMBER:
            return {"given": str(right).replace(".", ",")}
        case QuestionKind.ORDER:
            return {f"place-{number}": str(place + 1) for number, place in enumerate(posed.order, 1)}
    assert isinstance(right, tuple)
    return {"given": [str(posed.order.index(place) + 1) for place in right]}


def answer_all(browser: Browser, *, wrong: tuple[int, ...] = ()) -> Page:
    """Answer every question rightly, but those at some places with nothing; the last one on its page."""
    asked = questions(browser)
    for place, posed in enumerate(asked[:-1]):
        if place not in wrong:
            given = replace(posed.response, given=right_answer(posed.question))
            browser.planner.mock.answer(1, place, given, 0)
    browser.get(f"/test/1?q={len(asked)}")
    return browser.send("/test/1", **rightly(asked[-1]))


def test_what_there_is_to_sit(studying: Browser) -> None:
    page = studying.get("/quiz")
    assert "Test yourself before you study" in page.main
    assert studying.get("/mock").path == "/mock/2"
    page = studying.get("/mock/2")
    assert "20 questions, 20 min" in page.main
    assert studying.get("/quiz/2").path == "/mock/2"
    assert studying.get("/mock/1").status == 400
    assert studying.get("/mock/999").status == 404
    assert "No plan is running" not in page.main


def test_nothing_is_told_before_the_end(sitting: Browser) -> None:
    page = sitting.page
    assert page
    assert page.path == "/test/1?q=1"
    for place, posed in enumerate(questions(sitting)[:6], 1):
        page = sitting.get(f"/test/1?q={place}")
        for text in (posed.question.why, *(option.why for option in posed.question.options)):
            assert not text or text not in page.html
        page = sitting.send("/test/1", **rightly(posed))
        assert posed.question.why == "" or posed.question.why not in page.html


def test_all_right(sitting: Browser) -> None:
    """A diagnostic that finds everything known offers to shorten it."""
    kinds = {posed.question.kind for posed in questions(sitting)}
    assert len(kinds) >= 4
    page = answer_all(sitting)
    assert page.path == "/test/1/overview"
    assert "20 of 20 answered" in page.main
    page = sitting.send("/test/1/end")
    assert page.path == "/test/1/result"
    assert "20 of 20 right, 100%" in page.main
    assert page.notices[0].startswith("The test is marked.")
    task = sitting.planner.queries.show(2)[0][0]
    assert (task.status, task.score) == (Status.DONE, 100)
    assert "You know language" in page.main
    before = sum(each.minutes for each in sitting.planner.queries.plan_views()[0].tasks)
    page = sitting.send("/test/1/shorten")
    assert page.notices[0].startswith("Shortened language")
    assert sum(each.minutes for each in sitting.planner.queries.plan_views()[0].tasks) < before
    assert sitting.get("/mock/2/result").path == "/test/1/result"
    assert "This test is done" in sitting.get("/mock/2").main
    assert sitting.get("/test/1?q=3").path == "/test/1/result"


def test_errors_are_gone_through(sitting: Browser) -> None:
    answer_all(sitting, wrong=(0, 1))
    page = sitting.get("/test/1/overview")
    assert "18 of 20 answered" in page.main
    assert "2 open questions count as wrong" in page.main
    sitting.send("/test/1/end")
    page = sitting.get("/test/1/result")
    assert "2 wrong answers" in page.main
    posed = sitting.planner.mock.outcome(1).wrong[0]
    for option in posed.question.options:
        assert option.why in page.text
    page = sitting.send("/test/1/errors", **{f"slip-{posed.question.number}": "misread"})
    assert page.notices
    assert sitting.planner.mock.outcome(1).wrong[0].response.slip == "misread"
    assert page.soup.select_one(f'input[name="slip-{posed.question.number}"][value=misread][checked]')
    sitting.post(
        "/test/1/errors", {f"slip-{posed.question.number}": LONG, "slip-x": "misread", "slip-99999": "misread"}
    )
    assert sitting.planner.mock.outcome(1).wrong[0].response.slip == "misread"


def test_back_flag_and_overview(sitting: Browser) -> None:
    page = sitting.send("/test/1", go="flag")
    assert page.path == "/test/1?q=1"
    assert "flagged" in page.main
    page = sitting.send("/test/1", go="overview")
    assert page.soup.select_one("button[name=goto].flagged")
    page = sitting.send("/test/1", goto="7")
    assert page.path == "/test/1?q=7"
    page = sitting.send("/test/1", go="back")
    assert page.path == "/test/1?q=6"
    page = sitting.send("/test/1", go="stop")
    assert page.path == "/quiz"
    assert "0 of 20 answered" in page.main
    assert sitting.get("/test/1").path == "/test/1?q=1"
    assert sitting.send("/test/1", go="flag").path == "/test/1?q=1"
    assert not questions(sitting)[0].response.is_flagged


def test_an_answer_stands_on_its_page(sitting: Browser) -> None:
    of_each_kind = {posed.question.kind: (place, posed) for place, posed in enumerate(questions(sitting))}
    for place, posed in of_each_kind.values():
        sitting.get(f"/test/1?q={place + 1}")
        sitting.send("/test/1", sure="0", **rightly(posed))
        sitting.get(f"/test/1?q={place + 1}")
        page = sitting.send("/test/1", go="next")
        assert page.status == 200
        after = questions(sitting)[place].response
        assert after.given == right_answer(posed.question), posed.question.kind
        assert after.is_sure is False


def test_another_answer_is_not_sure_by_the_first(sitting: Browser) -> None:
    place = next(n for n, each in enumerate(questions(sitting)) if each.question.kind is QuestionKind.SINGLE)
    for fields in ({"given": "1", "sure": "1"}, {"given": "2", "go": "next"}):
        sitting.get(f"/test/1?q={place + 1}")
        sitting.send("/test/1", **fields)
    assert questions(sitting)[place].response.is_sure is None


def test_what_is_no_answer(sitting: Browser) -> None:
    """It is said beside what was typed, and nothing is kept; whoever leaves may leave it so."""
    tried: list[tuple[QuestionKind, dict[str, object]]] = [
        (QuestionKind.NUMBER, {"given": "lots"}),
        (QuestionKind.NUMBER, {"given": "nan"}),
        (QuestionKind.NUMBER, {"given": "9" * 300}),
        (QuestionKind.ORDER, {"place-1": "1", "place-2": "1", "place-3": "2"}),
        (QuestionKind.ORDER, {"place-1": "1"}),
        (QuestionKind.SINGLE, {"given": "9"}),
        (QuestionKind.SINGLE, {"given": LONG}),
        (QuestionKind.SEVERAL, {"given": ["1", "1"]}),
        (QuestionKind.SEVERAL, {"given": ["1", "x"]}),
    ]
    for kind, fields in tried:
        place = next(n for n, each in enumerate(questions(sitting)) if each.question.kind is kind)
        sitting.get(f"/test/1?q={place + 1}")
        page = sitting.send("/test/1", go="next", **fields)
        assert page.status == 400, fields
        assert page.soup.select(".problem")
        if kind is QuestionKind.NUMBER:
            found = page.soup.select_one("#given")
            assert found
            assert found["value"] == fields["given"]
        if kind is QuestionKind.ORDER:
            assert page.soup.select_one("#place-1 option[value='1'][selected]")
        assert questions(sitting)[place].response.given is None
        sitting.get(f"/test/1?q={place + 1}")
        assert sitting.send("/test/1", go="stop", **fields).path == "/quiz"


def test_time_runs_while_the_page_is_open(sitting: Browser) -> None:
    assert "20 min left" in (sitting.page or sitting.get("/test/1")).main
    page = sitting.send("/test/1", go="next", shown=str(round(time() * 1000) - 12 * 60_000))
    assert "8 min left" in page.main
    sitting.get("/quiz")
    page = sitting.get("/test/1")
    assert "8 min left" in page.main
    page = sitting.send("/test/1", go="overview", shown=str(round(time() * 1000) - 9 * 60_000))
    assert page.path == "/test/1/result"
    assert page.notices[0].startswith("Time is up.")
    assert attempt(sitting).ended_at


def test_what_comes_too_late_does_not_count(sitting: Browser) -> None:
    posed = questions(sitting)[0]
    late = str(round(time() * 1000) - 30 * 60_000)
    page = sitting.send("/test/1", shown=late, **rightly(posed))
    assert page.path == "/test/1/result"
    assert page.notices[0].startswith("Time is up.")
    assert "0 of 20 right" in page.main
    sitting.get("/quiz")
    page = sitting.post("/test/1", {"place": "2", "given": "1", "go": "next"})
    assert page.path == "/test/1/result"
    assert "over already" in page.notices[0]


@pytest.mark.parametrize(
    ("fields", "limit"),
    [({"time": "untimed"}, None), ({"time": "minutes", "minutes": "1h"}, 60), ({"time": "limit"}, 20), ({}, 20)],
)
def test_its_time_is_chosen(studying: Browser, fields: dict[str, object], limit: int | None) -> None:
    studying.get("/mock/2")
    studying.post("/mock/2/begin", fields)
    assert attempt(studying).limit == limit


def test_a_time_that_is_none(studying: Browser) -> None:
    for minutes in ("", "0", "999", "lots", LONG):
        studying.get("/mock/2")
        page = studying.post("/mock/2/begin", {"time": "minutes", "minutes": minutes})
        assert page.status == 400
    assert studying.planner.mock.record()[0].attempts == ()


def test_practice(studying: Browser) -> None:
    studying.get("/quiz")
    page = studying.send("/quiz/begin", count="3", module="tags")
    assert "Question 1 of 3" in page.main
    assert "left" not in page.main
    studying.get("/quiz")
    assert studying.send("/quiz/begin", count="3", module="tags").path == "/test/1?q=1"
    assert len(studying.planner.mock.record()[0].attempts) == 1
    studying.get("/test/1/overview")
    page = studying.send("/test/1/end")
    assert "0 of 3 right, 0%" in page.main
    studying.get("/quiz")
    for fields in (
        {"count": "0"},
        {"count": "301"},
        {"count": LONG},
        {"module": LONG},
        {"plan": "9"},
        {"module": "\0"},
    ):
        assert studying.post("/quiz/begin", fields).status in (200, 400, 404)
    assert len(studying.planner.mock.record()[0].attempts) == 1


def test_a_quiz_of_the_plan(studying: Browser) -> None:
    number = next(task.number for task in studying.planner.queries.plan_views()[0].tasks if task.kind.value == "quiz")
    page = studying.get(f"/quiz/{number}")
    assert "As long as it takes" in page.main
    assert studying.send(f"/quiz/{number}/begin").path == "/test/1?q=1"
    assert "Go on" in studying.get(f"/quiz/{number}").main


def test_addresses_that_are_none(sitting: Browser) -> None:
    for path in (
        "/test/9",
        "/test/x",
        "/test/1/result",
        "/test/9/overview",
        "/mock/0",
        "/quiz/9999999999",
    ):
        assert sitting.get(path).status in (400, 404, 409), path


def test_forms_that_are_none(sitting: Browser) -> None:
    forms: list[dict[str, object]] = [
        {},
        {"place": "0"},
        {"place": "99"},
        {"place": "x"},
        {"place": LONG},
        {"goto": "0"},
        {"goto": LONG},
        {"shown": LONG},
        {"place": "1", "given": "1\0"},
        {"place": "1", "shown": "-1", "go": LONG},
    ]
    for fields in forms:
        assert sitting.post("/test/1", fields).status in (200, 400, 404), fields
    assert all(each.response.given is None for each in questions(sitting))
    assert attempt(sitting).ended_at is None


def test_a_test_begins_on_the_page_of_its_task(studying: Browser) -> None:
    assert studying.get("/tasks/2").soup.select_one('a[href="/mock/2"]')
    assert not studying.get("/tasks/1").soup.select_one('a[href^="/mock"], a[href^="/quiz"]')


def test_a_test_is_not_closed_by_a_tap_on_its_row(studying: Browser) -> None:
    """A row leads to the questions; without them the task is done on its own page, with its score."""
    page = studying.get("/week")
    assert not page.soup.select('form[action="/tasks/2/done"]')
    page = studying.get("/")
    assert page.soup.select('form[action="/tasks/1/done"]')
    assert not page.soup.select('form[action="/tasks/2/done"]')
    row = page.soup.select_one("#task-2 .acts > a")
    assert row
    assert (row["href"], row.get_text()) == ("/mock/2", "Begin")
    page = studying.get("/tasks/2")
    assert "Done without the questions" in page.main
    studying.send("/tasks/2/done", score="70")
    assert studying.planner.queries.show(2)[0][0].score == 70
    assert "See how it went" not in studying.get("/tasks/2").main


def test_a_test_without_questions_is_marked_like_any_task(browser: Browser) -> None:
    browser.planner.plans.start("blank", days=10)
    browser.planner.tasks.add("Mock by hand", kind="mock", minutes=20)
    (task,) = browser.planner.queries.plan_views()[0].tasks
    assert browser.get("/tasks").soup.select(f'form[action="/tasks/{task.number}/done"]')
    assert "Begin the questions" not in browser.get(f"/tasks/{task.number}").main


def test_a_test_left_half_way_is_gone_on_with_from_its_row_and_its_page(sitting: Browser) -> None:
    asked = questions(sitting)
    for posed in asked[:3]:
        sitting.send("/test/1", **rightly(posed))
    row = sitting.get("/").soup.select_one("#task-2")
    assert row
    assert "3 of 20 answered" in row.get_text()
    assert row.select('.acts > a[href="/test/1"]')
    page = sitting.get("/tasks/2")
    assert "Go on (3 of 20 answered)" in page.main
    assert sitting.follow("Go on").path == "/test/1?q=4"


def test_the_task_of_a_test_that_is_over_leads_to_its_result(sitting: Browser) -> None:
    answer_all(sitting, wrong=(0, 1))
    sitting.get("/test/1/overview")
    sitting.send("/test/1/end")
    sitting.get("/tasks/2")
    assert sitting.follow("See how it went").path == "/test/1/result"
    sitting.get("/tasks/2")
    assert "2 wrong answers" in sitting.follow("2 wrong answers").main


def test_a_number_comes_back_as_it_was_typed(sitting: Browser) -> None:
    asked = questions(sitting)
    place = next(n for n, each in enumerate(asked) if each.question.kind is QuestionKind.NUMBER)
    page = sitting.get(f"/test/1?q={place + 1}")
    page = sitting.send("/test/1", given="0,17 apples")
    assert page.status == 400
    assert "“0,17 apples” is not a number" in page.notices[0]
    sitting.send("/test/1", given=" 1 200,5 ")
    assert questions(sitting)[place].response.given == 1200.5
