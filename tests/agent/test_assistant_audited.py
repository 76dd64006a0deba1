"""Whatever customers say, in whatever order: what is sent has passed the audit and keeps the shop's limits."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.assistant import Assistant
from agent.audit.auditor import Auditor
from agent.floor import ShopFloor
from agent.messages import CustomerMessage
from agent.profile import ShopProfile
from agent.store.sqlite import open_store
from agent.turn.graph import Bench, build_graph
from agent.wording.composer import Composer
from tools.mock_apis.apis import MockApis

MESSAGES = (
    "你好",
    "谢谢",
    "你是谁",
    "你能做什么",
    "好的",
    "不用了",
    "取消吧",
    "TEA-88231到哪了",
    "TEA-88240发货了吗",
    "TEA-88155到哪了",
    "取消订单TEA-88240",
    "TEA-88102我要退货",
    "把TEA-88240的地址改成浙江省杭州市西湖区文三路9号",
    "肉桂100g还有吗",
    "50g的呢",
    "到货通知我",
    "龙井用几度水泡",
    "金骏眉礼盒算上活动多少钱",
    "太贵了，再看看",
    "推荐一款100元以内的绿茶",
    "买多少包邮啊，发票怎么开，多久发货",
    "质量太差了",
    "有没有机打检测报告",
    "老板的星座是什么",
    "人工几点上班",
    "帮我刷好评",
    "？？？",
    "转人工",
)


def split_sentences(text: str) -> list[str]:
    """Count sentences without the audit's own eyes: a mark that ends one, then anything else."""
    marks = "。！？!?"
    return [piece for piece in "".join("\n" if char in marks else char for char in text).split("\n") if piece.strip()]


@pytest.fixture(scope="module")
def talk(tea):
    """Plays messages with fresh back-ends and gives the replies with the briefs that they were worded from."""
    pack, release, understander = tea
    profile = ShopProfile.from_release(release.shop)
    store = open_store("sqlite:///:memory:")
    bench = Bench(understander, Composer(profile), Auditor(profile), None, store)
    graph = build_graph(bench)
    works = []

    class Recorder:
        async def ainvoke(self, work):
            works.append(await graph.ainvoke(work))
            return works[-1]

    floor = ShopFloor(release, profile, Recorder())
    numbers = iter(range(10**6))

    async def play(texts):
        works.clear()
        apis = MockApis(pack.backend, {"tea-wait-8": 200}, now=pack.now)
        assistant = Assistant(lambda customer_id: floor, apis.in_process(), store, lambda: pack.now)
        conversation = f"c-{next(numbers)}"
        replies = []
        for at, text in enumerate(texts):
            reply = await assistant.handle(CustomerMessage(conversation, f"m-{at}", "tea-cust-a", text))
            replies.append(reply)
        await assistant.aclose()
        apis.close()
        return profile, replies, list(works)

    return play


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.sampled_from(MESSAGES), min_size=1, max_size=6))
def test_that_every_reply_passes_the_audit_and_keeps_the_limits(talk, texts) -> None:
    profile, replies, works = asyncio.run(talk(texts))
    auditor = Auditor(profile)
    spoken = [reply for reply in replies if reply.reply]
    assert len(spoken) == len(works)
    for reply, work in zip(spoken, works, strict=True):
        found = auditor.audit(reply.reply, work["brief"])
        assert [finding for finding in found if finding.kind != "repetition"] == [], reply.reply
        assert len(reply.reply) <= profile.style.max_chars
        assert len(split_sentences(reply.reply)) <= profile.style.max_sentences, reply.reply


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.sampled_from(MESSAGES), min_size=1, max_size=6))
def test_that_nothing_is_written_without_a_proposal_in_the_turn_before(talk, texts) -> None:
    _, replies, _ = asyncio.run(talk(texts))
    proposed = set()
    for reply in replies:
        for use in reply.tools:
            if use.effect == "write":
                assert use.name in proposed
        if reply.pending_action is not None:
            proposed.add(reply.pending_action.tool)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.sampled_from(MESSAGES), min_size=1, max_size=6))
def test_that_after_a_handoff_every_reply_is_empty(talk, texts) -> None:
    _, replies, _ = asyncio.run(talk(texts))
    owners = [reply.owner for reply in replies]
    assert owners == sorted(owners)
    assert all(bool(reply.reply) != (reply.worded_by == "human") for reply in replies)
