"""What an exchange without success means."""

from typing import Never

from pydantic import ValidationError

from tools.answers import ErrorAnswer
from tools.errors import NotFound, RateLimited, Refused, Unavailable
from tools.exchange import Answer, Lost

REFUSED_WORDS = "系统没有受理这次操作"
"""Said to the customer where a back-end refuses without a reason."""
_REFUSALS = frozenset({409, 422})


def raise_failure(name: str, doing: str, result: Answer | Lost, thing: tuple[str, str]) -> Never:
    """Raise what a result without success means.

    Args:
        name: the back-end.
        doing: what was being done, for the message.
        result: an answer that is no 2xx, or none at all. Of a write, only one after which nothing was done.
        thing: kind and id of what it was about.

    Raises:
        NotFound: a 404 in the agreed form; in any other form it may come from a proxy or a wrong URL.
        Refused: a 409 or 422 in the agreed form.
        RateLimited: a 429.
        Unavailable: everything else.
    """
    if isinstance(result, Lost):
        message = f"{name}: {doing}: {result.reason}; is the back-end up, and its URL right?"
        raise Unavailable(message, not_done=not result.was_sent)
    if result.status == 429:
        raise RateLimited(f"{name}: {doing} answered 429; call less often", retry_after_s=result.retry_after_s)
    complaint = _complaint(result)
    if complaint is not None and result.status == 404:
        raise NotFound(*thing)
    if complaint is not None and result.status in _REFUSALS:
        raise Refused(complaint.error.code, complaint.error.reason or REFUSED_WORDS)
    raise Unavailable(
        f"{name}: {doing} answered {result.status}; expected 2xx, or 404, 409 or 422 with an error code; "
        "check the back-end, its URL and its token",
        not_done=400 <= result.status < 500,
    )


def told(result: Answer | Lost) -> str:
    """Tell in a few words what came back."""
    return result.reason if isinstance(result, Lost) else f"answered {result.status}"


def _complaint(answer: Answer) -> ErrorAnswer | None:
    """The agreed error body; None where a proxy or another program answered."""
    try:
        return ErrorAnswer.model_validate_json(answer.body)
    except ValidationError:
        return None
