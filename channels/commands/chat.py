"""``xiaoer chat``: the agent in the terminal."""

import asyncio
import logging
import sys
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from agent.errors import AgentError
from agent.messages import CustomerMessage
from agent.settings import Settings, load_settings
from channels.commands.options import Generator, LogisticsUrl, MockApis, OrdersUrl, Shop, State
from channels.observe.logs import secrets_of, write_logs
from channels.observe.marks import marks_of
from channels.sentences import sentences

if TYPE_CHECKING:
    from channels.opening import OpenShop
    from knowledge.trial import OpenTrial

_LEAVE = frozenset({"/quit", "/exit", "/q"})

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def chat(
    ctx: typer.Context,
    shop: Shop = None,
    state: State = None,
    customer: Annotated[str | None, typer.Option(help="Whom you speak as; default: the pack's first customer.")] = None,
    product: Annotated[str | None, typer.Option(help="The product page you look at.")] = None,
    region: Annotated[str | None, typer.Option(help="Your region, an ISO country code.")] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Show intents, sources, tools and times.")] = False,
    mock_apis: MockApis = None,
    orders_url: OrdersUrl = None,
    logistics_url: LogisticsUrl = None,
    generator: Generator = None,
) -> None:
    """Talk to the agent in the terminal."""
    flags = {
        "shop": shop,
        "state": state,
        "mock_apis": mock_apis,
        "orders_url": orders_url,
        "logistics_url": logistics_url,
        "generator": generator,
    }
    settings = load_settings(flags)
    write_logs(sys.stderr, logging.WARNING, secrets_of(settings), marks_of(settings))
    open_trial = ctx.obj.open_trial if ctx.obj else None
    asyncio.run(_chat(settings, open_trial, Talk(customer, product, region.upper() if region else None, trace)))


@dataclass(frozen=True)
class Talk:
    """How somebody talks in the terminal."""

    customer_id: str | None
    """None: the pack's first customer."""
    product_id: str | None = None
    region: str | None = None
    traced: bool = False
    """Whether each turn tells why it answered as it did."""


async def _chat(settings: Settings, open_trial: "OpenTrial | None", talk: Talk) -> None:
    # Loads models and indexes: only once the settings are known to fit.
    from channels.opening import open_shop

    console = Console(highlight=False, soft_wrap=True)

    def tell(said: str) -> None:
        console.print(Text(said, style="dim"))

    async with open_shop(settings, tell, open_trial) as shop:
        customer_id = talk.customer_id or _first_customer(shop)
        console.print(f"You are customer {customer_id}. End with /quit.")
        conversation_id = f"chat-{uuid.uuid4().hex[:8]}"
        while (text := await _read(console)) is not None:
            if text:
                message = CustomerMessage(
                    conversation_id=conversation_id,
                    message_id=uuid.uuid4().hex,
                    customer_id=customer_id,
                    text=text,
                    product_id=talk.product_id,
                    region=talk.region,
                    channel="terminal",
                )
                await _answer(shop, message, console, traced=talk.traced)


def _first_customer(shop: "OpenShop") -> str:
    customers = shop.pack.backend.customers if shop.pack.backend else ()
    return customers[0].customer_id if customers else "guest"


async def _read(console: Console) -> str | None:
    """The customer's next line; None: they left."""
    try:
        text = (await asyncio.to_thread(console.input, "[bold]顾客[/]  ")).strip()
    except EOFError:
        console.print()
        return None
    return None if text in _LEAVE else text


async def _answer(shop: "OpenShop", message: CustomerMessage, console: Console, *, traced: bool) -> None:
    from channels.commands.showing import show_trace
    from channels.http.wire import ChatReply

    try:
        reply = await shop.assistant.handle(message)
    except AgentError as error:
        console.print(Text(f"xiaoer: {error}", style="red"))
        return
    console.print(Text(f"{shop.pack.shop.assistant}  ", style="bold green"), end="")
    for piece in sentences(reply.reply) or ["(a person has the conversation)"]:
        console.print(piece, end="", markup=False)
    console.print()
    if traced:
        show_trace(console, ChatReply.of(reply))
