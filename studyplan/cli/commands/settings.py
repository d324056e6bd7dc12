"""Settings and where they come from; shell completion."""

from __future__ import annotations

import click

from studyplan.cli.context import Context, Facts, json_option, pass_context
from studyplan.errors import UsageProblem


@click.command()
@json_option
@pass_context
def config(context: Context) -> Facts:
    """Show each setting, its value and where it comes from."""
    from studyplan.cli import output
    from studyplan.config import SETTINGS

    rows = [
        (each.name, context.config.shown(each.name), context.config.origin(each.name), each.help) for each in SETTINGS
    ]
    yield {"settings": {name: {"value": value, "origin": origin} for name, value, origin, _ in rows}}
    for name, value, origin, help in rows:
        output.say(f"{name:<11} {value if value is not None else '-'}")
        output.say(f"{'':<11} {origin}: {help}")


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell."""
    from click.shell_completion import get_completion_class

    from studyplan.cli import output
    from studyplan.cli.completion import register

    register()
    found = get_completion_class(shell)
    root = click.get_current_context().find_root()
    if found is None:
        raise UsageProblem(f"there is no completion for {shell}")
    output.document(found(root.command, {}, "studyplan", "_STUDYPLAN_COMPLETE").source())


COMMANDS = (config, completion)
