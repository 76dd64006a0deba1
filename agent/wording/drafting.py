"""Drafting: which model words a turn, what is recalled instead, and how long is waited."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent import spans
from agent.evidence import Brief
from agent.generator.errors import GeneratorError
from agent.generator.port import Generator
from agent.prompt import fill, render
from agent.turn.context import Turn
from agent.wording.draft import Draft, Rejected
from agent.wording.frequent import FrequentAnswers, question_of
from agent.wording.hardness import hardness_of

LONGEST_DRAFT = 4000
"""Characters after which an endless model is not listened to any more."""
MODEL_TRIES = 2
"""Drafts a model may make before the composer words the facts."""


@dataclass(frozen=True)
class Writers:
    """Who makes drafts in words of their own."""

    usual: Generator
    larger: Generator | None = None
    """Words hard turns; None: the usual one does."""
    frequent: FrequentAnswers | None = None
    """None: each turn is worded anew."""

    async def write(self, turn: Turn, brief: Brief, draft: Draft, until: float) -> Draft:
        """Make the next draft: the one kept for this question, else a model's.

        Args:
            turn: with its evidence gathered.
            brief: the evidence.
            draft: the one before, with what the audit found in it.
            until: no model is waited for any more, by `time.perf_counter`.

        Returns:
            The draft; by nobody where no model made one, and then no further try is due.
        """
        messages = render(brief, turn.profile, turn.state.history, turn.message.text, findings=draft.findings)
        draft = self._recall(turn, brief, replace(draft, system_prompt=messages[0]["content"]))
        if draft.recall == "hit":
            return draft
        hard = hardness_of(brief, draft, turn.understood.mood.anger) if self.larger else None
        draft = replace(draft, hard=hard or draft.hard)
        for model in self._asked(draft):
            try:
                text = await _written(model, messages, until)
            except (GeneratorError, TimeoutError) as exc:
                failed = Rejected("", model.name, error=type(exc).__name__)
                draft = replace(draft, rejected=(*draft.rejected, failed))
                continue
            filled = fill(text, [fact.text for fact in brief.facts], brief.ask)
            facts = tuple(brief.facts[place] for place in filled.named) or brief.facts
            return replace(draft, text=filled.text, worded_by=model.name, facts=facts, tries=draft.tries + 1)
        return replace(draft, worded_by="", tries=MODEL_TRIES)

    def keep(self, turn: Turn, brief: Brief, draft: Draft) -> None:
        """Keep a draft that the audit passed, where it may answer others and has read nothing of the talk before.

        Args:
            turn: that it answers.
            brief: its evidence.
            draft: a model's.
        """
        question = question_of(turn, brief, self.usual) if draft.recall == "miss" else None
        is_plain = draft.worded_by == self.usual.name and draft.hard is None and not draft.rejected
        if self.frequent is not None and question and is_plain and not turn.state.history:
            self.frequent.keep(question, draft.text, draft.facts, turn.now.astimezone(turn.profile.timezone))

    def _recall(self, turn: Turn, brief: Brief, draft: Draft) -> Draft:
        """The kept answer as a draft; else the draft before, with a note that there is none, or that the audit refused it."""
        if self.frequent is None or draft.recall in ("miss", "refused"):
            return draft
        question = question_of(turn, brief, self.usual)
        if question is None:
            return draft
        if draft.recall == "hit":
            self.frequent.forget(question)
            return replace(draft, recall="refused")
        kept = self.frequent.recall(question, turn.now)
        if kept is None:
            return replace(draft, recall="miss")
        return replace(draft, text=kept.text, worded_by=self.usual.name, facts=kept.facts, recall="hit")

    def _asked(self, draft: Draft) -> Iterator[Generator]:
        """Who is asked, in order: where the turn is hard the larger model, and the usual one where that fails at the first try."""
        if draft.hard and self.larger is not None:
            yield self.larger
        if not (draft.hard and draft.tries):
            yield self.usual


async def _written(model: Generator, messages: list[dict[str, str]], until: float) -> str:
    """A draft to its end, or to where it is longer than any reply may be: the audit stops what is cut there.

    Raises:
        GeneratorError: there is none.
        TimeoutError: it took too long.
    """
    left_s = until - time.perf_counter()
    if left_s <= 0:
        raise TimeoutError
    written = ""
    async with asyncio.timeout(left_s):
        with spans.of_chat(model.name, model.adapter_id, messages) as span:
            async for part in model.stream(messages):
                written += part
                if len(written) > LONGEST_DRAFT:
                    break
            text = written[: LONGEST_DRAFT + 1].strip()
            spans.said(span, text)
    return text
