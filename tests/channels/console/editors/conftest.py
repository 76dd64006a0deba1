"""A tea shop behind its console: a real server's app, with editors and a viewer who are signed in."""

import asyncio
import hashlib
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from agent.generator.registry.registry import Registry
from agent.prompt import PROMPT_VERSION
from agent.settings import Settings
from channels.access.keys import key_digest, new_key
from channels.console.sign_in import COOKIE, StaffDoor
from channels.http.assembly import http_app
from channels.opening import OpenShop, open_shop, shop_clock
from channels.releases import current_release
from evaluation.evaluating import Evaluating
from knowledge.pack import load_pack
from retrieval.embedders.opening import open_embedder
from retrieval.embedders.use import TUNED_NAME

PACK = Path(__file__).parents[3] / "packs" / "chaye"
RETURNS = "policies/售后/tuihuo.md"
ROLES = {"wen": ("editor",), "lan": ("editor",), "guest": ("viewer",)}


@dataclass
class House:
    """The shop, open."""

    settings: Settings
    shop: OpenShop
    app: Any
    keys: dict[str, str]
    closing: AsyncExitStack
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    @property
    def pack(self) -> Path:
        return self.shop.pack.folder

    async def by(self, name: str) -> httpx.AsyncClient:
        """A signed-in member's browser."""
        if name not in self.clients:
            held, _ = StaffDoor(self.settings).sign_in(self.keys[name], "127.0.0.1")
            self.clients[name] = await self.closing.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(self.app),
                    base_url="http://127.0.0.1/console/api",
                    cookies={COOKIE: held},
                    headers={"X-Console": "1"},
                )
            )
        return self.clients[name]

    async def edit(self, name: str, old: str, new: str, file: str = RETURNS, **more: Any) -> httpx.Response:
        """Change a policy as its page does: read, change, keep."""
        client = await self.by(name)
        told = (await client.get("/knowledge/policy", params={"file": file})).json()
        text = (told["edit"] or told)["text"].replace(old, new)
        seen = told["edit"]["digest"] if told["edit"] else None
        return await client.put(
            "/knowledge/edit", json={"file": file, "text": text, "base": told["hash"], "seen": seen, **more}
        )

    async def end_of(self, name: str, kind: str) -> dict[str, Any]:
        """Wait until a piece of work has ended."""
        async with asyncio.timeout(60):
            await self.shop.work.finish()
        return (await (await self.by(name)).get(f"/knowledge/work/{kind}")).json()

    async def publish(self, name: str, *files: str, **more: Any) -> dict[str, Any]:
        """Publish edits and wait for the end."""
        client = await self.by(name)
        begun = await client.post("/knowledge/publication", json={"files": list(files), **more})
        assert begun.status_code == 202, begun.text
        return await self.end_of(name, "publication")

    async def ask(self, text: str) -> str:
        """Ask the agent as a customer."""
        body = {
            "conversation_id": f"c-{text}",
            "message_id": str(id(body := [])),
            "customer_id": "tea-cust-c",
            "text": text,
        }
        client = await self.by("guest")
        return str((await client.post("http://127.0.0.1/chat", json=body)).json()["reply"])


@pytest.fixture
def keys() -> dict[str, str]:
    return {name: new_key() for name in ROLES}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's pack with two transcripts, and its releases: what each house begins with a copy of."""
    folder = tmp_path_factory.mktemp("published")
    pack = Path(shutil.copytree(PACK, folder / "pack"))
    short = (pack / "transcripts" / "basic.jsonl").read_text(encoding="utf-8").splitlines()[:2]
    (pack / "transcripts" / "basic.jsonl").write_text("\n".join(short) + "\n", encoding="utf-8")
    read, embedder = load_pack(pack), open_embedder(TUNED_NAME)
    current_release(folder / "releases", read, embedder, shop_clock(read)(), "xiaoer", lambda said: None)
    return folder


