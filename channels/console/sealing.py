"""What seals sessions beside the digests of keys: those stand in ``xiaoer.toml``, and who reads that file must not sign in by it."""

import logging
import os
import secrets
from pathlib import Path

from agent.settings import Settings

FILE = ".console-secret"
"""Beside the shops' releases, readable by the server's user alone."""
_HEX = 64
log = logging.getLogger(__name__)


def session_secret(settings: Settings) -> str:
    """The secret that all processes on the same settings seal sessions with.

    Args:
        settings: ``token_secret`` seals where it is set; without it a secret is made once and kept beside the releases.

    Returns:
        The secret; of this process alone where none can be kept: sessions end with the process then.
    """
    if settings.token_secret is not None:
        return settings.token_secret.get_secret_value()
    path = settings.releases / FILE
    try:
        return _kept(path) or _made(path)
    except OSError as error:
        log.warning("no secret can be kept at %s, sessions end with this process: %s", path, error)
        return secrets.token_hex()


def _kept(path: Path) -> str | None:
    try:
        held = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None
    if len(held) != _HEX:
        raise OSError(f"it holds {len(held)} characters instead of {_HEX}: delete it")
    return held


def _made(path: Path) -> str:
    """Make a secret; of two processes that do so at once both use that of the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(_HEX // 2))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            log.debug("another process made the console's secret")
    finally:
        part.unlink(missing_ok=True)
    return path.read_text(encoding="ascii")
