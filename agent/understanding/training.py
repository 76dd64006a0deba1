"""Training of the intent classifier: ``python -m agent.understanding.training``.

A small network over the shipped utterances. The temperature and all cuts are chosen on predictions for messages that the
predicting model has not seen: five folds of the single utterances, and the messages of several intents, which are never trained on.
"""

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from agent.understanding.classifier import (
    LABELS,
    SHIPPED_WEIGHTS,
    IntentClassifier,
    Rows,
    Thresholds,
    Weights,
    known_places,
    softmax,
)
from agent.understanding.clauses import Clause, decide, split_clauses, worth_judging
from agent.understanding.corpus import Labelled, LabelledSet, hash_corpus, read_sets, read_utterances
from agent.understanding.features import mask_numbers
from agent.understanding.intents import INTENTS, PLEASANTRIES, Intent
from agent.understanding.network import fit_layers, known_grams
from retrieval.embedders.port import Embedder
from retrieval.embedders.use import UseEmbedder

FOLDS = 5
RIGHT_KEPT = 0.97
"""Share of right predictions that the abstain cut must let pass."""
SEED = 20260101

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class HeldOut:
    """What models said of messages they had not seen."""

    logits: NDArray[np.float32]
    """[n, labels] for the n single utterances and statements."""
    labels: Labels
    """[n], the right answers."""
    models: tuple[Weights, ...]
    """The model of each fold, temperature 1."""
    folds: tuple[Labels, ...]
    """The rows each model did not see."""


def split_folds(labels: Labels, folds: int = FOLDS) -> tuple[Labels, ...]:
    """Deal the rows of every label evenly into folds.

    Args:
        labels: [n].
        folds: how many.

    Returns:
        For each fold its rows, in ascending order; together every row once.
    """
    rng = random.Random(SEED)
    hands: list[list[int]] = [[] for _ in range(folds)]
    for label in sorted(set(labels.tolist())):
        rows = np.flatnonzero(labels == label).tolist()
        rng.shuffle(rows)
        for place, row in enumerate(rows):
            hands[place % folds].append(row)
    return tuple(np.array(sorted(hand), dtype=np.int64) for hand in hands)


def fit(
    texts: Sequence[str], meaning: Rows, labels: Labels, data_hash: str = "", embedder_identity: str = ""
) -> Weights:
    """Fit one model.

    Args:
        texts: n folded texts.
        meaning: [n, d], their sentence vectors.
        labels: [n], every place of ``LABELS`` at least once.
        data_hash: what to record as the training data.
        embedder_identity: what to record as the encoder.

    Returns:
        Weights with temperature 1 and cuts of 0, to be replaced by chosen ones.
    """
    grams = known_grams(texts)
    layers = fit_layers(texts, meaning, labels, grams, SEED)
    return Weights(layers, grams, Thresholds(1.0, 0.0, 0.0, 0.0), data_hash, embedder_identity)


def hold_out(texts: Sequence[str], meaning: Rows, labels: Labels) -> HeldOut:
    """Train one model a fold and let it judge the rows it did not see."""
    folds = split_folds(labels)
    logits = np.zeros((len(labels), len(LABELS)), dtype=np.float32)  # [n, labels]
    models = []
    for rows in folds:
        seen = np.setdiff1d(np.arange(len(labels)), rows)
        model = fit([texts[row] for row in seen.tolist()], meaning[seen], labels[seen])
        places = [known_places(mask_numbers(texts[row]), model.gram_places) for row in rows.tolist()]
        logits[rows] = model.layers.logits(meaning[rows], places)
        models.append(model)
    return HeldOut(logits, labels, tuple(models), folds)


def choose_temperature(held_out: HeldOut) -> float:
    """The temperature under which the held-out answers are likeliest, from 0.3 to 2."""
    rows = np.arange(len(held_out.labels))

    def surprise(temperature: float) -> float:
        given = softmax(held_out.logits / temperature)[rows, held_out.labels]  # [n]
        return float(-np.log(np.maximum(given, 1e-9)).mean())

    return float(min(np.arange(0.3, 2.0, 0.05), key=surprise))


def choose_abstain(held_out: HeldOut, temperature: float) -> float:
    """The highest cut that still lets ``RIGHT_KEPT`` of the right held-out answers pass."""
    given = softmax(held_out.logits / temperature)  # [n, labels]
    right = given.argmax(axis=1) == held_out.labels  # [n]
    return float(np.quantile(given.max(axis=1)[right], 1 - RIGHT_KEPT))


