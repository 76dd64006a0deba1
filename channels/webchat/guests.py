"""Guests: customers without a login, each with an id and a token of this server's making."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from channels.access.admission import Pace, line_of
from channels.access.identity import CustomerGate, sign_token
from channels.errors import GuestsNotServed, TokenMissing, TooManyTurns

PREFIX = "guest-"
TOKEN_S = 30 * 24 * 3600
"""How long a guest's token is good; each new visit renews it."""
NEW_PER_MINUTE = 30
"""New guests of one address in a minute: so many customers of one office may come at once."""


@dataclass(frozen=True)
class Visitor:
    """Whom a window speaks for."""

    customer_id: str
    token: str | None
    """A guest's token; None: the customer has one from the shop, or none is needed."""


class Guests:
    """Lets customers in who have no login.

    Args:
        gate: knows the customers who have one.
        secret: signs guests' tokens; None: there are no tokens.
        per_minute: new guests of one address in a minute; 0: no limit.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        gate: CustomerGate,
        secret: str | None,
        per_minute: int = NEW_PER_MINUTE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._gate = gate
        self._secret = secret
        self._clock = clock
        self._pace = Pace(per_minute, clock)

    @property
    def states_customer(self) -> bool:
        """Whether requests name the customer, because there are no tokens."""
        return self._secret is None and self._gate.trusts_statement

    def admit(self, token: str | None, stated: str | None, address: str) -> Visitor:
        """Say whom a window speaks for; whoever brings nothing becomes a new guest.

        Args:
            token: of the request; None: it has none.
            stated: the customer that the request names; None: it names none.
            address: where the request comes from.

        Raises:
            TokenInvalid: the token is forged, expired or no token.
            CustomerMismatch: the request names another customer than its token.
            TokenMissing: it names a customer without a token.
            TooManyTurns: too many new guests from this address.
            GuestsNotServed: this server cannot sign guests' tokens.
        """
        if token is not None or self.states_customer:
            known = self._gate.identify(token, stated, guest=stated or _new_id())
            return Visitor(known, self._signed(known) if known.startswith(PREFIX) else None)
        if self._secret is None:
            raise GuestsNotServed
        if stated is not None:
            raise TokenMissing
        wait = self._pace.spend(line_of(address))
        if wait:
            raise TooManyTurns("this address", wait)
        customer_id = _new_id()
        return Visitor(customer_id, self._signed(customer_id))

    def _signed(self, customer_id: str) -> str | None:
        return self._secret and sign_token(self._secret, customer_id, expires_at=int(self._clock()) + TOKEN_S)


def _new_id() -> str:
    return PREFIX + secrets.token_hex(16)
