"""What goes wrong while a model words a reply.

GeneratorError             every one of them: the caller words the reply from facts instead
├── Unavailable            not reachable, or it answered with an error
│   └── NotAccepted        it refused the request itself: key, model name or parameters are wrong
├── TimedOut               no first word or no end within the time allowed
├── Interrupted            the stream broke off or was not what it should be; what came before is not a reply
├── Overrun                the draft was longer than its budget and was cut
└── BadModel               a local model or adapter that cannot be used
    └── BadAdapter         an adapter that is not safe, or does not fit the model
"""


class GeneratorError(Exception):
    """A draft could not be made."""


class Unavailable(GeneratorError):
    """The model cannot be reached or answers with an error.

    Args:
        message: what was tried and what came back.
        status: the HTTP status; None where none came.
    """

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class NotAccepted(Unavailable):
    """The model's server refused the request itself; trying again changes nothing."""


class TimedOut(GeneratorError):
    """A deadline passed.

    Args:
        phase: ``first token`` or ``total``.
        limit_s: the time allowed, in seconds.
    """

    def __init__(self, phase: str, limit_s: float) -> None:
        super().__init__(
            f"no {_AWAITED.get(phase, phase)} within {limit_s:g} s; allow more time, or look at the model's load"
        )
        self.phase = phase
        self.limit_s = limit_s


class Interrupted(GeneratorError):
    """The stream ended before the reply did, or held something that is no reply."""


class Overrun(GeneratorError):
    """The draft passed its budget of tokens or characters and was cut: a cut sentence is not sent."""


class BadModel(GeneratorError):
    """A local model that cannot be loaded."""


class BadAdapter(BadModel):
    """A LoRA adapter that is not in safetensors, or whose keys do not fit the model."""


_AWAITED = {"first token": "first token", "total": "end of the reply"}
