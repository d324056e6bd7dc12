"""The value of a token: what a program shows instead of signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class TokenScope(StrEnum):
    """What the bearer of a token may do."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token of a learner's. The secret is in no field: whoever has lost it makes another."""

    learner_id: int
    number: int
    #: What the learner calls it: the program that has it.
    name: str
    #: SHA-256 of the secret, in hex.
    digest: str
    scope: TokenScope
    created_at: datetime
    #: The last study day on which it lets anybody in; None: until it is revoked.
    expires_on: date | None = None
    #: The learner's last study day on which it was shown.
    used_on: date | None = None
    revoked_at: datetime | None = None

    def is_open(self, today: date) -> bool:
        """Whether it lets its bearer in on that day."""
        return self.revoked_at is None and (self.expires_on is None or today <= self.expires_on)