@pytest.fixture
def settings(tmp_path: Path, keys: dict[str, str], published: Path) -> Settings:
    shutil.copytree(published, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Settings(
        shop=tmp_path / "pack",
        state=f"sqlite:///{tmp_path / 'state.db'}",
        releases=tmp_path / "releases",
        runs=tmp_path / "runs",
        training_runs=tmp_path / "training",
        adapters=tmp_path / "adapters",
        staff={name: {"key": key_digest(key), "roles": ROLES[name]} for name, key in keys.items()},
    )


@pytest.fixture
async def house(settings: Settings, keys: dict[str, str]) -> AsyncIterator[House]:
    insight = Evaluating()
    async with AsyncExitStack() as closing:
        shop = await closing.enter_async_context(open_shop(settings, lambda said: None, insight.open_trial))
        yield House(settings, shop, http_app(settings, shop, insight), keys, closing)


@pytest.fixture
async def editor_at(house: House, listen: Any, visitor_at: Any) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Brings a signed-in member's browser to a part of the console: ``await editor_at("wen", "knowledge", "publish")``."""
    async with listen(house.app) as url:

        async def come(name: str, *parts: str, **more: Any) -> Any:
            visitor = await visitor_at(url, **more)
            held, _ = StaffDoor(house.settings).sign_in(house.keys[name], "127.0.0.1")
            await visitor.page.context.add_cookies([{"name": COOKIE, "value": held, "url": f"{url}/console"}])
            return await visitor.visit(*(quote(part, safe="") for part in parts))

        yield come


@pytest.fixture
def put_version(settings: Settings, tmp_path: Path):
    """Registers an adapter of a few bytes as ``xiaoer models register`` does; ``reasons`` stand against it."""

    def put(run: str, *reasons: str) -> str:
        folder = tmp_path / "trained" / run
        folder.mkdir(parents=True)
        weights, said = f"weights of {run}".encode(), "2026-11-20T02:00:00Z"
        digest = hashlib.sha256(weights).hexdigest()
        (folder / "adapter_model.safetensors").write_bytes(weights)
        (folder / "adapter_config.json").write_text('{"peft_type": "LORA"}', encoding="utf-8")
        card = {
            **{"adapter_sha256": digest, "prompt_version": PROMPT_VERSION, "created_at": said},
            "base": {"name": "Qwen2.5-0.5B-Instruct", "sha256": "ab" * 32, "parameters": 494032768},
            "data": [{"name": "rows.jsonl", "sha256": "cd" * 32, "rows": 50}],
            **{"train_rows": 45, "eval_rows": 5, "seed": 0, "precision": "fp32", "step": 10, "steps": 10},
            "lora": {"rank": 8, "alpha": 16, "dropout": 0.05, "targets": "all-linear"},
            "losses": {"eval_before": 3.9, "eval": 1.2},
        }
        bleed = {"measure": "bleed", "base": 0.0, "limit": 0.02, "count": 5, "adapter": 0.3 if reasons else 0.0}
        loss = {"measure": "loss", "base": 3.9, "limit": 3.9, "count": 50, "adapter": 1.2, "passes": True}
        gate = {
            **{"adapter_sha256": digest, "base_sha256": "ab" * 32, "eval_sha256": "ef" * 32, "at": said, "rows": 5},
            **{"prompt_version": PROMPT_VERSION, "reasons": reasons, "lines": [{**bleed, "passes": not reasons}, loss]},
            "verdict": "do_not_ship" if reasons else "ship",
        }
        (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
        (folder / "gate.json").write_text(json.dumps(gate), encoding="utf-8")
        return Registry(settings.adapters).register(folder, "wen").name

    return put


@pytest.fixture
def put_run(settings: Settings):
    """Writes a run as ``xiaoer replay --out`` does."""

    def put(name: str, told: dict[str, Any]) -> None:
        folder = Path(str(settings.runs)) / name
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    return put
