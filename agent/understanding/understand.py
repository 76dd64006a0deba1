"""Understanding of one customer message in its conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent.state import PendingSlot
from agent.understanding.classifier import IntentClassifier, Weights
from agent.understanding.clauses import MOST_INTENTS, decide, split_clauses, worth_judging
from agent.understanding.corpus import to_classify
from agent.understanding.corrections import as_meant
from agent.understanding.entities import Entities, KnownNames, extract_entities
from agent.understanding.folding import Folded, fold
from agent.understanding.follow_ups import inherited_intents, is_aside
from agent.understanding.intents import Intent
from agent.understanding.leaning import lean, leaning_of
from agent.understanding.mood import Mood, read_mood
from agent.understanding.parts import Part, cut_into_parts
from agent.understanding.products import ProductMatcher, ProductMention, in_catalogue_spelling
from agent.understanding.requests import is_request
from retrieval.catalogue import Catalogue
from retrieval.embedders.port import Embedder

_INHERITED_CONFIDENCE = 0.85
"""Confidence of an intent carried over from the turn before."""
_SELF_STANDING = frozenset({"id", "name", "part", "fuzzy"})
"""A message that names its product by words does not lean on the one before."""
_MARKS = " ,;。."
_KEPT_CATALOGUES = 4
"""So many catalogues keep their product index, the last used first: the published one and those of turns still running."""


@dataclass(frozen=True)
class DialogueContext:
    """The part of a conversation that a message is understood in."""

    catalogue: Catalogue = field(default_factory=lambda: Catalogue(()))
    page_product_id: str | None = None
    """The product page the customer looks at."""
    focus_product_id: str | None = None
    """The product the talk has been about."""
    last_intents: tuple[str, ...] = ()
    last_order_id: str | None = None
    own_order_ids: tuple[str, ...] = ()
    """The customer's own orders, where they are already known."""
    previous_texts: tuple[str, ...] = ()
    """The customer's earlier messages, oldest first."""
    pending_slot: PendingSlot | None = None
    """What the agent asked for in its last reply."""


@dataclass(frozen=True)
class IntentScore:
    """One thing the customer wants."""

    intent: Intent
    confidence: float
    """Calibrated probability, 0 to 1, higher is better."""
    clause: str
    """The folded words that ask for it."""

    @property
    def is_request(self) -> bool:
        """Whether the words ask to have it done, rather than for the rule."""
        return is_request(self.clause)


@dataclass(frozen=True)
class Understanding:
    """All that is understood of one message."""

    original: str
    """As the customer sent it."""
    folded: str
    """The message in its folded form, see :mod:`agent.understanding.folding`."""
    intents: tuple[IntentScore, ...] = ()
    """In the order of asking, at most three; the best guess also when ``abstained``."""
    entities: Entities = field(default_factory=Entities)
    products: ProductMention = field(default_factory=ProductMention)
    mood: Mood = field(default_factory=Mood)
    confidence: float = 0.0
    """Of the surest intent, 0 to 1."""
    abstained: bool = False
    """Whether the message was too unlike anything known to act on the guess."""
    is_follow_up: bool = False
    """Whether the message only makes sense after the one before."""
    parts: Mapping[str, Part] = field(default_factory=dict)
    """For a message of several asks: the part of each, by the words that carry it."""
    said_before: str = ""
    """Of one ask of several: the words of the message before it, which a short question leans on; see `of`."""
    asked_before: tuple[Intent, ...] = ()
    """Of one ask of several: what those before it want."""

    def of(self, score: IntentScore) -> "Understanding":
        """What is understood of one ask alone; the whole where the message has but one."""
        part = self.parts.get(score.clause)
        if part is None:
            return self
        told = self.folded[: max(self.folded.find(part.text), 0)].strip(_MARKS)
        return replace(
            self,
            folded=part.text,
            intents=(score,),
            entities=part.entities,
            products=part.products,
            said_before=told,
            asked_before=tuple(one.intent for one in self.intents if one.clause != score.clause and one.clause in told),
        )

    @classmethod
    def nothing(cls, text: str) -> "Understanding":
        """A message of which nothing is understood yet."""
        return cls(original=text, folded=fold(text).text, abstained=True)


