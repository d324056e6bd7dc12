"""Make, list and revoke the tokens of programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context, yes_option
from studyplan.cli.params import DAY
from studyplan.cli.terminal import consent
from studyplan.model.tokens import TokenScope

if TYPE_CHECKING:
    from datetime import date

    from studyplan.model.tokens import ApiToken

_DOES = {TokenScope.READ: "reads", TokenScope.WRITE: "reads and changes"}


@click.group()
def token() -> None:
    """Let programs read or change your plans through `serve`.

    A program shows its token with each request to /api/v1. A token is yours alone; nothing but its digest is kept.
    """


@token.command("add")
@click.argument("name")
@click.option(
    "--scope",
    type=click.Choice(TokenScope, case_sensitive=False),
    default=TokenScope.READ,
    show_default="read",
    help="What the program may do.",
)
@click.option("--expires", type=DAY, metavar="DATE", help="The last day on which it works (default: until revoked).")
@json_option
@pass_context
def add(context: Context, name: str, scope: TokenScope, expires: date | None) -> Facts:
    """Make a token for a program, and print it this once."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    made = context.planner.tokens.add(name, scope=scope, expires=expires)
    yield {"token": facts.of_token(made.token), "secret": made.secret}
    output.note(
        f"Token {made.token.number}, '{made.token.name}', {_DOES[made.token.scope]} your plans{_until(made.token)}."
    )
    output.note("Copy it now: it is shown only this once. Programs send it as `Authorization: Bearer TOKEN`.")
    output.say(made.secret)


@token.command("list")
@click.option("--all", "ended", is_flag=True, help="List revoked and expired tokens too.")
@json_option
@pass_context
def list_(context: Context, ended: bool) -> Facts:
    """List your tokens, and when each was last used."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    found = context.planner.tokens.all()
    yield {"tokens": [facts.of_token(each) for each in found]}
    shown = found if ended else [each for each in found if each.is_open(context.today)]
    if not shown:
        output.say("No token is in use. `studyplan token add NAME` makes one.")
    for each in shown:
        output.say(output.clip(f"{each.number}  {each.name}  {_state(each, context)}"))


@token.command("revoke")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@yes_option
@json_option
@pass_context
def revoke(context: Context, number: int, yes: bool) -> Facts:
    """End a token: the program that has it is let in no more."""
    from studyplan.cli import output
    from studyplan.presentation import facts

    found = context.planner.tokens.get(number)
    if found.is_open(context.today):
        consent(f"End token {number} '{found.name}'? No undo takes this back.", yes=yes)
    ended = context.planner.tokens.revoke(number)
    yield {"token": facts.of_token(ended)}
    output.say(f"Revoked: {ended.number}  {ended.name}")


def _until(token: ApiToken) -> str:
    return "" if token.expires_on is None else f" until {token.expires_on}"


def _state(token: ApiToken, context: Context) -> str:
    used = f"last used {token.used_on}" if token.used_on else "never used"
    if token.revoked_at is not None:
        return f"revoked {context.local(token.revoked_at):%Y-%m-%d}, {used}"
    if not token.is_open(context.today):
        return f"expired {token.expires_on}, {used}"
    return f"{_DOES[token.scope]}{_until(token)}, {used}"


COMMANDS = (token,)
