"""A small bookshop with a release that is served and a pack that each test may edit."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.messages import Handoff, Reply
from agent.store.port import TurnRecord
from agent.understanding.opening import open_understander
from evaluation.records import Manner, PlayedCase, PlayedTurn, Run, RunOptions
from knowledge.publish import Editor, publish
from knowledge.transcripts import Expectation
from retrieval.embedders.use import TUNED_NAME, UseEmbedder

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)

FILES = {
    "shop.yaml": "shop_id: shuju\nname: 书局\nsensitive_words: [刷单]\n",
    "policies/returns.md": (
        "---\nid: book-returns\ntitle: 图书退货\ncategory: returns\nquestions:\n  - 书不喜欢能退吗\n---\n"
        "图书签收后7天内可以退货。退货运费由买家承担。\n"
    ),
    "policies/wrapping.md": (
        "---\nid: book-wrapping\ntitle: 礼品包装\ncategory: service\nquestions:\n  - 可以包装成礼物吗\n---\n"
        "小店提供礼品包装，每份收费5元。\n"
    ),
    "inventory/products.csv": "sku,product_id,title,category,price,stock\natlas-1,atlas,世界地图集,地理,68.00,9\n",
    "transcripts/talk.jsonl": json.dumps(
        {"id": "talk-1", "turns": [{"customer": "你好"}, {"customer": "书不喜欢能退吗"}]}, ensure_ascii=False
    ),
}


class BookPack:
    """Writes and rewrites files of the pack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for file, text in FILES.items():
            self.write(file, text)

    def write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text(encoding="utf-8")
        if old not in text:
            raise LookupError(f"{old!r} does not stand in {file}")
        self.write(file, text.replace(old, new))


@pytest.fixture(scope="session")
def use():
    return UseEmbedder(TUNED_NAME)


@pytest.fixture(scope="session")
def understander():
    return open_understander()


@pytest.fixture
def books(tmp_path):
    return BookPack(tmp_path / "pack")


@pytest.fixture
def releases(books, tmp_path, use):
    """The folder of all releases, with the pack published."""
    publish(books.folder, tmp_path / "releases" / "shuju", use, Editor("li"), now=NOW)
    return tmp_path / "releases"


@pytest.fixture
def turn_of():
    """Makes the record of one turn."""

    def make(text, number=0, *, handoff=None, failures=(), request=None, **reply):
        ids = {"conversation_id": f"c-{number}", "message_id": f"m-{number}", "turn_id": f"t-{number}"}
        said = {"reply": "抱歉", "outcome": "declined", "intents": ("payment",), "strategy": "abstain", "owner": "bot"}
        passed = Handoff(handoff, "h-1", "已转人工", True) if handoff else None
        return TurnRecord(
            **ids,
            text_digest=str(number),
            request={"text": text, "product_id": None, "region": None, **(request or {})},
            reply=Reply(**ids, **{**said, **reply}, handoff=passed),
            trace={"failures": list(failures)},
            created_at=NOW,
            shop_id="shuju",
        )

    return make


@pytest.fixture(scope="session")
def turn():
    """Makes a played turn; what is not said is as harmless as it can be."""

    def make(text="您好", *, expect=None, customer="在吗", reference=None, claims=(), foreign=(), crash="", **reply):
        said = {"outcome": "answered", "intents": (), "strategy": "inform", "owner": "bot", **reply}
        if said.get("handoff") is True:
            said["handoff"] = Handoff("requested", "h-1", "已转人工", True)
        return PlayedTurn(
            number=0,
            customer=customer,
            reply=None if crash else Reply("c", "m", "t", text, **said),
            expect=Expectation.model_validate(expect) if expect is not None else None,
            reference=reference,
            claims=tuple(claims),
            foreign=tuple(foreign),
            crash=crash,
        )

    return make


@pytest.fixture(scope="session")
def case():
    """Makes a played case of turns."""

    def make(*turns, name="c-1", **more):
        numbered = tuple(replace(one, number=number) for number, one in enumerate(turns, start=1))
        crashed = any(one.crash for one in turns)
        fields = {"origin": "talk.jsonl", "stopped": "crashed" if crashed else "finished", **more}
        return PlayedCase(name, turns=numbered, **fields)

    return make


@pytest.fixture(scope="session")
def run_of():
    """Makes a run of played cases."""

    def make(*cases, trials=1, manner=None):
        options = RunOptions((), trials=trials)
        return Run("r-1", options, "chaye", "rel", "composer", manner=manner or Manner(), cases=cases)

    return make


@pytest.fixture(scope="session")
def values():
    """The values that a scorer measures in cases, and what they combine to."""

    def measure(scorer, *cases):
        found = [one for case in cases for one in scorer.measure(case)]
        return [one.value for one in found], scorer.definition.combine(found)

    return measure
