"""The plan in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from studyplan.cli.context import Context, pass_context
from studyplan.errors import Conflict

#: The packages of the `web` extra.
_NEEDS = ("fastapi", "starlette", "uvicorn", "multipart", "python_multipart", "babel", "segno", "anyio")
#: Where the page is found by default.
PORT = 8765


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="An address of this machine alone."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="The port; 0 takes a free one."
)
@click.option("--open", "opens", is_flag=True, help="Open the page in your browser.")
@click.option("--log", "logs", is_flag=True, help="Print a line for each request, without anything secret.")
@pass_context
def serve(context: Context, host: str, port: int, opens: bool, logs: bool) -> None:
    """Open your plan in the browser, until you press Ctrl-C.

    The address it prints lets one browser in, within an hour, which then stays in. Other devices are let in under Settings on the page.
    """
    from studyplan.cli import output

    with _installed():
        from studyplan.web import serving

    def ready(address: str) -> None:
        output.say(f"Your plan is at {address}")
        output.note("Press Ctrl-C to stop.")
        if opens:
            click.launch(address)

    from studyplan.api import PlannerSource

    serving.serve(
        context.config,
        PlannerSource(context.config, tell=output.note, patience=serving.PATIENCE),
        host,
        port,
        ready,
        output.note if logs else None,
    )


@contextmanager
def _installed() -> Iterator[None]:
    """Turn a missing package of the `web` extra into a Conflict that says how to install it."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in _NEEDS:
            raise
        raise Conflict(
            f"serve needs the package {missing.name}", hint="pip install 'studyplan-cli[web]'", slug="not-installed"
        ) from None


COMMANDS = (serve,)
