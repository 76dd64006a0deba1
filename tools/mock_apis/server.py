"""The mocked services on real TCP ports, in a thread of their own."""

import asyncio
import socket
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

import uvicorn

from tools.mock_apis.apis import MockApis
from tools.mock_apis.faults import FaultyApp


@dataclass(frozen=True)
class MockUrls:
    """Where the mocked services listen."""

    orders: str
    logistics: str


class MockServer:
    """Serves both mocked services until stopped; usable as a context manager.

    Args:
        apis: the services.
        host: the address to listen on.
        orders_port: 0: any free port.
        logistics_port: 0: any free port.
    """

    def __init__(
        self, apis: MockApis, *, host: str = "127.0.0.1", orders_port: int = 0, logistics_port: int = 0
    ) -> None:
        self._places = ((apis.orders_app, orders_port), (apis.logistics_app, logistics_port))
        self._host = host
        self._servers: list[uvicorn.Server] = []
        self._thread: threading.Thread | None = None

    def start(self) -> MockUrls:
        """Start listening.

        Returns:
            The base URLs. Connections are accepted from now on.

        Raises:
            OSError: a port is taken.
        """
        with ExitStack() as held:
            sockets = [held.enter_context(self._bind(port)) for _, port in self._places]
            held.pop_all()  # from here on the servers close them
        self._servers = [_server(app) for app, _ in self._places]
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(sockets),), name="mock-apis", daemon=True)
        urls = [f"http://{self._host}:{listener.getsockname()[1]}" for listener in sockets]
        self._thread.start()
        return MockUrls(*urls)

    def stop(self) -> None:
        """Stop listening and wait for the thread; hanging requests are cut off."""
        for server in self._servers:
            server.should_exit = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> MockUrls:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _bind(self, port: int) -> socket.socket:
        listener = socket.create_server((self._host, port), backlog=128)
        # Accepted sockets inherit it; without it every answer waited 40 ms for a delayed ACK (44 ms a read, measured).
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener

    async def _serve(self, sockets: list[socket.socket]) -> None:
        pairs = zip(self._servers, sockets, strict=True)
        await asyncio.gather(*(server.serve(sockets=[listener]) for server, listener in pairs))


def _server(app: FaultyApp) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)
