"""The blocks of the page for integrators, run as they stand against a served shop with the page's own settings."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "integrate.md").read_text(encoding="utf-8")
ROOT = Path(__file__).parents[2]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("XIAOER_")}


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Served:
    """A shop that is served; its places stand for those of the page."""

    def __init__(self, address: str, events_port: int) -> None:
        self.address = address
        self.events_port = events_port

    def here(self, text: str) -> str:
        return text.replace("127.0.0.1:8000", self.address).replace("9100", str(self.events_port))

    def run(self, command: list[str]) -> str:
        told = [self.here(part) for part in command]
        ran = subprocess.run(told, capture_output=True, text=True, timeout=60, check=False, env=ENVIRONMENT)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    folder, events_port = tmp_path_factory.mktemp("integrate"), _free_port()
    (settings,) = _blocks("toml")
    (folder / "xiaoer.toml").write_text(settings.replace("9100", str(events_port)), encoding="utf-8")
    environment = ENVIRONMENT | {
        "XIAOER_STATE": f"sqlite:///{folder / 'state.db'}",
        "XIAOER_RELEASES": str(folder / "releases"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", "import xiaoer; xiaoer.main()", "serve", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=pipe, stderr=subprocess.DEVNULL, text=True, env=environment, cwd=folder
    ) as shop:
        addresses = (re.match(r"serving: http://(\S+)", line) for line in shop.stdout)
        try:
            yield Served(next(found for found in addresses if found)[1], events_port)
        finally:
            shop.kill()


NEEDS_CURL = pytest.mark.skipif(
    shutil.which("curl") is None, reason="the page's requests are made with curl: install it"
)


@NEEDS_CURL
@pytest.mark.parametrize("block", _blocks("sh"), ids=lambda block: re.search(r"8000(/[\w/.]*)", block)[1])
def test_that_a_request_of_the_page_is_answered(served, block):
    told = served.run(["bash", "-o", "pipefail", "-c", block])
    assert "发货" in told or "widget.js" in block


@pytest.mark.parametrize("block", _blocks("py"), ids=lambda block: block.split()[1])
def test_that_a_script_of_the_page_prints_the_answer(served, block):
    assert "发货" in served.run([sys.executable, "-c", block])


@NEEDS_CURL
def test_that_the_window_of_the_page_is_served(served):
    (block,) = _blocks("html")
    address = re.search(r'src="([^"]+)"', block)[1]
    assert "currentScript" in served.run(["curl", "-sf", address])
