"""What the script adds in a real browser: keys, the place on the page after a tap, and taps without a connection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from chromium import ServedSite, window
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Error, Page, Route, expect

from studyplan.model import Kind, Status, Task

#: Ends once the page is in the hands of a worker. (A function that is waited for by name would need what the pages' policy forbids.)
CONTROLLED = """() => new Promise((done, fail) => {
    setTimeout(() => fail(new Error('no worker came')), 20000);
    if (navigator.serviceWorker.controller) done();
    else navigator.serviceWorker.addEventListener('controllerchange', () => done());
})"""

#: Makes what waits older than it is.
AN_HOUR_AGO = """() => new Promise((done) => {
    indexedDB.open('studyplan').onsuccess = ({ target: { result: base } }) => {
        const deal = base.transaction('taps', 'readwrite'), taps = deal.objectStore('taps');
        const earlier = (tap) => ({ ...tap, at: new Date(Date.parse(tap.at) - 3600000).toISOString() });
        taps.getAll().onsuccess = ({ target: { result: all } }) => all.forEach((tap) => taps.put(earlier(tap)));
        deal.oncomplete = () => (base.close(), done());
    };
})"""


def status(served: ServedSite, number: int) -> Status:
    found, *_ = served.planner.queries.show(number)
    return found[0].status


def focused(page: Page) -> str:
    """The row that has the focus."""
    return str(page.evaluate("document.activeElement.closest('.task')?.id ?? document.activeElement.tagName"))


@pytest.fixture
def served(served: ServedSite) -> ServedSite:
    """The same, with no test among the first tasks: its row leads to its questions and has no circle."""
    served.planner.tasks.edit(2, kind="practice")
    return served


@pytest.fixture
def page(screen: Chromium, served: ServedSite) -> Iterator[Page]:
    """Today, in a browser that runs scripts."""
    with window(screen, service_workers="block") as context:
        yield served.enter(context)


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_keys_go_through_the_list_and_mark(page: Page, served: ServedSite) -> None:
    press(page, "j")
    assert focused(page) == "task-1"
    press(page, "jjk")
    assert focused(page) == "task-2"
    with page.expect_navigation():
        press(page, "x")
    expect(page.locator(".notice")).to_contain_text("Done: ")
    assert status(served, 2) is Status.DONE
    assert focused(page) == "task-3"
    with page.expect_navigation():
        press(page, "s")
    assert status(served, 3) is Status.SKIPPED
    assert focused(page) == "task-4"
    with page.expect_navigation():
        press(page, "u")
    assert status(served, 3) is Status.OPEN
    assert status(served, 2) is Status.DONE
    # No line tells of a change any more that it could be about: it is named and asked about.
    with page.expect_navigation():
        press(page, "u")
    expect(page.locator("main")).to_contain_text("Take this back: Done: 2")
    assert status(served, 2) is Status.DONE
    with page.expect_navigation():
        page.locator("button.main").click()
    assert status(served, 2) is Status.OPEN


def test_the_last_of_a_list_leaves_the_focus_on_the_one_before(page: Page) -> None:
    press(page, "k")
    last = focused(page)
    press(page, "k")
    before = focused(page)
    press(page, "j")
    assert focused(page) == last
    with page.expect_navigation():
        press(page, "x")
    rows = page.locator(".task")
    assert focused(page) in {before, rows.last.get_attribute("id")}


def test_a_key_that_is_typed_is_text(page: Page, served: ServedSite) -> None:
    """Nor is one with Ctrl or Alt ours, nor any once they are turned off."""
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    page.locator("main > input").focus()
    press(page, "xu?j")
    assert page.locator("main > input").input_value() == "xu?j"
    page.locator("#task-1 .title").focus()
    page.keyboard.press("Control+j")
    page.keyboard.press("Alt+j")
    assert focused(page) == "task-1"
    with page.expect_navigation():
        press(page, "?")
    assert page.url.endswith("/keys")
    page.locator("#keys-switch").click()
    expect(page.locator("#keys-switch")).to_have_text("Turn the keys on")
    page.goto(served.address)
    press(page, "jx")
    assert focused(page) == "BODY"


def test_a_card_and_a_question_by_keys(page: Page, served: ServedSite) -> None:
    """Keys of a page's own buttons come before those of all pages; a box that is ticked does not keep them."""
    served.planner.tasks.done(3, 4, 5)
    page.goto(f"{served.address}/review/begin?plan=foundations")
    card = page.locator("h1").inner_text()
    with page.expect_navigation():
        press(page, " ")
    assert page.locator("h1").inner_text() == card
    with page.expect_navigation():
        press(page, "3")
    assert page.locator("h1").inner_text() != card
    assert served.planner.review.recall()[0].modules[0].answered == 1

    test = served.planner.mock.begin(served.planner.mock.paper(Kind.QUIZ, plan="foundations"))
    place = next(n for n, each in enumerate(test.questions, 1) if each.question.kind.value in ("single", "several"))
    page.goto(f"{served.address}/test/{test.attempt.number}?q={place}")
    press(page, "2")
    expect(page.locator('[data-key="2"]')).to_be_checked()
    page.locator('[data-key="2"]').focus()
    with page.expect_navigation():
        press(page, "n")
    assert served.planner.mock.sitting(test.attempt.number).questions[place - 1].response.given is not None


