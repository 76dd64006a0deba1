"""What a turn does about what was understood: refuse, carry out, or let a skill answer each intent."""

import re
from collections.abc import Sequence
from dataclasses import replace

from agent.attachments import answer_alone, caveat
from agent.evidence import Answer
from agent.facts.policies import answer_facts
from agent.handoff.reasons import says_always_word
from agent.messages import PendingAction
from agent.skills.policy import answer_policy, find_hits
from agent.skills.precedence import policy_comes_first, rather_than_asking_back
from agent.skills.rerouting import is_groundless, rerouted
from agent.skills.routes import SKILLS
from agent.skills.rule_questions import asks_rule_of_change, left_open, say_rule_of_change, supposes
from agent.skills.selection import is_on_an_order
from agent.skills.sending import waiting_goods
from agent.skills.when import asks_the_day
from agent.state import PendingSlot
from agent.store.port import ActionLedger
from agent.turn.at_once import settle_at_once
from agent.turn.carry_out import carry_out, intent_of
from agent.turn.context import Turn
from agent.understanding.clauses import asks_something
from agent.understanding.confirmation import Confirmation, asks
from agent.understanding.intents import Intent
from agent.understanding.requests import is_request
from agent.understanding.understand import IntentScore
from tools.errors import ToolError

_HOLDS_BACK = re.compile(r"别|不|没|未|有|等|先|算|慢|停|再|改|但|错|[嘛么]$")
"""Signs that a message is no plain bid: in doubt nothing is done."""
_ANY_COUPON = re.compile(r"^(?!好|行|可以|嗯|要得|领).*券")
"""Words for a coupon that need not be the one just offered."""
_NO_PERSON = re.compile(r"(?:不用|不要|别|不需要|不想|无需)(?:再)?(?:帮我|给我)?(?:转|找|叫|接)?人工|人工费")
_WORTH_A_TRY = 0.25
"""A guess at what is asked of goods that the message names is tried when it is at least this sure."""
_HARMLESS: frozenset[Intent] = frozenset({"product_info", "stock", "size_advice", "price_promotion"})
_SURE = 0.7
"""From this confidence on, what an ask wants is asked back for even where another ask of the message is answered."""
_BY_RULE: frozenset[Intent] = frozenset(
    {
        "payment",
        "warranty",
        "return_policy",
        "refund_status",
        "exchange",
        "shipping_policy",
        "customs_tax",
        "invoice",
        "membership",
    }
)
"""Intents that a rule of the shop answers, or the state of an order seen by a rule."""
_UNSURE_SCORE = 0.4
"""A message that was not understood is still answered when retrieval is at least this sure."""


async def act_on(
    turn: Turn, answer_to: Confirmation, pending: PendingAction | None, ledger: ActionLedger
) -> tuple[Answer, ...]:
    """Answer everything the message asks.

    Args:
        turn: the turn, understood and with its passages.
        answer_to: how the message answers the pending proposal.
        pending: the proposal, if there is one.
        ledger: where a write is recorded before it is sent.

    Returns:
        At least one answer, in the order of asking.
    """
    turn.notes.settled = answer_to != "neither"
    if pending is not None and answer_to == "yes":
        return (await carry_out(turn, pending, ledger),)
    if pending is not None and answer_to == "no":
        return (
            Answer(
                _intent_of_no(turn, pending),
                "answered",
                "smalltalk",
                lead="好的，那就先不办理。",
                ask="有其他需要随时告诉我。",
            ),
        )
    settled = answer_alone(turn) or settle_at_once(turn)
    if settled is None and says_always_word(turn):
        settled = _called_by_word(turn)
    if settled is not None:
        return (settled,)
    if turn.understood.abstained or not turn.understood.intents or _is_noise(turn) or is_groundless(turn):
        return _with_caveat((await _guess(turn),), caveat(turn))
    asked = [
        score for score in turn.understood.intents if score.intent != "human" or not _NO_PERSON.search(score.clause)
    ]
    asked = _without_circumstances(turn, asked)
    given = [(score, await _answer(turn.on(score), score)) for score in asked]
    answers = _without_idle_questions(turn, given) or (await _guess(turn),)
    if pending is not None and _asks_again(turn, pending):
        turn.notes.settled, turn.notes.pending = True, None
        return (await carry_out(turn, pending, ledger),)
    return _with_caveat(left_open(turn, answers), caveat(turn))


def _with_caveat(answers: tuple[Answer, ...], said: str) -> tuple[Answer, ...]:
    return (replace(answers[0], lead=said + answers[0].lead), *answers[1:]) if said else answers


def _without_circumstances(turn: Turn, asked: list[IntentScore]) -> list[IntentScore]:
    """The asks without clauses that only tell how things are beside a question on the rule: 刷卡付的，退款几天到 asks one thing.

    What is left is asked with the words of the whole message, which tell the circumstances too.
    """
    whole = turn.understood.folded
    told = [one for one in asked if one.intent in _BY_RULE and not asks_something(one.clause) and not one.is_request]
    kept = [one for one in asked if one not in told]
    if not told or not any(one.intent in _BY_RULE and asks_something(one.clause) for one in kept):
        return asked
    return [replace(one, clause=whole) if one.intent in _BY_RULE else one for one in kept]


