"""Metrics: what an operator watches, in Prometheus form."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from agent.messages import Reply

_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class TurnMetrics:
    """Counts turns; each instance has a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._duration = Histogram(
            "xiaoer_turn_duration_seconds",
            "Time of one stage of a turn; stage 'total' is the whole.",
            ["stage"],
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._outcomes = Counter("xiaoer_turns", "Turns by outcome.", ["outcome"], registry=self._registry)
        self._handoffs = Counter(
            "xiaoer_handoff", "Conversations passed to a person.", ["reason"], registry=self._registry
        )
        self._tools = Counter(
            "xiaoer_tool_calls", "Tool calls by what came of them.", ["tool", "outcome"], registry=self._registry
        )
        self._release = Gauge(
            "xiaoer_knowledge_release_info", "The release that answers.", ["release_id"], registry=self._registry
        )

    def record(self, reply: Reply) -> None:
        """Count one finished turn; a replayed reply is not counted again."""
        for stage, elapsed_ms in reply.timings_ms.items():
            self._duration.labels(stage).observe(elapsed_ms / 1000)
        self._outcomes.labels(reply.outcome).inc()
        if reply.handoff is not None:
            self._handoffs.labels(reply.handoff.reason).inc()
        for use in reply.tools:
            self._tools.labels(use.name, "ok" if use.ok else use.error or "failed").inc()
        self.serve_release(reply.release_id)

    def serve_release(self, release_id: str) -> None:
        """Note which release answers now."""
        if release_id:
            self._release.clear()
            self._release.labels(release_id).set(1)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self._registry)
