"""How well and how fast messages are understood: ``python -m benchmarks.understanding``.

Quality is measured on messages that the judging model has not seen: five folds of the shipped utterances, the shipped messages of
several intents, and the small held-out list of the tests. Takes about two minutes.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: one core, as the figures are quoted

import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.understanding.classifier import LABELS, Thresholds, Weights, softmax
from agent.understanding.corpus import UTTERANCES, read_sets, read_utterances
from agent.understanding.features import mask_numbers
from agent.understanding.intents import INTENTS
from agent.understanding.training import HeldOut, Judged, hold_out, judge_unseen
from agent.understanding.understand import DialogueContext, Understander
from retrieval.embedders.use import UseEmbedder

HELD_OUT = Path(__file__).parents[1] / "tests" / "agent" / "understanding" / "held_out.tsv"


def macro_f1(given: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    """Mean over the intents of the harmonic mean of precision and recall, 0 to 1, higher is better."""
    scores = []
    for label in range(len(INTENTS)):
        hits = int(((given == label) & (right == label)).sum())
        scores.append(2 * hits / max(int((given == label).sum() + (right == label).sum()), 1))
    return float(np.mean(scores))


def calibration_error(sure: NDArray[np.float32], is_right: NDArray[np.bool_]) -> float:
    """Mean distance between stated probability and share of right answers over ten bins, lower is better."""
    bins = np.minimum((sure * 10).astype(int), 9)
    shares = [
        (bins == place).mean() * abs(sure[bins == place].mean() - is_right[bins == place].mean()) for place in set(bins)
    ]
    return float(sum(shares))


def singles(held_out: HeldOut, thresholds: Thresholds) -> dict[str, float]:
    """Figures on single utterances, statements left out."""
    rows = held_out.labels < len(INTENTS)
    given = softmax(held_out.logits[rows] / thresholds.temperature)[:, : len(INTENTS)]
    right = held_out.labels[rows]
    best, sure = given.argmax(axis=1), given.max(axis=1)
    kept = sure >= thresholds.abstain
    second = np.argsort(-given, axis=1)[:, :2]
    return {
        "messages": float(rows.sum()),
        "accuracy": float((best == right).mean()),
        "accuracy_best_two": float((second == right[:, None]).any(axis=1).mean()),
        "macro_f1": macro_f1(best, right),
        "share_not_abstained": float(kept.mean()),
        "accuracy_not_abstained": float((best == right)[kept].mean()),
        "calibration_error": calibration_error(sure, best == right),
    }


def settled(judged: Sequence[Judged], thresholds: Thresholds) -> float:
    """Share of messages whose set of intents is found exactly."""
    return float(np.mean([entry.is_settled_right(thresholds) for entry in judged]))


def whole(understander: Understander) -> dict[str, float]:
    """Accuracy of the shipped understander on the held-out list, and its time a message."""
    pairs = [line.split("\t") for line in HELD_OUT.read_text(encoding="utf-8").splitlines() if line]
    understander.understand("你好")
    right, times = 0, []
    for intent, text in pairs:
        started = time.perf_counter()
        found = understander.understand(text)
        times.append((time.perf_counter() - started) * 1000)
        right += intent in [score.intent for score in found.intents]
    return {
        "messages": float(len(pairs)),
        "accuracy": right / len(pairs),
        "median_ms": statistics.median(times),
        "p95_ms": statistics.quantiles(times, n=20)[-1],
    }


def follow_ups(understander: Understander) -> dict[str, float]:
    """Accuracy on the shipped follow-ups, which are never trained on, alone and with the message before."""
    path = UTTERANCES / "follow_ups.jsonl"
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    alone: list[bool] = []
    leaning: list[bool] = []
    for entry in entries:
        context = DialogueContext(previous_texts=(entry["before"],), last_intents=tuple(entry["before_intents"]))
        for hits, given in ((alone, None), (leaning, context)):
            scores = understander.understand(entry["text"], given).intents
            hits.append([score.intent for score in scores] == entry["intents"])
    return {"messages": float(len(entries)), "exact_alone": float(np.mean(alone)), "exact": float(np.mean(leaning))}


def main() -> None:
    """Measure and print the figures as JSON."""
    embedder, thresholds = UseEmbedder(), Weights.load().thresholds
    understander = Understander(embedder)
    utterances = read_utterances()
    texts = [entry.text for entry in utterances]
    labels = np.array([entry.label for entry in utterances], dtype=np.int64)
    held_out = hold_out(texts, embedder.embed([mask_numbers(text) for text in texts]), labels)
    several, single = judge_unseen(utterances, read_sets(), held_out, embedder, thresholds.temperature)
    figures = {
        "labels": len(LABELS),
        "five_folds": singles(held_out, thresholds),
        "several_intents": {"messages": len(several), "exact_sets": settled(several, thresholds)},
        "one_intent_in_several_clauses": {"messages": len(single), "exact_sets": settled(single, thresholds)},
        "follow_ups": follow_ups(understander),
        "held_out_list": whole(understander),
    }
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2, default=float) + "\n")


if __name__ == "__main__":
    main()
