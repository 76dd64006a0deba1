"""Questions on the policies of invented shops, with the sentences that answer them and others that do not."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from agent.evidence import Answer, Fact
from agent.facts.shop import can_facts, cannot_facts, hours_facts, identity_facts
from agent.profile import ShopProfile
from agent.understanding.intents import Intent
from finetune.small.corpus.scene import Scene, shuffled
from finetune.small.corpus.utterances import draw_utterance
from retrieval.ranking.shops import Ask, InventedShop, read_shops

HELD_OUT = ("fresh-fruit", "hanfu", "home-appliances", "pet-supplies", "womens-dresses")
"""Shops that the model never sees while it is trained."""
_INTENTS: tuple[Intent, ...] = ("shipping_policy", "return_policy", "warranty", "payment", "invoice", "membership")


@dataclass(frozen=True)
class Shelf:
    """The policies that scenes are drawn from."""

    shops: tuple[InventedShop, ...]

    @classmethod
    def to_learn(cls) -> "Shelf":
        """All invented shops but those that are held out."""
        return cls(tuple(shop for shop in read_shops() if shop.name not in HELD_OUT))

    @classmethod
    def held_out(cls) -> "Shelf":
        """The shops that are held out."""
        return cls(tuple(shop for shop in read_shops() if shop.name in HELD_OUT))

    def draw_rules(self, rng: random.Random, words: Sequence[str], count: int) -> tuple[Fact, ...]:
        """Draw sentences of one shop that hold one of the words, at most so many."""
        shop = rng.choice(self.shops)
        fitting = [text for text in shop.sentences if any(word in text for word in words)]
        return tuple(_say(text) for text in rng.sample(fitting, min(count, len(fitting))))


def _say(sentence: str) -> Fact:
    """A sentence as serving quotes it, closed."""
    return Fact("policy", sentence if sentence.endswith(("。", "！", "？")) else f"{sentence.rstrip('；，、：')}。")


def draw_policy_scene(rng: random.Random, shelf: Shelf) -> Scene:
    """A question that some of the sentences answer; what answers stands first more often than not."""
    shop = rng.choice(shelf.shops)
    ask = rng.choice(shop.asks)
    count = rng.choices((1, 2, 3, 4), (2, 3, 6, 1))[0]
    answering = [*ask.best, *ask.also][:count]
    others = _others(rng, shop, ask, count - len(answering))
    places = [*answering, *others]
    facts = {place: _say(shop.sentences[place]) for place in places}
    stood = tuple(facts.values()) if rng.random() < 0.6 else shuffled(rng, list(facts.values()))
    wanted = answering or places[:1]
    if len(wanted) == 1:
        near = [place for place in others if shop.policy_of[place] == ask.policy]
        near.sort(key=lambda place: stood.index(facts[place]))
        wanted = [*wanted, *near[:1]]
    answer = Answer(rng.choice(_INTENTS), "answered", "inform", stood)
    return Scene(ask.text, answer, tuple(facts[place] for place in wanted), before=ask.before)


def _others(rng: random.Random, shop: InventedShop, ask: Ask, count: int) -> list[int]:
    """Sentences that do not answer, of the same policy more often than of another."""
    free = [place for place in range(len(shop.sentences)) if place not in (*ask.best, *ask.also)]
    near = [place for place in free if shop.policy_of[place] == ask.policy]
    far = [place for place in free if shop.policy_of[place] != ask.policy]
    chosen: list[int] = []
    for _ in range(count):
        pool = near if near and rng.random() < 0.6 else far
        if pool:
            chosen.append(pool.pop(rng.randrange(len(pool))))
    return chosen


def draw_unanswered_scene(rng: random.Random, shelf: Shelf) -> Scene:
    """A question that nothing of what was found answers."""
    shop = rng.choice(shelf.shops)
    if rng.random() < 0.6:
        text, policy = rng.choice(shop.unanswerable), -1
    else:
        ask = rng.choice(shop.asks)
        text, policy = ask.text, ask.policy
    far = [place for place in range(len(shop.sentences)) if shop.policy_of[place] != policy]
    facts = tuple(_say(shop.sentences[place]) for place in rng.sample(far, rng.randint(1, 3)))
    strategy = rng.choice(("inform", "inform", "abstain"))
    ask_after = rng.choice(("", "需要的话回复“人工”，我帮您转接同事。"))
    answer = Answer(rng.choice(_INTENTS), "declined", strategy, facts, ask=ask_after)  # type: ignore[arg-type]
    return Scene(text, answer, ())


def draw_shop_scene(rng: random.Random, profile: ShopProfile, shelf: Shelf) -> Scene:
    """A question on the assistant or the people: who, what, when."""
    intent: Intent = rng.choice(("identity", "identity", "capability", "service_hours"))
    known = {
        "identity": identity_facts(profile),
        "capability": rng.choice(
            (can_facts(profile), cannot_facts(profile), can_facts(profile) + cannot_facts(profile))
        ),
        "service_hours": hours_facts(profile),
    }[intent]
    ask = "您想先了解哪一项？" if intent == "capability" and rng.random() < 0.4 else ""
    return Scene(draw_utterance(rng, intent), Answer(intent, "answered", "inform", known, ask=ask), known)


def draw_complaint_scene(rng: random.Random, shelf: Shelf) -> Scene:
    """An angry customer, and the rule for it."""
    facts = shelf.draw_rules(rng, ("质量", "赔", "补偿", "破损", "投诉", "瑕疵"), rng.randint(1, 2))
    ask = rng.choice(("需要我帮您转接人工同事处理吗？", "方便说说是哪笔订单、遇到了什么问题吗？", ""))
    answer = Answer("complaint", "answered", "soothe", facts, lead="非常抱歉给您带来了不好的体验。", ask=ask)
    return Scene(draw_utterance(rng, "complaint"), answer, facts)
