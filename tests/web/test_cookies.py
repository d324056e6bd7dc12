"""What the cookies are called, and how they are read."""

import pytest
from starlette.datastructures import Headers

from studyplan.web.cookies import cookie_values, language_cookie, session_cookie
from studyplan.web.guard import Address


@pytest.mark.parametrize(
    ("base_url", "session", "language"),
    [
        (None, "studyplan-8765", "studyplan-language-8765"),
        ("http://study.lan", "studyplan-80", "studyplan-language-80"),
        ("http://study.lan:8080", "studyplan-8080", "studyplan-language-8080"),
        ("http://[::1]", "studyplan-80", "studyplan-language-80"),
        ("http://[::1]:9000", "studyplan-9000", "studyplan-language-9000"),
        ("https://study.example.org", "__Host-studyplan", "__Host-studyplan-language"),
        ("https://study.example.org:8443", "__Host-studyplan", "__Host-studyplan-language"),
    ],
)
def test_names_at_every_kind_of_address(base_url: str | None, session: str, language: str) -> None:
    address = Address.of(8765, base_url)
    assert session_cookie(address) == session
    assert language_cookie(address) == language


def test_all_values_of_a_name_are_read_whatever_else_there_is() -> None:
    headers = Headers(
        raw=[
            (b"cookie", b"token=" + b"x" * 9000 + b"; broken; a=; studyplan-8765=one=1"),
            (b"cookie", b"studyplan-87650=no;studyplan-8765=two"),
        ]
    )
    assert cookie_values(headers, "studyplan-8765") == ["one=1", "two"]
    assert cookie_values(headers, "studyplan") == []
    assert cookie_values(Headers(), "studyplan") == []
