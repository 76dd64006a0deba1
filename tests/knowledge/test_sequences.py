"""Random editing, publishing, taking back and waiting, beside a model that knows no index: it reads the texts themselves."""

import random
import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest

from knowledge.errors import ReleaseUnknown
from knowledge.publish import Editor, publish, rollback
from retrieval.embedders.ngrams import NgramEmbedder
from retrieval.pointer import ReleaseStore
from retrieval.retriever import Query

SEQUENCES = 50
STEPS = 7
FIRST = date(2026, 3, 1)
SIGNS = "云海山川草木鱼鸟星月风雨松竹梅兰琴棋书画金石丝绸灯火舟桥城门井泉玉珠铜铁纸墨笔砚茶酒米面盐糖油醋"
MEMORY = Path("/dev/shm")
"""Forcing files to a disk is most of a small publish, and nothing that is looked at here."""


@dataclass(frozen=True)
class Rule:
    """One policy as the model sees it."""

    text: str
    begins: date | None
    ends: date | None
    decided_by: str
    region: str | None

    def holds(self, days: dict[str, date], region: str) -> bool:
        day = days[self.decided_by]
        in_time = (self.begins is None or self.begins <= day) and (self.ends is None or day <= self.ends)
        return in_time and self.region in (None, region)

    def file(self, name: str) -> str:
        keys = {"effective_from": self.begins, "effective_to": self.ends, "regions": self.region and f"[{self.region}]"}
        head = "".join(f"{key}: {value}\n" for key, value in keys.items() if value)
        return (
            f"---\nid: {name}\ntitle: {name}\ncategory: {name}\ndecided_by: {self.decided_by}\n{head}---\n{self.text}\n"
        )


@dataclass
class Desk:
    """An editor's desk: the real shop beside the model."""

    folder: Path
    chance: random.Random
    draft: dict[str, Rule] = field(default_factory=dict)
    served: list[dict[str, Rule]] = field(default_factory=list)
    """What was served, the current last; what was taken back is gone."""
    known: set[Rule] = field(default_factory=set)
    """Every text there ever was."""
    today: date = FIRST
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.embedder = NgramEmbedder(64)
        (self.folder / "pack/policies").mkdir(parents=True)
        (self.folder / "pack/inventory").mkdir()
        (self.folder / "pack/shop.yaml").write_text("shop_id: any\nname: 任意\n", encoding="utf-8")
        products = "sku,product_id,title,category,price,stock\na-1,a,杯,杯,1.00,1\n"
        (self.folder / "pack/inventory/products.csv").write_text(products, encoding="utf-8")
        self.server = ReleaseStore(self.folder / "root", self.embedder)

    def edit(self) -> None:
        name, days = f"rule-{self.chance.randrange(4)}", [FIRST + timedelta(self.chance.randrange(12)) for _ in "ab"]
        begins, ends = min(days), max(days)
        rule = Rule(
            "".join(self.chance.sample(SIGNS, 9)) + "。",
            self.chance.choice([None, begins]),
            self.chance.choice([None, ends]),
            self.chance.choice(["ask", "ask", "order", "signed"]),
            self.chance.choice([None, None, "CN", "HK"]),
        )
        self.draft[name] = rule
        self.known.add(rule)
        (self.folder / f"pack/policies/{name}.md").write_text(rule.file(name), encoding="utf-8")

    def delete(self) -> None:
        if self.draft:
            name = self.chance.choice(sorted(self.draft))
            del self.draft[name]
            (self.folder / f"pack/policies/{name}.md").unlink()

    def publish(self) -> None:
        now = datetime(self.today.year, self.today.month, self.today.day, 4, tzinfo=UTC)
        publish(self.folder / "pack", self.folder / "root", self.embedder, Editor("e"), now=now, keep=50)
        if not self.served or self.served[-1] != self.draft:
            self.served.append(dict(self.draft))

    def take_back(self) -> None:
        before = [number for number, one in enumerate(self.served) if one != self.served[-1]]
        if before:
            rollback(self.folder / "root", self.embedder, Editor("e"))
            del self.served[before[-1] + 1 :]
        else:
            with pytest.raises(ReleaseUnknown):
                rollback(self.folder / "root", self.embedder, Editor("e"))

    def wait(self) -> None:
        self.today += timedelta(days=self.chance.randrange(-3, 6))

    def look(self) -> None:
        """Ask for every text there ever was; what is found is compared with the model."""
        if not self.served:
            return
        days = {"ask": self.today} | {by: FIRST + timedelta(self.chance.randrange(12)) for by in ("order", "signed")}
        region = self.chance.choice(["CN", "HK"])
        in_force = {name: rule for name, rule in self.served[-1].items() if rule.holds(days, region)}
        search = self.server.current().retriever.search
        for rule in self.known:
            decided = {by: day for by, day in days.items() if by != "ask"}
            found = search(Query(rule.text, self.today, region, days=decided))
            for hit in found.hits:
                assert [text for text, _ in hit.sentences] == [in_force[hit.passage.source_id].text], self.done
            if rule in in_force.values():
                assert in_force[found.hits[0].passage.source_id] == rule, self.done


@pytest.mark.parametrize("seed", range(10))
def test_that_what_is_in_force_is_found_and_nothing_else(seed):
    chance = random.Random(seed)
    for _ in range(SEQUENCES):
        folder = Path(mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        try:
            desk = Desk(folder, chance)
            acts = [desk.edit, desk.edit, desk.edit, desk.delete, desk.publish, desk.publish, desk.take_back, desk.wait]
            for act in [desk.edit, desk.publish, *chance.choices(acts, k=STEPS - 2)]:
                desk.done.append(act.__name__)
                act()
                desk.look()
        finally:
            shutil.rmtree(folder)
