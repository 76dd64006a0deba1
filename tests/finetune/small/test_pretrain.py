"""Pre-training: a model that serving loads, and one that goes on where it was stopped."""

import json
from dataclasses import replace

import pytest

from agent.generator.weights import load_weights
from finetune.errors import RunError
from finetune.small import pretrain as training
from finetune.small.checkpoint import Progress, load_checkpoint, save_checkpoint
from finetune.small.pretrain import Order, pretrain
from finetune.small.shape import Shape

_SMALL = Shape(vocabulary=1200, hidden=16, layers=1, inner=16, heads=2, key_heads=1)


@pytest.fixture
def order(tmp_path, plain_rows):
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in plain_rows)
    (tmp_path / "corpus.jsonl").write_text(lines, encoding="utf-8")
    return Order(tmp_path, minutes=0.01, batch=2, shape=_SMALL)


def test_that_a_trained_model_can_be_served(order):
    progress = pretrain(order)
    weights = load_weights(order.base, None, "cpu")
    assert progress.step > 0 and weights.model.config.hidden_size == 16
    assert not order.checkpoint.exists()


def test_that_a_model_goes_on_with_its_own_tokens_and_reads_plain_text_beside_rows(order, tmp_path):
    pretrain(order)
    text = tmp_path / "text.txt"
    text.write_text("窗台上的水仙开得正好。\n", encoding="utf-8")
    more = replace(order, out=tmp_path / "more", start=order.base, texts=(text,), minutes=0.02)
    more.out.mkdir()
    order.corpus.rename(more.corpus)
    progress = pretrain(more)
    assert progress.step > 0
    assert (more.base / "tokenizer.json").read_bytes() == (order.base / "tokenizer.json").read_bytes()
    assert load_weights(more.base, None, "cpu").model.config.hidden_size == 16


def test_that_an_unfinished_training_is_not_overwritten(order):
    order.checkpoint.write_bytes(b"")
    with pytest.raises(RunError, match="--resume"):
        pretrain(order)


def test_that_a_stopped_training_goes_on_with_its_numbers(tmp_path, tokens):
    import torch

    path, model = tmp_path / "checkpoint.pt", _SMALL.build(tokens, 3)
    save_checkpoint(path, model, torch.optim.AdamW(model.parameters()), Progress(step=9, tokens=900, spent_s=3.5))
    other = _SMALL.build(tokens, 4)
    progress = load_checkpoint(path, other, torch.optim.AdamW(other.parameters()), "cpu")
    assert (progress.step, progress.spent_s) == (9, 3.5)
    assert torch.equal(other.lm_head.weight, model.lm_head.weight)


def test_that_the_rate_rises_and_falls_to_nothing():
    shares = [training._share_of_rate(done) for done in (0.0, 0.03, 0.5, 1.0)]
    assert shares[0] < 0.1 and shares[1] == pytest.approx(1) and 0.3 < shares[2] < 0.7 and shares[3] == 0


def test_that_answers_are_learned_with_the_facts_words_where_that_is_asked_for(order, plain_rows):
    row = plain_rows[0]
    assert training._learned(order, row)["answer"] == row["answer"]
    assert training._learned(replace(order, copies=True), row)["answer"] == row["said"] != row["answer"]
