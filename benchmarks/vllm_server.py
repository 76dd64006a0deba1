"""A vLLM server in its own environment, as a process that serves while it is open."""

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

_UP_S = 600.0
_DOWN_S = 30.0
_SHOWN_CHARS = 3000


class VllmServer:
    """Serves one model, and adapters over it, with the OpenAI API.

    Args:
        python: of the environment that holds vLLM.
        model: folder of the model.
        port: it listens on, on this machine only.
        log: file for what it says.
        adapters: names and folders of adapters; empty: none, and none can be loaded later.
        more: further flags.
    """

    def __init__(
        self,
        python: Path,
        model: Path,
        port: int,
        log: Path,
        adapters: dict[str, Path] | None = None,
        more: Sequence[str] = (),
    ) -> None:
        lora = ["--enable-lora", "--max-loras", "2", "--max-lora-rank", "8", "--lora-modules"]
        named = [f"{name}={folder}" for name, folder in (adapters or {}).items()]
        self.command = [
            *(str(python), "-m", "vllm.entrypoints.openai.api_server", "--model", str(model)),
            *("--served-model-name", "base", "--host", "127.0.0.1", "--port", str(port)),
            *("--dtype", "float32", "--max-model-len", "4096", *more),
            *([*lora, *named] if named else []),
        ]
        self.url = f"http://127.0.0.1:{port}"
        self.started_s = 0.0
        """Seconds until it answered."""
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        settings = {"HF_HUB_OFFLINE": "1", "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "True"}
        began = time.monotonic()
        with self._log.open("wb") as log:
            # A session of its own: its workers end with it.
            self._process = subprocess.Popen(
                self.command, stdout=log, stderr=subprocess.STDOUT, env=os.environ | settings, start_new_session=True
            )
        while not self._is_up():
            if self._process.poll() is not None or time.monotonic() - began > _UP_S:
                self.__exit__(None, None, None)
                said = self._log.read_text(encoding="utf-8", errors="replace")[-_SHOWN_CHARS:]
                raise RuntimeError(f"vLLM did not answer on {self.url}; it said: {said}")
            time.sleep(0.5)
        self.started_s = time.monotonic() - began
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        if process is None:
            return
        for signal_number, wait_s in ((15, _DOWN_S), (9, _DOWN_S)):
            try:
                os.killpg(process.pid, signal_number)
                process.wait(wait_s)
                return
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                return

    def load_adapter(self, name: str, folder: Path) -> None:
        """Let the running server take another adapter."""
        self._change("load_lora_adapter", {"lora_name": name, "lora_path": str(folder)})

    def unload_adapter(self, name: str) -> None:
        """Let the running server drop an adapter."""
        self._change("unload_lora_adapter", {"lora_name": name})

    def _change(self, what: str, body: dict[str, str]) -> None:
        httpx.post(f"{self.url}/v1/{what}", json=body, timeout=60.0).raise_for_status()

    def _is_up(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=2.0).status_code == 200
        except httpx.HTTPError:
            return False
