"""Every address of the site with forms and headers that no page of ours sends: an answer each time, and nothing is lost.

A few hundred in the suite; all ten thousand with MANGLED_FORMS=10000.
"""

from __future__ import annotations

import os
import random
import re
from urllib.parse import quote, quote_from_bytes

from browsing import ADDRESS, Browser, Page
from starlette.routing import Route

FORMS = int(os.environ.get("MANGLED_FORMS", "300"))
SEED = 14

VALUES: tuple[bytes, ...] = (
    b"",
    b" ",
    b"1",
    b"0",
    b"-1",
    b"45",
    b"1h30",
    b"99999999999999999999",
    b"1e309",
    b"nan",
    b"2026-07-23",
    b"2026-07-24",
    b"2026-02-30",
    b"0000-00-00",
    b"9999-12-31",
    b"23:59",
    b"mon-fri=60",
    b"on",
    b"x" * 5000,
    "日本語".encode() * 70,
    "ẞ\u202e\u0000\u200b".encode(),
    b"\xff\xfe\x00",
    b"%s%n{0}{n}%(x)s",
    b"<script>alert(1)</script>",
    b"' OR 1=1; --",
    b"../../../etc/passwd",
    b"=cmd()",
    b"foundations",
    b"practitioner",
    b"blank",
    b"Europe/Berlin",
    b"DE-BE",
)
PLACES = (
    "1",
    "2",
    "3",
    "40",
    "0",
    "-1",
    "999",
    "1000001",
    "99999999999999999999",
    "abc",
    "1@fri",
    "foundations",
    "blank",
    "%00",
    "..",
    "日",
    "x" * 300,
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {},
    {"accept": "application/json"},
    {"accept-language": "de;q=,,x" * 30},
    {"referer": "http://evil.example/"},
    {"referer": "http://[::1"},
    {"referer": ADDRESS + "//evil.example"},
    {"cookie": "language=%00; a=b=c; \x7f"},
    {"idempotency-key": "x" * 500},
    {"idempotency-key": "6f2c7a3e-0f3a-4d7e-9a55-5f0f5a1e2b3c"},
    {"if-none-match": '"' * 200},
    {"if-modified-since": "yesterday"},
    {"range": "bytes=9-1"},
    {"authorization": "Bearer 1-1-" + "a" * 32},
)
#: What a form may be sent as.
URLENCODED = "application/x-www-form-urlencoded"
KINDS = (
    URLENCODED,
    URLENCODED,
    URLENCODED,
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/json",
    "text/plain",
    "",
)


def test_whatever_is_sent_is_answered(studying: Browser) -> None:
    """No answer is an error of ours; a refusal changes nothing; and all that was changed can be taken back."""
    dice = random.Random(SEED)
    batches = newest(studying)
    names = sorted(fields(studying))
    assert len(names) > 15
    routes = [(route, method) for route in addresses(studying) for method in sorted(route.methods or ())]
    assert len(routes) > 20
    for number in range(FORMS):
        route, method = routes[number % len(routes)] if number < len(routes) else dice.choice(routes)
        path = re.sub(r"\{[^}]+\}", lambda _: quote(dice.choice(PLACES), safe="%"), route.path)
        status = sent(studying, dice, method, path, names)
        assert status < 500, (number, method, path, status)
        now = newest(studying)
        assert status < 400 or now == batches, (number, method, path, status)
        batches = now
    while studying.planner.history.undo() is not None:
        pass
    assert [plan for plan, *_ in studying.planner.queries.plans()] == []


def newest(browser: Browser) -> int:
    """The number of the newest change."""
    return browser.planner.history.batches(1)[0].number


def addresses(browser: Browser) -> list[Route]:
    """All routes of the site, however deep."""
    found: list[Route] = []
    waiting: list[object] = list(browser.client.app.routes)  # type: ignore[attr-defined]
    while waiting:
        route = waiting.pop(0)
        if isinstance(route, Route):
            found.append(route)
        else:
            waiting += getattr(route, "original_router", route).routes  # type: ignore[attr-defined]
    return found


def fields(browser: Browser) -> set[str]:
    """The names of all fields on the pages that need nothing but an address."""
    found = {"sure", "back", "fewer", "nonsense"}
    for route in addresses(browser):
        if "GET" in (route.methods or ()):
            page = Page(0, "", browser.client.get(re.sub(r"\{[^}]+\}", "1", route.path)).text)
            found |= {str(each["name"]) for each in page.soup.select("[name]")}
    return found


def sent(browser: Browser, dice: random.Random, method: str, path: str, names: list[str]) -> int:
    """Send something to an address; come in again if that signed the browser out. The status of the answer."""
    pairs = [(dice.choice(names), dice.choice(VALUES)) for _ in range(dice.randrange(8))]
    kind = dice.choice(KINDS)
    content = b"&".join(name.encode() + b"=" + quote_from_bytes(value).encode() for name, value in pairs)
    if kind.startswith("multipart"):
        content = b"".join(
            b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
            for name, value in pairs
        ) + dice.choice([b"--x--\r\n", b"", b"--y--"])
    elif dice.random() < 0.1:
        content = dice.randbytes(dice.randrange(2000))
    headers = {"origin": ADDRESS, **({"content-type": kind} if kind else {}), **dice.choice(HEADERS)}
    query = "?" + content.decode("latin-1") if method == "GET" and dice.random() < 0.5 and kind == URLENCODED else ""
    answer = browser.client.request(
        method,
        path + (quote(query, safe="?&=%") if query else ""),
        content=None if method in ("GET", "HEAD") else content,
        headers={name: value.encode("utf-8") for name, value in headers.items()},
        follow_redirects=False,
    )
    if not browser.site.sessions.devices():
        browser.get(f"/enter?key={browser.site.sessions.new_key()}")
    return answer.status_code
