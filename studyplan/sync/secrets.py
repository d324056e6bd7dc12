"""Passwords: the system's keyring keeps them, or a command prints them. They are in no database, file or message of ours."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

import keyring
from keyring.errors import KeyringError, NoKeyringError, PasswordDeleteError

from studyplan.errors import Conflict
from studyplan.sync.address import origin

if TYPE_CHECKING:
    from studyplan.model import Remote

#: Seconds: long enough to unlock a password store by hand.
_PATIENCE = 120
_WAY_OUT = "--password-command 'pass show NAME' gets it from a program that prints it"


def password(url: str, account: str, command: str | None) -> str | None:
    """The password; None if the keyring has none. By the host, so that an address that somebody changed gets
    nothing."""
    if command is not None:
        return printed(command)
    if not account:
        return None
    try:
        return keyring.get_password(_service(url), account)
    except NoKeyringError:
        return None
    except KeyringError as problem:
        raise _closed(problem) from None


def keep(url: str, account: str, word: str) -> None:
    """Give the password to the keyring. Raises Conflict if the system has none."""
    try:
        keyring.set_password(_service(url), account, word)
        kept = keyring.get_password(_service(url), account)
    except NoKeyringError:
        kept = None
    except KeyringError as problem:
        raise _closed(problem) from None
    if kept != word:
        raise Conflict("this system has no keyring that can store a password", hint=_WAY_OUT, slug="no-keyring")


def forget(remote: Remote) -> None:
    """Take the password out of the keyring, where it is in one."""
    try:
        keyring.delete_password(_service(remote.url), remote.account)
    except (PasswordDeleteError, NoKeyringError):
        return
    except KeyringError as problem:
        raise _closed(problem) from None


def printed(command: str) -> str:
    """The first line that a command prints. It is run without a shell. Raises Conflict if it does not work."""
    try:
        words = shlex.split(command)
        ran = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=_PATIENCE, check=False, text=True
        )
    except subprocess.TimeoutExpired:
        raise _failed(command, f"took more than {_PATIENCE} seconds") from None
    except (OSError, ValueError, IndexError) as problem:
        raise _failed(
            command, f"cannot be run: {getattr(problem, 'strerror', None) or 'bad quotes or bytes'}"
        ) from None
    if ran.returncode:
        raise _failed(command, f"failed with code {ran.returncode}")
    word = ran.stdout.partition("\n")[0].rstrip("\r")
    if not word:
        raise _failed(command, "printed nothing")
    return word


def _failed(command: str, how: str) -> Conflict:
    name = next(iter(command.replace('"', " ").replace("'", " ").split()), "")
    return Conflict(f"the password command '{name}' {how}", hint="try running it by itself", slug="no-password")


def _closed(problem: KeyringError) -> Conflict:
    return Conflict(f"the keyring cannot be opened ({type(problem).__name__})", hint=_WAY_OUT, slug="no-keyring")


def _service(url: str) -> str:
    return f"studyplan {origin(url)}"
