"""The cookies of the pages: what they are called at an address, and how they are set, renewed and read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.responses import Response

    from studyplan.web.guard import Address


def session_cookie(address: Address) -> str:
    """What the cookie of a browser that is in is called."""
    return _name(address, "studyplan")


def language_cookie(address: Address) -> str:
    """What the cookie is called that a choice of language is kept in."""
    return _name(address, "studyplan-language")


def _name(address: Address, stem: str) -> str:
    """Over https the browser itself sees to it that no other site has set a cookie of this name. Without, all ports of a machine
    share their cookies, and a server on another one must not be taken for this one."""
    if address.is_secure:
        return f"__Host-{stem}"
    return f"{stem}-{urlsplit(address.base_url).port or 80}"


def cookie_values(headers: Headers, name: str) -> list[str]:
    """What a request brings under a name. It may be more than one value: other servers of this machine can set it for some paths."""
    parts = (part.strip().partition("=") for line in headers.getlist("cookie") for part in line.split(";"))
    return [value for found, _, value in parts if found == name]


def keep_cookie(answer: Response, address: Address, name: str, value: str, kept: timedelta) -> None:
    """Have the browser keep a value for so long."""
    seconds = int(kept.total_seconds())
    answer.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=address.is_secure)


def drop_cookie(answer: Response, address: Address, name: str) -> None:
    """Have the browser forget a value."""
    answer.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=address.is_secure)
