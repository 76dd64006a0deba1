"""Every turn is counted, logged and traced here, whether its reply is told in a response or goes through the outbox."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry.trace import INVALID_SPAN, Span
from structlog.contextvars import bound_contextvars

from agent import spans
from agent.messages import Reply
from agent.spans import Tracing
from agent.store.records import TurnRecord
from agent.turn.context import Turn
from channels.observe.labels import end_of, outcome_of
from channels.observe.marks import Mark
from channels.observe.metrics import Metrics

log = logging.getLogger("turns")


class TurnRecorder:
    """Watches the turns of an assistant; see `agent.watching.TurnWatch`.

    Args:
        metrics: counts them.
        mark: stands for a conversation in spans.
        tracing: where spans go; None: none are made.
    """

    def __init__(self, metrics: Metrics, mark: Mark, tracing: Tracing | None = None) -> None:
        self._metrics = metrics
        self._mark = mark
        self._tracing = tracing

    @contextmanager
    def turn(self, turn: Turn, waited_s: float) -> Iterator[None]:
        """Stand around the work on a turn: what is logged inside it names it."""
        self._metrics.begin_turn(waited_s)
        message = turn.message
        with (
            bound_contextvars(
                turn_id=turn.turn_id,
                conversation_id=message.conversation_id,
                customer_id=message.customer_id,
                release_id=turn.release.release_id,
            ),
            self._span(turn, waited_s),
        ):
            try:
                yield
            except Exception as error:
                self._metrics.fail_turn()
                log.warning("turn_failed", extra={"error": type(error).__name__, "channel": message.channel})
                raise

    def stored(self, record: TurnRecord, reply: Reply) -> None:
        """Count and log a turn that was stored, and tell its span how it ended."""
        self._metrics.count_turn(record, reply)
        log.info("turn", extra=_told(record, reply))
        told = {
            spans.OUTCOME: outcome_of(reply),
            spans.WORDED_BY: reply.worded_by,
            **({spans.ADAPTER_ID: reply.adapter_id} if reply.adapter_id else {}),
            **({spans.HANDOFF_REASON: reply.handoff.reason} if reply.handoff else {}),
        }
        spans.end_turn(told, reply.reply, str(record.request.get("text", "")))

    def _span(self, turn: Turn, waited_s: float) -> AbstractContextManager[Span]:
        if self._tracing is None:
            return nullcontext(INVALID_SPAN)
        told: dict[str, spans.Value] = {
            spans.CONVERSATION: self._mark(turn.message.conversation_id),
            spans.TURN_ID: turn.turn_id,
            spans.RELEASE_ID: turn.release.release_id,
            spans.CHANNEL: turn.message.channel,
            spans.WAITED_S: round(waited_s, 3),
        }
        return spans.of_turn(self._tracing, told)


def _told(record: TurnRecord, reply: Reply) -> Mapping[str, object]:
    """What the line of a turn tells beside its ids."""
    return {
        "channel": record.request.get("channel"),
        "outcome": outcome_of(reply),
        "intents": list(reply.intents),
        "strategy": reply.strategy,
        "owner": reply.owner,
        "tools": [f"{use.name}:{end_of(use)}" for use in reply.tools],
        "handoff": reply.handoff.reason if reply.handoff else None,
        "failures": record.trace.get("failures", []),
        "worded_by": reply.worded_by,
        "adapter_id": reply.adapter_id,
        "timings_ms": dict(reply.timings_ms),
    }
