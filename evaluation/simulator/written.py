"""A customer who follows a written scenario by rule; no model is needed, and every run is the same."""

import re
from collections.abc import Sequence

from evaluation.records import Stopped
from evaluation.simulator.customer import Exchange, Heard
from evaluation.simulator.phrases import Phrases
from evaluation.simulator.questions import Question, read_question
from evaluation.simulator.scenario import Ask, Confirmable, Scenario

_NUMBER = re.compile(r"(?<![A-Za-z\d])[A-Za-z-]{0,6}\d{5,}(?!\d)")
_BLANK = re.compile(r"\s+")


class WrittenCustomer:
    """Puts the asks of a scenario one after another.

    Answers clarifying questions from the facts, says yes or no (or something else first) to what is put to a yes, puts right an order or
    address that the agent got wrong, complains when ignored or asked twice, says it again when not understood, and leaves when the
    patience is over or a person has taken over.

    Args:
        scenario: what the customer wants, knows and how they are.
        seed: decides between wordings, such as the task's id.
    """

    def __init__(self, scenario: Scenario, seed: str) -> None:
        self._scenario = scenario
        self._phrases = Phrases(seed, scenario.mood)
        self._patience = scenario.patience
        self._put = 0
        """Asks put so far."""
        self._again = list(scenario.again)
        self._changed: set[Confirmable] = set()
        self._complained = False
        """Whether the ask in hand was complained of: once is enough."""

    async def speak(self, talk: Sequence[Exchange]) -> str | Stopped:
        """Say the next thing; see `Customer.speak`."""
        if not talk:
            return self._next()
        heard = talk[-1].heard
        if heard.is_person:
            return "handed_off"
        said = self._react(heard, read_question(heard.text), talk)
        return "gave_up" if self._patience <= 0 else said

    def _react(self, heard: Heard, question: Question, talk: Sequence[Exchange]) -> str | Stopped:
        proposal = _proposed(heard) or (question.proposal if heard.outcome in (None, "clarify") else None)
        if proposal is not None:
            return self._decide(proposal, heard)
        if question.offers_person and self._answer_to("human") == "yes":
            return self._phrases.person()
        if question.is_lost:
            return self._say_again()
        if question.slots:
            told = self._tell(question, heard, talk)
            if told is not None:
                return told
        if self._is_ignored(talk) and not self._complained:
            self._complained = True
            return self._tired(self._phrases.complain(self._ask.say))
        return self._next()

    def _next(self) -> str | Stopped:
        if self._put == len(self._scenario.asks):
            return "finished"
        self._put += 1
        self._complained = False
        return self._ask.say

    @property
    def _ask(self) -> Ask:
        return self._scenario.asks[self._put - 1]

    def _answer_to(self, proposal: Confirmable) -> str:
        confirming = self._scenario.confirms.get(proposal)
        return confirming.answer if confirming else "no"

    def _decide(self, proposal: Confirmable, heard: Heard) -> str:
        confirming = self._scenario.confirms.get(proposal)
        if confirming is None or confirming.answer == "no":
            return self._phrases.no()
        if confirming.say is not None and proposal not in self._changed:
            self._changed.add(proposal)
            return confirming.say
        wrong = None if proposal in self._changed else self._mistake(heard)
        return self._tired(self._phrases.wrong(wrong)) if wrong else self._phrases.yes()

    def _mistake(self, heard: Heard) -> str | None:
        """The fact that the proposal gets wrong: another order than the one meant, another address; None: it is right."""
        order, address = self._scenario.facts.get("order"), self._scenario.facts.get("address")
        named = [str(heard.args["order_id"])] if "order_id" in heard.args else _NUMBER.findall(heard.text)
        if order and order.isascii() and named and order not in named:
            return order
        if address and "address" in heard.args and _plain(address) != _plain(str(heard.args["address"])):
            return address
        return None

    def _tell(self, question: Question, heard: Heard, talk: Sequence[Exchange]) -> str | None:
        """Tell what is asked for; None: it is not known, and the reply was of use without it.

        Who is told that a number is not there, and has no other, takes it as the answer.
        """
        said = "\n".join(exchange.said for exchange in talk)
        known = [(slot, self._scenario.facts[slot]) for slot in question.slots if slot in self._scenario.facts]
        new = [(slot, fact) for slot, fact in known if fact not in said]
        if new:
            return ",".join(self._phrases.answer(slot, fact) for slot, fact in new)
        if heard.outcome not in (None, "clarify") or question.is_not_found:
            return None
        if known:
            return self._tired(self._phrases.told(",".join(fact for _, fact in known)))
        if heard.outcome == "clarify":
            return self._tired(f"{self._phrases.unknown()},{self._ask.say}")
        return None

    def _say_again(self) -> str:
        words = self._again.pop(0) if self._again else self._phrases.again(self._ask.say)
        return self._tired(words)

    def _is_ignored(self, talk: Sequence[Exchange]) -> bool:
        heard = talk[-1].heard
        replies = _plain("".join(exchange.heard.text for exchange in talk[self._first_reply(talk) :]))
        missing = any(not any(_plain(word) in replies for word in group) for group in self._ask.wants)
        return not heard.text.strip() or missing

    def _first_reply(self, talk: Sequence[Exchange]) -> int:
        """Where the ask in hand was put."""
        return max(number for number, exchange in enumerate(talk) if exchange.said == self._ask.say)

    def _tired(self, words: str) -> str:
        self._patience -= 1
        return words


def _proposed(heard: Heard) -> Confirmable | None:
    known: tuple[Confirmable, ...] = (
        "cancel_order",
        "change_address",
        "create_return",
        "issue_coupon",
        "subscribe_restock",
    )
    return next((action for action in known if action == heard.proposes), None)


def _plain(text: str) -> str:
    return _BLANK.sub("", text)
