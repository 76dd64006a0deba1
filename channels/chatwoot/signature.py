"""Signatures of Chatwoot's webhooks."""

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping

from channels.errors import SignatureInvalid

WINDOW_S = 300
"""A webhook may be so much older or newer than this machine's clock, in seconds."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body.

    Args:
        secret: of the bot or of the webhook.
        timestamp: seconds since the epoch, as sent.
        body: its bytes, as sent.

    Source:
        Chatwoot 4.13: ``sha256=`` and HMAC-SHA256 in hex over timestamp, dot and body.
    """
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class Seal:
    """Tells who sent a webhook: who knows a secret, lately.

    Args:
        secrets: by the name of who signs with it.
        clock: seconds since the epoch.
    """

    def __init__(self, secrets: Mapping[str, str], clock: Callable[[], float] = time.time) -> None:
        self._secrets = secrets
        self._clock = clock

    def signer(self, headers: Mapping[str, str], body: bytes) -> str:
        """Who signed a webhook.

        Args:
            headers: of the request.
            body: its bytes, as received.

        Returns:
            The name.

        Raises:
            SignatureInvalid: nobody who knows a secret sent it, or not within five minutes.
        """
        timestamp, signature = headers.get("x-chatwoot-timestamp", ""), headers.get("x-chatwoot-signature", "")
        if not timestamp or not signature:
            raise SignatureInvalid("X-Chatwoot-Timestamp and X-Chatwoot-Signature are needed")
        # Not str.isdigit: that takes digits of other scripts, and strings of any length.
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 16):
            raise SignatureInvalid("X-Chatwoot-Timestamp is no number")
        given = signature.encode()
        fits = [
            name
            for name, secret in self._secrets.items()
            if hmac.compare_digest(sign(secret, timestamp, body).encode(), given)
        ]
        if not fits:
            raise SignatureInvalid("it does not fit")
        if abs(self._clock() - int(timestamp)) > WINDOW_S:
            raise SignatureInvalid(f"it is more than {WINDOW_S} s away from this clock")
        return fits[0]
