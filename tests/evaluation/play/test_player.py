from dataclasses import replace

import pytest

from agent.generator.scripted import ScriptedGenerator
from evaluation.errors import NoBackEnds
from evaluation.play.in_process import InProcess
from evaluation.records import case_from_json, case_to_json
from evaluation.scorers.turns import turn_passed
from evaluation.statistics.comparison import timeless

CANCEL = {
    "customer": "取消订单TEA-88240",
    "expect": {"outcome": "clarify", "exclude": ["已为您取消"], "tools": [{"name": "get_order"}]},
}
YES = {"customer": "好的", "expect": {"tools": [{"name": "cancel_order"}], "include": [["89"]]}}


class BreakingGenerator(ScriptedGenerator):
    """A generator with a mistake in its program."""

    async def stream(self, messages):
        raise ZeroDivisionError("a mistake")
        yield ""


async def test_that_a_conversation_is_played_turn_by_turn(play, talk) -> None:
    (case,) = await play(talk(CANCEL, YES, tags=["cancel"], origin="tuned.jsonl"))
    assert [(turn.number, turn_passed(turn)) for turn in case.turns] == [(1, True), (2, True)]
    assert (case.stopped, case.family, case.split, case.crashed) == ("finished", "cancel", "tuned", False)


async def test_that_only_the_rows_that_changed_are_kept_of_the_back_ends(play, talk) -> None:
    (case,) = await play(talk(CANCEL, YES))
    ((before,), (after,)) = case.before["orders"], case.after["orders"]
    assert (before["order_id"], before["status"] != after["status"]) == ("TEA-88240", True)


async def test_that_a_conversation_that_expects_no_write_expects_unchanged_back_ends(play, talk) -> None:
    (harmless, wrong) = await play(talk(CANCEL), talk(CANCEL, "好的", id="t-2"))
    assert harmless.after == harmless.expected_after
    assert wrong.after != wrong.expected_after


async def test_that_each_conversation_has_back_ends_of_its_own(play, talk) -> None:
    first, second = await play(talk(CANCEL, YES), talk(CANCEL, YES, id="t-2"))
    assert first.after == second.after


async def test_that_a_crash_ends_its_conversation_and_no_other(play, talk) -> None:
    broken, fine = await play(talk("龙井用几度水泡", "你好"), talk("你好", id="t-2"), generator=BreakingGenerator([]))
    assert [(turn.crash, turn.reply) for turn in broken.turns] == [("ZeroDivisionError: a mistake", None)]
    assert (broken.stopped, fine.stopped) == ("crashed", "finished")


async def test_that_why_a_turn_answered_so_is_kept(play, talk) -> None:
    (case,) = await play(talk("龙井能退吗"))
    trace = case.turns[0].trace
    assert trace.intents[0].intent == "return_policy"
    assert any(passage.score for passage in trace.passages)


async def test_that_drafts_the_audit_rejected_are_kept(play, talk) -> None:
    leaky = ScriptedGenerator(["叶知秋的订单TEA-88155寄到陕西省西安市碑林区石榴巷8号。"])
    (case,) = await play(talk("TEA-88231到哪了"), generator=leaky)
    (turn,) = case.turns
    assert (turn.foreign, turn.reply.worded_by) == ((), "composer")
    assert "TEA-88155" in turn.trace.rejected[0].text
    assert turn.trace.rejected[0].findings


async def test_that_a_played_case_reads_back_from_json_as_it_was(play, talk) -> None:
    (case,) = await play(talk(CANCEL, YES, "龙井能退吗"))
    assert case_from_json(case_to_json(case)) == case


async def test_that_a_case_twice_gives_the_same(play, talk) -> None:
    lines = (CANCEL, "好的", "我要投诉", "在吗")
    (first,), (second,) = [await play(talk(*lines)) for _ in range(2)]
    assert timeless(first) == timeless(second)


async def test_that_a_script_that_goes_on_is_cut_off(play, talk) -> None:
    (case,) = await play(replace(talk("你好", "在吗", "谢谢"), max_turns=2))
    assert (len(case.turns), case.stopped) == (2, "too_long")


async def test_that_a_pack_without_back_ends_cannot_be_replayed(play, talk, tea) -> None:
    pack, release, understander = tea
    stage = InProcess(replace(pack, backend=None), release, understander, pack.now)
    with pytest.raises(NoBackEnds, match="chaye"):
        await play(talk("你好"), stage=stage)
