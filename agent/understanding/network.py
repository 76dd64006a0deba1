"""The network that is trained for the classifier. Only training imports this: it needs torch."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.understanding.classifier import LABELS, Layers, Rows, known_places
from agent.understanding.features import character_grams, mask_numbers

HIDDEN = 128
"""Source: five folds gave .830 to .838 for 96 to 256 hidden units, .813 without a hidden layer."""
ROUNDS = 10
SCALE = 3.0
"""Length given to the sentence vector and to the characters. Source: five-fold search over 2 to 5."""
LEAST_TEXTS = 2
"""A gram is known when at least so many training texts hold it."""
_BATCH = 128
_RATE = 4e-3


def known_grams(texts: Sequence[str]) -> tuple[str, ...]:
    """The grams that several training texts hold, sorted."""
    counts = Counter(gram for text in texts for gram in character_grams(mask_numbers(text)))
    return tuple(sorted(gram for gram, count in counts.items() if count >= LEAST_TEXTS))


def fit_layers(
    texts: Sequence[str], meaning: Rows, labels: NDArray[np.int64], grams: tuple[str, ...], seed: int
) -> Layers:
    """Train the layers.

    Args:
        texts: n folded texts.
        meaning: [n, d], their sentence vectors.
        labels: [n], places in ``LABELS``.
        grams: the known grams.
        seed: of every random choice; equal seeds on one machine give equal layers.

    Returns:
        Layers for inference, the scales multiplied in.
    """
    import torch
    from torch import nn

    torch.manual_seed(seed)
    width = meaning.shape[1]
    rows = torch.from_numpy(np.hstack([meaning * SCALE, _characters(texts, grams) * SCALE]))  # [n, d + g]
    wanted = torch.from_numpy(labels)  # [n]
    first, last = nn.Linear(rows.shape[1], HIDDEN), nn.Linear(HIDDEN, len(LABELS))
    net = nn.Sequential(nn.Dropout(0.2), first, nn.ReLU(), nn.Dropout(0.5), last)
    optimiser = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=1e-4)
    steps = ROUNDS * -(-len(labels) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    for _ in range(ROUNDS):
        for chosen in torch.split(torch.randperm(len(labels)), _BATCH):
            optimiser.zero_grad()
            loss_of(net(rows[chosen]), wanted[chosen]).backward()
            optimiser.step()
            schedule.step()
    matrix = np.asarray(first.weight.detach().numpy().T * SCALE, dtype=np.float32)  # [d + g, h]
    biases = first.bias.detach().numpy(), last.bias.detach().numpy()
    output = np.ascontiguousarray(last.weight.detach().numpy().T)  # [h, labels]
    return Layers(matrix[:width].copy(), matrix[width:].copy(), biases[0], output, biases[1])


def _characters(texts: Sequence[str], grams: tuple[str, ...]) -> Rows:
    """One row a text, 1 / root of the number of its known grams at each of them: [n, g]."""
    places = {gram: place for place, gram in enumerate(grams)}
    rows = np.zeros((len(texts), len(grams)), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        known = known_places(mask_numbers(text), places)
        if len(known):
            row[known] = 1 / np.sqrt(len(known))
    return rows
