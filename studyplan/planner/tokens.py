"""The tokens of programs: made, listed, revoked, and shown at the door."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from studyplan.bearer import BearerSecret
from studyplan.errors import Conflict, NotFound, StorageProblem, UsageProblem, WayOut
from studyplan.model import Learner
from studyplan.model.tokens import ApiToken, TokenScope
from studyplan.planner.base import DayName, UseCases, day_named
from studyplan.store.tokens import Tokens, owner_of
from studyplan.text import checked_title

if TYPE_CHECKING:
    from studyplan.store import Unit

#: Tokens that a learner may have in use at once.
MOST_TOKENS = 100


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new token and the secret that programs show. The secret is known here alone and never again."""

    token: ApiToken
    secret: str

    def __repr__(self) -> str:
        return f"MadeToken({self.token.number})"


class ApiTokens(UseCases):
    """The tokens of programs. None of this is in the log: an undo must not let anybody in again."""

    def add(self, name: str, *, scope: TokenScope | str = TokenScope.READ, expires: DayName | None = None) -> MadeToken:
        """A new token that lets a program read, or read and write. ``expires``: the last day on which it does; None: until it is
        revoked. Raises Conflict for a name that a token in use has."""
        name = checked_title(name)
        scope = _scope(scope)
        if self._store.is_absent:
            # What is refused must not leave an empty database behind.
            day_named(expires, self._clock)
            self._new_name()

        def work(unit: Unit) -> MadeToken:
            learner, _ = self._learner_or_new(unit, make=True)
            clock = self._clock.at(learner.zone)
            last = day_named(expires, clock)
            if last is not None and last < clock.today():
                raise UsageProblem(f"{last} is over", hint="name today or a later day")
            tokens = Tokens(unit, learner.id)
            in_use = [each for each in tokens.all() if each.is_open(clock.today())]
            if any(each.name == name for each in in_use):
                raise Conflict(
                    f"there is already a token '{name}'",
                    hint=WayOut("choose another name, or revoke that one first", "revoke-token"),
                )
            if len(in_use) >= MOST_TOKENS:
                raise Conflict(
                    f"there are already {MOST_TOKENS} tokens in use",
                    hint=WayOut("revoke one that no program needs", "revoke-token"),
                )
            number = tokens.next_number()
            secret = BearerSecret.made(learner.id, number)
            token = ApiToken(learner.id, number, name, secret.digest, scope, clock.now(), last)
            tokens.add(token)
            return MadeToken(token, secret.text)

        return self._store.write(work)

    def all(self) -> list[ApiToken]:
        """Every token by number, those that are over too."""

        def work(unit: Unit) -> list[ApiToken]:
            learner = self._who.find(unit)
            return Tokens(unit, learner.id).all() if learner else []

        return self._look(work)

    def get(self, number: int) -> ApiToken:
        """One of them. Raises NotFound."""

        def work(unit: Unit) -> ApiToken:
            return _numbered(Tokens(unit, self._learner(unit).id), number)

        return self._look(work)

    def revoke(self, number: int) -> ApiToken:
        """Let nobody in with a token any more; one that is revoked stays as it is. Raises NotFound."""

        def work(unit: Unit) -> ApiToken:
            learner = self._learner(unit)
            tokens = Tokens(unit, learner.id)
            token = _numbered(tokens, number)
            if token.revoked_at is not None:
                return token
            at = self._clock.at(learner.zone).now()
            tokens.revoke(number, at)
            return replace(token, revoked_at=at)

        return self._change(work)

    def shown(self, text: str) -> tuple[Learner, ApiToken] | None:
        """The learner whom a program may speak for, and the token that it showed; None for what lets nobody in. That it was
        used is noted once a day."""
        secret = BearerSecret.read(text)
        if secret is None or self._store.is_absent:
            return None
        asked = ("token", secret.learner_id, secret.number)
        found = self._store.read_kept(asked, lambda unit: owner_of(unit, secret.learner_id, secret.number))
        if found is None or not secret.opens(found[1].digest):
            return None
        learner, token = found
        today = self._clock.at(learner.zone).today()
        if not token.is_open(today):
            return None
        if token.used_on != today:
            # Where nothing can be written just now, what is asked may still be read.
            with suppress(StorageProblem):
                self._store.write(lambda unit: Tokens(unit, learner.id).use(token.number, today))
        return learner, token


def _numbered(tokens: Tokens, number: int) -> ApiToken:
    token = next((each for each in tokens.all() if each.number == number), None)
    if token is None:
        raise NotFound(f"no token {number}", hint=WayOut("`planner.tokens.all` lists them", "list-tokens"))
    return token


def _scope(scope: TokenScope | str) -> TokenScope:
    try:
        return TokenScope(scope)
    except ValueError:
        words = " or ".join(TokenScope)
        raise UsageProblem(f"'{scope}' is not a scope", hint=f"it is {words}") from None
