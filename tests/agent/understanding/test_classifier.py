from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.understanding.classifier import LABELS, SHIPPED_WEIGHTS, IntentClassifier, Weights
from agent.understanding.corpus import hash_corpus, read_sets, read_utterances, to_classify
from agent.understanding.errors import UtteranceError, WeightsError
from agent.understanding.intents import DISPLAY_NAMES, INTENTS

HELD_OUT = [
    tuple(line.split("\t"))
    for line in Path(__file__).with_name("held_out.tsv").read_text(encoding="utf-8").splitlines()
]


def test_that_the_shipped_weights_belong_to_the_shipped_utterances(embedder):
    weights = Weights.load()
    assert (weights.data_hash, weights.embedder_identity) == (hash_corpus(), embedder.identity)


def test_that_the_weights_stay_small():
    assert SHIPPED_WEIGHTS.stat().st_size < 4_000_000


def test_that_unseen_messages_of_many_trades_are_classified(embedder):
    seen = {entry.text for entry in read_utterances()}
    unseen = [(intent, to_classify(text)) for intent, text in HELD_OUT if to_classify(text) not in seen]
    rows = IntentClassifier(embedder, Weights.load()).classify([text for _, text in unseen])
    right = [LABELS[int(row.argmax())] == intent for row, (intent, _) in zip(rows, unseen, strict=True)]
    assert len(right) > 150 and sum(right) / len(right) >= 0.9


def test_that_probabilities_sum_to_one(embedder):
    rows = IntentClassifier(embedder, Weights.load()).classify(["包邮吗", "asdf", ""])
    assert np.allclose(rows.sum(axis=1), 1, atol=1e-5)


def test_that_every_intent_has_utterances_and_a_name():
    labels = {entry.label for entry in read_utterances()}
    assert labels == set(range(len(LABELS))) and set(DISPLAY_NAMES) == set(INTENTS)


def test_that_messages_of_several_intents_use_known_intents():
    assert all(entry.intents <= set(INTENTS) for entry in read_sets())


def test_that_weights_survive_a_file(tmp_path):
    weights = Weights.load()
    weights.save(tmp_path / "w.npz")
    again = Weights.load(tmp_path / "w.npz")
    assert np.array_equal(again.layers.output, weights.layers.output) and again.thresholds == weights.thresholds


def test_that_a_damaged_weight_file_is_told(tmp_path):
    broken = tmp_path / "w.npz"
    broken.write_bytes(SHIPPED_WEIGHTS.read_bytes()[:5000])
    with pytest.raises(WeightsError, match=r"agent\.understanding\.training"):
        Weights.load(broken)


def test_that_weights_of_other_shapes_are_refused(tmp_path):
    weights = Weights.load()
    replace(weights, grams=weights.grams[:-1]).save(tmp_path / "w.npz")
    with pytest.raises(WeightsError, match="shapes"):
        Weights.load(tmp_path / "w.npz")


def test_that_a_missing_utterance_file_is_named(tmp_path):
    with pytest.raises(UtteranceError, match=r"product_info\.txt"):
        read_utterances(tmp_path)
