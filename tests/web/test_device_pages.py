"""What a device asks for to have the plan at hand, and marks that it sends later, or twice."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from browsing import ADDRESS, Browser
from httpx2 import Response

from studyplan.errors import StorageProblem
from studyplan.model import Status, Task
from studyplan.planner.tasks import Tasks
from studyplan.web import assets


def task(browser: Browser, number: int = 1) -> Task:
    found, *_ = browser.planner.queries.show(number)
    return found[0]


def sent(browser: Browser, path: str, data: dict[str, str], key: object) -> Response:
    """The answer to what a device's worker sends."""
    headers = {"origin": ADDRESS, "accept": "application/json", "idempotency-key": str(key)}
    return browser.client.post(path, data=data, headers=headers, follow_redirects=False)


def later(browser: Browser, path: str, data: dict[str, str], key: object) -> int:
    """Send what waited on a device."""
    return sent(browser, path, data, key).status_code


def now(browser: Browser) -> datetime:
    """The time by the clock of the site, which stands on a day."""
    return browser.planner.review.now(None).replace(microsecond=0)


def at(moment: datetime) -> str:
    """A moment as JavaScript writes it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_a_mark_that_comes_twice_is_made_once(studying: Browser) -> None:
    key, tapped = uuid4(), now(studying) - timedelta(hours=2)
    assert later(studying, "/tasks/1/done", {"note": "a word"}, key) == 204
    assert later(studying, "/tasks/1/done", {"note": "a word", "done_at": at(tapped)}, key) == 204
    assert task(studying).note == "a word"
    assert len(studying.get("/").notices) == 1
    studying.planner.tasks.reopen(1)
    assert later(studying, "/tasks/1/done", {"note": "a word", "done_at": at(tapped)}, key) == 204
    assert task(studying).status is Status.OPEN


def test_a_mark_has_the_time_of_the_tap(studying: Browser) -> None:
    tapped = now(studying) - timedelta(days=1, hours=1)
    assert later(studying, "/tasks/1/done", {"done_at": at(tapped)}, uuid4()) == 204
    assert task(studying).done_at == tapped
    assert later(studying, "/tasks/2/skip", {"done_at": at(tapped)}, uuid4()) == 204
    assert task(studying, 2).done_at == tapped


def test_a_name_is_for_one_thing(studying: Browser) -> None:
    key = uuid4()
    assert later(studying, "/tasks/1/done", {}, key) == 204
    assert later(studying, "/tasks/2/done", {}, key) == 409
    assert later(studying, "/tasks/1/reopen", {}, key) == 409
    assert task(studying, 2).status is Status.OPEN


def test_what_was_refused_may_come_again(studying: Browser) -> None:
    key = uuid4()
    studying.planner.timer.add(1, 30)
    assert later(studying, "/tasks/1/done", {"minutes": "10"}, key) == 409
    assert task(studying).status is Status.OPEN
    studying.planner.history.undo()
    assert later(studying, "/tasks/1/done", {"minutes": "10"}, key) == 204
    assert task(studying).spent_minutes == 10


@pytest.mark.parametrize("key", ["", "x", "1", "\x7f", "9" * 5000, "{}", "00000000-0000-0000-0000-00000000000g"])
def test_names_that_are_none(studying: Browser, key: str) -> None:
    assert later(studying, "/tasks/1/done", {}, key) == 400
    assert task(studying).status is Status.OPEN


@pytest.mark.parametrize(
    "text",
    [
        "now",
        "2026-07-23",
        "2026-07-23T10:00:00",
        "2026-07-23T99:00:00Z",
        "9" * 400,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "\u0663",
    ],
)
def test_times_that_are_none(studying: Browser, text: str) -> None:
    assert later(studying, "/tasks/1/done", {"done_at": text}, uuid4()) == 400
    assert task(studying).status is Status.OPEN


def test_an_answer_to_a_tap_says_that_it_is_ours(studying: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A device forgets a tap only for that: a redirect or a page can be a proxy's, whose sign-in ran out."""
    taken = sent(studying, "/tasks/1/done", {"back": "/week"}, uuid4())
    assert (taken.status_code, taken.headers["studyplan-tap"], taken.headers["location"]) == (204, "taken", "/week")
    refused = sent(studying, "/tasks/999/done", {}, uuid4())
    assert (refused.status_code, refused.headers["studyplan-tap"]) == (404, "refused")
    assert refused.json()["error"]["message"]
    with monkeypatch.context() as broken:
        broken.setattr(Tasks, "mark", away)
        waits = sent(studying, "/tasks/2/done", {}, uuid4())
    assert waits.status_code == 503
    assert "studyplan-tap" not in waits.headers
    studying.client.cookies.clear()
    out = sent(studying, "/tasks/2/done", {}, uuid4())
    assert out.status_code == 403
    assert "studyplan-tap" not in out.headers


def away(*_: object, **__: object) -> None:
    raise StorageProblem("the database is away")