def wanted_intents(intents: frozenset[Intent]) -> frozenset[Intent]:
    """The intents a reply has to answer: pleasantries count only where there is nothing else."""
    return (intents - PLEASANTRIES) or intents


@dataclass(frozen=True)
class Judged:
    """A message with what held-out models said of its clauses and of the whole."""

    text: str
    clauses: tuple[Clause, ...]
    rows: Rows
    """[clauses, labels]."""
    whole: Rows
    """[labels]."""
    intents: frozenset[Intent]

    def is_settled_right(self, thresholds: Thresholds) -> bool:
        """Whether the clause decision finds exactly the wanted intents."""
        found = decide(self.clauses, tuple(self.rows), self.whole, self.text, thresholds)
        return frozenset(entry.intent for entry in found) == wanted_intents(self.intents)


def judge(messages: Sequence[LabelledSet], classifier: IntentClassifier) -> tuple[Judged, ...]:
    """Let a classifier judge the clauses of each message, and each message as a whole."""
    judged = []
    for message in messages:
        clauses = worth_judging(split_clauses(message.text))
        rows = classifier.classify([*(clause.text for clause in clauses), message.text])  # [clauses + 1, labels]
        judged.append(Judged(message.text, clauses, rows[:-1], rows[-1], message.intents))
    return tuple(judged)


def judge_unseen(
    utterances: Sequence[Labelled],
    sets: Sequence[LabelledSet],
    held_out: HeldOut,
    embedder: Embedder,
    temperature: float,
) -> tuple[tuple[Judged, ...], tuple[Judged, ...]]:
    """Judge messages by models that have not seen them: several intents, and single intents in several clauses."""
    several: list[Judged] = []
    single: list[Judged] = []
    for place, (model, rows) in enumerate(zip(held_out.models, held_out.folds, strict=True)):
        warm = replace(model, thresholds=replace(model.thresholds, temperature=temperature))
        classifier = IntentClassifier(embedder, warm)
        several.extend(judge(sets[place :: len(held_out.models)], classifier))
        own = [utterances[row] for row in rows.tolist() if utterances[row].label < len(INTENTS)]
        in_clauses = [entry for entry in own if len(split_clauses(entry.text)) > 1]
        single.extend(judge([LabelledSet(e.text, frozenset({INTENTS[e.label]})) for e in in_clauses], classifier))
    return tuple(several), tuple(single)


def choose_cuts(several: Sequence[Judged], single: Sequence[Judged], start: Thresholds) -> Thresholds:
    """The clause and whole-message cuts that settle most messages right, both kinds counting the same."""

    def settled(cuts: tuple[float, float]) -> float:
        trial = replace(start, clause=cuts[0], whole=cuts[1])
        return sum(float(np.mean([entry.is_settled_right(trial) for entry in kind])) for kind in (several, single))

    clause, whole = max(product(np.arange(0.3, 0.95, 0.05), np.arange(0.3, 1.01, 0.1)), key=settled)
    return replace(start, clause=round(float(clause), 2), whole=round(float(whole), 2))


def train(embedder: Embedder) -> Weights:
    """Train on the shipped utterances and choose temperature and cuts on held-out ones; takes about a minute.

    Args:
        embedder: the encoder that the classifier will be used with.

    Returns:
        The weights to ship.
    """
    utterances, sets = read_utterances(), read_sets()
    texts = [entry.text for entry in utterances]
    meaning = embedder.embed([mask_numbers(text) for text in texts])  # [n, d]
    labels = np.array([entry.label for entry in utterances], dtype=np.int64)  # [n]
    held_out = hold_out(texts, meaning, labels)
    temperature = choose_temperature(held_out)
    start = Thresholds(temperature, choose_abstain(held_out, temperature), 0.0, 0.0)
    several, single = judge_unseen(utterances, sets, held_out, embedder, temperature)
    final = fit(texts, meaning, labels, hash_corpus(), embedder.identity)
    return replace(final, thresholds=choose_cuts(several, single, start))


def main() -> None:
    """Train and write the shipped weights."""
    weights = train(UseEmbedder())
    weights.save(SHIPPED_WEIGHTS)
    sys.stdout.write(f"{SHIPPED_WEIGHTS.name}: {weights.thresholds}\n")


if __name__ == "__main__":
    main()