def _without_idle_questions(turn: Turn, given: Sequence[tuple[IntentScore, Answer]]) -> tuple[Answer, ...]:
    """The answers without those that only ask back, where another clause is answered.

    That is what an unsure clause might have meant, and what went wrong with something that is only supposed: 要是晚发了有啥说法.
    """
    answered = any(answer.outcome == "answered" and answer.facts for _, answer in given)
    supposed = supposes(turn.understood.folded)
    return tuple(
        answer
        for score, answer in given
        if not (
            answered
            and answer.outcome == "clarify"
            and not answer.facts
            and (score.confidence < _SURE or (supposed and score.intent == "complaint"))
        )
    )


def _intent_of_no(turn: Turn, pending: PendingAction) -> Intent:
    """A no that only wavers, 算了我再看看, is a hesitation; any other belongs to what was proposed."""
    wavers = _intents(turn) == ("hesitation",) or turn.understood.mood.hesitation
    return "hesitation" if wavers and pending.tool == "issue_coupon" else intent_of(pending)


def _called_by_word(turn: Turn) -> Answer:
    """A message with a word that the shop sends straight to a person is a complaint or a call for one, whatever else it asks."""
    intents = _intents(turn)
    asked: Intent = "human" if "human" in intents and "complaint" not in intents else "complaint"
    return Answer(asked, "handoff", "handoff")


def _is_noise(turn: Turn) -> bool:
    """Whether a message says nothing in Chinese that a shop could answer: a digit, marks, a row of letters."""
    return _intents(turn) == ("out_of_scope",) and not re.search(r"[\u4e00-\u9fff]", turn.understood.folded)


def _intents(turn: Turn) -> tuple[Intent, ...]:
    return tuple(score.intent for score in turn.understood.intents)


def _asks_again(turn: Turn, pending: PendingAction) -> bool:
    """Whether the message bids to do just what was proposed, in other words than a plain yes: 那就领一张吧."""
    again = turn.notes.pending
    text = turn.understood.folded
    same = again is not None and again.args_hash == pending.args_hash
    plain = not asks(text) and not _HOLDS_BACK.search(text) and not _ANY_COUPON.search(text)
    return same and plain and len(turn.understood.intents) == 1 and is_request(text)


async def _answer(turn: Turn, score: IntentScore) -> Answer:
    score = rerouted(turn, score)
    rule = await say_rule_of_change(turn, score) if asks_rule_of_change(turn, score) else None
    if rule is not None:
        return rule
    if policy_comes_first(turn, score):
        return await answer_policy(turn, score)
    try:
        return rather_than_asking_back(turn, score, await SKILLS[score.intent](turn, score))
    except ToolError:
        turn.notes.failures.append("tool")
        lead = "抱歉，系统暂时没有响应，我这边没有查到结果。"
        return Answer(score.intent, "declined", "abstain", lead=lead, ask="请稍后再试，或者回复“人工”转接同事。")


async def _owns_what_is_named(turn: Turn) -> bool:
    """Whether the message names goods that the customer has ordered."""
    mention = turn.understood.products
    if not mention.is_explicit or mention.source == "pronoun":
        return False
    try:
        orders = await turn.desk.own_orders()
    except ToolError:
        return False
    owned = {
        turn.catalogue.by_sku[item.sku][0].product_id
        for order in orders
        for item in order.items
        if item.sku in turn.catalogue.by_sku
    }
    return not owned.isdisjoint(mention.product_ids)


async def _guess(turn: Turn) -> Answer:
    """Answer a message that was not understood: by the order it names, by a policy that plainly fits, else ask for other words."""
    best = turn.understood.intents[0] if turn.understood.intents else None
    ask = best or IntentScore("out_of_scope", 0.0, turn.understood.folded)
    entities = turn.understood.entities
    hits = find_hits(turn, ask)
    sure = bool(hits) and hits[0].score >= _UNSURE_SCORE
    if sure and supposes(turn.understood.folded):
        return Answer(ask.intent, "answered", "inform", answer_facts(hits, turn.named_lately))
    if entities.order_ids or entities.tracking_nos or await _owns_what_is_named(turn):
        return await _answer(turn, IntentScore("order_status", ask.confidence, turn.understood.folded))
    if asks_the_day(ask.clause) and (waiting_goods(turn) is not None or is_on_an_order(turn)):
        return await _answer(turn, IntentScore("shipping_policy", ask.confidence, ask.clause))
    known = rerouted(turn, ask)
    if known is not ask:
        return await _answer(turn, known)
    if sure:
        return Answer(ask.intent, "answered", "inform", answer_facts(hits, turn.named_lately))
    named = turn.understood.products.is_explicit
    if best is not None and named and best.confidence >= _WORTH_A_TRY and best.intent in _HARMLESS:
        tried = await _answer(turn, best)
        if tried.outcome == "answered" and tried.facts:
            return tried
    turn.notes.failures.append("understanding")
    turn.notes.slot = PendingSlot(ask.intent, "words")
    return Answer(ask.intent, "clarify", "clarify", ask="抱歉我没太明白您的意思，可以换个说法再告诉我一次吗？")
