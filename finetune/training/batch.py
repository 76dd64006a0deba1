"""A batch: rows of different lengths as tensors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.prompt import IGNORED
from finetune.data.encode import EncodedRow


@dataclass(frozen=True)
class Collator:
    """Joins rows to a batch, padded on the right to the longest."""

    padding: int
    """Any token's id: what is padded is neither attended to nor learned."""

    def __call__(self, rows: Sequence[EncodedRow]) -> Mapping[str, Any]:
        """Join rows.

        Returns:
            ``input_ids``, ``attention_mask`` and ``labels``, each (rows, longest).
        """
        import torch

        longest = max(row.tokens for row in rows)

        def pad(values: Sequence[int], filler: int) -> list[int]:
            return [*values, *[filler] * (longest - len(values))]

        encoded = [row.encoded for row in rows]
        return {
            "input_ids": torch.tensor([pad(row.input_ids, self.padding) for row in encoded]),  # (rows, longest)
            "attention_mask": torch.tensor([pad([1] * len(row.input_ids), 0) for row in encoded]),  # (rows, longest)
            "labels": torch.tensor([pad(row.labels, IGNORED) for row in encoded]),  # (rows, longest)
        }


def padding_of(tokenizer: Any) -> int:
    """The id that a batch is filled up with."""
    return next((id_ for id_ in (tokenizer.pad_token_id, tokenizer.eos_token_id) if id_ is not None), 0)
