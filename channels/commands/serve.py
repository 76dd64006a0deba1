"""``xiaoer serve``: one shop behind one HTTP address."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
import uvicorn
from rich.console import Console

from agent.errors import SettingsError
from agent.settings import Settings, load_settings
from channels.commands.options import Generator, LogisticsUrl, MockApis, OrdersUrl, Shop, State
from channels.errors import ShopNotOpened
from channels.observe.logs import secrets_of, write_logs
from channels.observe.marks import marks_of

if TYPE_CHECKING:
    from channels.insight import Insight
    from channels.opening import OpenShop

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def serve(
    ctx: typer.Context,
    shop: Shop = None,
    state: State = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: any free one; default 8000.")] = None,
    mock_apis: MockApis = None,
    orders_url: OrdersUrl = None,
    logistics_url: LogisticsUrl = None,
    generator: Generator = None,
    replay_clock: Annotated[
        bool | None, typer.Option("--replay-clock", help="Requests may state the time and the customer; loopback only.")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Play one short conversation after the start.")] = False,
    once: Annotated[bool, typer.Option("--once", help="Stop after the demonstration.")] = False,
) -> None:
    """Serve the agent over HTTP."""
    flags = {
        "shop": shop,
        "state": state,
        "host": host,
        "port": port,
        "mock_apis": mock_apis,
        "orders_url": orders_url,
        "logistics_url": logistics_url,
        "generator": generator,
        "replay_clock": replay_clock,
    }
    settings = load_settings(flags)
    if settings.token_secret is None and not settings.api_keys and not settings.is_loopback:
        raise SettingsError(
            f"host {settings.host!r} can be reached from outside, where customers need tokens: set token_secret or api_keys"
        )
    if (demo or once) and settings.api_keys and settings.token_secret is None:
        raise SettingsError(
            "the demonstration speaks as a customer, who needs a token: set token_secret beside api_keys"
        )
    # The terminal belongs to the conversation while it is played.
    level = logging.WARNING if demo or once else logging.INFO
    write_logs(sys.stderr, level, secrets_of(settings), marks_of(settings))
    asyncio.run(_serve(settings, ctx.obj, demo=demo or once, once=once))


async def _serve(settings: Settings, insight: "Insight | None", *, demo: bool, once: bool) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    listener = _listen(settings)
    async with AsyncExitStack() as closing:
        closing.callback(listener.close)
        with _kept_for_good():
            # Loads models and indexes: only once the settings are known to fit.
            from channels.opening import open_shop

            shop = await closing.enter_async_context(
                open_shop(settings, console.print, insight.open_trial if insight else None)
            )
            server = _server(settings, shop, insight)
        _let_server_stop()
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await asyncio.wait({serving, asyncio.create_task(server.ready.wait())}, return_when=asyncio.FIRST_COMPLETED)
        try:
            if server.started:
                _announce(settings, _address(listener), console)
                if demo:
                    await _demonstrate(settings, shop, _address(listener), console)
            if once:
                return
            logging.getLogger().setLevel(logging.INFO)
            await serving
        finally:
            server.should_exit = True
            await serving


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """Leave what is loaded meanwhile out of every later garbage collection, which would stop all customers for a third of a second.

    Nothing is collected while it is loaded: nearly all of it stays, and looking for the rest takes a tenth of the start.
    """
    gc.disable()
    try:
        yield
        gc.collect()
        gc.freeze()
    finally:
        gc.enable()


class _Server(uvicorn.Server):
    """A server that tells when it takes requests, and ends what would stay open for ever when it stops.

    Args:
        config: with the app.
        end_streams: called when it stops.
    """

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self._end_streams = end_streams

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start taking requests."""
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop taking requests and finish those in hand."""
        self._end_streams()
        await super().shutdown(sockets)


def _server(settings: Settings, shop: "OpenShop", insight: "Insight | None") -> _Server:
    from channels.http.assembly import http_app

    app = http_app(settings, shop, insight)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        # Turns in flight are finished; what takes longer than a caller would wait is cut off.
        timeout_graceful_shutdown=int(settings.turn_deadline_s) + 5,
    )
    return _Server(config, app.state.streams.close)


def _let_server_stop() -> None:
    """After its shutdown uvicorn raises the signal again; here it is taken as done, so that everything is closed in order."""
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, lambda: None)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        raise ShopNotOpened(
            f"cannot listen on {place} ({os.strerror(error.errno or 0)}): name another with --host or --port"
        ) from error


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _announce(settings: Settings, address: str, console: Console) -> None:
    from channels.contact_centre.opening import told_of

    if settings.replay_clock:
        console.print("customers: NOT VERIFIED, requests may state the time and the customer (--replay-clock)")
    elif settings.api_keys:
        by = "API key or token" if settings.token_secret else "API key"
        console.print(f"customers: by {by}; keys of {', '.join(settings.api_keys)}")
    elif settings.token_secret is None:
        console.print(
            "customers: NOT VERIFIED, requests state the customer; set token_secret before others can reach it"
        )
    else:
        console.print("customers: by token")
    for line in told_of(settings):
        console.print(line)
    console.print(f"console: {address}/console, {_who_works(settings)}")
    if settings.is_loopback:
        console.print(f"chat window: {address}/widget/demo, on an example page")
    console.print(f"serving: {address}  (docs at {address}/docs)")


def _who_works(settings: Settings) -> str:
    from channels.console.sign_in import trusts_machine

    if settings.staff:
        return f"for {', '.join(settings.staff)}"
    if trusts_machine(settings):
        return "open to whoever uses this machine; 'xiaoer key NAME --role operator' makes keys for people"
    return "closed until somebody has a key: 'xiaoer key NAME --role operator' makes one"


async def _demonstrate(settings: Settings, shop: "OpenShop", address: str, console: Console) -> None:
    from channels.commands.demo import play

    secret = settings.token_secret.get_secret_value() if settings.token_secret else None
    day = shop.clock().astimezone(shop.pack.shop.zone).date()
    await play(address, shop.pack, day, console, secret)
