"""How a browser comes in, and what those see who are not in."""

import pytest
from browsing import ADDRESS, Browser


def test_strangers_see_nothing_of_the_plan(studying: Browser) -> None:
    studying.client.cookies.clear()
    page = studying.get("/tasks/1")
    assert (page.status, page.path) == (403, "/enter?back=%2Ftasks%2F1")
    assert "not signed in" in page.text
    assert "Foundations" not in page.html


def test_strangers_change_nothing(studying: Browser) -> None:
    before = studying.planner.history.batches()
    studying.client.cookies.clear()
    assert studying.post("/tasks/1/done").status == 403
    assert studying.planner.history.batches() == before


def test_a_key_that_is_used_up_lets_nobody_in(browser: Browser) -> None:
    key = browser.site.sessions.new_key()
    browser.client.cookies.clear()
    assert browser.get(f"/enter?key={key}&back=/health").path == "/health"
    assert browser.get(f"/enter?key={key}").path == "/"
    browser.client.cookies.clear()
    page = browser.get(f"/enter?key={key}")
    assert page.status == 403
    assert "used before" in page.text


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_nobody_is_led_away(browser: Browser, back: str) -> None:
    browser.client.cookies.clear()
    answer = browser.client.get(
        "/enter", params={"key": browser.site.sessions.new_key(), "back": back}, follow_redirects=False
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"


def test_the_cookie_is_out_of_reach(browser: Browser) -> None:
    browser.client.cookies.clear()
    answer = browser.client.get(f"/enter?key={browser.site.sessions.new_key()}", follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "domain" not in cookie


def test_every_answer_has_its_headers(browser: Browser) -> None:
    for path in ("/", "/nowhere", "/health", "/static/x/none.css"):
        answer = browser.client.get(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["referrer-policy"] == "same-origin"
    assert browser.client.get("/", headers={"host": "evil.example"}).status_code == 421


def test_a_body_in_chunks_is_cut_off(studying: Browser) -> None:
    chunks = (b"note=" + b"x" * 9000 for _ in range(20))
    answer = studying.client.post(
        "/tasks/1/done",
        content=chunks,
        headers={"origin": ADDRESS, "content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 413
    assert studying.planner.history.batches()[0].action.startswith("start")


def test_health_tells_nothing(studying: Browser) -> None:
    studying.client.cookies.clear()
    assert studying.get("/health").html == '{"status":"ok"}'
