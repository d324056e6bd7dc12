"""Secrets that let whoever bears them in: the token of a program, the address of a feed. Pure but for the chance they are made of.

`<learner's id, base 36>-<number>-<32 letters>`: the first two find the row by its primary key, the letters are 160 random bits. Only
their SHA-256 is kept, so that a stolen database opens nothing; with so many bits it needs no salt and no slow hash.
"""

from __future__ import annotations

import re
import secrets
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest

#: Bytes of chance: 160 bits, which base 32 writes as 32 letters.
_BYTES = 20
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
#: Ids and numbers are of 31 bits.
_FORM = re.compile(r"([0-9a-z]{1,6})-([1-9][0-9]{0,9})-[a-z2-7]{32}", re.ASCII)
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class BearerSecret:
    """A secret as its bearer has it, whole, and the row that it says it is of."""

    text: str
    learner_id: int
    number: int

    @classmethod
    def made(cls, learner_id: int, number: int) -> BearerSecret:
        """A new one, for the row of that number."""
        letters = b32encode(secrets.token_bytes(_BYTES)).decode().lower()
        return cls(f"{_base_36(learner_id)}-{number}-{letters}", learner_id, number)

    @classmethod
    def read(cls, text: str) -> BearerSecret | None:
        """What somebody bears; None for what never was one of ours."""
        found = _FORM.fullmatch(text)
        if found is None:
            return None
        learner_id, number = int(found[1], 36), int(found[2])
        if learner_id > _MOST or number > _MOST or _base_36(learner_id) != found[1]:
            return None
        return cls(text, learner_id, number)

    @property
    def digest(self) -> str:
        """What is kept of it: SHA-256 in hex."""
        return sha256(self.text.encode()).hexdigest()

    def opens(self, digest: str) -> bool:
        """Whether a row that keeps this digest is the one it was made for. How long this takes tells nothing."""
        return compare_digest(self.digest, digest)

    def __repr__(self) -> str:
        """Without the letters: a traceback or a log must not hold them."""
        return f"BearerSecret({self.learner_id}, {self.number})"


def _base_36(value: int) -> str:
    text = ""
    while value or not text:
        value, digit = divmod(value, 36)
        text = _DIGITS[digit] + text
    return text
