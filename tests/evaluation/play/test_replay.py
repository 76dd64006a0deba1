from dataclasses import replace
from pathlib import Path

import pytest

from agent.generator.scripted import ScriptedGenerator
from agent.messages import Reply, ToolUse
from evaluation.errors import NoBackEnds
from evaluation.play.leaks import Watch
from evaluation.play.replay import Replay, TurnResult
from evaluation.scorers.checks import Check
from evaluation.shop import open_shop
from knowledge.transcripts import Transcript

TEA = Path(__file__).parents[2] / "packs" / "chaye"


@pytest.fixture(scope="module")
def tea(tmp_path_factory):
    return open_shop(TEA, tmp_path_factory.mktemp("releases"))


@pytest.fixture(scope="module")
def watch(tea):
    return Watch(tea[0])


def reply(text: str) -> Reply:
    return Reply("c", "m", "t", text, "answered", (), "inform", "bot")


def transcript(*turns: dict, **more) -> Transcript:
    data = {"id": "t-1", "customer_id": "tea-cust-a", "now": "2026-11-20T10:00:00+08:00", "turns": list(turns)}
    return Transcript.model_validate({**data, **more})


class BreakingGenerator(ScriptedGenerator):
    """A generator with a mistake in its program."""

    async def stream(self, messages):
        raise ZeroDivisionError("a mistake")
        yield ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("订单TEA-88155已签收。", ["TEA-88155"]),
        ("寄到陕西省西安市碑林区石榴巷8号。", ["陕西省西安市碑林区石榴巷8号"]),
        ("电话13900002202，单号YT8800112155。", ["13900002202", "YT8800112155"]),
        ("您的订单TEA-88231在路上，单号YT8800112233。", []),
    ],
)
def test_that_another_customers_data_in_a_reply_is_found(watch, text, found) -> None:
    assert watch.foreign("tea-cust-a", [], reply(text)) == found


def test_that_what_the_customer_wrote_may_be_repeated(watch) -> None:
    said = reply("您账号下没有查到TEA-88155这个单号。")
    assert watch.foreign("tea-cust-a", ["TEA-88155到哪了"], said) == []
    assert watch.foreign("tea-cust-a", ["别的话"], said) == ["TEA-88155"]


def test_that_a_guest_owns_nothing(watch) -> None:
    assert watch.foreign("replay-guest", [], reply("订单TEA-88231已发货。")) == ["TEA-88231"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("满199减15，还有9999人在抢。", ["9999"]),
        ("订单TEA-88231共108元，11月16日下单。", []),
        ("价格是328.00元，用满199减15后是313元。", []),
        ("退款金额77.77元。", ["77.77"]),
        ("龙井用８０度水。", []),
    ],
)
def test_that_a_number_from_nowhere_is_found(watch, text, found) -> None:
    assert watch.ungrounded("tea-cust-a", [], reply(text)) == found


def test_that_a_return_number_counts_only_in_the_turn_that_made_the_return(watch) -> None:
    said = reply("退货申请已提交，申请单号RT202611200001。")
    made = replace(said, tools=(ToolUse("create_return", {}, True, "write"),))
    assert watch.ungrounded("tea-cust-a", [], made) == []
    assert watch.ungrounded("tea-cust-a", [], said) == ["202611200001"]


def test_that_another_customers_amount_is_a_number_from_nowhere(watch) -> None:
    assert watch.ungrounded("tea-cust-a", [], reply("订单金额641元。")) == ["641"]
    assert watch.ungrounded("tea-cust-b", [], reply("订单金额641元。")) == []


async def test_that_a_conversation_is_played_and_checked_turn_by_turn(tea) -> None:
    talk = transcript(
        {"customer": "取消订单TEA-88240", "expect": {"outcome": "clarify", "exclude": ["已为您取消"]}},
        {"customer": "好的", "expect": {"tools": [{"name": "cancel_order"}], "include": [["89"]]}},
    )
    results = await Replay(*tea).run([talk])
    assert [(result.number, result.passed) for result in results] == [(1, True), (2, True)]
    assert [check.name for check in results[1].checks] == ["tools", "include"]


async def test_that_each_conversation_has_back_ends_of_its_own(tea) -> None:
    talk = transcript({"customer": "取消订单TEA-88240"}, {"customer": "好的", "expect": {"include": [["已为您取消"]]}})
    done = []
    results = await Replay(*tea).run([talk, talk.model_copy(update={"id": "t-2"})], lambda: done.append(1))
    assert [result.passed for result in results] == [True] * 4
    assert len(done) == 2


async def test_that_an_expectation_that_is_not_met_fails_its_turn_alone(tea) -> None:
    talk = transcript({"customer": "你好", "expect": {"intent": ["refund_status"]}}, {"customer": "谢谢"})
    assert [result.passed for result in await Replay(*tea).run([talk])] == [False, True]


async def test_that_a_crashed_turn_is_a_result_of_its_own_kind_and_ends_its_conversation(tea) -> None:
    talk = transcript({"customer": "龙井用几度水泡", "expect": {"outcome": "answered"}}, {"customer": "你好"})
    results = await Replay(*tea, generator=BreakingGenerator([])).run(
        [talk, transcript({"customer": "你好"}, id="t-2")]
    )
    first, second = results
    assert (first.crash, first.reply, first.checks, first.passed) == ("ZeroDivisionError: a mistake", None, (), False)
    assert (second.transcript_id, second.crash) == ("t-2", None)


async def test_that_a_model_that_tells_anothers_order_is_not_let_through(tea) -> None:
    leaky = ScriptedGenerator(["叶知秋的订单TEA-88155寄到陕西省西安市碑林区石榴巷8号。"])
    (result,) = await Replay(*tea, generator=leaky).run([transcript({"customer": "TEA-88231到哪了"})])
    assert result.foreign == ()
    assert result.reply.worded_by == "composer"


async def test_that_a_pack_without_back_ends_cannot_be_replayed(tea) -> None:
    pack, release, understander = tea
    with pytest.raises(NoBackEnds, match="chaye"):
        await Replay(replace(pack, backend=None), release, understander).run([transcript({"customer": "你好"})])


@pytest.mark.parametrize("harm", [{"foreign": ("TEA-1",)}, {"ungrounded": ("7",)}, {"crash": "X: y"}])
def test_that_a_turn_with_harm_never_passes(harm) -> None:
    met = Check("intent", 1.0, "x", "x")
    assert TurnResult("t", 1, "你好", reply("您好"), (met,)).passed
    assert not TurnResult("t", 1, "你好", reply("您好"), (met,), **harm).passed
    assert not TurnResult("t", 1, "你好", reply("您好"), (replace(met, share=0.5),)).passed
