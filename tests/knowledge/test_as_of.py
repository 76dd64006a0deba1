from datetime import UTC, datetime, timedelta

import pytest

from evaluation.play.grounding import Grounding
from evaluation.play.in_process import InProcess
from evaluation.play.player import Player
from evaluation.play.transcripts import transcript_case
from knowledge.build import build
from knowledge.pack import load_pack
from knowledge.transcripts import Transcript
from retrieval.embedders.opening import open_embedder
from retrieval.pointer import ReleaseStore
from retrieval.release import Release

OLD = "未拆封的商品签收后30天内可以无理由退货。"
NEW = "未拆封的商品签收后7天内可以无理由退货。"
ORDER = "M20261101001"
"""Placed on 1 November, signed for on 3 November."""


def _rule(number, text, decided_by, **days):
    head = "".join(f"{key}: {value}\n" for key, value in days.items())
    return (
        f"---\nid: window-{number}\ntitle: 无理由退货期限\ncategory: returns\nversion: {number}\n"
        f"decided_by: {decided_by}\n{head}---\n{text}\n"
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Vectors are kept from one test to the next."""
    return tmp_path_factory.mktemp("releases")


@pytest.fixture
def ask(pet, root, understander):
    """The window shrank on 11 November; asked on the 20th."""

    async def play(text, decided_by, changed="2026-11-11", customer_id="M1"):
        pet.write("policies/returns-unopened.md", _rule(1, OLD, decided_by, effective_to=_day_before(changed)))
        pet.write("policies/window.md", _rule(2, NEW, decided_by, effective_from=changed))
        pack, embedder = load_pack(pet.folder), open_embedder()
        built = build(pack, root, embedder)
        release = Release.load(ReleaseStore(root, embedder).folder(built.release_id), embedder)
        talk = Transcript.model_validate({"id": "t", "customer_id": customer_id, "turns": [{"customer": text}]})
        stage = InProcess(pack, release, understander, datetime.now(UTC))
        played = await Player(stage, Grounding(pack)).play(transcript_case(talk, "talk.jsonl"))
        return played.turns[0].reply

    return play


def _day_before(day):
    return (datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=1)).date()


def _versions(reply):
    return {source.version for source in reply.sources if source.id.startswith("window")}


@pytest.mark.parametrize("decided_by", ["order", "signed"])
async def test_that_an_order_keeps_the_window_it_was_bought_with(ask, decided_by):
    reply = await ask(f"帮我把订单{ORDER}退货", decided_by)
    assert reply.pending_action is not None and _versions(reply) == {1}


async def test_that_a_rule_decided_by_the_question_binds_old_orders_too(ask):
    reply = await ask(f"帮我把订单{ORDER}退货", "ask")
    assert reply.outcome == "declined" and _versions(reply) == {2}


async def test_that_the_day_of_signing_and_the_day_of_ordering_are_told_apart(ask):
    between = "2026-11-02"
    assert _versions(await ask(f"帮我把订单{ORDER}退货", "order", between)) == {1}
    assert _versions(await ask(f"帮我把订单{ORDER}退货", "signed", between)) == {2}


async def test_that_an_order_chosen_by_the_skill_is_judged_by_its_own_day(ask):
    reply = await ask("我要退货", "signed")
    assert reply.pending_action is not None and _versions(reply) == {1}


async def test_that_a_question_that_names_an_order_gets_the_rule_of_its_day(ask):
    reply = await ask(f"订单{ORDER}签收后几天内可以无理由退货?", "signed")
    assert "30天" in reply.reply and "7天" not in reply.reply


@pytest.mark.parametrize("customer_id", ["M1", "stranger"])
async def test_that_a_question_without_an_order_gets_todays_rule(ask, customer_id):
    reply = await ask("你们签收后几天内可以无理由退货?", "signed", customer_id=customer_id)
    assert "7天" in reply.reply and "30天" not in reply.reply
    assert reply.tools == ()


async def test_that_another_customers_order_decides_nothing(ask):
    reply = await ask(f"订单{ORDER}签收后几天内可以无理由退货?", "signed", customer_id="stranger")
    assert "30天" not in reply.reply
