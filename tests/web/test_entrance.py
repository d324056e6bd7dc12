"""How a browser comes in, what those see who are not in, and what every request is answered by."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from browsing import ADDRESS, Browser, site_of
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from studyplan.web import pages
from studyplan.web.app import build
from studyplan.web.sessions import KEPT


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


ROUTES = [route for router in pages.routers() for route in router.routes if isinstance(route, APIRoute)]


@pytest.mark.parametrize(
    "base_url", ["http://study.lan", "http://study.lan:8080", "http://[::1]", "https://study.example.org"]
)
def test_a_browser_comes_in_at_every_kind_of_address(tmp_path: Path, base_url: str) -> None:
    site = site_of(tmp_path / "a.db", "2026-07-23", tmp_path, base_url=base_url)
    with closing(site.source), closing(TestClient(build(site), base_url=base_url)) as client:
        assert client.get(f"/enter?key={site.sessions.new_key()}").url.path == "/"
        assert client.get("/plans").url.path == "/plans"


def test_a_browser_that_is_in_uses_the_key_up(browser: Browser) -> None:
    """The address that a start prints stays in the log of a service."""
    key = browser.site.sessions.new_key()
    assert browser.get(f"/enter?key={key}").path == "/"
    browser.client.cookies.clear()
    assert browser.get(f"/enter?key={key}").status == 403


def test_cookies_of_others_sign_nobody_out(studying: Browser) -> None:
    """All ports of a machine share their cookies, however long they are, and others can set ours for a path."""
    [(name, secret)] = studying.client.cookies.items()
    studying.client.cookies.clear()
    sent = f"token={'x' * 6000}; {name}=other; {name}={secret}"
    assert studying.get("/plans", cookie=sent).path == "/plans"
    assert studying.get("/plans", cookie=f"{name}=other").path == "/enter?back=%2Fplans"


def test_a_browser_that_comes_back_stays_in(studying: Browser) -> None:
    """Its cookie slides with its visits, and so outlives the days that it was set for."""
    [(name, secret)] = studying.client.cookies.items()
    sessions = studying.site.sessions
    start = sessions._now()
    assert "set-cookie" not in studying.client.get("/").headers
    sessions._now = lambda: start + KEPT - timedelta(days=1)  # type: ignore[method-assign]
    # What may be kept by a cache in between never holds a secret.
    for path in ("/health", "/manifest.webmanifest", "/static/x/studyplan.css", "/enter"):
        assert "set-cookie" not in studying.client.get(path, follow_redirects=False).headers
    cookie = studying.client.get("/").headers["set-cookie"]
    assert cookie.startswith(f"{name}={secret};")
    assert f"Max-Age={int(KEPT.total_seconds())}" in cookie
    assert "HttpOnly" in cookie
    assert "set-cookie" not in studying.client.get("/").headers
    sessions._now = lambda: start + 2 * KEPT - timedelta(days=2)  # type: ignore[method-assign]
    answer = studying.client.post("/leave", headers={"origin": ADDRESS}, follow_redirects=False)
    assert [each.partition("=")[0] for each in answer.headers.get_list("set-cookie")] == [name]
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_nobody_is_kept_out_by_a_file_that_cannot_be_written(studying: Browser, tmp_path: Path) -> None:
    sessions = studying.site.sessions
    (tmp_path / "away").write_text("")
    sessions._file = tmp_path / "away" / "browsers.json"
    studying.client.cookies.clear()
    assert studying.get(f"/enter?key={sessions.new_key()}").path == "/"
    start = sessions._now()
    sessions._now = lambda: start + timedelta(hours=2)  # type: ignore[method-assign]
    assert studying.get("/plans").status == 200
    studying.get("/settings/browsers")
    page = studying.send("/settings/browsers/end")
    assert page.notices[0].startswith("Cannot write down which browsers are in")
    assert len(sessions.devices()) == 1
    assert studying.post("/leave").path == "/enter"
    assert sessions.devices() == []


@pytest.mark.parametrize("path", ["/", "/health", "/tasks/1", "/nowhere", "/tasks/99", "/service-worker.js", "/more"])
def test_head_is_answered_as_get_is(studying: Browser, path: str) -> None:
    got = studying.client.get(path, follow_redirects=False)
    head = studying.client.head(path, follow_redirects=False)
    assert (head.status_code, head.headers["content-type"]) == (got.status_code, got.headers["content-type"])
    assert head.headers["content-security-policy"]
    assert head.content == b""
    assert got.content


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("OPTIONS", "/", "GET, HEAD"),
        ("OPTIONS", "/undo", "POST"),
        ("DELETE", "/plans/1", "GET, HEAD"),
        ("PUT", "/plans/1/upgrade", "GET, HEAD, POST"),
        ("OPTIONS", "/health", "GET, HEAD"),
    ],
)
def test_other_methods_are_told_which_there_are(studying: Browser, method: str, path: str, allowed: str) -> None:
    answer = studying.client.request(method, path, headers={"origin": ADDRESS}, follow_redirects=False)
    assert (answer.status_code, answer.headers.get("allow")) == (405, allowed)


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES if route.methods == {"POST"}}))
def test_the_address_of_every_form_leads_to_a_page(studying: Browser, path: str) -> None:
    """Each is one that there is, though what it is about may not be there any more."""
    page = studying.get(re.sub(r"\{(\w+)\}", lambda name: "foundations" if name[1] == "template" else "1", path))
    assert "no such page" not in page.text
    assert any(route.path_regex.match(page.path) and "GET" in (route.methods or ()) for route in ROUTES)


def test_a_token_opens_no_page(studying: Browser) -> None:
    """A proxy may send one with all that it passes on: the cookie beside it would be taken for that of one of our own forms."""
    headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "authorization": "Bearer x"}
    before = studying.planner.history.batches()
    assert studying.client.post("/tasks/1/done", headers=headers).status_code == 403
    assert studying.planner.history.batches() == before
