"""Questions that the shop's policies answer."""

from agent.evidence import Answer
from agent.facts.policies import policy_facts
from agent.turn import Turn
from agent.understanding.understand import IntentScore
from retrieval.retriever import Hit

CLOSE = 0.4
"""A second document is quoted too when it is at least this much as likely to be the one meant as the best one."""
NOT_KNOWN = "抱歉，这个问题我这边暂时没有查到准确的信息，不敢随便答复您。"


def find_hits(turn: Turn, ask: IntentScore) -> tuple[Hit, ...]:
    """Passages for one question: those that the retrieve step found, else looked up now."""
    found = turn.hits.get(ask.clause)
    return turn.lookup(ask.clause) if found is None else found


async def answer_policy(turn: Turn, ask: IntentScore) -> Answer:
    """Answer from the policies in force; without one that fits, say so honestly."""
    hits = find_hits(turn, ask)
    if not hits:
        return abstain(turn, ask)
    facts = list(policy_facts(hits[0]))
    if len(hits) > 1 and hits[1].share >= hits[0].share * CLOSE:
        facts.extend(policy_facts(hits[1], most=1))
    return Answer(ask.intent, "answered", "inform", tuple(facts))


def abstain(turn: Turn, ask: IntentScore) -> Answer:
    """Say that nothing reliable was found, and offer a person."""
    turn.notes.failures.append("retrieval")
    return Answer(ask.intent, "declined", "abstain", lead=NOT_KNOWN, ask="需要的话回复“人工”，我帮您转接同事。")
