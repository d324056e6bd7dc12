"""Server addresses: where a password may be sent, and what an address must not contain to be kept."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from studyplan.errors import UsageProblem
from studyplan.text import command

#: Characters of an address that is shown or offered.
_LONGEST = 200


def cleaned(text: str) -> tuple[str, str]:
    """The address as it is kept, and the account named in it (or nothing).

    Raises UsageProblem for what is no web address, for one with a password in it, and for http but to this machine itself.
    """
    text = text.strip()
    text = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UsageProblem("this is not a web address", hint="write it like https://example.org/dav/") from None
    # From here on the address is never shown as given: it may contain a password.
    if (
        parts.scheme not in ("https", "http")
        or not parts.hostname
        or any(c.isspace() or not c.isprintable() for c in text)
    ):
        raise UsageProblem("this is not a web address", hint="write it like https://example.org/dav/")
    if parts.password is not None:
        raise UsageProblem(
            "the address holds a password, which others could read",
            hint="leave it out: you are asked for it, or --password-command prints it",
        )
    _check_scheme(parts)
    try:
        host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
    except UnicodeError:
        raise UsageProblem("this is not a web address", hint="write it like https://example.org/dav/") from None
    if not all(sign.isalnum() or sign in "-._:" for sign in host):
        raise UsageProblem("this is not a web address", hint="write it like https://example.org/dav/")
    host = f"[{host}]" if ":" in host else host
    place = urlunsplit((parts.scheme, host if port is None else f"{host}:{port}", parts.path or "/", "", ""))
    return place, unquote(parts.username or "")


def check(url: str) -> None:
    """Raise UsageProblem for an address to which nothing secret may be sent."""
    _check_scheme(urlsplit(url))


def _check_scheme(parts: SplitResult) -> None:
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        raise UsageProblem(f"over http, others could read what you send to {parts.hostname}", hint="use https://")


def is_this_machine(url: str) -> bool:
    return _is_loopback(urlsplit(url).hostname or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def origin(url: str) -> str:
    """Scheme, host and port: what a password belongs to."""
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + ("" if parts.port in (None, default) else f":{parts.port}")


def offered(url: str) -> str | None:
    """An address that a server names, as a shell takes it in a command to copy; None if it would not be accepted, or is
    none to read."""
    try:
        place, _ = cleaned(url)
    except UsageProblem:
        return None
    return command(place) if len(place) <= _LONGEST else None


def shown(url: str) -> str:
    """An address that a server names, for people: without what comes after a question mark, not endless, ASCII alone."""
    text = quote(origin(url) + urlsplit(url).path, safe="/:[]@+~!$&'()*,;=%")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def host_of(url: str) -> str:
    return origin(url).partition("://")[2]
