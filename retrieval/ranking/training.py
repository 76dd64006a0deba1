"""Tunes the embedded encoder to bring a customer's question to the sentence that answers it.

    python -m retrieval.ranking.training             tunes on all shops and writes retrieval/embedders/tuned.safetensors
    python -m retrieval.ranking.training --check     tunes on four fifths of the shops and measures on the others, five times

The shops under ``shops`` are invented; none is a shop that ships with the program.
"""

import argparse
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from rich.progress import track
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from retrieval.embedders.use import TUNED_FILE
from retrieval.ranking.shops import Ask, InventedShop, read_shops
from retrieval.ranking.torch_network import TunableUse

EPOCHS = 5
RATE = 4e-4
SETTLED = 0.3
"""Share of the steps after which the layers' mean is kept: it finds more on shops left out than the layers of the last step."""
TOGETHER = 40
"""Questions of one shop in a step: all its sentences stand against each other."""
SHARPNESS = 10.0
"""Start of the two scales that turn cosines into scores; they are learned too."""
POLICY_SHARE = 0.5
"""How much the right policy counts beside the right sentence."""
KEEP = 1e-3
"""How strongly the layers are held to the published ones."""
DROPPED = 0.08
"""Share of a question's characters left out, as customers do."""
FOLDS = 5


@dataclass(frozen=True)
class Found:
    """How often the encoder alone finds what answers; shares 0..1, higher is better."""

    questions: int
    sentence: float
    """The best sentence of the whole shop answers."""
    policy: float
    """The best sentence stands in the right policy."""
    inside: float
    """Of the right policy, the best sentence answers."""

    def __str__(self) -> str:
        return (
            f"n={self.questions}  sentence {self.sentence:.3f}  policy {self.policy:.3f}  "
            f"sentence of the right policy {self.inside:.3f}"
        )


