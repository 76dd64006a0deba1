import asyncio
import re

import pytest

from agent.assembly import assemble
from agent.messages import CustomerMessage
from agent.store.sqlite import open_store
from knowledge.build import build
from knowledge.pack import load_pack
from knowledge.serving import open_releases
from retrieval.embedders.opening import open_embedder
from tools.mock_apis.apis import MockApis

REQUESTS, RELEASES, AT_ONCE = 300, 5, 12
QUESTIONS = ("未拆封的几天内可以退货", "满多少包邮", "退款多久到账", "静音循环饮水机多少钱", "电子发票多久能开好")
POLICIES = {
    "policies/returns-unopened.md": ("returns-unopened", "未拆封商品退货", "未拆封的商品签收后{}天内可以申请退货。"),
    "policies/shipping-fee.md": ("shipping-fee", "运费与包邮", "订单满{}元包邮,不满的收取8元运费。"),
    "policies/refund-time.md": ("refund-time", "退款到账时间", "退款在验收后{}小时内到账。"),
    "policies/invoice.md": ("invoice", "电子发票", "申请电子发票后{}小时内开具。"),
}


def _figure(place, release):
    """Four digits that stand in one place of one release only."""
    return 4000 + place * 10 + release


def _write(pet, release):
    for place, (file, (name, title, text)) in enumerate(POLICIES.items()):
        head = f"---\nid: {name}\ntitle: {title}\ncategory: {name}\nversion: {release}\n---\n"
        pet.write(file, head + text.format(_figure(place, release)) + "\n")
    products = (pet.folder / "inventory/products.csv").read_text(encoding="utf-8")
    pet.write(
        "inventory/products.csv",
        re.sub(r"用品,(129|40\d\d)\.00,\d*\.?\d*", f"用品,{_figure(9, release)}.00,", products),
    )


@pytest.fixture
def shop(pet, tmp_path, understander):
    embedder, root, ids = open_embedder(), tmp_path / "releases", []
    for release in range(RELEASES):
        _write(pet, release)
        ids.append(build(load_pack(pet.folder), root, embedder).release_id)
    publisher, server = open_releases(root, embedder), open_releases(root, embedder)
    publisher.publish(ids[0])
    pack = load_pack(pet.folder)
    apis = MockApis(pack.backend, {}, now=pack.now)
    store = open_store("sqlite:///:memory:")
    assistant = assemble(server.current, apis.in_process(), store, lambda: pack.now, understander=understander)
    yield assistant, publisher, ids
    asyncio.run(store.aclose())
    apis.close()


async def _ask(assistant, number, gate):
    async with gate:
        message = CustomerMessage(f"c-{number % 40}", f"m-{number}", f"guest-{number % 40}", QUESTIONS[number % 5])
        return await assistant.handle(message)


async def test_that_no_reply_mixes_two_releases_while_five_are_swapped(shop):
    assistant, publisher, ids = shop
    gate, served = asyncio.Semaphore(AT_ONCE), []
    asked = [asyncio.create_task(_ask(assistant, number, gate)) for number in range(REQUESTS)]
    for swap, reply in enumerate(asyncio.as_completed(asked)):
        served.append(await reply)
        if swap % 25 == 24:
            await asyncio.to_thread(publisher.publish, ids[swap // 25 % RELEASES])
    await assistant.aclose()
    assert len(served) == REQUESTS and {reply.release_id for reply in served} == set(ids)
    telling = 0
    for reply in served:
        release = ids.index(reply.release_id)
        figures = [int(found) for found in re.findall(r"40\d\d", reply.reply)]
        assert all(figure % 10 == release for figure in figures), reply.reply
        assert {source.version for source in reply.sources} <= {release, None}
        telling += bool(figures)
    assert telling > REQUESTS * 0.75
