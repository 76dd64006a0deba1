"""Steps of a preparation: each takes what the one before left, and is counted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from agent.privacy.masking import mask
from agent.profile import ShopProfile
from agent.turn.graph import COMPOSED
from finetune.data.formats.dialogue import Dialogue
from finetune.data.lint import lint
from finetune.data.preparing.cleaning import clean_dialogue
from finetune.data.preparing.example import Example, examples_of
from finetune.data.preparing.grounding import check, ground
from finetune.data.preparing.reader import STRANGER, ShopReader
from finetune.data.preparing.repeats import without_repeats
from finetune.data.preparing.report import Step
from finetune.data.rows import rows_of
from finetune.problems import Problem

Tell = Callable[[int, int], None]
"""Is told how many examples of how many have been looked up."""


@dataclass
class Steps:
    """The steps, and what they did so far."""

    profile: ShopProfile
    done: list[Step] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def note(self, name: str, before: int, after: int, changed: int, what: str) -> None:
        """Keep one step."""
        self.done.append(Step(name, before, after, changed, what))

    def tidy(self, dialogues: Sequence[Dialogue]) -> list[Example]:
        """Clean, mask and leave out repeats; make an example of each answer."""
        kept = self._settle(self._mask(self._clean(dialogues)))
        return [example for dialogue in kept for example in examples_of(dialogue)]

    async def ground(
        self, examples: Sequence[Example], reader: ShopReader, tell: Tell, customer: str = STRANGER
    ) -> list[Example]:
        """Give each example the context that serving's prompt would hold, and refuse what must not be learned."""
        grounded: list[Example] = []
        for number, example in enumerate(examples):
            tell(number, len(examples))
            grounded.append(ground(example, await reader.read(example.history, example.question, customer)))
        tell(len(examples), len(examples))
        held = sum(bool(example.facts) for example in grounded)
        what = "rows with the facts that serving's prompt would hold; one row an answer"
        self.note("context", len(examples), len(grounded), held, what)
        asked = [example for example in grounded if example.strategy not in COMPOSED or example.family is not None]
        left_out = len(grounded) - len(asked)
        what = "greetings, confirmations, handovers, which serving words without a model: left out"
        self.note("asked", len(grounded), len(asked), left_out, what)
        return self.check(asked, "check")

    def check(self, examples: Iterable[Example], name: str) -> list[Example]:
        """Refuse what must not be learned."""
        given, kept = list(examples), []
        for example in given:
            wrong = check(example, self.profile)
            if wrong is None:
                kept.append(example)
            else:
                self.refused.append(wrong)
        what = "answers that say what their context does not hold: refused"
        self.note(name, len(given), len(kept), len(given) - len(kept), what)
        return kept

    def note_form(self, examples: Sequence[Example]) -> None:
        """Say how many answers have a form that serving's audit would stop."""
        rows = [row for example in examples for row in rows_of(example.as_dialogue(), self.profile)]
        wrong = len({problem.place for problem in lint(rows, self.profile) if problem.kind == "wording"})
        if wrong:
            told = "hold answers in a form that serving's audit stops (length, sentences, Markdown): shorten them"
            self.notes.append(f"{wrong} rows of the data {told}; check names them")

    def _clean(self, dialogues: Sequence[Dialogue]) -> list[Dialogue]:
        cleaned = [(dialogue, clean_dialogue(dialogue, self.profile.style)) for dialogue in dialogues]
        kept = [after for _, after in cleaned if after is not None]
        changed = sum(after != before for before, after in cleaned)
        what = "HTML, links, noise, forms of address; without words: left out"
        self.note("clean", len(dialogues), len(kept), changed, what)
        return kept

    def _mask(self, dialogues: Sequence[Dialogue]) -> list[Dialogue]:
        masked = [_masked(dialogue, self.profile.hotline or "") for dialogue in dialogues]
        changed = sum(before != after for before, after in zip(dialogues, masked, strict=True))
        self.note("mask", len(dialogues), len(masked), changed, "personal data; the shop's hotline stays")
        return masked

    def _settle(self, dialogues: Sequence[Dialogue]) -> tuple[Dialogue, ...]:
        kept = without_repeats(dialogues)
        what = "the same question with nearly the same answer"
        self.note("repeats", len(dialogues), len(kept), len(dialogues) - len(kept), what)
        return kept


def _masked(dialogue: Dialogue, hotline: str) -> Dialogue:
    def hide(text: str) -> str:
        return hotline.join(map(mask, text.split(hotline))) if hotline else mask(text)

    turns = (replace(turn, text=hide(turn.text), found=tuple(map(hide, turn.found))) for turn in dialogue.turns)
    return replace(dialogue, turns=tuple(turns), context=tuple(map(hide, dialogue.context)))
