"""What can go wrong between a shop's people and the console.

channels.errors.Refusal
├── SignInNeeded        401  no session, or one that has ended
├── KeyUnknown          401  the key is nobody's
├── StaffMissing        403  nobody is set up to work here, and others could reach this server
├── RoleMissing         403  the person may look and not do this
├── NotFromConsole      403  a change that no page of the console sent
├── NothingThere        404  no such conversation, document or adapter
├── WorkBusy            409  somebody has begun such work already
├── QueueUnknown        422  a conversation was to be passed on to a queue that the shop does not have
└── TooManyKeys         429  too many wrong keys from one address
"""

from collections.abc import Sequence

from channels.errors import Refusal

HOW_TO_MAKE_KEYS = "make a key with 'xiaoer key NAME --role operator' and put the section it prints into xiaoer.toml"


class SignInNeeded(Refusal):
    """No session, or one that has ended."""

    status = 401
    code = "sign_in_needed"

    def __init__(self) -> None:
        super().__init__("the console needs you to sign in: send your key to /console/api/sign-in")


class KeyUnknown(Refusal):
    """The key is nobody's."""

    status = 401
    code = "key_unknown"

    def __init__(self) -> None:
        super().__init__(f"this key is nobody's: check it, or {HOW_TO_MAKE_KEYS}")


class StaffMissing(Refusal):
    """Nobody is set up to work here, and others could reach this server."""

    status = 403
    code = "staff_missing"

    def __init__(self) -> None:
        super().__init__(f"nobody is set up to work with this console: {HOW_TO_MAKE_KEYS}")


class RoleMissing(Refusal):
    """The person may look and not do this."""

    status = 403
    code = "role_missing"

    def __init__(self, name: str, role: str) -> None:
        super().__init__(f"{name!r} may look but not change this: it needs the role {role!r} in [staff.{name}]")
        self.name = name
        self.role = role


class NotFromConsole(Refusal):
    """A change that no page of the console sent."""

    status = 403
    code = "not_from_console"

    def __init__(self) -> None:
        super().__init__(
            "a change must come from the console itself: send the header 'X-Console: 1' from the same site"
        )


class NothingThere(Refusal):
    """There is no such thing."""

    status = 404
    code = "nothing_there"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"there is no {what} {name!r}: look at the list again")
        self.what = what
        self.name = name


class WorkBusy(Refusal):
    """Somebody has begun such work already."""

    status = 409
    code = "work_busy"

    def __init__(self, kind: str, who: str) -> None:
        super().__init__(f"a {kind} is being made already ({who or 'somebody'} began it): wait until it is done")
        self.kind = kind
        self.who = who


class QueueUnknown(Refusal):
    """The shop has no such queue."""

    status = 422
    code = "queue_unknown"

    def __init__(self, queue: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no queue {queue!r}: use {', '.join(map(repr, known))}")
        self.queue = queue


class TooManyKeys(Refusal):
    """Too many wrong keys from one address."""

    status = 429
    code = "too_many_keys"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"too many wrong keys from this address: try again in {retry_after_s} s")
        self.retry_after_s = retry_after_s
