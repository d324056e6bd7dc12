"""The calendar at an address, as programs ask for it."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from browsing import Browser, crowd
from icalendar import Calendar
from sqlalchemy import event
from starlette.testclient import TestClient

from studyplan.errors import StorageProblem
from studyplan.planner.feeds import Feeds
from studyplan.web.feed import CalendarShelf

#: What a test client would send by itself.
PLAIN = {"accept-encoding": "identity"}


class Subscriber:
    """A calendar that has an address, and no cookie."""

    def __init__(self, studying: Browser, token: str) -> None:
        self.token = token
        self.client = TestClient(studying.client.app, base_url=str(studying.client.base_url))
        self.client.cookies.clear()

    def get(self, method: str = "GET", **headers: str):
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, f"/feed/{self.token}.ics", headers={**PLAIN, **asked})


@pytest.fixture
def phone(studying: Browser) -> Subscriber:
    return Subscriber(studying, studying.planner.feeds.add("phone").token)


@contextmanager
def statements(studying: Browser) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    engine = studying.site.source._store._engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_what_a_calendar_gets(studying: Browser, phone: Subscriber) -> None:
    answer = phone.get()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "content-disposition" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.content == studying.planner.feeds.body(phone.token).content
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == len(
        studying.planner.plans.get("foundations").tasks
    )


def test_head_is_get_without_the_bytes(phone: Subscriber) -> None:
    for headers in ({}, {"accept_encoding": "gzip"}, {"if_none_match": "*"}):
        whole, head = phone.get(**headers), phone.get("HEAD", **headers)
        assert head.content == b""
        assert (head.status_code, head.headers) == (whole.status_code, whole.headers)


def test_nothing_new_costs_no_look_at_the_tasks(studying: Browser, phone: Subscriber) -> None:
    first = phone.get()
    # Something that is in no calendar of this learner.
    studying.planner.learners.add("bea")
    with statements(studying) as asked:
        again = phone.get(if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "last-modified", "cache-control", "vary"):
        assert again.headers[name] == first.headers[name]
    assert len(asked) == 1
    assert "task" not in asked[0].replace("next_task", "")
    with statements(studying) as asked:
        assert phone.get(if_none_match=first.headers["etag"]).status_code == 304
    assert asked == []


def test_tags_are_asked_before_dates(studying: Browser, phone: Subscriber) -> None:
    first = phone.get()
    tag, date = first.headers["etag"], first.headers["last-modified"]
    same = [
        {"if_none_match": tag},
        {"if_none_match": f"W/{tag}"},
        {"if_none_match": f'"other", {tag}'},
        {"if_none_match": "*"},
        {"if_none_match": tag, "if_modified_since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"if_modified_since": date},
    ]
    other = [
        {"if_none_match": '"other"'},
        {"if_none_match": '"other"', "if_modified_since": date},
        {"if_none_match": tag.strip('"')},
        {"if_none_match": ""},
        {"if_modified_since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"if_modified_since": "yesterday"},
        {"if_modified_since": "x" * 9000},
        {"if_modified_since": format_datetime(parsedate_to_datetime(date) - timedelta(hours=1), usegmt=True)},
    ]
    assert [phone.get(**headers).status_code for headers in same] == [304] * len(same)
    assert [phone.get(**headers).status_code for headers in other] == [200] * len(other)


def test_packed_bytes_have_a_tag_of_their_own(phone: Subscriber) -> None:
    plain, packed = (
        phone.get(),
        phone.client.get(f"/feed/{phone.token}.ics", headers={"accept-encoding": "br, gzip;q=0.5"}),
    )
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) // 2
    assert packed.content == plain.content
    assert packed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
    for tag in (plain.headers["etag"], packed.headers["etag"]):
        again = phone.get(accept_encoding="gzip", if_none_match=tag)
        assert (again.status_code, again.headers["etag"]) == (304, tag)
    for refused in ("gzip;q=0", "*;q=0", "identity", "", "br", "gzip;q=0.000"):
        assert "content-encoding" not in phone.get(accept_encoding=refused).headers
    assert "content-encoding" in phone.get(accept_encoding="*").headers


def test_it_is_packed_and_made_once(studying: Browser, phone: Subscriber, monkeypatch: pytest.MonkeyPatch) -> None:
    made, packed = [], []
    body, compress = Feeds.body, gzip.compress
    monkeypatch.setattr(Feeds, "body", lambda *words, **more: made.append(1) or body(*words, **more))
    monkeypatch.setattr(gzip, "compress", lambda *words, **more: packed.append(1) or compress(*words, **more))
    for _ in range(3):
        phone.get(accept_encoding="gzip")
        phone.get()
    assert (len(made), len(packed)) == (1, 1)
    studying.planner.tasks.done(1)
    phone.get()
    assert len(made) == 2


def test_a_change_is_seen_at_once(studying: Browser, phone: Subscriber) -> None:
    first = phone.get()
    studying.planner.tasks.done(1)
    second = phone.get(if_none_match=first.headers["etag"], if_modified_since=first.headers["last-modified"])
    assert second.status_code == 200
    assert "✓" in second.text
    studying.planner.history.undo()
    third = phone.get(if_none_match=second.headers["etag"])
    assert third.status_code == 200
    assert third.headers["etag"] not in (first.headers["etag"], second.headers["etag"])


def test_addresses_that_nobody_has(studying: Browser, phone: Subscriber) -> None:
    """Nothing but the status; closed for good is told from never there."""
    other = studying.planner.feeds.rotate(1).token
    studying.planner.feeds.revoke(1)
    for method in ("GET", "HEAD"):
        gone = phone.get(method)
        assert (gone.status_code, gone.content) == (410, b"")
    for wrong in (
        phone.token[:-1] + "a2"[phone.token[-1] == "a"],
        "x",
        "1-1-",
        "%00",
        "é",
        "a" * 5000,
        f"1-9-{'a' * 32}",
    ):
        answer = phone.client.get(f"/feed/{wrong}.ics")
        assert (answer.status_code, answer.content) == (404, b""), wrong
    assert Subscriber(studying, other).get().status_code == 200


def test_a_cookie_opens_nothing_and_none_is_needed(studying: Browser, phone: Subscriber) -> None:
    assert studying.client.get(f"/feed/1-1-{'a' * 32}.ics").status_code == 404
    assert studying.client.get(f"/feed/{phone.token}.ics").status_code == 200
    assert phone.client.get("/feeds", follow_redirects=False).status_code == 303
    assert phone.client.post(f"/feed/{phone.token}.ics").status_code in (403, 405)


def test_a_wrong_host_is_refused(phone: Subscriber) -> None:
    assert phone.get(host="evil.example.org").status_code == 421


def test_the_day_of_the_last_fetch(studying: Browser, phone: Subscriber) -> None:
    """By GET, whatever the answer; written once a day and by no undo taken back."""
    phone.get("HEAD")
    assert studying.planner.feeds.get(1).used_on is None
    tag = phone.get().headers["etag"]
    assert str(studying.planner.feeds.get(1).used_on) == "2026-07-23"
    with statements(studying) as asked:
        phone.get(if_none_match=tag)
        phone.get()
    assert not [each for each in asked if "UPDATE" in each]


def test_the_log_has_no_address(phone: Subscriber, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        phone.get()
        phone.get(if_none_match="*")
        phone.client.get(f"/feed/{phone.token}.ics?key={phone.token}")
        phone.client.get(f"/feed/{phone.token[:-1]}.ics")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("studyplan")]
    assert any("/feed/{token}.ics 200" in line for line in lines)
    assert phone.token.rpartition("-")[2][:-1] not in "\n".join(lines)


def test_while_the_database_cannot_be_read(
    studying: Browser, phone: Subscriber, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs switch off a calendar that answers an error: they get what they got last."""
    known, unknown = phone, Subscriber(studying, studying.planner.feeds.rotate(1).token)
    before = known.get()

    def fails(*_: object, **__: object) -> None:
        raise StorageProblem("the database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(Feeds, "version", fails)
        stale = known.get()
        assert (stale.status_code, stale.content, stale.headers["etag"]) == (
            200,
            before.content,
            before.headers["etag"],
        )
        assert known.get(if_none_match=before.headers["etag"]).status_code == 304
        late = unknown.get()
        assert (late.status_code, late.content, late.headers["retry-after"]) == (503, b"", "120")
    studying.planner.feeds.revoke(1)
    assert known.get().status_code == 410
    monkeypatch.setattr(Feeds, "version", fails)
    assert known.get().status_code == 503


def test_a_shelf_keeps_the_last_ones(studying: Browser) -> None:
    shelf, planner = CalendarShelf(most=2), studying.planner
    tokens = [planner.feeds.add(name).token for name in ("a", "b", "c")]
    bodies = [planner.feeds.body(token) for token in tokens]
    shelf.put(tokens[0], bodies[0])
    shelf.put(tokens[1], bodies[1])
    assert shelf.get(bodies[0].version.etag) is not None
    shelf.put(tokens[2], bodies[2])
    assert [shelf.newest(token) is not None for token in tokens] == [True, False, True]


def test_titles_without_marks(studying: Browser, phone: Subscriber) -> None:
    from dataclasses import replace

    studying.planner.tasks.done(1)
    studying.client.app.state.site = replace(studying.site, config=replace(studying.site.config, marks="none"))
    assert "✓" not in phone.get().text


def test_it_is_sent_whatever_its_size(studying: Browser, phone: Subscriber) -> None:
    """1,200 tasks: no error, and as much as calendars take."""
    crowd(studying.site, 1200)
    answer = phone.get()
    assert answer.status_code == 200
    assert 900 < len(Calendar.from_ical(answer.content).walk("VEVENT")) <= 1000
    assert studying.planner.feeds.all()[0].left_out.tasks > 200