class Understander:
    """Understands messages; one serves all conversations and all releases.

    Args:
        embedder: the encoder the weights were trained on (the shipped USE), whatever encoder retrieval uses.
        weights: trained weights; None: the shipped ones.

    Raises:
        WeightsError: when the weights cannot be read or do not fit the encoder.
    """

    def __init__(self, embedder: Embedder, weights: Weights | None = None) -> None:
        self._classifier = IntentClassifier(embedder, weights if weights is not None else Weights.load())
        self._matchers: list[ProductMatcher] = []

    def understand(self, text: str, context: DialogueContext | None = None) -> Understanding:
        """Understand one message.

        Args:
            text: the raw message.
            context: the conversation it stands in; None: a conversation that has just begun, in a shop without goods.

        Returns:
            Intents, entities, products and mood. The same message in the same context always gives the same.
        """
        context = context or DialogueContext()
        original, text = text, as_meant(text)
        folded = fold(text)
        matcher = self._matcher(context.catalogue)
        entities, products = self._things(folded, context, matcher)
        slot = context.pending_slot
        names_only_product = products.is_explicit and len(folded.text) <= len(products.text) + 6
        carried = inherited_intents(
            folded, entities, context.last_intents, slot.intent if slot else None, has_product=names_only_product
        )
        stands_alone = products.source in _SELF_STANDING or not context.last_intents
        scores = self._carried(carried, folded) if carried else self._judge(text, None if stands_alone else context)
        if not carried and context.last_intents:
            scores = _with_asides(scores, folded, context, matcher)
        confidence = max((score.confidence for score in scores), default=0.0)
        return Understanding(
            original=original,
            folded=folded.text,
            intents=scores,
            entities=entities,
            products=products,
            mood=read_mood(folded, context.previous_texts),
            confidence=confidence,
            abstained=confidence < self._classifier.thresholds.abstain,
            is_follow_up=bool(carried),
            parts=cut_into_parts(
                folded.text,
                [(score.intent, score.clause) for score in scores],
                (entities, products),
                lambda piece: self._things(piece, context, matcher),
            ),
        )

    def _things(
        self, folded: Folded, context: DialogueContext, matcher: ProductMatcher
    ) -> tuple[Entities, ProductMention]:
        index = matcher.index
        known = KnownNames(context.own_order_ids, index.known_ids, index.colors, index.sizes)
        entities = extract_entities(folded, known)
        products = matcher.find(folded, entities, context.page_product_id, context.focus_product_id)
        if products.product_ids and not products.ambiguous:
            product = context.catalogue.by_product[products.product_ids[0]]
            entities = in_catalogue_spelling(entities, product)
        return entities, products

    @staticmethod
    def _carried(intents: Sequence[Intent], folded: Folded) -> tuple[IntentScore, ...]:
        return tuple(IntentScore(intent, _INHERITED_CONFIDENCE, folded.text) for intent in intents)

    def _judge(self, text: str, context: DialogueContext | None) -> tuple[IntentScore, ...]:
        """Judge the clauses and the whole, leaning on the turn before unless ``context`` is None."""
        message = to_classify(text)
        clauses = worth_judging(split_clauses(message))
        before = context.last_intents if context is not None else ()
        joined = _joined(message, context)
        texts = list(dict.fromkeys((*(clause.text for clause in clauses), message, *((joined,) if joined else ()))))
        rows = dict(zip(texts, self._classifier.classify(texts), strict=True))  # text -> [labels]
        leaned = {
            part: lean(rows[part], rows.get(joined) if joined and part == message else None, before, len(message))
            for part in texts
        }
        judged = [leaned[clause.text] for clause in clauses]
        found = decide(clauses, judged, leaned[message], message, self._classifier.thresholds)
        return tuple(IntentScore(entry.intent, entry.confidence, entry.clause) for entry in found)

    def _matcher(self, catalogue: Catalogue) -> ProductMatcher:
        """The product index of a catalogue, built on first use."""
        matcher = next((known for known in self._matchers if known.catalogue is catalogue), None)
        if matcher is None:
            matcher = ProductMatcher(catalogue)
        self._matchers = [matcher, *(known for known in self._matchers if known is not matcher)][:_KEPT_CATALOGUES]
        return matcher


def _with_asides(
    scores: tuple[IntentScore, ...], folded: Folded, context: DialogueContext, matcher: ProductMatcher
) -> tuple[IntentScore, ...]:
    """Add what a clause such as m呢 carries on from the turn before, beside the new questions of the other clauses."""
    clauses = split_clauses(folded.text)
    asides: list[IntentScore] = []
    for clause in clauses if len(clauses) > 1 else ():
        if not is_aside(clause.text):
            continue
        piece = fold(clause.text)
        entities = extract_entities(
            piece, KnownNames((), matcher.index.known_ids, matcher.index.colors, matcher.index.sizes)
        )
        carried = inherited_intents(piece, entities, context.last_intents, None)
        asides.extend(IntentScore(intent, _INHERITED_CONFIDENCE, clause.text) for intent in carried)
    said = {aside.clause for aside in asides}
    others = [score for score in scores if score.clause not in said]
    carried_on = {aside.intent for aside in asides}
    both = [*asides, *(score for score in others if score.intent not in carried_on)]
    return tuple(sorted(both, key=lambda score: folded.text.find(score.clause))[:MOST_INTENTS]) or scores


def _joined(message: str, context: DialogueContext | None) -> str | None:
    """The message before and this one read as one, where this one is short enough to lean on it."""
    if context is None or not context.previous_texts or leaning_of(len(message)) is None:
        return None
    return f"{to_classify(context.previous_texts[-1])} {message}"
