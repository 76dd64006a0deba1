from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from channels.commands.demo import script
from knowledge.pack import default_pack, load_pack

DAY = date(2026, 11, 20)


@pytest.fixture(params=[default_pack(), Path(__file__).parents[2] / "packs" / "chaye"], ids=["default", "tea"])
def pack(request):
    return load_pack(request.param)


def test_that_the_lines_come_from_the_pack(pack):
    lines = script(pack, DAY)
    assert len(lines) == 5
    assert any(lines[1].text.startswith(product.title) for product in pack.products)
    assert lines[-1].text == "确认"


def test_that_each_line_is_written_by_the_orders_own_customer(pack):
    owners = {order.order_id: order.customer_id for order in pack.backend.orders}
    for line in script(pack, DAY):
        for order_id, owner in owners.items():
            if order_id in line.text:
                assert line.customer_id == owner


def test_that_a_pack_without_back_ends_still_has_questions(pack):
    lines = script(replace(pack, backend=None), DAY)
    assert [line.customer_id for line in lines] == ["guest", "guest"]
