"""Clauses: a message is cut where one ask ends and the next begins, and each piece is judged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.understanding.classifier import LABELS, STATEMENT, Rows, Thresholds
from agent.understanding.intents import INTENTS, PLEASANTRIES, Intent

MOST_INTENTS = 3
"""A message never carries more intents than this."""
MOST_CLAUSES = 8
"""Longer messages are judged by their first and last clauses: the ask stands at an end."""

_STOP = re.compile(r"[,;!?~。…\n]+|\.{2,}|(?<=[\u4e00-\u9fff])\s+(?=\S)|(?<=\S)\s+(?=[\u4e00-\u9fff])")
_LINK = re.compile(
    r"(?<=[\u4e00-\u9fffa-z0-9])(?=(?:然后|顺便|另外|再问一?下|再请问|对了|以及|同时|并且|还有(?:就是|一个|个问题|你们|我|那个|运费|怎么|什么时候|啥时候|"
    r"能不能|可不可以|是不是|请问|想问)))"
)
_CARRIES_NO_ASK = re.compile(
    r"^(?:(?:订单号?|单号|编号|我的)?[:：]?(?=[a-z0-9-]*\d)[a-z0-9][a-z0-9-]{5,}(?:这个|那个|这单|那单|号)?|亲|那个|嗯+|哦+|啊+|额+|呃+|请问一?下?|你好|您好|哈喽|hello|hi|然后|还有|另外|对了|顺便|麻烦|那|就是)$"
)


_ASKS = re.compile(
    r"[吗么嘛呢咧]$|[有是能会要可好行了到发][没不]$|不$|没有$|多少|多久|多重|多大|几|谁|怎么|咋|什么|啥|哪|何时|能不能|可不可以|是不是|有没有|有木有|会不会|要不要"
)
"""Signs of a question of its own."""
_LIKELIEST = 0.3
_BUSINESS = 0.8
"""A clause that asks adds its likeliest intent from here on, although less sure, where it surely asks the shop something: one question
more is answered rather than one overlooked."""
_ALIKE: tuple[frozenset[Intent], ...] = (
    frozenset({"order_status", "logistics", "urge_shipping", "shipping_policy"}),
    frozenset({"return_policy", "return_request", "refund_status", "exchange", "warranty", "complaint"}),
    frozenset({"price_promotion", "hesitation"}),
    frozenset({"human", "complaint", "service_hours"}),
    frozenset({"identity", "capability"}),
)
"""Intents between which one question wavers: a second clause of the kind asks nothing new."""


@dataclass(frozen=True)
class Clause:
    """One piece of a message."""

    text: str
    """Folded."""
    start: int
    """Where it begins in the folded message."""


@dataclass(frozen=True)
class Found:
    """One intent of a message, with the words that carry it."""

    intent: Intent
    confidence: float
    """Calibrated probability, 0 to 1."""
    clause: str
    """The folded words that ask for it."""


def split_clauses(text: str) -> tuple[Clause, ...]:
    """Cut a folded message at punctuation, at spaces beside Chinese, and before linking words such as 另外.

    Args:
        text: folded text.

    Returns:
        Clauses in order, none empty; one-sign leftovers are joined to the clause before them.
    """
    pieces: list[Clause] = []
    start = 0
    for match in (*_STOP.finditer(text), None):
        end = len(text) if match is None else match.start()
        _add_linked(pieces, text, start, end)
        start = len(text) if match is None else match.end()
    return tuple(pieces)


def _add_linked(pieces: list[Clause], text: str, start: int, end: int) -> None:
    cuts = [match.start() for match in _LINK.finditer(text, start, end)]
    for left, right in zip((start, *cuts), (*cuts, end), strict=True):
        piece = text[left:right].strip()
        if len(piece) > 1 or (piece and not pieces):
            pieces.append(Clause(piece, left))
        elif piece:
            last = pieces.pop()
            pieces.append(Clause(f"{last.text} {piece}", last.start))


def asks_something(text: str) -> bool:
    """Whether folded words have the form of a question."""
    return _ASKS.search(text) is not None


def worth_judging(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses to classify: those that can carry an ask, at most ``MOST_CLAUSES``, from both ends of the message.

    A bare order number carries none, nor does a greeting word; a message of nothing else is kept whole.
    """
    kept = [clause for clause in clauses if not _CARRIES_NO_ASK.match(clause.text)] or list(clauses)
    if len(kept) > MOST_CLAUSES:
        half = MOST_CLAUSES // 2
        kept = [*kept[:half], *kept[-half:]]
    return tuple(kept)


