"""Servers and networks that do not do as they should: one clear line, nothing lost, nothing secret told."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from between import Dropped, Passing, Proxy, proxy
from servers import Phone, Server, free_port, xandikos
from terminals import Answer, Terminal

SECRET = "hunter2-secret"
COMMAND = f"{sys.executable} -c \"print('{SECRET}')\""
TOKEN = "YW5hOmh1bnRlcjItc2VjcmV0"


@pytest.fixture
def stub() -> Iterator[Proxy]:
    """A server that answers what the test says."""
    with proxy() as made:
        yield made


@pytest.fixture
def between(radicale_server: Server) -> Iterator[Proxy]:
    """Radicale, with something between it and us."""
    with proxy(radicale_server.url) as made:
        yield made


@pytest.fixture
def add(terminal: Terminal) -> Callable[..., Answer]:
    def run(url: str, *words: str) -> Answer:
        answer = terminal("sync", "add", url, "--user", "ana", "--password-command", COMMAND, *words)
        assert SECRET not in answer.out + answer.err
        assert TOKEN not in answer.out + answer.err
        return answer

    return run


@pytest.fixture
def phone(between: Proxy, radicale_server: Server, connect: Callable[..., Phone], terminal: Terminal) -> Phone:
    """A phone on a calendar behind the proxy, filled from here."""
    phone = connect(replace(radicale_server, url=between.url))
    terminal.ok("sync")
    return replace(phone, url=phone.url.replace(between.url, radicale_server.url))


def one_line(answer: Answer, code: int) -> str:
    assert answer.code == code, (answer.out, answer.err)
    assert answer.err.count("\n") == 1
    assert answer.err.startswith("Error: ")
    assert "Traceback" not in answer.err
    return answer.err


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (404, {}, "nothing at"),
        (403, {}, "account in there"),
        (405, {}, "is not a CalDAV address"),
        (500, {}, "is not a CalDAV address"),
        (200, {}, "it answers with a web page (it may be your network's login page"),
        (507, {}, "is not a CalDAV address"),
        (503, {"Retry_After": "120"}, "come back later"),
        (429, {}, "come back later"),
        (401, {"WWW_Authenticate": 'Basic realm="x"'}, "does not accept 'ana'"),
        (401, {"WWW_Authenticate": "Negotiate"}, "kind of login"),
    ],
)
def test_what_is_no_calendar(
    status: int, headers: dict[str, str], words: str, stub: Proxy, add: Callable[..., Answer]
) -> None:
    """Whatever a server answers in place of a calendar is told in one line, and exits 7."""
    stub.ahead = lambda passing: passing.reply(status, "<html>no</html>", Content_Type="text/html", **headers)
    assert words in one_line(add(stub.url), 7)


@pytest.mark.parametrize("body", ["", "<a", "<a/>", '<multistatus xmlns="DAV:"/>', "\x00"])
def test_broken_xml(body: str, stub: Proxy, add: Callable[..., Answer]) -> None:
    """XML that is broken, empty or about something else is no CalDAV."""
    stub.ahead = lambda passing: passing.reply(207, body, Content_Type="application/xml")
    one_line(add(stub.url), 7)


def test_nobody_there(add: Callable[..., Answer]) -> None:
    """A port that nobody listens on, a name that nobody has."""
    assert "cannot be reached" in one_line(add(f"http://127.0.0.1:{free_port()}/"), 7)
    assert "cannot be reached" in one_line(add("https://nobody.invalid/"), 7)


def test_a_dropped_connection(stub: Proxy, add: Callable[..., Answer]) -> None:
    """A server that hangs up."""

    def drop(passing: Passing) -> Passing:
        raise Dropped

    stub.ahead = drop
    assert "cannot be reached" in one_line(add(stub.url), 7)


def test_an_untrusted_certificate(tmp_path: Path, add: Callable[..., Answer]) -> None:
    """TLS is always verified: a self-signed certificate is refused."""
    with xandikos(tmp_path, "--autocert", scheme="https") as server:
        assert "no certificate that can be trusted" in one_line(add(server.url), 7)


@pytest.mark.parametrize("scheme", [301, 302, 307, 308])
def test_a_redirect_to_another_host_gets_no_password(scheme: int, stub: Proxy, add: Callable[..., Answer]) -> None:
    """Another host, and so another port, is told and not asked: neither with a password nor without."""
    with proxy() as other:
        other.ahead = lambda passing: passing.reply(401, "", WWW_Authenticate='Basic realm="x"')
        stub.ahead = lambda passing: passing.reply(scheme, "", Location=f"{other.url}dav/")
        line = one_line(add(stub.url), 7)
        assert f"studyplan sync add {other.url}dav/" in line
        assert other.log == []


def test_a_home_on_another_host_gets_no_password(between: Proxy, radicale_server: Server, terminal: Terminal) -> None:
    """Nor does a host that the answers name."""
    with proxy() as other:

        def move(passing: Passing) -> None:
            passing.text = passing.text.replace(b">/ana/<", f">{other.url}ana/<".encode())

        between.behind = move
        command = f"{sys.executable} -c \"print('secret')\""
        answer = terminal("sync", "add", between.url, "--user", "ana", "--password-command", command)
        assert "redirects to" in one_line(answer, 7) or other.log == []
        assert other.log == []


def test_the_well_known_address(between: Proxy, connect: Callable[..., Phone], radicale_server: Server) -> None:
    """A server whose root is no CalDAV leads the way from its well-known address."""

    def lead(passing: Passing) -> Passing | None:
        if passing.path == "/":
            return passing.reply(405)
        if passing.path == "/.well-known/caldav":
            return passing.reply(301, "", Location="/ana/")
        return None

    between.ahead = lead
    phone = connect(replace(radicale_server, url=between.url))
    assert phone.url.startswith(f"{between.url}ana/")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.org/dav/", "use https://"),
        ("http://192.168.1.2/dav/", "use https://"),
        ("http://127.0.0.1.example.org/", "use https://"),
        (f"https://ana:{SECRET}@example.org/dav/", "holds a password"),
        ("ftp://example.org/", "not a web address"),
        ("https://", "not a web address"),
        ("https://exa mple.org/", "not a web address"),
        ("https://example.org:99999/", "not a web address"),
        ("https://[::1/", "not a web address"),
        ("https://ä..x/", "not a web address"),
        ("https://e%c3%bc.org/", "not a web address"),
        ("https://a$(b).org/", "not a web address"),
        ("", "not a web address"),
    ],
)
def test_addresses_that_are_refused(url: str, words: str, terminal: Terminal) -> None:
    """Plain http goes to this machine alone, and no password stands in an address that is kept or told."""
    before = terminal.bytes()
    line = one_line(terminal("sync", "add", url, "--user", "ana"), 2)
    assert words in line
    assert SECRET not in line
    assert terminal.bytes() == before


def test_a_password_that_was_changed(phone: Phone, between: Proxy, terminal: Terminal) -> None:
    """A run whose password is no longer accepted stops at once with one line."""
    between.ahead = lambda passing: passing.reply(401, "", WWW_Authenticate='Basic realm="x"')
    assert "does not accept 'ana'" in one_line(terminal("sync"), 7)
    answer = terminal("sync", "--json")
    assert answer.code == 7
    assert answer.json["error"]["code"] == "login"


def test_no_room_left(phone: Phone, between: Proxy, terminal: Terminal) -> None:
    """A full account stops the run; afterwards it goes on."""
    terminal.ok("done", "1", "2")
    between.ahead = lambda passing: passing.reply(507) if passing.method == "PUT" else None
    assert "no space left" in one_line(terminal("sync"), 7)
    between.ahead = lambda passing: None
    assert len(terminal.ok("sync", "--json").json["calendars"][0]["there"]["changed"]) == 2


def test_one_refused_entry(phone: Phone, between: Proxy, terminal: Terminal) -> None:
    """An entry that the server refuses costs itself; the others are carried over, and the exit code says 7."""
    name = phone.titled("Learn the words")
    terminal.ok("done", "1", "2")
    between.ahead = lambda passing: (
        passing.reply(403) if passing.method == "PUT" and passing.path.endswith(name) else None
    )
    answer = terminal("sync")
    assert answer.code == 7
    assert "1 entry of 'plan-" in answer.err
    assert "could not be synced" in answer.err
    answer = terminal("sync", "--json")
    (report,) = answer.json["error"]["calendars"] if "calendars" in answer.json["error"] else answer.json["calendars"]
    assert report["trouble"] == [{"number": 1, "because": "the server refused it (403)"}]
    between.ahead = lambda passing: None
    assert terminal.ok("sync", "--json").json["calendars"][0]["there"]["changed"] == [1]


def test_a_calendar_that_takes_nothing(
    between: Proxy, radicale_server: Server, connect: Callable[..., Phone], terminal: Terminal
) -> None:
    """A calendar that may only be read is left after a few tries, with one line."""
    connect(replace(radicale_server, url=between.url))
    between.ahead = lambda passing: passing.reply(403) if passing.method == "PUT" else None
    assert "accepts no changes" in one_line(terminal("sync"), 7)
    assert between.methods().count("PUT") == 5
    between.ahead = lambda passing: None
    assert len(terminal.ok("sync", "--json").json["calendars"][0]["there"]["new"]) > 5


def test_an_answer_that_never_comes(phone: Phone, between: Proxy, terminal: Terminal) -> None:
    """A write that arrived although its answer was lost is not made twice."""
    terminal.ok("add", "Mine", "--minutes", "30", "--date", "2026-07-02")
    terminal.ok("move", "1", "2026-07-04")

    def drop(passing: Passing) -> None:
        if passing.method == "PUT":
            raise Dropped

    between.behind = drop
    for _ in range(2):
        assert terminal("sync").code == 7
    between.behind = lambda passing: None
    terminal.ok("sync")
    names = phone.names()
    assert len(names) == len(set(names)) == len(terminal.ok("tasks", "--json").json["plans"][0]["tasks"])
    assert "DUE;VALUE=DATE:20260704" in phone.get(phone.titled("Learn the words"))
    phone.titled("Mine")
    quiet = terminal.ok("sync", "--json").json["calendars"][0]
    assert not any(quiet["there"].values())


@pytest.mark.parametrize("kind", ["none", "weak everywhere", "weak on PUT"])
def test_etags_that_are_missing_or_weak(
    kind: str, between: Proxy, radicale_server: Server, connect: Callable[..., Phone], terminal: Terminal
) -> None:
    """An answer to PUT without a strong etag is asked for again; a server all of whose etags are weak is written to."""

    def spoil(passing: Passing) -> None:
        if passing.method == "PUT":
            etag = passing.answer.pop("ETag", None)
            if kind != "none" and etag:
                passing.answer["ETag"] = f"W/{etag}"
        if kind == "weak everywhere":
            passing.text = re.sub(rb"getetag>(\"|&quot;)", rb"getetag>W/\1", passing.text)
            if passing.method == "GET" and "ETag" in passing.answer:
                passing.answer["ETag"] = f"W/{passing.answer['ETag']}"

    between.behind = spoil
    phone = connect(replace(radicale_server, url=between.url))
    assert terminal.ok("sync", "--json").json["calendars"][0]["there"]["new"]
    report = terminal.ok("sync", "--json").json["calendars"][0]
    assert not any(report["there"].values())
    terminal.ok("done", "1")
    assert terminal.ok("sync", "--json").json["calendars"][0]["there"]["changed"] == [1]
    assert "STATUS:COMPLETED" in phone.get(phone.titled("Learn the words"))
    terminal.ok("remove", "1")
    assert terminal.ok("sync", "--json").json["calendars"][0]["there"]["deleted"] == [1]
    assert not any(terminal.ok("sync", "--json").json["calendars"][0]["there"].values())


@pytest.mark.parametrize(
    "answer",
    [
        (403, '<error xmlns="DAV:"><valid-sync-token/></error>'),
        (409, ""),
        (400, ""),
        (501, ""),
        (507, ""),
        (207, ""),
        (207, "<multistatus"),
        (200, "<html/>"),
        (
            207,
            '<multistatus xmlns="DAV:"><response><href>/x</href><status>HTTP/1.1 500 no</status></response></multistatus>',
        ),
    ],
    ids=lambda answer: f"{answer[0]}-{len(answer[1])}",
)
def test_a_server_without_sync_tokens(
    answer: tuple[int, str], phone: Phone, between: Proxy, terminal: Terminal
) -> None:
    """A forgotten token, or no such report at all: the list of etags does."""
    terminal.ok("sync")
    terminal.ok("sync")
    phone.change(phone.titled("Learn the words"), ("STATUS:.*", "STATUS:COMPLETED\n"))
    between.ahead = lambda passing: (
        passing.reply(answer[0], answer[1], Content_Type="application/xml")
        if b"sync-collection" in passing.body
        else None
    )
    terminal.ok("sync")
    assert terminal.task(1)["status"] == "done"
    phone.delete(phone.titled("Answer the quiz"))
    assert len(terminal.ok("sync", "--json").json["calendars"][0]["deleted_there"]) == 1


def test_a_server_without_multiget(phone: Phone, between: Proxy, terminal: Terminal) -> None:
    """Where many objects cannot be had at once, each is asked for by itself."""
    for name in phone.names()[:3]:
        phone.change(name, ("STATUS:.*", "STATUS:COMPLETED\n"))
    between.ahead = lambda passing: passing.reply(500) if b"calendar-multiget" in passing.body else None
    report = terminal.ok("sync", "--json").json["calendars"][0]
    assert len({change["number"] for change in report["here"]["changes"]}) == 3


def test_changed_between_reading_and_writing(phone: Phone, between: Proxy, terminal: Terminal) -> None:
    """Somebody writes just before we do (412): looked at again, merged, written once more."""
    name = phone.titled("Learn the words")
    terminal.ok("edit", "1", "--title", "My words")
    raced: list[str] = []

    def race(passing: Passing) -> None:
        if passing.method == "PUT" and passing.path.endswith(name) and not raced:
            raced.append(name)
            phone.change(name, ("STATUS:.*", "STATUS:COMPLETED\n"), ("DUE.*", "DUE;VALUE=DATE:20260703\n"))

    between.ahead = race
    report = terminal.ok("sync", "--json").json["calendars"][0]
    assert raced
    assert report["trouble"] == []
    task = terminal.task(1)
    assert (task["status"], task["date"], task["title"]) == ("done", "2026-07-03", "My words")
    text = phone.get(name)
    assert "SUMMARY:My words\n" in text
    assert "STATUS:COMPLETED\n" in text
    assert not any(terminal.ok("sync", "--json").json["calendars"][0]["there"].values())


def test_the_calendar_is_gone(phone: Phone, terminal: Terminal, between: Proxy) -> None:
    """A collection that was deleted is no reason to delete anything here."""
    before = terminal.ok("tasks", "--json").json
    phone.delete("")
    one_line(terminal("sync"), 7)
    assert terminal.ok("tasks", "--json").json == before


@pytest.mark.parametrize("status", [404, 410])
def test_a_calendar_that_answers_that_it_is_gone(status: int, phone: Phone, terminal: Terminal, between: Proxy) -> None:
    """Whichever way a server says it."""
    between.ahead = lambda passing: passing.reply(status)
    assert "the calendar is no longer at" in one_line(terminal("sync"), 7)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_calendar_that_has_moved(status: int, phone: Phone, terminal: Terminal, between: Proxy) -> None:
    """It is said where to, and how to follow; a place for now is more likely a login page. Nobody goes there."""
    with proxy() as other:
        between.ahead = lambda passing: passing.reply(status, "", Location=f"{other.url}dav/new calendar/?token=1")
        line = one_line(terminal("sync"), 7)
        assert other.log == []
    assert f"{other.url}dav/new%20calendar/ " in line
    assert f"({status})" in line
    assert "token" not in line
    if status in (301, 308):
        assert "the calendar has moved to" in line
        assert f"studyplan sync add {other.url}dav/new%20calendar/)" in line
    else:
        assert "for now" in line
        assert "it may be your network's login page" in line


def test_a_login_page_of_the_network(phone: Phone, terminal: Terminal, between: Proxy) -> None:
    """A page for people in place of every answer is no calendar, nor does it take what is written."""
    page = lambda passing: passing.reply(200, "<html>Welcome</html>", Content_Type="text/html")  # noqa: E731
    before = terminal.ok("tasks", "--json").json
    between.ahead = page
    assert "it answers with a web page" in one_line(terminal("sync"), 7)
    terminal.ok("done", "1")
    between.ahead = lambda passing: page(passing) if passing.method == "PUT" else None
    assert "answers with a web page" in one_line(terminal("sync"), 7)
    between.ahead = lambda passing: None
    assert terminal.ok("sync", "--json").json["calendars"][0]["there"]["changed"] == [1]
    assert len(terminal.ok("tasks", "--json").json["plans"][0]["tasks"]) == len(before["plans"][0]["tasks"])


def test_an_object_that_is_not_given_now(phone: Phone, terminal: Terminal, between: Proxy) -> None:
    """The others are carried over; the next run tries this one again."""
    names = phone.names()
    for name in names[:3]:
        phone.change(name, ("STATUS:.*", "STATUS:COMPLETED\n"))

    def busy(passing: Passing) -> Passing | None:
        if b"calendar-multiget" in passing.body:
            return passing.reply(501)
        if passing.method == "GET" and passing.path.endswith(names[0]):
            return passing.reply(503, Retry_After="60")
        return None

    between.ahead = busy
    answer = terminal("sync", "--json")
    assert answer.code == 7
    (report,) = answer.json["calendars"]
    ((number, why),) = [(each["number"], each["because"]) for each in report["trouble"]]
    assert why == "it could not be fetched (503); the next run tries again"
    assert report["unreadable"] == []
    assert len({change["number"] for change in report["here"]["changes"]}) == 2
    between.ahead = lambda passing: None
    assert {change["number"] for change in terminal.ok("sync", "--json").json["calendars"][0]["here"]["changes"]} == {
        number
    }


@pytest.mark.parametrize("kind", ["not UTF-8", "NUL", "empty", "too large"])
def test_an_object_that_is_no_text(kind: str, phone: Phone, terminal: Terminal, between: Proxy) -> None:
    """It is one entry that cannot be read: named, left alone, and no hindrance to the others."""
    names = phone.names()
    for name in names[:3]:
        phone.change(name, ("STATUS:.*", "STATUS:COMPLETED\n"))
    spoilt = {
        "not UTF-8": lambda text: text.replace(b"SUMMARY:", b"SUMMARY:\xff\xfe"),
        "NUL": lambda text: text.replace(b"BEGIN:VTODO", b"BEGIN:VTO\x00DO"),
        "empty": lambda text: b"",
        "too large": lambda text: text + b"\r\n" * 600_000,
    }[kind]

    def spoil(passing: Passing) -> None:
        if b"calendar-multiget" in passing.body:
            passing.text = passing.text.replace(b"SUMMARY:", b"SUMMARY:\xff")
        if passing.method == "GET" and passing.path.endswith(names[0]):
            passing.text = spoilt(passing.text)

    between.behind = spoil
    answer = terminal("sync", "--json")
    (report,) = answer.json["calendars"]
    assert len({change["number"] for change in report["here"]["changes"]}) == 2
    left = report["unreadable"] or [each["number"] for each in report["trouble"]]
    assert len(left) == 1
    assert answer.code == (7 if kind == "too large" else 0)
    between.behind = lambda passing: None
    report = terminal.ok("sync", "--json").json["calendars"][0]
    assert {change["number"] for change in report["here"]["changes"]} == set(left)


@pytest.mark.parametrize(
    ("status", "words"), [(423, "it is locked there (423)"), (413, "it is too large for the server (413)")]
)
def test_refusals_with_words_of_their_own(
    status: int, words: str, phone: Phone, terminal: Terminal, between: Proxy
) -> None:
    """What a person can do something about is said."""
    terminal.ok("done", "1")
    between.ahead = lambda passing: passing.reply(status) if passing.method == "PUT" else None
    assert f"Task 1: {words}." in terminal("sync").err


def test_a_full_account_that_says_so_in_another_way(phone: Phone, terminal: Terminal, between: Proxy) -> None:
    """A quota that is used up (RFC 4331) is no room left."""
    terminal.ok("done", "1")
    full = '<D:error xmlns:D="DAV:"><D:quota-not-exceeded/></D:error>'
    between.ahead = lambda passing: (
        passing.reply(403, full, Content_Type="application/xml") if passing.method == "PUT" else None
    )
    assert "no space left for you (403)" in one_line(terminal("sync"), 7)


def test_an_entry_that_keeps_changing(phone: Phone, terminal: Terminal, between: Proxy) -> None:
    """A condition that is never met (412) costs that entry."""
    terminal.ok("done", "1")
    between.ahead = lambda passing: passing.reply(412) if passing.method == "PUT" else None
    assert "Task 1: it keeps changing there." in terminal("sync").err


@pytest.mark.parametrize("method", ["REPORT", "PUT"])
def test_locked_out_in_the_middle(method: str, phone: Phone, terminal: Terminal, between: Proxy) -> None:
    """A password that stops to be accepted ends the run with one line, and what was done is kept."""
    terminal.ok("done", "1")
    between.ahead = lambda passing: passing.reply(401) if passing.method == method else None
    assert "does not accept 'ana'" in one_line(terminal("sync"), 7)
    between.ahead = lambda passing: None
    assert terminal.ok("sync", "--json").json["calendars"][0]["there"]["changed"] == [1]
