"""Keys: how a shop's own systems and its people are known to this server. Only their digests are kept.

``xiaoer key NAME`` makes one for a system, ``xiaoer key NAME --role operator`` one for a person who works with the console.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Annotated, get_args

import typer

from agent.errors import SettingsError
from agent.settings import load_settings
from agent.settings.connections import Role

PREFIX = "xk-"
"""What every key begins with, so that it is told from a customer's token and found in a log."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def new_key() -> str:
    """Make a key of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def key_digest(key: str) -> str:
    """What is kept of a key: its SHA-256 in hex.

    A key is random and long, so a plain digest cannot be turned back; the slow digests of passwords are for guessable words.
    """
    return hashlib.sha256(key.encode("utf-8", errors="replace")).hexdigest()


class KeyRing:
    """The keys a server knows.

    Args:
        digests: name of the holder to the digest of its key.
    """

    def __init__(self, digests: Mapping[str, str]) -> None:
        self._digests = dict(digests)

    def __bool__(self) -> bool:
        """Whether there is any key."""
        return bool(self._digests)

    def holder(self, key: str) -> str | None:
        """Whose key it is; None: nobody's. Takes the same time whichever key it is and however much of it is right."""
        presented = key_digest(key)
        found = None
        for name, digest in self._digests.items():
            if hmac.compare_digest(digest, presented):
                found = name
        return found


@app.command()
def key(
    name: Annotated[str, typer.Argument(help="Who will hold it: letters, digits, - and _.")],
    role: Annotated[
        list[str] | None,
        typer.Option(help="For a person who works with the console: viewer, operator or editor; may be given twice."),
    ] = None,
) -> None:
    """Make a key for one of the shop's own systems, or with --role for a person."""
    if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
        raise SettingsError(f"the name {name!r} does not fit: use letters, digits, - and _")
    unknown = [one for one in role or () if one not in get_args(Role)]
    if unknown:
        raise SettingsError(f"there is no role {unknown[0]!r}: use {', '.join(get_args(Role))}")
    made = new_key()
    typer.echo(f"key (shown this once, give it to {name}): {made}")
    typer.echo("put into xiaoer.toml, where only the digest stands:\n")
    if role:
        roles = ", ".join(f'"{one}"' for one in dict.fromkeys(role))
        typer.echo(f'[staff.{name}]\nkey = "{key_digest(made)}"\nroles = [{roles}]')
        return
    typer.echo("[api_keys]")
    for holder, digest in {**load_settings().api_keys, name: key_digest(made)}.items():
        typer.echo(f'{holder} = "{digest}"')