class Phone:
    """A device whose browser has a worker for when there is no connection."""

    def __init__(self, served: ServedSite, page: Page) -> None:
        self.served = served
        self.page = page
        page.evaluate(CONTROLLED)
        # Now the worker sees the page, and keeps it.
        page.reload()

    def tap(self, verb: str, number: int) -> None:
        """Press the button of a task without a connection, and wait until the page says that it waits."""
        before = self.page.locator(".waiting").count()
        self.page.locator(f'form[action="/tasks/{number}/{verb}"] button').click()
        expect(self.page.locator(".waiting")).to_have_count(before + 1)

    def task(self, number: int) -> Task:
        found, *_ = self.served.planner.queries.show(number)
        return found[0]

    def marks(self) -> list[str]:
        """What was done to tasks, as the history says it."""
        found = [batch.action.partition(" '")[0] for batch in self.served.planner.history.batches()]
        return [action for action in found if not action.startswith(("start", "edit"))]


@pytest.fixture
def phone(screen: Chromium, tmp_path: Path) -> Iterator[Phone]:
    """Today of a plan that began today: the clock of the worker is the real one, and so is the server's."""
    served = ServedSite(tmp_path)
    served.planner.plans.start("foundations", days=30, week="daily=90")
    served.planner.tasks.edit(2, kind="practice")
    with window(screen) as context:
        yield Phone(served, served.enter(context))
    served.stop()


def test_taps_without_a_connection_come_through_once_each(phone: Phone) -> None:
    page, served = phone.page, phone.served
    served.planner.tasks.done(3)
    page.reload()
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#kept")).to_be_visible()
    assert page.locator("#kept time").inner_text()
    began = datetime.now(UTC).replace(microsecond=0)
    phone.tap("done", 1)
    assert focused(page) == "task-2"
    phone.tap("done", 2)
    phone.tap("reopen", 3)
    ended = datetime.now(UTC)
    expect(page.locator(".task.sent-later")).to_have_count(3)
    assert phone.marks() == ["done 3"]
    page.reload()
    expect(page.locator(".waiting")).to_have_count(3)
    page.context.set_offline(False)
    expect(page.locator(".notice:not(.waiting):visible")).to_have_count(3)
    # One undo takes back one change, the last.
    expect(page.locator('form[action="/undo"]')).to_have_count(1)
    expect(page.locator(".waiting")).to_have_count(0)
    expect(page.locator("#kept")).to_be_hidden()
    assert phone.marks() == ["reopen 3", "done 2", "done 1", "done 3"]
    for number in (1, 2):
        done_at = phone.task(number).done_at
        assert done_at is not None
        assert began <= done_at <= ended
    page.reload()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.goto(f"{served.address}/keys")
    assert len(phone.marks()) == 4


