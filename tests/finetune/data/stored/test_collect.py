import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import xiaoer
from agent.messages import Reply
from agent.state import ConversationState
from agent.store.feedback import StoredFeedback
from agent.store.records import Amendment, Said, ThreadEntry, TurnEffects, TurnRecord
from agent.store.sqlite import open_store
from finetune.data.stored.approved import approved_dialogues

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
TEA = Path(__file__).parents[3] / "packs" / "chaye"
TEA_ID = "chaye"


def entry(role, text, number=0, status="told"):
    return ThreadEntry(role, text, AT, f"t-{number}", "小林" if role == "person" else None, status)


def turn(number, text, reply, strategy="inform"):
    answered = Reply("c-1", f"m-{number}", f"t-{number}", reply, "answered", ("invoice",), strategy, "bot")
    request = {"customer_id": "u", "text": text}
    return TurnRecord(f"t-{number}", "c-1", f"m-{number}", "digest", request, answered, {}, AT, TEA_ID)


def learned(thread, turns=(), rating=None):
    made = approved_dialogues("c-1", thread, turns, rating)
    return [(*(one.text for one in dialogue.turns),) for dialogue in made]


def test_that_what_a_person_wrote_is_learned_with_what_was_said_before():
    thread = [
        entry("customer", "在吗"),
        entry("assistant", "在的。", 1),
        entry("customer", "能开专票吗"),
        entry("customer", "公司要"),
        entry("assistant", "为您转接同事。", 2),
        entry("notice", "请稍等。"),
        entry("person", "可以的"),
        entry("person", "需要提供税号。"),
    ]
    assert learned(thread) == [("在吗", "在的。", "能开专票吗\n公司要", "可以的。需要提供税号。")]
    assert learned(thread, rating=5) == learned(thread)


def test_that_words_that_never_reached_the_customer_are_not_learned():
    thread = [entry("customer", "在吗"), entry("person", "在", status="failed"), entry("person", "在的", status="sent")]
    assert learned(thread) == [("在吗", "在的")]
    assert learned([entry("person", "您好"), entry("customer", "在吗")]) == []


@pytest.mark.parametrize(("rating", "count"), [(5, 1), (4, 1), (3, 0), (None, 0)])
def test_that_the_bots_answers_count_where_the_customer_rated_them_well(rating, count):
    turns = [turn(1, "你好", "您好。", "smalltalk"), turn(2, "能开发票吗", "可以开发票。")]
    thread = [entry("customer", "你好"), entry("assistant", "您好。", 1), entry("customer", "能开发票吗")]
    thread.append(entry("assistant", "可以开发票。", 2))
    made = learned(thread, turns, rating)
    assert made == [("你好", "您好。", "能开发票吗", "可以开发票。")][:count]


@pytest.fixture
async def store_url(tmp_path):
    """One conversation that a person answered, one that was rated 5, one that nobody rated."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    store = open_store(url)
    for name in ("c-person", "c-good", "c-none"):
        state = ConversationState("u").with_exchange("能开发票吗，我叫李小红", "茶铺开具电子普通发票，不开具专用发票。")
        one = turn(1, "能开发票吗，我叫李小红", "茶铺开具电子普通发票，不开具专用发票。")
        reply = Reply(name, "m-1", f"t-{name}", one.reply.reply, "answered", ("invoice",), "inform", "bot")
        record = TurnRecord(f"t-{name}", name, "m-1", "digest", one.request, reply, {}, AT, TEA_ID)
        await store.commit(record, state, 0, effects=TurnEffects(told=True))
    said = Said("p-1", "person", "可以开的，电话13812345678联系我", "小林", is_sent=True)
    await store.amend(Amendment("c-person", 1, ConversationState("u"), AT, said=(said,)))
    await StoredFeedback(store.writer, store.reader).rate("c-good", 5, AT)
    await store.aclose()
    return url


def test_that_collected_rows_are_masked_and_have_the_shops_facts(store_url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    out = tmp_path / "rows.jsonl"
    arguments = ["finetune", "collect", "--state", store_url, "--shop", str(TEA), "--days", "36500", "--out", str(out)]
    with pytest.raises(SystemExit) as left:
        xiaoer.main(arguments)
    assert left.value.code == 0, capsys.readouterr().err
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    answers = {row["messages"][-1]["content"]: row for row in rows}
    person = answers["可以开的，电话[电话]联系我"]
    assert person["messages"][0]["content"] == "能开发票吗，我叫[姓名]"
    assert "茶铺开具电子普通发票，不开具专用发票。" in person["context"]
    (rated,) = [row for row in rows if row is not person]
    assert rated["messages"][-1]["content"].startswith("〔") and "c-good" not in json.dumps(rated)
    with pytest.raises(SystemExit) as left:
        xiaoer.main(arguments)
    assert left.value.code == 1
    assert "is there; name a new file" in capsys.readouterr().err
