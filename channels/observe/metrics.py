"""Metrics: what an operator watches, in Prometheus form."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from agent.messages import Reply
from agent.store.backlog import Backlog
from agent.store.records import Json, TurnRecord
from channels.observe.labels import (
    CHANNELS,
    FINDINGS,
    REASONS,
    RECALLS,
    STAGES,
    TOOL_NAMES,
    DeliveryEnd,
    bounded,
    end_of,
    outcome_of,
    refusal_of,
)

_TURN_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_WAIT_S = (0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)


class Metrics:
    """What one program counts; each instance has a registry of its own."""

    def __init__(self) -> None:
        own = self._registry = CollectorRegistry()
        self._duration = Histogram(
            "xiaoer_turn_duration_seconds",
            "Time of one stage of a turn; stage 'total' is the whole.",
            ["stage"],
            buckets=_TURN_S,
            registry=own,
        )
        self._wait = Histogram(
            "xiaoer_queue_wait_seconds",
            "From the acceptance of a message until its turn began.",
            buckets=_WAIT_S,
            registry=own,
        )
        self._turns = Counter("xiaoer_turns", "Turns by outcome.", ["outcome"], registry=own)
        self._handoffs = Counter("xiaoer_handoff", "Conversations passed to a person.", ["reason"], registry=own)
        self._tools = Counter("xiaoer_tool_calls", "Tool calls by how they ended.", ["tool", "outcome"], registry=own)
        self._findings = Counter("xiaoer_audit_findings", "What the audit found in drafts.", ["kind"], registry=own)
        self._recalls = Counter(
            "xiaoer_answer_cache", "Looks for a kept answer to a frequent question.", ["result"], registry=own
        )
        self._release = Gauge(
            "xiaoer_knowledge_release_info", "The release that answers.", ["release_id"], registry=own
        )
        self._deliveries = Counter(
            "xiaoer_deliveries", "Attempts to send a message of the outbox.", ["channel", "outcome"], registry=own
        )
        self._webhooks = Counter(
            "xiaoer_webhooks_refused", "Webhooks that were refused.", ["channel", "reason"], registry=own
        )
        self._open = Gauge("xiaoer_handoffs_open", "Handoffs that are not closed.", ["status"], registry=own)
        self._oldest = Gauge(
            "xiaoer_handoff_oldest_wait_seconds", "How long the handoff waits that waits longest.", registry=own
        )
        self._unsent = Gauge("xiaoer_outbox_unsent", "Messages that are not sent yet.", ["channel"], registry=own)
        self._served: str | None = None

    def begin_turn(self, waited_s: float) -> None:
        """Note that a turn begins.

        Args:
            waited_s: since its message was accepted, in seconds.
        """
        self._wait.observe(waited_s)

    def fail_turn(self) -> None:
        """Count a turn that could not be worked."""
        self._turns.labels("failed").inc()

    def count_turn(self, record: TurnRecord, reply: Reply) -> None:
        """Count a turn that was stored.

        Args:
            record: as it is stored.
            reply: with all its times.
        """
        for stage, elapsed_ms in reply.timings_ms.items():
            self._duration.labels(bounded(stage, STAGES)).observe(elapsed_ms / 1000)
        self._turns.labels(outcome_of(reply)).inc()
        if reply.handoff is not None:
            self._handoffs.labels(bounded(reply.handoff.reason, REASONS)).inc()
        for use in reply.tools:
            self._tools.labels(bounded(use.name, TOOL_NAMES), end_of(use)).inc()
        for kind in _findings(record.trace):
            self._findings.labels(bounded(kind, FINDINGS)).inc()
        if "recall" in record.trace:
            self._recalls.labels(bounded(str(record.trace["recall"]), RECALLS)).inc()

    def serve_release(self, release_id: str) -> None:
        """Note which release answers now."""
        if release_id and release_id != self._served:
            self._release.clear()
            self._release.labels(release_id).set(1)
            self._served = release_id

    def count_delivery(self, channel: str, end: DeliveryEnd) -> None:
        """Count an attempt to send a message of the outbox."""
        self._deliveries.labels(bounded(channel, CHANNELS), end).inc()

    def count_refused_webhook(self, channel: str, status: int) -> None:
        """Count a webhook that was refused.

        Args:
            channel: whose webhook.
            status: of the answer.
        """
        self._webhooks.labels(bounded(channel, CHANNELS), refusal_of(status)).inc()

    def show_backlog(self, backlog: Backlog) -> None:
        """Show what waits for people and for channels."""
        self._open.labels("open").set(backlog.open)
        self._open.labels("taken").set(backlog.taken)
        self._oldest.set(backlog.oldest_wait_s)
        self._unsent.clear()
        for channel, count in backlog.unsent.items():
            self._unsent.labels(bounded(channel, CHANNELS)).inc(count)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self._registry)


def _findings(trace: Json) -> Iterator[str]:
    """The kinds of what the audit found in the drafts of a turn."""
    rejected = trace.get("rejected")
    for draft in rejected if isinstance(rejected, list) else ():
        for kind, _ in draft["findings"]:
            yield kind
