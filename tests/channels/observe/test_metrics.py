"""Label values are bounded, and what waits is shown as the store has it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.errors import DeliveryFailed
from agent.messages import Handoff, Reply, ToolUse
from agent.store.backlog import Backlog
from agent.store.mail import OutgoingMessage
from agent.store.records import TurnRecord
from channels.observe.deliveries import CountedSender
from channels.observe.exposition import FRESH_S, Exposition
from channels.observe.metrics import Metrics

NOW = datetime(2026, 11, 20, tzinfo=UTC)
REPLY = Reply("c", "m", "t-1", "亲", "answered", (), "inform", "bot", release_id="r-1")


def counted(reply: Reply, trace: dict | None = None) -> str:
    metrics = Metrics()
    metrics.count_turn(TurnRecord("t-1", "c", "m", "", {}, reply, trace or {}, NOW), reply)
    return metrics.exposition().decode()


def test_that_unknown_values_are_counted_as_other() -> None:
    use = ToolUse("drop_tables", {}, ok=False, effect="write", error="Wild")
    odd = replace(REPLY, tools=(use,), handoff=Handoff("because", "k", "", True), timings_ms={"dance": 1.0})
    told = counted(odd, {"rejected": [{"draft": "", "findings": [["new", "x"]]}]})
    assert 'xiaoer_tool_calls_total{outcome="other",tool="other"} 1.0' in told
    assert 'xiaoer_handoff_total{reason="other"} 1.0' in told
    assert 'xiaoer_audit_findings_total{kind="other"} 1.0' in told
    assert 'xiaoer_turn_duration_seconds_count{stage="other"} 1.0' in told
    assert not any(word in told for word in ("drop_tables", "because", "Wild", "dance", '"new"'))


def test_that_looks_for_kept_answers_are_counted_where_there_were_any() -> None:
    assert 'xiaoer_answer_cache_total{result="hit"} 1.0' in counted(REPLY, {"recall": "hit"})
    assert 'xiaoer_answer_cache_total{result="other"} 1.0' in counted(REPLY, {"recall": "maybe"})
    assert "xiaoer_answer_cache_total{" not in counted(REPLY)


def test_that_only_the_release_that_answers_now_is_told() -> None:
    metrics = Metrics()
    for release_id in ("r-1", "r-2", "r-2"):
        metrics.serve_release(release_id)
    told = metrics.exposition().decode()
    assert 'xiaoer_knowledge_release_info{release_id="r-2"} 1.0' in told
    assert "r-1" not in told


def test_that_refused_webhooks_are_counted_by_channel_and_reason() -> None:
    metrics = Metrics()
    for channel, status in (("chatwoot", 401), ("chatwoot", 413), ("made-up", 503)):
        metrics.count_refused_webhook(channel, status)
    told = metrics.exposition().decode()
    assert 'xiaoer_webhooks_refused_total{channel="chatwoot",reason="signature"} 1.0' in told
    assert 'xiaoer_webhooks_refused_total{channel="chatwoot",reason="size"} 1.0' in told
    assert 'xiaoer_webhooks_refused_total{channel="other",reason="unavailable"} 1.0' in told


class Channel:
    """Fails as it is told."""

    def __init__(self) -> None:
        self.fails: DeliveryFailed | None = None

    async def send(self, message: OutgoingMessage) -> None:
        if self.fails is not None:
            raise self.fails


@pytest.mark.parametrize(
    ("failure", "attempts", "end"),
    [
        (None, 1, "sent"),
        (DeliveryFailed("m", "no"), 1, "failed"),
        (DeliveryFailed("m", "no", is_final=True), 1, "given_up"),
        (DeliveryFailed("m", "no"), 12, "given_up"),
    ],
)
async def test_that_each_attempt_to_send_is_counted_by_its_end(failure, attempts, end) -> None:
    metrics, channel = Metrics(), Channel()
    channel.fails = failure
    message = OutgoingMessage("m", "c", "亲", attempts=attempts)
    try:
        await CountedSender("wecom", channel, metrics.count_delivery).send(message)
    except DeliveryFailed as exc:
        assert exc is failure
    told = metrics.exposition().decode()
    assert f'xiaoer_deliveries_total{{channel="wecom",outcome="{end}"}} 1.0' in told


def test_that_a_channel_whose_messages_are_all_sent_shows_none() -> None:
    metrics = Metrics()
    metrics.show_backlog(Backlog(open=2, taken=1, oldest_wait_s=90.0, unsent={"wecom": 3, "odd-1": 1, "odd-2": 1}))
    told = metrics.exposition().decode()
    assert 'xiaoer_handoffs_open{status="open"} 2.0' in told
    assert "xiaoer_handoff_oldest_wait_seconds 90.0" in told
    assert 'xiaoer_outbox_unsent{channel="wecom"} 3.0' in told
    assert 'xiaoer_outbox_unsent{channel="other"} 2.0' in told
    metrics.show_backlog(Backlog())
    assert "xiaoer_outbox_unsent{" not in metrics.exposition().decode()


@pytest.fixture
def exposition(watched):
    """What is shown of a shop, on clocks that the test moves: seconds, and the shop's time half a minute on."""
    now = [100.0]
    later = watched.assistant.clock() + timedelta(seconds=30)
    return Exposition(watched.metrics, watched.store.reader, lambda: later, lambda: "r-7", lambda: now[0]), now


async def test_that_the_store_is_asked_again_only_after_a_while(watched, exposition) -> None:
    shown, now = exposition
    assert b'xiaoer_handoffs_open{status="open"} 0.0' in await shown.text()
    await watched.assistant.handle(watched.message("转人工"))
    assert b'xiaoer_handoffs_open{status="open"} 0.0' in await shown.text()
    now[0] += FRESH_S
    told = (await shown.text()).decode()
    assert 'xiaoer_handoffs_open{status="open"} 1.0' in told
    assert "xiaoer_handoff_oldest_wait_seconds 30.0" in told
    assert 'xiaoer_knowledge_release_info{release_id="r-7"} 1.0' in told


async def test_that_a_store_that_cannot_be_read_leaves_what_was_shown(watched, exposition) -> None:
    shown, now = exposition
    await watched.assistant.handle(watched.message("转人工"))
    await shown.text()
    await watched.store.aclose()
    now[0] += FRESH_S
    assert b'xiaoer_handoffs_open{status="open"} 1.0' in await shown.text()
    assert "the metrics could not be brought up to date" in watched.log.getvalue()
