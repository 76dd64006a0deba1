"""A small tea shop, written into a temporary folder, that each test may break in its own way."""

import json
import shutil
from pathlib import Path

import pytest

from agent.understanding.opening import open_understander
from agent.understanding.understand import Understander

SHOP = """\
shop_id: chashan
name: 茶山小铺
assistant: 小茶
maker: 茶山客服组
service_hours:
  mon-fri: "09:00-18:00"
hotline: 0571-8888000
forbidden_claims: [最低价, 包治百病]
sensitive_words: [刷单]
"""

RETURNS = """\
---
id: tea-returns
title: 茶叶退货规则
category: returns
effective_from: 2026-01-01
version: 2
questions:
  - 茶叶喝着不习惯能退吗
---
# 茶叶退货规则

未拆封的茶叶签收后7天内可以退货。拆封后影响二次销售！

以下情况不支持退货：
- 已经开封的散茶
- 定制礼盒
"""

SHIPPING = """\
---
id: tea-shipping
title: 发货时间
category: shipping
---
每天15:00前付款的订单当天发货。

| 地区 | 时效 |
|---|---|
| 江浙沪 | 1-2天 |
| 其他地区 | 3-5天 |
"""

PRODUCTS = """\
sku,product_id,title,category,price,stock,size,attributes,aliases,similar
longjing-50,longjing,明前龙井,绿茶,128.00,20,50g,产地=杭州;年份=2026,龙井;西湖龙井,
longjing-100,longjing,明前龙井,绿茶,238.00,0,100g,产地=杭州;年份=2026,,biluochun
biluochun-50,biluochun,洞庭碧螺春,绿茶,108.00,5,50g,产地=苏州,碧螺春,longjing
"""

PROMOTIONS = """\
- id: full200-20
  name: 满200减20
  kind: full_reduction
  threshold: 200
  discount: 20
  stackable: false
  starts_at: 2026-11-01T00:00:00+08:00
  ends_at: 2026-11-30T23:59:59+08:00
"""

BACKEND = {
    "now": "2026-11-20T10:00:00+08:00",
    "customers": [{"customer_id": "C1", "name": "王茶"}],
    "orders": [
        {
            "order_id": "T1",
            "customer_id": "C1",
            "status": "paid",
            "created_at": "2026-11-19T10:00:00+08:00",
            "amount": 128,
            "items": [{"sku": "longjing-50", "price": 128}],
        }
    ],
    "shipments": [],
}


class PackFiles:
    """Writes and rewrites files of a pack."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, file: str, text: str | bytes) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text(encoding="utf-8")
        if old not in text:
            raise LookupError(f"{old!r} does not stand in {file}")
        self.write(file, text.replace(old, new, 1))

    def policy(self, name: str, body: str, **head: object) -> None:
        keys = {"id": name, "title": name, "category": "returns", **head}
        lines = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in keys.items())
        self.write(f"policies/{name}.md", f"---\n{lines}---\n{body}\n")


class TeaPack(PackFiles):
    """The tea shop."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("shop.yaml", SHOP)
        self.write("policies/returns.md", RETURNS)
        self.write("policies/more/shipping.md", SHIPPING)
        self.write("inventory/products.csv", PRODUCTS)
        self.write("promotions.yaml", PROMOTIONS)
        self.write("backend.json", json.dumps(BACKEND, ensure_ascii=False, indent=1))


@pytest.fixture
def pet(tmp_path: Path) -> PackFiles:
    """The pet shop of ``planted/base``, which has nothing to mend."""
    return PackFiles(Path(shutil.copytree(Path(__file__).parent / "planted" / "base", tmp_path / "pet")))


@pytest.fixture(scope="session")
def understander() -> Understander:
    """Reads messages as the shipped assistant does."""
    return open_understander()


@pytest.fixture
def tea(tmp_path: Path) -> TeaPack:
    return TeaPack(tmp_path / "pack")
