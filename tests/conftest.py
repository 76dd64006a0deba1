"""The whole suite runs without a network, without hub downloads, and on one thread a process."""

import fcntl
import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

_TEA = Path(__file__).parent / "packs" / "chaye"
_SCREENSHOTS = os.environ.get("XIAOER_SCREENSHOTS")
"""A folder in which pictures of pages are left for people to look at."""
_BROWSER = os.environ.get("TEST_BROWSER") or shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["OMP_NUM_THREADS"] = "1"
for _name in [name for name in os.environ if name.startswith("XIAOER_")]:
    del os.environ[_name]

# What is collected lives to the end: looking through it again and again for garbage would cost each worker half a minute.
gc.disable()

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


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The releases of the default shop and of the tea shop, served: built once a run, for all workers. No test changes them."""
    from channels.opening import shop_clock
    from channels.releases import current_release
    from knowledge.pack import default_pack, load_pack
    from retrieval.embedders.opening import open_embedder
    from retrieval.embedders.use import TUNED_NAME

    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "releases"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for pack in (load_pack(default_pack()), load_pack(_TEA)):
            current_release(folder, pack, open_embedder(TUNED_NAME), shop_clock(pack)(), "xiaoer", lambda said: None)
    return folder


@pytest.fixture
async def browser() -> AsyncIterator[object]:
    """A Chromium of its own, through Playwright's asynchronous API."""
    if _BROWSER is None:
        pytest.skip("no browser: install chromium (Debian: apt-get install chromium), or name one in TEST_BROWSER")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=_BROWSER, args=list(_FLAGS))
        yield opened
        await opened.close()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """Where a test leaves pictures of pages: the folder that XIAOER_SCREENSHOTS names, or one of the test's own."""
    folder = Path(_SCREENSHOTS) if _SCREENSHOTS else tmp_path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
