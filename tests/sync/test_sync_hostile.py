"""Servers that mean harm, and networks between: a password stays where it belongs, and no answer fills memory or time."""

from __future__ import annotations

import gzip
import hashlib
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import pytest
from between import Passing, Proxy, proxy, raw
from caldav.lib.http_sync import requests
from terminals import Answer, Terminal

from studyplan.sync import exchange

utils = requests.utils
SECRET = "hunter2-secret"
WORDS = ("--user", "ana", "--password-command", f"{sys.executable} -c \"print('{SECRET}')\"")
PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
XML = {"Content_Type": "application/xml"}
HEAD = b"HTTP/1.1 207 Multi-Status\r\nContent-Type: application/xml\r\n"


@pytest.fixture
def stub() -> Iterator[Proxy]:
    """A server that answers what the test says; nothing of CalDAV unless told."""
    with proxy() as made:
        made.ahead = lambda passing: passing.reply(404)
        yield made


@pytest.fixture
def add(terminal: Terminal) -> Callable[..., Answer]:
    def run(url: str, *words: str) -> Answer:
        answer = terminal("sync", "add", url, *(words or WORDS))
        assert SECRET not in answer.out + answer.err
        return answer

    return run


@pytest.fixture
def name_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Names a proxy for everything; the library looks for them once in a process."""

    def forget() -> None:
        for known in (utils.getproxies, utils.getproxies_environment):
            known.cache_clear()

    def name(url: str) -> None:
        for variable in PROXIES:
            monkeypatch.setenv(variable, url)
        for variable in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(variable, raising=False)
        forget()

    yield name
    forget()


def line_of(answer: Answer) -> str:
    """The one line of an error of the network."""
    assert answer.code == 7, (answer.out, answer.err)
    assert answer.err.startswith("Error: ")
    assert answer.err.count("\n") == 1
    assert answer.err[:-1].isprintable()
    return answer.err


# --- where a password goes


def test_no_proxy_between_here_and_here(
    stub: Proxy, add: Callable[..., Answer], name_proxy: Callable[[str], None]
) -> None:
    """Plain http goes to this machine alone: straight, whatever proxies are named."""
    with proxy() as other:
        name_proxy(other.url)
        line_of(add(stub.url))
        line_of(add(stub.url.replace("127.0.0.1", "localhost")))
        assert other.log == []
    assert any("Authorization" in passing.headers for passing in stub.log)


def test_a_proxy_sees_nothing_of_https(add: Callable[..., Answer], name_proxy: Callable[[str], None]) -> None:
    """It is asked to connect, and gets no password; to this machine it is not asked."""
    with raw(lambda head: iter([b"HTTP/1.1 403 no\r\nContent-Length: 0\r\n\r\n"])) as (url, heads):
        name_proxy(url)
        assert "through this network's proxy" in line_of(add("https://nobody.invalid/"))
        assert [head.split(b" ")[:2] for head in heads] == [[b"CONNECT", b"nobody.invalid:443"]] * len(heads)
        assert heads
        assert not any(b"uthorization" in head for head in heads)
        heads.clear()
        line_of(add("https://127.0.0.1:9/"))
        assert heads == []


def test_a_file_of_passwords_is_not_read(
    stub: Proxy, add: Callable[..., Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password for the host in ``.netrc`` is another program's."""
    (tmp_path / "netrc").write_text("default login bea password other\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    line_of(add(stub.url, "--name", "mine"))
    assert stub.log
    assert not any("Authorization" in passing.headers for passing in stub.log)


def test_certificates_that_are_not_there(add: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of authorities that the environment names and that is missing is said."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    answer = add("https://127.0.0.1:9/")
    assert answer.code == 5
    assert "REQUESTS_CA_BUNDLE names a certificate file that does not exist" in answer.err


def test_a_login_by_digest(stub: Proxy, add: Callable[..., Answer]) -> None:
    """Where the server wants a digest it gets one, after its challenge; the challenge's body is not read whole."""

    def challenge(passing: Passing) -> Passing:
        given = passing.headers.get("Authorization", "")
        if not given.startswith("Digest "):
            passing.reply(401, "", WWW_Authenticate='Digest realm="r", nonce="n", qop="auth"', Content_Encoding="gzip")
            passing.text = bomb("gzip")
            return passing
        fields = dict(part.split("=", 1) for part in given.removeprefix("Digest ").replace('"', "").split(", "))
        first, second = (md5(each) for each in (f"ana:r:{SECRET}", f"{passing.method}:{passing.path}"))
        wanted = md5(f"{first}:n:{fields['nc']}:{fields['cnonce']}:auth:{second}")
        return passing.reply(404 if fields["response"] == wanted else 500)

    stub.ahead = challenge
    assert "there is nothing at" in line_of(add(stub.url))


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


# --- how much of an answer is taken


def bomb(packing: str) -> bytes:
    """Some kilobytes that become some tens of megabytes."""
    pack = {"gzip": gzip.compress, "deflate": zlib.compress}[packing]
    return pack(b"<multistatus xmlns='DAV:'>" + b" " * 40_000_000)


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_packed_bomb(packing: str, stub: Proxy, add: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    """What an answer unpacks to counts, and is not unpacked further than that."""

    def burst(passing: Passing) -> Passing:
        passing.reply(207, "", Content_Encoding=packing, **XML)
        passing.text = bomb(packing)
        return passing

    stub.ahead = burst
    assert "a larger answer" in line_of(add(stub.url))


def test_a_packing_that_was_not_asked_for(stub: Proxy, add: Callable[..., Answer]) -> None:
    """Brotli, or one packing in another."""
    for packing in ("br", "zstd", "gzip, gzip"):
        stub.ahead = lambda passing, packing=packing: passing.reply(207, "x" * 99, Content_Encoding=packing, **XML)
        assert "compressed its answer in a way" in line_of(add(stub.url))


def test_a_packed_answer_is_read(stub: Proxy, add: Callable[..., Answer]) -> None:
    """Some servers pack their answers though nobody asked for it."""

    def pack(passing: Passing) -> Passing:
        passing.reply(207, "", Content_Encoding="gzip", **XML)
        passing.text = gzip.compress(b"<multistatus xmlns='DAV:'/>")
        return passing

    stub.ahead = pack
    assert "is not a CalDAV address" in line_of(add(stub.url))


@pytest.mark.parametrize("many", ["<a/>", "<a><b>x</b></a>", 'x="" '])
def test_too_many_parts(many: str, stub: Proxy, add: Callable[..., Answer]) -> None:
    """Elements and attributes are counted before anything is made of them."""
    inner = many * 600_000
    text = f"<multistatus xmlns='DAV:'>{inner}</multistatus>" if "<" in many else f"<multistatus {inner}/>"
    stub.ahead = lambda passing: passing.reply(207, text, **XML)
    assert "a larger answer" in line_of(add(stub.url))


LAUGHS = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "text",
    [
        "<a>" * 100_000,
        f"<!DOCTYPE x [{LAUGHS}]><multistatus xmlns='DAV:'>&a9;</multistatus>",
        f"<!DOCTYPE x [{LAUGHS}]><multistatus xmlns='DAV:' x='&a9;'/>",
        "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/hostname'>]><multistatus xmlns='DAV:'>&f;",
        "<?xml version='1.0' encoding='utf-7'?>+ADw-multistatus xmlns=+ACI-DAV:+ACI-/+AD4-",
        "<?xml version='1.0' encoding='nonsense'?><multistatus xmlns='DAV:'/>",
    ],
    ids=["deep", "laughs", "laughs in an attribute", "a file", "utf-7", "no encoding"],
)
def test_xml_that_means_harm(text: str, stub: Proxy, add: Callable[..., Answer]) -> None:
    """It cannot be read, and costs nothing."""
    stub.ahead = lambda passing: passing.reply(207, text, **XML)
    assert "cannot be read" in line_of(add(stub.url))


def dripping(ahead: bytes) -> Callable[[bytes], Iterator[bytes]]:
    def answer(head: bytes) -> Iterator[bytes]:
        yield ahead
        for piece in repeat(b"a", 100):
            time.sleep(0.1)
            yield piece

    return answer


@pytest.mark.parametrize(
    "ahead", [b"HTTP/1.1 207 x\r\nX: ", HEAD + b"Content-Length: 99999\r\n\r\n"], ids=["head", "body"]
)
def test_an_answer_without_end(ahead: bytes, add: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then does not keep a run waiting for ever."""
    monkeypatch.setattr(exchange, "_PATIENCE", 0.5)
    with raw(dripping(ahead)) as (url, _):
        began = time.monotonic()
        assert line_of(add(url)).endswith("(try again; what was done is kept)\n")
        assert time.monotonic() - began < 8


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (HEAD + b"Content-Length: 99999\r\n\r\n<multi", "broke off in the middle"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<mult\r\nzz\r\n", "broke off in the middle"),
        (HEAD + b"Content-Length: 4\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00", "cannot be read"),
        (HEAD + b"Content-Length: 4\r\nContent-Encoding: gzip\r\n\r\nabcd", "broke off in the middle"),
        (b"HTTP/1.1 207 x\r\n" + b"X: y\r\n" * 100_000, "cannot be reached"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "cannot be reached"),
        (b"", "cannot be reached"),
    ],
    ids=["short", "chunks", "half a packing", "no packing", "headers", "ssh", "nothing"],
)
def test_answers_that_break_off(sent: bytes, words: str, add: Callable[..., Answer]) -> None:
    """One line, whatever layer of the network it is that gives up."""
    with raw(lambda head: iter([sent])) as (url, _):
        assert words in line_of(add(url))


# --- what is said of it


@pytest.mark.parametrize(
    ("retry", "words"),
    [
        ("90", "come back later, in 90 seconds ("),
        ("7200", "come back later, in 2 hours ("),
        ("Fri, 27 Nov 2099 23:59:00 GMT", "come back later, on Sat 28 Nov at 00:59 ("),
        ("Fri, 27 Nov 2009 23:59:00 GMT", "come back later ("),
        ("\x1b[2Jsoon", "come back later ("),
        ("Fri, 31 Dec 9999 23:59:00 GMT", "come back later ("),
        ("9" * 400, "come back later ("),
    ],
)
def test_when_to_come_back(retry: str, words: str, stub: Proxy, add: Callable[..., Answer]) -> None:
    """In seconds or as a date, in the learner's own time; what makes no sense is not told."""
    stub.ahead = lambda passing: passing.reply(429, Retry_After=retry)
    assert words in line_of(add(stub.url))


@pytest.mark.parametrize(
    "place",
    [
        "https://example.org/a;reboot/\x1b[31m\u202e",
        "https://example.org/" + "a" * 9000,
        "https://[::1/",
        "https://example.org:99999/",
        "javascript:alert(1)",
        "https://ana:pw@example.org/dav/",
        "//example.org/$(reboot)/",
    ],
)
def test_a_place_that_a_server_names(place: str, stub: Proxy, add: Callable[..., Answer]) -> None:
    """It reaches a terminal without control characters, and a command to copy only as a shell takes it."""
    stub.ahead = lambda passing: passing.reply(301, "", Location=place.encode().decode("latin-1"))
    line = line_of(add(stub.url))
    assert len(line) < 900
    if "studyplan sync add" in line:
        command = line.partition("studyplan sync add ")[2].rstrip().removesuffix(")")
        assert not set(command) & set(";$()`&|") or command.startswith("'")


def test_what_a_calendar_is_called(stub: Proxy, add: Callable[..., Answer]) -> None:
    """A name from a server reaches a terminal without what a terminal obeys or what turns the writing."""
    name = "\u202eevil\u2066\u0085[31m" + "x" * 5_000
    stub.ahead = lambda passing: passing.reply(
        207,
        "<multistatus xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'><response><href>/</href><propstat><prop>"
        f"<displayname>{name}</displayname><resourcetype><collection/><C:calendar/></resourcetype></prop>"
        "<status>HTTP/1.1 200 \u202eOK</status></propstat></response></multistatus>",
        **XML,
    )
    answer = add(stub.url)
    assert answer.code == 0
    assert all(line.isprintable() for line in answer.out.splitlines())
    assert "\u202e" not in answer.out
    assert len(answer.out) < 400
