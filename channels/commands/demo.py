"""The demonstration: one short conversation over HTTP, made up from the pack that is served."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import httpx
from rich.console import Console
from rich.text import Text

from channels.access.identity import sign_token
from channels.commands.showing import show_trace
from channels.errors import ShopNotOpened
from channels.http.wire import ChatReply
from knowledge.pack import Pack
from tools.mock_apis.seed import Seed, SeedOrder

_ON_THE_WAY = ("shipped",)
_CANCELLABLE = ("paid", "unpaid")


@dataclass(frozen=True)
class Line:
    """What a customer of the demonstration writes."""

    customer_id: str
    text: str


def script(pack: Pack, day: date) -> tuple[Line, ...]:
    """Make up the customers' lines from what the pack holds.

    Args:
        pack: the shop.
        day: today, in the shop's time zone.

    Returns:
        A question about a policy, one about stock, one about a parcel, and a cancellation with its yes; what the pack has nothing
        for is left out.
    """
    seed = pack.backend or Seed()
    riding, cancelled = _orders(seed, pack.shop.handoff.refund_amount)
    customer_id = riding.customer_id if riding else cancelled.customer_id if cancelled else "guest"
    lines = [Line(customer_id, text) for text in (*_policy_question(pack, day), *_stock_question(pack))]
    if riding is not None:
        lines.append(Line(riding.customer_id, f"我的订单{riding.order_id}到哪了"))
    if cancelled is not None:
        lines.append(Line(cancelled.customer_id, f"帮我取消订单{cancelled.order_id}"))
        lines.append(Line(cancelled.customer_id, "确认"))
    return tuple(lines)


def _orders(seed: Seed, most: Decimal) -> tuple[SeedOrder | None, SeedOrder | None]:
    """An order on its way and one that may be cancelled without a person, of one customer where there is such a one."""
    riding = [order for order in seed.orders if order.status in _ON_THE_WAY and order.tracking_no]
    waiting = [order for order in seed.orders if order.status in _CANCELLABLE and order.amount <= most]
    for order in riding:
        for other in waiting:
            if order.customer_id == other.customer_id:
                return order, other
    return next(iter(riding), None), next(iter(waiting), None)


def _policy_question(pack: Pack, day: date) -> Iterator[str]:
    """One that an editor wrote down; returns before other topics, as that is what newcomers know."""
    for policy in sorted(pack.policies, key=lambda policy: policy.category != "returns"):
        everywhere = not policy.scope.regions and not policy.scope.products
        if policy.questions and everywhere and policy.scope.excludes(day, None, None) is None:
            yield policy.questions[0]
            return


def _stock_question(pack: Pack) -> Iterator[str]:
    for product in pack.products:
        for sku in product.skus:
            if sku.stock > 0 and sku.status == "on_sale":
                variant = "".join((sku.color or "", sku.size or ""))
                yield f"{product.title}{variant}还有货吗"
                return


async def play(base_url: str, pack: Pack, day: date, console: Console, token_secret: str | None = None) -> None:
    """Play the conversation through the HTTP API and print it.

    Args:
        base_url: of the server.
        pack: the shop that is served.
        day: today, in the shop's time zone.
        console: where to.
        token_secret: signs the customers' tokens; None: the server takes their word.

    Raises:
        ShopNotOpened: the server did not answer a line.
    """
    conversations: dict[str, str] = {}
    async with httpx.AsyncClient(base_url=base_url, timeout=60, trust_env=False) as client:
        for line in script(pack, day):
            conversation_id = conversations.setdefault(line.customer_id, f"demo-{uuid.uuid4().hex[:8]}")
            told = await _say(client, line, conversation_id, token_secret)
            console.print()
            console.print(Text("顾客  ", style="bold").append(line.text, style="not bold"))
            console.print(Text(f"{pack.shop.assistant}  ", style="bold green").append(told.reply, style="not bold"))
            show_trace(console, told)
    console.print()


async def _say(client: httpx.AsyncClient, line: Line, conversation_id: str, token_secret: str | None) -> ChatReply:
    body = {
        "conversation_id": conversation_id,
        "message_id": uuid.uuid4().hex,
        "customer_id": line.customer_id,
        "text": line.text,
    }
    headers = {}
    if token_secret is not None:
        headers["Authorization"] = f"Bearer {sign_token(token_secret, line.customer_id, expires_at=time.time() + 60)}"
    try:
        answer = await client.post("/chat", json=body, headers=headers)
    except httpx.HTTPError as error:
        raise ShopNotOpened(f"the server was asked {line.text!r} and went away ({error!r}): see its log") from error
    if answer.status_code != 200:
        raise ShopNotOpened(f"the server answered {line.text!r} with {answer.status_code}: {answer.text}")
    return ChatReply.model_validate_json(answer.content)
