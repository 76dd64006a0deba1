"""Signatures of webhooks, after the Standard Webhooks specification."""

from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook, WebhookVerificationError

from channels.errors import SignatureInvalid


class Signer:
    """Signs what goes out, checks what comes in.

    Args:
        secret: ``whsec_`` and base64.

    Source:
        The Standard Webhooks specification 1.0; its tolerance of five minutes is the library's.
    """

    def __init__(self, secret: str) -> None:
        self._webhook = Webhook(secret)

    def headers(self, webhook_id: str, body: str) -> dict[str, str]:
        """The headers that sign a body.

        Args:
            webhook_id: the same whenever the same event is sent again.
            body: as it is sent.
        """
        now = datetime.now(UTC)
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(webhook_id, now, body),
        }

    def check(self, headers: Mapping[str, str], body: bytes) -> str:
        """Make sure that a body came from who knows the secret, within five minutes.

        Returns:
            Its signature, another one for each id, second and body: what was recorded and is played back has the same.

        Raises:
            SignatureInvalid: it did not.
        """
        try:
            self._webhook.verify(body, dict(headers), json_parse=False)
            at = datetime.fromtimestamp(float(headers["webhook-timestamp"]), UTC)
        except (WebhookVerificationError, ValueError) as error:
            raise SignatureInvalid(str(error)) from error
        return self._webhook.sign(headers["webhook-id"], at, body.decode())
