"""What goes wrong while a prompt is written.

PromptError
└── UnsafeText     a text that must not hold control tokens does
"""


class PromptError(Exception):
    """A prompt could not be written."""


class UnsafeText(PromptError):
    """Control tokens stand in a text that is to be learned word for word.

    Args:
        text: the text.
    """

    def __init__(self, text: str) -> None:
        super().__init__(f"control tokens in {text[:80]!r}; expected plain words: clean the row before training")
        self.text = text
