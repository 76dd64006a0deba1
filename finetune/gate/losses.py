"""Losses: how surprised a model is by held-out answers, and by text that it was never tuned on."""

from collections.abc import Sequence

from agent.generator.weights import Weights
from agent.prompt import IGNORED
from finetune.data.encode import EncodedRow
from finetune.gate.share import Share, ratio_of


def measure_loss(weights: Weights, rows: Sequence[EncodedRow]) -> Share:
    """Mean loss a token over the answers of rows, and how many tokens those are.

    Args:
        weights: a model, with or without an adapter.
        rows: held out.
    """
    return ratio_of([(_loss(weights, row.encoded.input_ids, row.encoded.labels), row.learned) for row in rows])


def measure_forgetting(weights: Weights, texts: Sequence[str]) -> Share:
    """Mean loss a token over plain texts, their first tokens left out.

    Args:
        weights: a model, with or without an adapter.
        texts: general Chinese.
    """
    encoded = [weights.tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]
    return ratio_of([(_loss(weights, ids, ids), len(ids) - 1) for ids in encoded if len(ids) > 1])


def _loss(weights: Weights, ids: Sequence[int], labels: Sequence[int]) -> float:
    """Sum of the losses of the tokens that are learned."""
    import torch

    with torch.inference_mode():
        inputs = torch.tensor([list(ids)], device=weights.device)  # (1, tokens)
        wanted = torch.tensor(list(labels[1:]), device=weights.device)  # (tokens - 1,)
        logits = weights.model(input_ids=inputs).logits[0, :-1].float()  # (tokens - 1, vocabulary)
        return float(torch.nn.functional.cross_entropy(logits, wanted, ignore_index=IGNORED, reduction="sum"))
