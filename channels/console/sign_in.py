"""Signing in: a key gives a session, a session says who works with the console and what they may do.

A session is a signed cookie and nothing is kept of it here, so any process of the server knows it. It is signed with the server's secret
and with what the settings hold of the member's key: whoever is taken out of the settings, or gets another key, is signed out with it.
"""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from fastapi import Request

from agent.settings import Settings
from agent.settings.connections import Role
from channels.access.admission import Pace, line_of
from channels.access.identity import read_token, sign_token
from channels.access.keys import KeyRing
from channels.console.errors import KeyUnknown, NotFromConsole, RoleMissing, SignInNeeded, StaffMissing, TooManyKeys
from channels.console.sealing import session_secret
from channels.errors import TokenInvalid

COOKIE = "xiaoer_console"
SESSION_S = 12 * 3600
"""A session outlasts a working day, in seconds."""
WRONG_KEYS_A_MINUTE = 10
"""From one address; a key has 256 random bits, so this only keeps the log and the processor free."""

_HEADER = "x-console"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Person:
    """Somebody who works with the console."""

    name: str
    roles: frozenset[Role]
    is_local: bool = False
    """Whoever sits at this machine, while nobody is set up."""

    def may(self, role: Role) -> bool:
        """Whether they have a role; everybody may look."""
        return role == "viewer" or role in self.roles


_LOCAL = Person("local", frozenset({"operator", "editor"}), is_local=True)


def trusts_machine(settings: Settings) -> bool:
    """Whether whoever sits at the server's machine may work with the console, because nobody is set up and nothing needs a token."""
    customers_are_trusted = settings.replay_clock or (settings.token_secret is None and not settings.api_keys)
    return not settings.staff and settings.is_loopback and customers_are_trusted


class StaffDoor:
    """Lets a shop's people in, each with their roles.

    Args:
        settings: name the members of staff.
        clock: seconds since the epoch.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._staff = settings.staff
        self._ring = KeyRing({name: member.key for name, member in settings.staff.items()})
        self._secret = session_secret(settings) if settings.staff else ""
        self._is_loopback = settings.is_loopback
        self._trusts_machine = trusts_machine(settings)
        self._clock = clock
        self._wrong = Pace(WRONG_KEYS_A_MINUTE, clock)

    def sign_in(self, key: str, address: str) -> tuple[str, Person]:
        """Begin a session.

        Args:
            key: as ``xiaoer key`` made it.
            address: where the request came from.

        Returns:
            What the cookie holds, and whose session it is.

        Raises:
            KeyUnknown: it is nobody's.
            StaffMissing: nobody is set up.
            TooManyKeys: too many wrong ones came from this address.
        """
        if not self._staff:
            raise StaffMissing
        name = self._ring.holder(key)
        if name is None:
            wait_s = self._wrong.spend(line_of(address))
            raise TooManyKeys(wait_s) if wait_s else KeyUnknown
        token = sign_token(self._signs(name), name, expires_at=int(self._clock()) + SESSION_S)
        held = base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")
        return f"{held}~{token}", self._member(name)

    def person(self, request: Request) -> Person:
        """Whose request it is.

        Raises:
            SignInNeeded: no session, or one that has ended.
            StaffMissing: nobody is set up, and others than this machine's people could ask.
        """
        if self._staff:
            return self._member(self._holder(request.cookies.get(COOKIE, "")))
        if self._trusts_machine and _is_from_this_machine(request):
            return _LOCAL
        raise StaffMissing

    def guard(self, request: Request) -> None:
        """Let a request through that a signed-in person's own page sent.

        Raises:
            SignInNeeded: no session, or one that has ended.
            StaffMissing: nobody is set up.
            NotFromConsole: it changes something, and another site's page may have sent it.
        """
        self.person(request)
        self.check_page(request)

    def check_page(self, request: Request) -> None:
        """Refuse a change that another site's page may have sent: a browser lets none set the header without asking this server.

        Raises:
            NotFromConsole: it is one.
        """
        is_own = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
        if request.method not in _READS and not (is_own and request.headers.get(_HEADER)):
            raise NotFromConsole

    def allow(self, request: Request, role: Role) -> Person:
        """Who may do what needs a role.

        Raises:
            RoleMissing: the person has not got it.
            SignInNeeded: no session, or one that has ended.
            StaffMissing: nobody is set up.
        """
        person = self.person(request)
        if not person.may(role):
            raise RoleMissing(person.name, role)
        return person

    def needs_tls(self, request: Request) -> bool:
        """Whether the cookie may travel encrypted only: anywhere but between a browser and a server of one machine."""
        return not self._is_loopback or request.headers.get("x-forwarded-proto") == "https"

    def _member(self, name: str) -> Person:
        return Person(name, frozenset(self._staff[name].roles))

    def _holder(self, cookie: str) -> str:
        held, _, token = cookie.partition("~")
        try:
            name = base64.b64decode(held + "=" * (-len(held) % 4), b"-_", validate=True).decode()
        except (binascii.Error, UnicodeError) as error:
            raise SignInNeeded from error
        if name not in self._staff:
            raise SignInNeeded
        try:
            return read_token(self._signs(name), token, now=self._clock())
        except TokenInvalid as error:
            raise SignInNeeded from error

    def _signs(self, name: str) -> str:
        """What signs a member's sessions; it signs nothing else."""
        said = f"console session\n{name}\n{self._staff[name].key}"
        return hmac.new(self._secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def _is_from_this_machine(request: Request) -> bool:
    """Whether a browser of this machine asked this server by its own name: not through a proxy, not by another site's name."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    host = (request.url.hostname or "").strip("[]")
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
