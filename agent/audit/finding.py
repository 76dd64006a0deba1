"""What the audit found wrong with a draft."""

from dataclasses import dataclass
from typing import Literal

FindingKind = Literal[
    "empty",  # nothing to send
    "language",  # not Chinese, or not language at all
    "markup",  # Markdown or HTML
    "length",  # more characters than the shop allows
    "sentences",  # more sentences than the shop allows
    "repetition",  # the same sentence twice, a loop, or the previous reply again
    "leak",  # words of the prompt, control tokens, fact labels
    "identity",  # another company's assistant, or a pretended person
    "sensitive",  # a word the shop never wants to see
    "forbidden",  # a claim the shop never makes
    "amount",  # money without evidence
    "date",  # a day, month, weekday or relative day without evidence
    "time",  # a time of day without evidence
    "duration",  # a span of time without evidence
    "percent",  # a percentage without evidence
    "discount",  # a discount (折) without evidence
    "id",  # an order, parcel, code, phone number, model or address without evidence
    "size",  # a size without evidence
    "number",  # any other number without evidence
    "stock",  # available, sold out or presale without a stock fact that says so
    "state",  # a state of an order, parcel or refund without a fact that says so
    "action",  # something "done for you" without its receipt
    "promise",  # a promise or a benefit that the evidence does not give
    "contradiction",  # says yes where the evidence says no, or the reverse
]


@dataclass(frozen=True)
class Finding:
    """One reason why a draft may not be sent."""

    kind: FindingKind
    span: str
    """The words of the draft that are wrong, after folding; may be empty."""
    message: str
    """What is wrong and what to write instead, in Chinese: it is shown to the model on its second try."""
