"""The LangGraph state machine of one turn: begin, understand, retrieve, act, generate, audit, hand off."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph

from agent import spans
from agent.attachments import without_attachments
from agent.audit.auditor import Auditor
from agent.audit.finding import Finding
from agent.evidence import Answer, Brief, Fact
from agent.generator.port import Generator
from agent.guard.planted import without_planted
from agent.handoff.notices import say_notice
from agent.handoff.reasons import decide
from agent.messages import PendingAction
from agent.skills.policy import NOT_KNOWN
from agent.skills.routes import LOOKED_UP
from agent.store.port import ActionLedger
from agent.turn.acting import act_on
from agent.turn.binding import bind_to_order
from agent.turn.context import Turn
from agent.turn.lookup import look_up
from agent.understanding.confirmation import Confirmation, names_proposal, read_confirmation
from agent.understanding.understand import Understander
from agent.wording.composer import Composer, Wording
from agent.wording.draft import Draft, Rejected
from agent.wording.drafting import MODEL_TRIES, Writers
from agent.wording.frequent import FrequentAnswers
from retrieval.retriever import Hit

COMPOSED = frozenset({"confirm", "done", "handoff", "smalltalk"})
"""Strategies that are always worded from facts: a write is never paraphrased."""


class Work(TypedDict, total=False):
    """The working state of one turn; never persisted."""

    turn: Turn
    began: float
    """When whoever is told the reply began to wait for it, by `time.perf_counter`."""
    context: Any
    answer_to: Confirmation
    pending: PendingAction | None
    brief: Brief
    draft: Draft
    handoff_reason: str | None
    timings: dict[str, float]
    nodes: list[tuple[str, float]]
    """The steps taken, in order, each with its milliseconds."""


@dataclass(frozen=True)
class Bench:
    """The parts a turn is worked on with, for one release."""

    understander: Understander
    composer: Composer
    auditor: Auditor
    generator: Generator | None
    """None: the composer words every reply."""
    ledger: ActionLedger
    draft_s: float = 24.0
    """So many seconds after a turn began no model is waited for any more, whatever took the time: the facts are worded without it,
    before the channel stops waiting. See `agent.wording.draft.draft_s_within`."""
    larger: Generator | None = None
    """Words hard turns; None: there is none."""
    frequent: FrequentAnswers | None = None
    """None: no answers are kept."""

    @property
    def writers(self) -> Writers | None:
        """The models; None: there is none."""
        return None if self.generator is None else Writers(self.generator, self.larger, self.frequent)


def build_graph(bench: Bench) -> Any:
    """Compile the state machine of a turn over one release's bench.

    Returns:
        A compiled LangGraph graph; `ainvoke` takes and returns `Work`.
    """
    nodes = TurnNodes(bench)
    graph = StateGraph(Work)
    steps: Mapping[str, Callable[[Work], Awaitable[dict[str, Any]]]] = {
        "begin": nodes.begin,
        "understand": nodes.understand,
        "retrieve": nodes.retrieve,
        "act": nodes.act,
        "generate": nodes.generate,
        "audit": nodes.audit,
        "hand_off": nodes.hand_off,
    }
    for name, step in steps.items():
        graph.add_node(name, _timed(name, step))
    graph.add_edge(START, "begin")
    graph.add_edge("begin", "understand")
    graph.add_conditional_edges("understand", lambda work: "act" if work["answer_to"] != "neither" else "retrieve")
    graph.add_edge("retrieve", "act")
    graph.add_conditional_edges("act", lambda work: "hand_off" if work.get("handoff_reason") else "generate")
    graph.add_edge("generate", "audit")
    graph.add_conditional_edges("audit", nodes.after_audit)
    graph.add_edge("hand_off", END)
    return graph.compile()


def _timed(name: str, step: Callable[[Work], Awaitable[dict[str, Any]]]) -> Callable[[Work], Awaitable[dict[str, Any]]]:
    async def run(work: Work) -> dict[str, Any]:
        started = time.perf_counter()
        with spans.of_step(name):
            update = await step(work)
        took_ms = (time.perf_counter() - started) * 1000
        timings = dict(work.get("timings", {}))
        timings[name] = timings.get(name, 0.0) + took_ms
        return {**update, "timings": timings, "nodes": [*work.get("nodes", ()), (name, took_ms)]}

    return run


class TurnNodes:
    """The steps of a turn."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    async def begin(self, work: Work) -> dict[str, Any]:
        """Read the message as an answer to a pending proposal, where there is one."""
        state, text = work["turn"].state, work["turn"].message.text
        answer_to: Confirmation = "neither"
        if state.pending is not None:
            answer_to = read_confirmation(text, f"{state.pending.summary}{_last(work['turn'])}")
        elif state.parked is not None and names_proposal(text, state.parked.summary):
            answer_to = "yes"
        return {"answer_to": answer_to, "pending": state.pending or state.parked}

    async def understand(self, work: Work) -> dict[str, Any]:
        """Find intents, entities, products and mood."""
        text = without_attachments(work["turn"].message.text)
        understood = self.bench.understander.understand(text, work["context"])
        return {"turn": replace(work["turn"], understood=understood)}

    async def retrieve(self, work: Work) -> dict[str, Any]:
        """Look up the policies in force for each thing asked."""
        turn = await bind_to_order(work["turn"])
        hits: dict[str, tuple[Hit, ...]] = {}
        for score in turn.understood.intents:
            if score.intent in LOOKED_UP and score.clause not in hits:
                hits[score.clause] = look_up(turn.on(score), score.clause)
        return {"turn": replace(turn, hits=hits)}

    async def act(self, work: Work) -> dict[str, Any]:
        """Gather the evidence of each answer; carry out a write that was said yes to."""
        turn = work["turn"]
        answers = await act_on(turn, work["answer_to"], work["pending"], self.bench.ledger)
        return {"brief": Brief(without_planted(answers)), "handoff_reason": decide(turn), "draft": Draft()}

    async def generate(self, work: Work) -> dict[str, Any]:
        """Word the evidence: by the model while it may try, else from facts."""
        draft, brief, writers = work["draft"], work["brief"], self.bench.writers
        if writers is None or draft.tries >= MODEL_TRIES or brief.strategy in COMPOSED or not brief.facts:
            return {"draft": self._compose(work, draft)}
        written = await writers.write(work["turn"], brief, draft, work["began"] + self.bench.draft_s)
        return {"draft": written if written.worded_by else self._compose(work, written)}

    def _compose(self, work: Work, draft: Draft) -> Draft:
        wording = self._word(work["turn"], work["brief"])
        composed = replace(draft, text=wording.text, worded_by=self.bench.composer.name, facts=wording.facts)
        return replace(composed, system_prompt="")

    def _word(self, turn: Turn, brief: Brief) -> Wording:
        return self.bench.composer.word(brief, _last(turn), is_calm=turn.understood.mood.anger == 0)

    async def audit(self, work: Work) -> dict[str, Any]:
        """Check the draft; a composed one loses the facts that may not be said."""
        turn, draft, brief = work["turn"], work["draft"], work["brief"]
        findings = self._findings(turn, draft, brief)
        if draft.worded_by == self.bench.composer.name:
            findings = tuple(finding for finding in findings if finding.kind != "repetition")
        if findings and draft.worded_by == self.bench.composer.name:
            return self._counted(work, self._trim(work, findings))
        if not findings and self.bench.writers is not None:
            self.bench.writers.keep(turn, brief, draft)
        return self._counted(work, {"draft": self._judged(draft, findings)})

    @staticmethod
    def _counted(work: Work, update: dict[str, Any]) -> dict[str, Any]:
        """Count a turn as unresolved that says to a repeated question what it said before, word for word."""
        turn, draft = work["turn"], update["draft"]
        again = turn.understood.mood.repeats > 0 and draft.text == _last(turn)
        if draft.findings or not again or turn.notes.failures:
            return update
        turn.notes.failures.append("repeat")
        return {**update, "handoff_reason": decide(turn)}

    def _findings(self, turn: Turn, draft: Draft, brief: Brief) -> tuple[Finding, ...]:
        return self.bench.auditor.audit(
            draft.text, brief, previous_replies=turn.state.replies, system_prompt=draft.system_prompt
        )

    def _trim(self, work: Work, findings: tuple[Finding, ...]) -> dict[str, Any]:
        """Word again without the facts that caused findings; nothing sayable left means a person takes over."""
        turn, draft = work["turn"], work["draft"]
        brief = _without(work["brief"], [finding.span for finding in findings])
        wording = self._word(turn, brief)
        refused = replace(draft, text=wording.text, facts=wording.facts, tries=MODEL_TRIES)
        retried = replace(refused, rejected=_with(draft, findings))
        left = [finding for finding in self._findings(turn, retried, brief) if finding.kind != "repetition"]
        if left:
            turn.notes.failures.append("audit")
            return {"draft": replace(retried, findings=tuple(left)), "brief": brief, "handoff_reason": "unresolved"}
        return {"draft": retried, "brief": brief}

    @staticmethod
    def _judged(draft: Draft, findings: tuple[Finding, ...]) -> Draft:
        return replace(draft, findings=findings, rejected=_with(draft, findings) if findings else draft.rejected)

    @staticmethod
    def after_audit(work: Work) -> str:
        """Where a turn goes after the audit: out, to another try, or to a person."""
        if work.get("handoff_reason"):
            return "hand_off"
        return "generate" if work["draft"].findings else END

    async def hand_off(self, work: Work) -> dict[str, Any]:
        """Word the handover: the notice, after what the turn had to say of it."""
        turn = work["turn"]
        reason = work.get("handoff_reason") or "unresolved"
        notice = say_notice(turn.profile, turn.now, reason)
        said = next((answer.lead for answer in work["brief"].answers if answer.outcome == "handoff"), "")
        draft = replace(
            work["draft"],
            text=turn.profile.style.addressed(said + notice),
            worded_by=self.bench.composer.name,
            findings=(),
        )
        answers = work["brief"].answers
        intent = answers[0].intent if answers else "human"
        brief = Brief((*answers, Answer(intent, "handoff", "handoff", (Fact("shop", notice),))))
        return {"draft": draft, "brief": brief}


def _with(draft: Draft, findings: tuple[Finding, ...]) -> tuple[Rejected, ...]:
    return (*draft.rejected, Rejected(draft.text, draft.worded_by, findings))


def _last(turn: Turn) -> str:
    return turn.state.replies[-1] if turn.state.replies else ""


def _without(brief: Brief, spans: list[str]) -> Brief:
    """The brief without the facts that hold a span that may not be said; an answer left empty says that it is not known."""
    answers = []
    for answer in brief.answers:
        kept = tuple(fact for fact in answer.facts if not any(span and span in fact.text for span in spans))
        if answer.facts and not kept:
            answer = replace(answer, outcome="declined", strategy="abstain", lead=NOT_KNOWN)
        answers.append(replace(answer, facts=kept))
    return Brief(tuple(answers))
