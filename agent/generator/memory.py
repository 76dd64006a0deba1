"""The memory of a model: keys and values of what it has read, of one prompt or of several drafts side by side.

Tensors are (rows, heads, width, head size). Rows end at the right: a shorter one has room at its left, which the mask leaves out.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from agent.generator.weights import Weights
from agent.prompt import encode

_PROBES = ("问", "a")
"""Two customers' words that share no beginning: what their prompts share is the shop's."""
_LEAST = 16
"""A shared beginning of fewer tokens is not worth keeping."""


def read(weights: Weights, ids: Sequence[int], before: Any = None) -> tuple[Any, Any]:
    """Let the model read tokens of one prompt.

    Args:
        weights: of the model.
        ids: the tokens, at least one.
        before: its memory of what stands before them; None: nothing does.

    Returns:
        The memory of all, one row, and the logits after the last token, (vocabulary,).
    """
    import torch

    output = weights.model(
        input_ids=torch.tensor([list(ids)], device=weights.device),  # (1, tokens)
        past_key_values=before,
        use_cache=True,
        logits_to_keep=1,
    )
    return output.past_key_values, output.logits[0, -1]


def joined(one: Any, other: Any) -> Any:
    """Put the rows of two memories side by side, ending together."""
    import torch
    from transformers import DynamicCache

    width = max(one.get_seq_length(), other.get_seq_length())
    return DynamicCache(
        [
            tuple(torch.cat([_widened(part, width) for part in parts]) for parts in zip(*pairs, strict=True))
            for pairs in zip(_layers(one), _layers(other), strict=True)
        ]
    )


def kept(memory: Any, rows: Sequence[int], width: int) -> Any:
    """A memory of some rows alone, cut to what the longest of them needs.

    Args:
        memory: of more rows.
        rows: their places.
        width: tokens of the longest.
    """
    import torch
    from transformers import DynamicCache

    chosen = torch.tensor(list(rows), device=memory.layers[0].keys.device)
    return DynamicCache(
        [tuple(part.index_select(0, chosen)[:, :, -width:] for part in parts) for parts in _layers(memory)]
    )


def _layers(memory: Any) -> list[tuple[Any, Any]]:
    return [(layer.keys, layer.values) for layer in memory.layers]


def _widened(part: Any, width: int) -> Any:
    """Room at the left up to a width, (rows, heads, width, head size)."""
    import torch

    return torch.nn.functional.pad(part, (0, 0, width - part.shape[2], 0))


class Beginnings:
    """The model's memory of system messages: each shop's is read once, and not again with every turn.

    Args:
        weights: of the model.
        most: so many are kept, the latest used; 0: none.
    """

    def __init__(self, weights: Weights, most: int) -> None:
        self._weights = weights
        self._most = most
        self._known: OrderedDict[str, tuple[tuple[int, ...], Any]] = OrderedDict()

    def of(self, messages: Sequence[dict[str, str]], ids: tuple[int, ...]) -> tuple[int, Any]:
        """The memory of how a prompt begins.

        Args:
            messages: the prompt.
            ids: its tokens.

        Returns:
            How many of the tokens it holds, and the memory; 0 and None where there is none.
        """
        if not self._most or not messages or messages[0]["role"] != "system":
            return 0, None
        shared, memory = self._recall(messages[0])
        if memory is None or len(shared) >= len(ids) or ids[: len(shared)] != shared:
            return 0, None
        from transformers import DynamicCache

        return len(shared), DynamicCache(_layers(memory))

    def _recall(self, system: dict[str, str]) -> tuple[tuple[int, ...], Any]:
        known = self._known.get(system["content"])
        if known is None:
            shared = self._shared(system)
            memory = read(self._weights, shared)[0] if len(shared) >= _LEAST else None
            known = self._known[system["content"]] = (shared, memory)
        self._known.move_to_end(system["content"])
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return known

    def _shared(self, system: dict[str, str]) -> tuple[int, ...]:
        """The tokens with which each conversation under a system message begins."""
        one, other = (
            encode(self._weights.tokenizer, [system, {"role": "user", "content": said}]).input_ids for said in _PROBES
        )
        places = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
        return one[: next(places, min(len(one), len(other)))]
