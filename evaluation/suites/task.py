"""A task: a customer's scenario with what must and must not happen in it. One JSON object a line."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from evaluation.simulator.scenario import Ask, Scenario
from knowledge.schema import Moment, Record
from knowledge.shop import Word
from knowledge.transcripts import ExpectedTool, Outcome
from tools.mock_apis.faults import Fault
from tools.orders import ReturnKind

Groups = tuple[Annotated[tuple[Word, ...], Field(min_length=1)], ...]
"""Each group is met by any one of its words."""
Service = Literal["orders", "logistics"]


class AskExpectation(Record):
    """What is expected between one ask and the next: of all replies in between together."""

    outcome: tuple[Outcome, ...] | None = None
    """The last reply's outcome is one of these."""
    include: Groups = ()
    """Of each group one stands in the replies."""
    exclude: tuple[Word, ...] = ()
    """None of these stands in them."""
    sources: Groups = ()
    """Of each group one is cited."""
    tools: tuple[ExpectedTool, ...] = ()
    """Each was called and went well, with at least these arguments; where a back-end is down, called is enough."""
    proposes: ExpectedTool | None = None
    """This write was put to the customer, with at least these arguments."""


class TaskAsk(Ask):
    """An ask with what is expected of its answer."""

    expect: AskExpectation = AskExpectation()
    gold: Annotated[tuple[Word, ...], Field(min_length=1)]
    """What a perfect agent says: to the ask, then to what the customer says next before the following ask."""


class ExpectedHandoff(Record):
    """A handoff that must happen."""

    reason: Annotated[tuple[Word, ...], Field(min_length=1)]
    """The reason code is one of these."""
    ask: Annotated[int, Field(ge=1)] = 1
    """The ask in answer to which it is due; before it is too early, after it too late."""
    turn: Annotated[int, Field(ge=1)] | None = None
    """The reply to this ask, counted from 1, with which it is due; None: any before the next ask."""
    package: Groups = ()
    """Of each group one stands in what the person gets to read."""
    open: bool | None = None
    """Whether the notice must say that people are on duty; None: not checked."""


class ReturnRow(Record):
    """A return or exchange that must be there at the end."""

    order_id: Word
    sku: Word
    kind: ReturnKind = "return"
    exchange_sku: Word | None = None


class CouponRow(Record):
    """A coupon that the customer must hold at the end."""

    promotion_id: Word


class SubscriptionRow(Record):
    """A restock notice that must be there at the end."""

    sku: Word


class Changes(Record):
    """What the conversation must change in the back-ends; everything else stays as it was."""

    orders: Mapping[Word, Mapping[Literal["status", "address", "receiver", "phone"], Any]] = Field(default_factory=dict)
    """New values by order."""
    returns: tuple[ReturnRow, ...] = ()
    coupons: tuple[CouponRow, ...] = ()
    subscriptions: tuple[SubscriptionRow, ...] = ()


class Task(Scenario):
    """One task of a suite."""

    id: Word
    customer_id: Word
    now: Moment | None = None
    """When it takes place; None: the pack's time."""
    region: Word | None = None
    product_id: Word | None = None
    """The product on whose page the customer is."""
    tags: tuple[Word, ...] = ()
    faults: Mapping[Service, tuple[Fault, ...]] = Field(default_factory=dict)
    """What is broken in the mocked back-ends."""
    asks: Annotated[tuple[TaskAsk, ...], Field(min_length=1)]
    changes: Changes = Changes()
    handoff: ExpectedHandoff | None = None
    """None: the customer must not be handed over."""
    exclude: tuple[Word, ...] = ()
    """None of these stands in any reply."""
