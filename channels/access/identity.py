"""Who the customer is: a signed token, never the words of a message."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping

from channels.access.keys import PREFIX, KeyRing
from channels.errors import CustomerMismatch, FieldMissing, TokenInvalid, TokenMissing

_HEADER = {"alg": "HS256", "typ": "JWT"}


def sign_token(secret: str, customer_id: str, *, expires_at: float, is_short: bool = False) -> str:
    """Write the token that a shop's login gives to its customer.

    Args:
        secret: shared by the login and this server.
        customer_id: the customer who logged in.
        expires_at: seconds since the epoch.
        is_short: leave out what may be left out, for links that hold few characters; a whole number of seconds is shorter too.

    Returns:
        A JSON Web Token in compact form, so that any JWT library of the login can write the same.

    Source:
        RFC 7519 with HS256 of RFC 7518; the claims are ``customer`` and ``exp``.
    """
    header = {"alg": "HS256"} if is_short else _HEADER
    body = f"{_encode(header)}.{_encode({'customer': customer_id, 'exp': expires_at})}"
    return f"{body}.{_base64(_sign(secret, body))}"


def read_token(secret: str, token: str, *, now: float) -> str:
    """Read the customer from a token.

    Args:
        secret: shared by the login and this server.
        token: as `sign_token` writes it.
        now: seconds since the epoch.

    Returns:
        The customer's id.

    Raises:
        TokenInvalid: forged, expired, or no token.
    """
    body, _, signature = token.rpartition(".")
    header, _, claims = body.partition(".")
    if not hmac.compare_digest(_base64(_sign(secret, body)).encode(), signature.encode()):
        raise TokenInvalid("the signature does not fit")
    if _decode(header).get("alg") != "HS256":
        raise TokenInvalid("the algorithm must be HS256")
    stated = _decode(claims)
    customer, expires_at = stated.get("customer"), stated.get("exp")
    if not isinstance(customer, str) or not customer:
        raise TokenInvalid("the claim 'customer' is missing")
    if isinstance(expires_at, bool) or not isinstance(expires_at, int | float):
        raise TokenInvalid("the claim 'exp' is missing")
    if expires_at <= now:
        raise TokenInvalid("it has expired")
    return customer


class CustomerGate:
    """Decides which customer a request speaks for.

    Args:
        secret: checks tokens; None: there are none.
        trusts_statement: whether a request without a token may name its customer (loopback servers only).
        clock: seconds since the epoch.
        keys: of the shop's own systems, which may name the customer; None: there are none.
    """

    def __init__(
        self,
        secret: str | None,
        *,
        trusts_statement: bool,
        clock: Callable[[], float] = time.time,
        keys: KeyRing | None = None,
    ) -> None:
        self.trusts_statement = trusts_statement
        self._secret = secret
        self._clock = clock
        self._keys = keys or KeyRing({})

    def key_holder(self, token: str | None) -> str | None:
        """Whose API key a request came with; None: it came with none.

        Args:
            token: of the request; None: it has none.

        Raises:
            TokenInvalid: it is made like a key and nobody's.
        """
        if token is None or not self._keys or not token.startswith(PREFIX):
            return None
        holder = self._keys.holder(token)
        if holder is None:
            raise TokenInvalid("the API key is nobody's")
        return holder

    def identify(self, token: str | None, stated: str | None, guest: str | None = None) -> str:
        """The customer a request speaks for.

        Args:
            token: of the request; None: it has none.
            stated: the customer that the request names; None: it names none.
            guest: whom a request that names nobody speaks for, where no token is needed; None: it is refused.

        Raises:
            TokenInvalid: the token is forged, expired or no token.
            TokenMissing: a token is needed and there is none.
            CustomerMismatch: the request names another customer than its token.
            FieldMissing: nothing says who the customer is.
        """
        if self.key_holder(token) is not None:
            return self._named(stated, guest)
        if self._secret is not None and token is not None:
            customer = read_token(self._secret, token, now=self._clock())
            if stated is not None and stated != customer:
                raise CustomerMismatch(stated)
            return customer
        if not self.trusts_statement:
            raise TokenMissing
        return self._named(stated, guest)

    @staticmethod
    def _named(stated: str | None, guest: str | None) -> str:
        named = stated or guest
        if named is None:
            raise FieldMissing("customer_id", "without a customer's token the request names the customer")
        return named

    def may_see(self, token: str | None, owner: str) -> bool:
        """Whether a request may read what belongs to a customer.

        Args:
            token: of the request; None: it has none.
            owner: the customer it belongs to.

        Raises:
            TokenInvalid: the token is forged, expired or no token.
            TokenMissing: a token is needed and there is none.
        """
        return self.identify(token, None, guest=owner) == owner


def _sign(secret: str, body: str) -> bytes:
    return hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _encode(data: Mapping[str, object]) -> str:
    return _base64(json.dumps(data, separators=(",", ":")).encode())


def _decode(part: str) -> dict[str, object]:
    try:
        data = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, UnicodeError, json.JSONDecodeError) as error:
        raise TokenInvalid("it is no JSON Web Token") from error
    if not isinstance(data, dict):
        raise TokenInvalid("its claims are no JSON object")
    return data
