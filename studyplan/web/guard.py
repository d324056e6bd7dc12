"""What a request may do before anything looks at what it wants: pure functions of its method and headers.

Nothing here knows a plan or a learner. Each rule answers with a status and a line to show, or with nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from studyplan.errors import UsageProblem

#: Bytes of a form or of a call of the API, and of a file of cards, questions or a plan that is brought in.
LARGEST_BODY, LARGEST_FILE = 64 << 10, 5 << 20

#: Methods that change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

#: Nothing comes from elsewhere, nothing runs that is not a file of ours, nobody frames the pages. ``same-origin`` and not
#: ``no-referrer``: with that a browser sends ``Origin: null`` with our own forms, by the Fetch standard.
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class RequestRefusal:
    """Why a request goes no further: an HTTP status and one line for whoever reads it."""

    status: int
    line: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is reached: ``hosts`` as browsers send them, ``origins`` that its own pages have, whether all of it is over
    https, and whether it is reached by this machine alone, with nothing in front of it."""

    base_url: str
    hosts: frozenset[str]
    origins: frozenset[str]
    is_local: bool

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def of(cls, port: int, base_url: str | None = None) -> Address:
        """The address of a server on this machine's own port; ``base_url``: where a proxy in front of it is reached.

        Raises UsageProblem for a base URL that is none.
        """
        local = [f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")]
        hosts, origins = set(local), {f"http://{name}" for name in local}
        if base_url is None:
            return cls(f"http://127.0.0.1:{port}", frozenset(hosts), frozenset(origins), is_local=True)
        origin = origin_of(base_url)
        hosts.add(urlsplit(origin).netloc)
        origins.add(origin)
        return cls(origin, frozenset(hosts), frozenset(origins), is_local=False)


def origin_of(base_url: str) -> str:
    """Scheme, host and port of a base URL, as a browser says them. Raises UsageProblem."""
    try:
        parts = urlsplit(base_url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme not in ("http", "https") or parts.username or parts.path.strip("/") or parts.query:
        raise UsageProblem(
            "the base URL must be a scheme and a host", hint="write it like https://study.example.org, without a path"
        )
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, usual) else "")


def refusal(
    method: str,
    headers: Mapping[str, str],
    address: Address,
    *,
    largest: int = LARGEST_BODY,
    is_call: bool = False,
) -> RequestRefusal | None:
    """What speaks against a request; ``headers`` by their names in small letters. ``is_call``: it is one of the API, where a token is
    looked at and then no cookie is."""
    if headers.get("host", "").lower() not in address.hosts:
        return RequestRefusal(421, "This server does not answer to that host name.")
    if method not in SAFE and not (is_call and is_bearer(headers)) and not _is_ours(headers, address):
        return RequestRefusal(403, "This form was sent from another site, or by a program without a token.")
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit():
        return RequestRefusal(400, "The length of the request is not a number.")
    if len(length) > 12 or int(length) > largest:
        return too_large(largest)
    return None


def too_large(largest: int) -> RequestRefusal:
    return RequestRefusal(413, f"That is more than {largest >> 10} kB, the limit for this page.")


def is_bearer(headers: Mapping[str, str]) -> bool:
    """Whether a request brings a token of its own: no browser sends one by itself, so no other site can make it."""
    return headers.get("authorization", "").lower().startswith("bearer ")


def _is_ours(headers: Mapping[str, str], address: Address) -> bool:
    """Whether one of our own pages sent it. Every browser in use sends one of the two headers with a form."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") in address.origins