def decide(
    clauses: Sequence[Clause],
    judged: Sequence[Rows],
    whole: Rows,
    message: str,
    thresholds: Thresholds,
) -> tuple[Found, ...]:
    """Settle which intents a message carries.

    A clause adds its likeliest intent when it is sure enough and not a mere statement; so does the message as a whole, which
    decides alone when no clause is sure. Pleasantries give way to business.

    Args:
        clauses: n clauses in order.
        judged: [n, len(LABELS)], one row a clause.
        whole: [len(LABELS)], the row of the message as a whole.
        message: the folded message.
        thresholds: the cuts that belong to the classifier.

    Returns:
        Intents in the order of asking, at least one, at most ``MOST_INTENTS``.
    """
    best: dict[Intent, tuple[int, Found]] = {}
    for clause, row in zip(clauses, judged, strict=True):
        label = LABELS[int(row.argmax())]
        sure = float(row.max())
        if label != STATEMENT and sure >= thresholds.clause:
            found = Found(INTENTS[int(row.argmax())], sure, clause.text)
            _keep_surest(best, clause.start, found)
    place = int(whole[: len(INTENTS)].argmax())
    if float(whole[place]) >= thresholds.whole or not best:
        if INTENTS[place] in best:
            start, known = best[INTENTS[place]]
            best[INTENTS[place]] = (
                start,
                Found(known.intent, max(known.confidence, float(whole[place])), known.clause),
            )
        else:
            start, found = _carrier(clauses, judged, place, float(whole[place]), message)
            own = next((clause for clause in clauses if clause.start == start), None) if best else None
            told = {other.clause for _, other in best.values()}
            if own is not None and own.text not in told and _asks_it(own, judged[clauses.index(own)], place):
                found = replace(found, clause=own.text)
            _keep_surest(best, start, found)
    _add_questions(best, clauses, judged)
    return _in_order(best)


def _asks_it(clause: Clause, row: Rows, place: int) -> bool:
    """Whether a clause by itself most likely asks one intent."""
    return int(row.argmax()) == place and _ASKS.search(clause.text) is not None


def _add_questions(best: dict[Intent, tuple[int, Found]], clauses: Sequence[Clause], judged: Sequence[Rows]) -> None:
    """Add what clauses ask that are questions of their own, where nothing like it was found yet."""
    aside = [LABELS.index(name) for name in (STATEMENT, *sorted(PLEASANTRIES), "out_of_scope")]
    for clause, row in zip(clauses, judged, strict=True) if len(clauses) > 1 else ():
        place = int(row[: len(INTENTS)].argmax())
        intent, sure = INTENTS[place], float(row[place])
        asks = _ASKS.search(clause.text) and sure >= _LIKELIEST and 1 - float(row[aside].sum()) >= _BUSINESS
        known = {intent}.union(*(group for group in _ALIKE if intent in group))
        told = {found.clause for _, found in best.values()}
        if asks and known.isdisjoint(best) and clause.text not in told and place not in aside:
            best[intent] = (clause.start, Found(intent, sure, clause.text))


def _keep_surest(best: dict[Intent, tuple[int, Found]], start: int, found: Found) -> None:
    """Remember the surest clause of each intent at the place where the intent was first asked."""
    before = best.get(found.intent)
    if before is None:
        best[found.intent] = (start, found)
    elif found.confidence > before[1].confidence:
        best[found.intent] = (before[0], found)


def _carrier(
    clauses: Sequence[Clause], judged: Sequence[Rows], place: int, sure: float, message: str
) -> tuple[int, Found]:
    """Where an intent that only the whole message shows is asked: the likeliest clause gives the place, the message the words."""
    start = clauses[max(range(len(clauses)), key=lambda at: float(judged[at][place]))].start if clauses else 0
    return start, Found(INTENTS[place], sure, message)


def _in_order(best: dict[Intent, tuple[int, Found]]) -> tuple[Found, ...]:
    business = {intent: found for intent, found in best.items() if intent not in PLEASANTRIES}
    chosen = sorted((business or best).values(), key=lambda entry: -entry[1].confidence)[:MOST_INTENTS]
    return tuple(found for _, found in sorted(chosen, key=lambda entry: entry[0]))
