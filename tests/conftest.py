"""The whole suite runs without a network, without hub downloads, and on one thread a process."""

import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["OMP_NUM_THREADS"] = "1"
for _name in [name for name in os.environ if name.startswith("XIAOER_")]:
    del os.environ[_name]

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


def _refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Let sockets reach this machine only; an audit hook also sees what C code and threads open."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if isinstance(host, str) and host and not host.startswith(_LOOPBACK):
        raise PermissionError(f"tests have no network: {event} to {host!r}")


sys.addaudithook(_refuse_network)