def test_what_came_through_unseen_is_sent_again_and_changes_nothing(phone: Phone) -> None:
    """The server did it and its answer was lost: it is sent again under the same name."""
    page, sent = phone.page, []

    def lose_the_answer(route: Route) -> None:
        sent.append((route.request.headers["idempotency-key"], route.request.post_data))
        if len(sent) < 3:
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.context.route("**/tasks/1/done", lose_the_answer)
    page.locator('form[action="/tasks/1/done"] button').click()
    expect(page.locator(".waiting")).to_have_count(1)
    assert phone.task(1).status is Status.DONE
    phone.served.planner.tasks.reopen(1)
    while len(sent) < 3:
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(20)
    expect(page.locator(".waiting")).to_have_count(0)
    assert len({key for key, _ in sent}) == 1
    assert [bool(body) and "done_at" in body for _, body in sent] == [False, True, True]
    assert phone.task(1).status is Status.OPEN
    assert phone.marks() == ["reopen 1", "done 1"]


def test_a_refusal_is_shown_and_stays(phone: Phone) -> None:
    page, served = phone.page, phone.served
    served.stop()
    phone.tap("done", 1)
    served.planner.plans.drop("foundations")
    served.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".waiting.problem")).to_contain_text("dropped")
    page.reload()
    expect(page.locator(".waiting.problem")).to_contain_text("dropped")
    page.locator(".waiting button").click()
    expect(page.locator(".waiting")).to_have_count(0)
    page.reload()
    expect(page.locator("h1")).to_contain_text("Welcome")
    expect(page.locator(".waiting")).to_have_count(0)


def test_a_sign_in_of_a_proxy_is_no_answer(phone: Phone) -> None:
    """Its redirect looks like ours. The tap waits, until the proxy lets it through."""
    page, asked = phone.page, []

    def ask_to_sign_in(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=302, headers={"location": "/oauth2/sign_in"})

    page.context.route("**/tasks/*/done", ask_to_sign_in)
    phone.tap("done", 1)
    page.evaluate("dispatchEvent(new Event('online'))")
    while len(asked) < 2:
        page.wait_for_timeout(20)
    page.reload()
    expect(page.locator(".waiting")).to_have_count(1)
    assert phone.marks() == []
    page.context.unroute("**/tasks/*/done")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".notice.done")).to_contain_text("Done: ")
    assert phone.marks() == ["done 1"]


def test_one_that_cannot_be_taken_yet_does_not_stop_the_others(phone: Phone) -> None:
    page, served = phone.page, phone.served
    served.stop()
    for number in (1, 2, 3):
        phone.tap("done", number)
    page.locator("#task-1 .title").focus()
    press(page, "s")
    expect(page.locator(".waiting")).to_have_count(4)
    page.context.route("**/tasks/1/done", lambda route: route.fulfill(status=503, body="away"))
    served.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    # What was tapped on the same task stays behind it.
    expect(page.locator(".waiting")).to_have_count(2)
    assert phone.marks() == ["done 3", "done 2"]
    page.context.unroute("**/tasks/1/done")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".waiting")).to_have_count(0)
    assert phone.marks() == ["skip 1", "done 1", "done 3", "done 2"]


def test_a_tap_does_not_overtake_those_that_wait(phone: Phone) -> None:
    page, served = phone.page, phone.served
    served.stop()
    phone.tap("done", 1)
    served.start()
    page.locator('form[action="/tasks/2/done"] button').click()
    expect(page.locator(".notice.done")).to_have_count(2)
    expect(page.locator(".waiting")).to_have_count(0)
    assert phone.marks() == ["done 2", "done 1"]


def test_a_tap_of_a_browser_that_is_out_waits_too(phone: Phone) -> None:
    page, served = phone.page, phone.served
    for device in served.site.sessions.devices():
        served.site.sessions.end(device.digest)
    page.locator('form[action="/tasks/1/done"] button').click()
    expect(page.locator("h1")).to_have_text("Come in")
    page.goto(f"{served.address}/enter?key={served.site.sessions.new_key()}")
    expect(page.locator(".notice.done")).to_contain_text("Done: ")
    assert phone.marks() == ["done 1"]


