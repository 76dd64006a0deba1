"""A batch: drafts that one model makes side by side, a token of each at a step; each joins and leaves when it likes."""

from dataclasses import dataclass
from typing import Any

from agent.generator.errors import GeneratorError, Interrupted, Overrun
from agent.generator.memory import Beginnings, joined, kept, read
from agent.generator.outlet import Decoder, Outlet
from agent.generator.weights import Weights
from agent.prompt import encode

_FAILURES = (RuntimeError, ValueError, IndexError, KeyError, TypeError)
"""What a model, a tokenizer or a chat template raises."""


@dataclass
class _Row:
    """One draft of the batch."""

    outlet: Outlet
    text: Decoder
    length: int
    """Tokens in the memory."""
    token: int
    """Chosen, and not in the memory yet."""


class Batch:
    """The drafts in work; used by one thread.

    Args:
        weights: of the model.
        beginnings: its memory of system messages.
        max_tokens: of one draft.
        temperature: 0: always the most probable token.
    """

    def __init__(self, weights: Weights, beginnings: Beginnings, max_tokens: int, temperature: float) -> None:
        self._weights = weights
        self._beginnings = beginnings
        self._max_tokens = max_tokens
        self._temperature = temperature
        self._rows: list[_Row] = []
        self._memory: Any = None

    def __len__(self) -> int:
        return len(self._rows)

    def join(self, outlet: Outlet) -> None:
        """Read a prompt, choose the first token, and take the draft into the batch; a failure ends this draft alone."""
        import torch

        if outlet.stop.is_set():
            outlet.finish()
            return
        try:
            with torch.inference_mode():
                self._join(outlet)
        except _FAILURES as error:
            outlet.finish(_failed(error))

    def step(self) -> None:
        """Make one token of each draft; a failure ends all of them."""
        import torch

        try:
            with torch.inference_mode():
                self._keep([place for place, row in enumerate(self._rows) if not self._has_left(row)])
                if self._rows:
                    self._step()
        except _FAILURES as error:
            self.give_up(_failed(error))

    def give_up(self, why: GeneratorError) -> None:
        """End all drafts."""
        for row in self._rows:
            row.outlet.finish(why)
        self._rows, self._memory = [], None

    def _join(self, outlet: Outlet) -> None:
        prompt = encode(self._weights.tokenizer, outlet.messages)
        outlet.prompt_tokens = prompt.prompt_tokens
        self._check_room(prompt.prompt_tokens)
        count, memory = self._beginnings.of(outlet.messages, prompt.input_ids)
        memory, logits = read(self._weights, prompt.input_ids[count:], memory)
        row = _Row(
            outlet, Decoder(self._weights.tokenizer, outlet), prompt.prompt_tokens, self._choose(logits[None])[0]
        )
        if self._is_ended(row):
            return
        self._memory = memory if self._memory is None else joined(self._memory, memory)
        self._rows.append(row)

    def _check_room(self, prompt_tokens: int) -> None:
        room = getattr(self._weights.model.config, "max_position_embeddings", None)
        if room is not None and prompt_tokens + self._max_tokens > room:
            raise ValueError(f"the prompt has {prompt_tokens} tokens and the model takes {room}, the reply included")

    def _step(self) -> None:
        import torch

        lengths = [row.length for row in self._rows]
        width = max(lengths) + 1
        is_padded = min(lengths) < max(lengths)
        device = self._weights.device
        begins = torch.tensor([[width - 1 - length] for length in lengths], device=device)  # (rows, 1)
        output = self._weights.model(
            input_ids=torch.tensor([[row.token] for row in self._rows], device=device),  # (rows, 1)
            attention_mask=(torch.arange(width, device=device) >= begins).long()
            if is_padded
            else None,  # (rows, width)
            position_ids=torch.tensor([[length] for length in lengths], device=device),  # (rows, 1)
            past_key_values=self._memory,
            use_cache=True,
        )
        for row, token in zip(self._rows, self._choose(output.logits[:, -1]), strict=True):
            row.length, row.token = row.length + 1, token
        self._keep([place for place, row in enumerate(self._rows) if not self._is_ended(row)])

    def _is_ended(self, row: _Row) -> bool:
        """Say the token that was chosen; whether the draft ends with it."""
        if row.token in self._weights.end_ids:
            row.text.flush()
            row.outlet.finish()
            return True
        row.outlet.tokens += 1
        row.text.feed(row.token)
        if row.outlet.tokens < self._max_tokens:
            return False
        row.text.flush()
        told = f"the draft reached {self._max_tokens} tokens before its end; raise max_tokens or ask for less"
        row.outlet.finish(Overrun(told))
        return True

    @staticmethod
    def _has_left(row: _Row) -> bool:
        """Whether nobody reads the draft any more."""
        if row.outlet.stop.is_set():
            row.outlet.finish()
        return row.outlet.stop.is_set()

    def _keep(self, places: list[int]) -> None:
        if len(places) == len(self._rows):
            return
        self._rows = [self._rows[place] for place in places]
        self._memory = kept(self._memory, places, max(row.length for row in self._rows)) if places else None

    def _choose(self, logits: Any) -> list[int]:
        """Pick the next tokens from logits, (rows, vocabulary)."""
        import torch

        if self._temperature <= 0:
            chosen: list[int] = logits.argmax(dim=-1).tolist()
            return chosen
        chances = torch.softmax(logits.float() / self._temperature, dim=-1)  # (rows, vocabulary)
        drawn: list[int] = torch.multinomial(chances, 1)[:, 0].tolist()
        return drawn


def _failed(error: Exception) -> Interrupted:
    end = Interrupted(f"the local model failed: {error}")
    end.__cause__ = error
    return end