@pytest.mark.parametrize("name", ["/nowhere/mine.txt", "~nobody-of-that-name/mine.txt"])
def test_a_file_that_is_not_there_is_no_fault_of_the_server(studying: Browser, name: str) -> None:
    """A device sends it again and again otherwise."""
    answer = sent(studying, "/tasks/1/note", {"file": name}, uuid4())
    assert (answer.status_code, answer.headers["studyplan-tap"]) == (404, "refused")
    page = studying.post("/tasks/1/note", {"file": name, "text": "typed", "fold": "note"})
    assert page.status == 404
    assert "typed" in page.html
    assert task(studying).note is None


def test_a_tap_does_not_override_what_was_decided_after_it(studying: Browser) -> None:
    yesterday = at(now(studying) - timedelta(days=1))
    studying.planner.tasks.done(1)
    studying.planner.tasks.reopen(1)
    answer = sent(studying, "/tasks/1/done", {"done_at": yesterday}, uuid4())
    assert answer.status_code == 409
    assert answer.json()["error"]["message"] == "task 1 was marked otherwise after that: it is open now"
    assert task(studying).status is Status.OPEN
    studying.planner.tasks.done(2, minutes=33)
    assert later(studying, "/tasks/2/reopen", {"done_at": yesterday}, uuid4()) == 409
    assert later(studying, "/tasks/2/skip", {"done_at": yesterday}, uuid4()) == 409
    assert (task(studying, 2).status, task(studying, 2).spent_minutes) == (Status.DONE, 33)
    # It is so already.
    assert later(studying, "/tasks/2/done", {"done_at": yesterday}, uuid4()) == 204
    # An undo is a decision too.
    studying.planner.history.undo()
    assert later(studying, "/tasks/2/done", {"done_at": yesterday}, uuid4()) == 409


def test_taps_of_one_device_follow_one_another(studying: Browser) -> None:
    """The first of them is not what was decided since."""
    first, second = (at(now(studying) - timedelta(hours=hours)) for hours in (3, 2))
    known = sent(studying, "/tasks/1/done", {"done_at": first}, uuid4()).headers["studyplan-at"]
    assert later(studying, "/tasks/1/skip", {"done_at": second}, uuid4()) == 409
    assert later(studying, "/tasks/1/skip", {"done_at": second, "known_at": known}, uuid4()) == 204
    assert task(studying).status is Status.SKIPPED


def test_the_page_for_no_connection_holds_nothing_that_was_told(studying: Browser) -> None:
    """It is got to be kept: the line and its Undo would be shown at each later time without a connection."""
    answer = studying.client.post("/tasks/1/done", headers={"origin": ADDRESS}, follow_redirects=False)
    assert answer.status_code == 303
    assert studying.get("/offline").notices == []
    assert len(studying.get("/").notices) == 1


@pytest.mark.parametrize("late", [timedelta(days=7, seconds=2), -timedelta(minutes=6)])
def test_times_out_of_reach(studying: Browser, late: timedelta) -> None:
    assert later(studying, "/tasks/1/done", {"done_at": at(now(studying) - late)}, uuid4()) == 400
    assert task(studying).status is Status.OPEN


def test_the_app_has_a_name_and_icons(browser: Browser) -> None:
    link = browser.get("/").soup.select_one('link[rel="manifest"]')
    assert link
    manifest = json.loads(browser.get(str(link["href"])).html)
    assert manifest["start_url"] == "/"
    for icon in manifest["icons"]:
        answer = browser.client.get(icon["src"])
        assert answer.headers["content-type"] == icon["type"]
        assert "immutable" in answer.headers["cache-control"]
        if icon["type"] == "image/png":
            head = BytesIO(answer.content).read(24)
            assert head.startswith(b"\x89PNG")
            assert f"{int.from_bytes(head[16:20], 'big')}x{int.from_bytes(head[20:24], 'big')}" == icon["sizes"]


def test_the_worker_keeps_what_pages_are_shown_with(browser: Browser) -> None:
    browser.client.cookies.clear()
    answer = browser.client.get("/service-worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    begin = answer.text.splitlines()[0]
    files = json.loads(begin[begin.index("[") : begin.index("]") + 1])
    assert files
    for address in files:
        assert browser.client.get(address).status_code == 200
    on_page = re.findall(r'"(/static/[^"]*\.(?:css|js))"', browser.get("/enter").html)
    assert on_page
    assert set(on_page) <= set(files)


def test_scripts_are_small() -> None:
    assert len(assets.read("studyplan.js")) <= 8 << 10
    assert len(assets.read("service-worker.js")) <= 8 << 10


def test_the_keys_are_written_down(browser: Browser) -> None:
    page = browser.get("/keys")
    assert page.status == 200
    assert [each.get_text() for each in page.soup.select("#lists ~ dl kbd")] == list("jkxsmu?")
    script = assets.read("studyplan.js").decode()
    known = re.findall(r'^    (?:"(\W)"|(\w)): \(\) =>', script, re.MULTILINE)
    assert sorted("".join(pair) for pair in known) == sorted("jkxsmu?")


def test_leaving_clears_the_browser(studying: Browser) -> None:
    answer = studying.client.post("/leave", headers={"origin": ADDRESS}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert studying.site.sessions.devices() == []
    assert studying.get("/").path == "/enter?back=%2F"
    assert studying.post("/leave").status == 403
