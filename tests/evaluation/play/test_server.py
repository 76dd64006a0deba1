import json

import httpx
import pytest

from evaluation.play.server import Server

REPLY = {
    "conversation_id": "c",
    "message_id": "m-1",
    "turn_id": "t-1",
    "reply": "龙井用80度水泡。",
    "outcome": "answered",
    "intents": ["product_info"],
    "strategy": "inform",
    "owner": "bot",
    "sources": [{"id": "longjing", "kind": "product", "title": "龙井", "effective_from": "2026-01-01"}],
    "tools": [{"name": "get_order", "args": {"order_id": "A"}, "ok": True, "effect": "read"}],
    "pending_action": {"tool": "cancel_order", "args": {}, "summary": "取消"},
    "timings_ms": {"total": 3.0},
    "newer_field": "ignored",
}


@pytest.fixture
def served(tea, play, talk):
    """Plays a case against a server that answers so; gives the case and what the server was sent."""
    sent = []

    async def run(*answers, trace=None):
        left = list(answers)

        def handle(request):
            if request.method == "GET":
                return httpx.Response(200, json={"turns": [{"trace": trace} if trace else {}]})
            sent.append(json.loads(request.content))
            answer = left.pop(0)
            return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

        def connect():
            return httpx.AsyncClient(transport=httpx.MockTransport(handle), base_url="http://shop")

        stage = Server("http://shop", tea[0].now, connect)
        (case,) = await play(talk(*["龙井用几度水泡"] * len(answers)), stage=stage)
        return case, sent

    return run


async def test_that_a_server_is_asked_with_the_time_of_the_case(served) -> None:
    case, sent = await served(REPLY, REPLY)
    assert [turn.reply.reply for turn in case.turns] == ["龙井用80度水泡。"] * 2
    assert (sent[0]["now"], sent[0]["customer_id"]) == ("2026-11-20T10:00:00+08:00", "tea-cust-a")
    assert [one["message_id"] for one in sent] == ["m-1", "m-2"]
    assert sent[0]["conversation_id"] == sent[1]["conversation_id"]


async def test_that_a_servers_back_ends_are_not_told_of(served) -> None:
    case, _ = await served(REPLY)
    assert (case.before, case.after) == (None, None)


async def test_that_each_run_speaks_in_conversations_of_its_own(served) -> None:
    (_, sent), (_, all_sent) = await served(REPLY), await served(REPLY)
    assert sent[0]["conversation_id"] != all_sent[-1]["conversation_id"]


async def test_that_a_trace_is_read_where_the_server_tells_it(served) -> None:
    case, _ = await served(REPLY, trace={"intents": [["stock", 0.9, "有吗"]], "passages": [["p#0", 0.8]]})
    assert case.turns[0].trace.intents[0].intent == "stock"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(403, json={"error": {"code": "clock", "message": "no replay clock"}}),
        httpx.Response(200, text="not json"),
        {"reply": "only a text"},
    ],
)
async def test_that_a_server_that_cannot_be_played_against_is_a_crash_that_says_why(served, answer) -> None:
    case, _ = await served(answer)
    assert case.stopped == "crashed"
    assert "ServerError: the server at 'http://shop'" in case.turns[0].crash