class Tuning(nn.Module):
    """The encoder with the two scales of its cosines: of a sentence behind its title, and alone."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = TunableUse()
        self.sharpness = nn.Parameter(torch.full((2,), SHARPNESS))

    def scores(self, shop: InventedShop, texts: Sequence[str], before: Sequence[str]) -> Tensor:
        """Score every sentence of a shop for each question: float [questions, sentences]."""
        count = len(shop.sentences)
        rows = self.encoder.encode([*shop.placed, *shop.sentences])  # [2 * sentences, 512]
        asked = self.encoder.encode_questions(texts, before)  # [questions, 512]
        return self.sharpness[0] * (asked @ rows[:count].T) + self.sharpness[1] * (asked @ rows[count:].T)


def loss_of(scores: Tensor, shop: InventedShop, asks: Sequence[Ask]) -> Tensor:
    """How unlikely the right sentences and the right policies are: a scalar.

    Args:
        scores: [questions, sentences].
        shop: the sentences' shop.
        asks: the questions.
    """
    right = torch.zeros_like(scores, dtype=torch.bool)  # [questions, sentences]
    open_ = torch.zeros_like(right)  # [questions, sentences]
    for row, ask in enumerate(asks):
        right[row, list(ask.best)] = True
        open_[row, list(ask.also)] = True
    same = torch.tensor(shop.policy_of)[None, :] == torch.tensor([ask.policy for ask in asks])[:, None]
    sentence = _unlikely(scores.masked_fill(open_ & ~right, -math.inf), right)
    return sentence + POLICY_SHARE * _unlikely(scores, same)


def _unlikely(scores: Tensor, right: Tensor) -> Tensor:
    chosen = torch.logsumexp(scores.masked_fill(~right, -math.inf), dim=1)  # [questions]
    return (torch.logsumexp(scores, dim=1) - chosen).mean()


def tune(shops: Sequence[InventedShop], epochs: int = EPOCHS, seed: int = 0) -> Tuning:
    """Tune the encoder.

    Args:
        shops: what to tune on.
        epochs: passes over all questions.
        seed: of the order and of the characters left out.
    """
    torch.manual_seed(seed)
    chance = random.Random(seed)
    tuning = Tuning()
    published = {name: rows.detach().clone() for name, rows in tuning.encoder.layers.items()}
    groups = [{"params": list(tuning.encoder.parameters()), "lr": RATE}, {"params": [tuning.sharpness], "lr": 0.05}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.0)
    steps = [step for _ in range(epochs) for step in _steps(shops, chance)]
    decay = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: min(1.0, (done + 1) / 20) * max(0.05, 1 - done / len(steps))
    )
    mean = AveragedModel(tuning)
    for done, (shop, asks) in enumerate(track(steps, "Tuning")):
        texts = [_dropped(ask.text, chance) for ask in asks]
        moved = sum(((rows - published[name]) ** 2).sum() for name, rows in tuning.encoder.layers.items())
        loss = loss_of(tuning.scores(shop, texts, [ask.before for ask in asks]), shop, asks) + KEEP * moved
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(tuning.parameters(), 1.0)
        optimizer.step()
        decay.step()
        if done >= SETTLED * len(steps):
            mean.update_parameters(tuning)
    tuning.load_state_dict(mean.module.state_dict())
    return tuning


def _steps(shops: Sequence[InventedShop], chance: random.Random) -> Iterator[tuple[InventedShop, list[Ask]]]:
    """One pass: groups of questions, each of one shop, in a new order."""
    steps: list[tuple[InventedShop, list[Ask]]] = []
    for shop in shops:
        asks = chance.sample(shop.asks, len(shop.asks))
        steps += [(shop, asks[start : start + TOGETHER]) for start in range(0, len(asks), TOGETHER)]
    chance.shuffle(steps)
    yield from steps


def _dropped(text: str, chance: random.Random) -> str:
    return "".join(char for char in text if chance.random() > DROPPED) or text


def measure(tuning: Tuning, shops: Sequence[InventedShop], leaning: bool | None = None) -> Found:
    """Count what the encoder alone finds.

    Args:
        tuning: the encoder.
        shops: shops it was not tuned on.
        leaning: only questions with a message before (True) or without (False); None: all.
    """
    verdicts: list[tuple[bool, bool, bool]] = []
    for shop in shops:
        asks = [ask for ask in shop.asks if leaning is None or bool(ask.before) == leaning]
        with torch.no_grad():
            scores = tuning.scores(shop, [ask.text for ask in asks], [ask.before for ask in asks]).numpy()
        policies = np.array(shop.policy_of)
        for ask, row in zip(asks, scores, strict=True):
            top = int(row.argmax())
            own = np.flatnonzero(policies == ask.policy)
            right = set(ask.best) | set(ask.also)
            verdicts.append((top in right, policies[top] == ask.policy, int(own[row[own].argmax()]) in right))
    shares = np.array(verdicts, dtype=float).mean(axis=0)
    return Found(len(verdicts), *(float(share) for share in shares))


def check(shops: Sequence[InventedShop]) -> None:
    """Print what tuning gains on shops left out of it."""
    for fold in range(FOLDS):
        held = shops[fold::FOLDS]
        published = Tuning()
        tuning = tune([shop for shop in shops if shop not in held])
        for name, leaning in (("alone", False), ("after another message", True)):
            print(f"{fold + 1}/{FOLDS} {name}: published {measure(published, held, leaning)}")
            print(f"{fold + 1}/{FOLDS} {name}: tuned     {measure(tuning, held, leaning)}")


def main() -> None:
    """Tune and write, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    shops = read_shops()
    if args.check:
        check(shops)
        return
    from safetensors.torch import save_file

    layers = tune(shops).encoder.layers
    save_file({name: rows.detach().half().contiguous() for name, rows in layers.items()}, TUNED_FILE)
    print(f"{sum(len(shop.asks) for shop in shops)} questions of {len(shops)} shops: {TUNED_FILE}")


if __name__ == "__main__":
    main()