def test_a_tap_older_than_a_decision_is_told_and_not_made(phone: Phone) -> None:
    page, served = phone.page, phone.served
    served.stop()
    phone.tap("done", 1)
    page.evaluate(AN_HOUR_AGO)
    served.planner.tasks.done(1)
    served.planner.tasks.reopen(1)
    served.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".waiting.problem")).to_contain_text("was marked otherwise after that")
    assert phone.marks() == ["reopen 1", "done 1"]


def test_a_question_is_asked_where_it_was_tapped(phone: Phone) -> None:
    """What is refused at once is shown at once, and does not wait."""
    page = phone.page
    phone.served.planner.timer.add(1, 30)
    page.evaluate("""() => {
        const form = document.querySelector('form[action="/tasks/1/done"]');
        form.insertAdjacentHTML('beforeend', '<input name="minutes" value="10">');
        form.requestSubmit();
    }""")
    expect(page.locator("h1")).to_have_text("Are you sure?")
    page.locator("button.main").click()
    expect(page.locator(".notice.done")).to_contain_text("Done: ")
    expect(page.locator(".waiting")).to_have_count(0)
    assert phone.task(1).spent_minutes == 10


def test_a_tap_can_be_dropped_before_it_is_sent(phone: Phone) -> None:
    phone.served.stop()
    phone.tap("done", 1)
    phone.page.locator(".waiting button").click()
    expect(phone.page.locator(".waiting")).to_have_count(0)
    phone.served.start()
    phone.page.reload()
    expect(phone.page.locator("#kept")).to_be_hidden()
    assert phone.marks() == []


def test_other_pages_and_changes_need_a_connection(phone: Phone) -> None:
    """Nothing else is kept to be sent: it has to be done on the plan as it is."""
    page, served = phone.page, phone.served
    page.locator('form[action="/tasks/1/done"] button').click()
    expect(page.locator(".notice")).to_contain_text("Done: ")
    served.stop()
    page.locator('form[action="/undo"] button').click()
    expect(page.locator("h1")).to_have_text("No connection")
    expect(page.locator(".waiting")).to_have_count(0)
    page.goto(f"{served.address}/tasks/1")
    expect(page.locator("h1")).to_have_text("No connection")
    page.locator('main a[href="/"]').click()
    expect(page.locator("#kept")).to_be_visible()
    assert page.locator('form[action="/undo"]').count() == 0
    served.start()
    assert phone.marks() == ["done 1"]


def test_a_browser_that_has_to_come_in_again_sends_then(phone: Phone) -> None:
    """What it kept of the plan is gone at once; what was tapped is not."""
    page, served = phone.page, phone.served
    served.stop()
    phone.tap("done", 1)
    for device in served.site.sessions.devices():
        served.site.sessions.end(device.digest)
    served.start()
    page.reload()
    expect(page.locator("h1")).to_have_text("Come in")
    assert phone.task(1).status is Status.OPEN
    served.stop()
    page.goto(served.address)
    expect(page.locator("h1")).to_have_text("No connection")
    served.start()
    page.goto(f"{served.address}/enter?key={served.site.sessions.new_key()}")
    expect(page.locator(".notice.done")).to_contain_text("Done: ")
    assert phone.task(1).status is Status.DONE


def test_who_signs_out_leaves_nothing_behind(phone: Phone) -> None:
    """What still waits is sent first."""
    page, served = phone.page, phone.served
    served.stop()
    phone.tap("done", 1)
    served.start()
    page.evaluate("""() => {
        const form = document.createElement('form');
        form.method = 'post';
        form.action = '/leave';
        document.querySelector('main').append(form);
        form.requestSubmit();
    }""")
    expect(page.locator("h1")).to_have_text("Come in")
    assert phone.task(1).status is Status.DONE
    kept = "async () => [await caches.keys(), (await indexedDB.databases()).length]"
    assert page.evaluate(kept) == [[], 0]
    served.stop()
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        page.goto(served.address)
