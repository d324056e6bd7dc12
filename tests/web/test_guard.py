"""What a request may do before anything looks at it."""

import re
from pathlib import Path

import pytest

from studyplan.errors import UsageProblem
from studyplan.web import rendering
from studyplan.web.doorway import TAKES_FILES
from studyplan.web.guard import HEADERS, LARGEST_BODY, Address, origin_of, refusal

HERE = Address.of(8765)
BEHIND = Address.of(8765, "https://study.example.org")


def status(method: str, address: Address = HERE, **headers: str) -> int | None:
    sent = {"host": "127.0.0.1:8765", **{name.replace("_", "-"): value for name, value in headers.items()}}
    found = refusal(method, sent, address)
    return found.status if found else None


@pytest.mark.parametrize(
    "host",
    ["", "example.org", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8765.example.org", "study.example.org", "[::2]:8765"],
)
def test_other_hosts_are_refused(host: str) -> None:
    """A name that another site points at this machine would let that site read the pages."""
    assert status("GET", host=host) == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765"])
def test_this_machine_is_answered(host: str) -> None:
    assert status("GET", host=host) is None


def test_a_proxy_may_call_it_by_its_own_name() -> None:
    assert status("GET", BEHIND, host="study.example.org") is None
    assert status("POST", BEHIND, host="study.example.org", origin="https://study.example.org") is None
    assert status("POST", BEHIND, host="study.example.org", origin="http://study.example.org") == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:8766"},
        {"origin": "http://127.0.0.1:8765.evil.example"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site", "origin": "http://127.0.0.1:8765"},
        {"sec_fetch_site": "none"},
        {"sec_fetch_site": ""},
        {"authorization": "Basic YTpi"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "MERGE"])
def test_forms_of_others_are_refused(method: str, headers: dict[str, str]) -> None:
    assert status(method, **headers) == 403
    assert status("GET", **headers) is None


def test_our_own_forms_pass() -> None:
    assert status("POST", sec_fetch_site="same-origin") is None
    assert status("POST", origin="http://localhost:8765") is None


def test_a_token_counts_where_no_cookie_does() -> None:
    """A proxy may send a token with all that it passes on: a page goes by the cookie beside it."""
    sent = {"host": "127.0.0.1:8765", "authorization": "Bearer x", "sec-fetch-site": "cross-site"}
    assert refusal("POST", sent, HERE, is_call=True) is None
    found = refusal("POST", sent, HERE)
    assert found is not None
    assert found.status == 403


def test_only_what_nothing_stands_before_is_local() -> None:
    assert HERE.is_local
    assert not BEHIND.is_local
    assert not Address.of(8765, "http://study.lan:8080").is_local


@pytest.mark.parametrize(
    ("length", "wanted"),
    [
        ("0", None),
        (str(LARGEST_BODY), None),
        (str(LARGEST_BODY + 1), 413),
        ("9" * 400, 413),
        ("-1", 400),
        ("٣", 400),
        ("1e3", 400),
    ],
)
def test_long_bodies_are_refused(length: str, wanted: int | None) -> None:
    assert status("POST", sec_fetch_site="same-origin", content_length=length) == wanted


def test_longer_ones_are_taken_where_a_page_asks_for_a_file() -> None:
    pages = Path(rendering.__file__).with_name("templates").glob("*.html")
    forms = [form for page in pages for form in page.read_text("utf-8").split("<form")[1:]]
    asked = [re.findall(r'action="([^"{]*)', form)[0] for form in forms if 'type="file"' in form.split("</form>")[0]]
    assert sorted(asked) == sorted(TAKES_FILES)


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://study.example.org", "https://study.example.org"),
        ("https://study.example.org:443/", "https://study.example.org"),
        ("http://Study.example.org:8080", "http://study.example.org:8080"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_origins_as_browsers_say_them(written: str, origin: str) -> None:
    assert origin_of(written) == origin


@pytest.mark.parametrize(
    "written",
    ["study.example.org", "ftp://a", "https://", "https://a/b", "https://u:p@a", "https://a:99999", "https://[::1"],
)
def test_other_base_urls_are_refused(written: str) -> None:
    with pytest.raises(UsageProblem):
        origin_of(written)


def test_pages_run_nothing_from_elsewhere() -> None:
    policy = HEADERS["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert HEADERS["referrer-policy"] == "same-origin"
