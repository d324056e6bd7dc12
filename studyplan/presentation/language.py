"""The language that a text is shown in: English unless somebody chose another for the request at hand.

Whoever makes a text for a page asks here for it, so that it is looked up when it is shown and not when a module is loaded.
The command line never chooses, and speaks English.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """A language: its tag, as ``de``, its texts, and what stands before the decimals of a number."""

    tag: str
    texts: NullTranslations
    decimal: str = "."


ENGLISH = SpokenLanguage("en", NullTranslations())
_chosen: ContextVar[SpokenLanguage] = ContextVar("language", default=ENGLISH)


def current() -> SpokenLanguage:
    """The language that texts are made in here."""
    return _chosen.get()


@contextmanager
def spoken(language: SpokenLanguage) -> Iterator[None]:
    """Make texts in this language while the block runs, in this thread or task and those it begins."""
    token = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(token)


def gettext(text: str) -> str:
    """A text in the language chosen; the text itself where that has no other."""
    return _chosen.get().texts.gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The same for a text that counts something."""
    return _chosen.get().texts.ngettext(one, many, number)


def percent_text(share: float) -> str:
    """A share in whole percent: 72%, or as the language writes it."""
    return gettext("{n}%").format(n=round(100 * share))


def decimal_text(number: str) -> str:
    """A number that was written out with a point, as the language writes it."""
    return number.replace(".", _chosen.get().decimal)


def N_(text: str) -> str:
    """A text that is looked up later, where it is shown; this marks it for the catalogs."""
    return text


def NN_(one: str, many: str) -> tuple[str, str]:
    """The same for a text that counts something, to be looked up by :func:`ngettext`."""
    return one, many
