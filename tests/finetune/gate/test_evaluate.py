"""The gate on a tiny random Qwen3 that was tuned for a moment."""

import json

import pytest

from agent.generator.errors import BadAdapter
from agent.generator.registry.gate import read_gate
from finetune.config import load_config
from finetune.errors import RunError
from finetune.gate.evaluate import evaluate
from finetune.training.train import train

# peft 0.21 asks transformers for an attribute under its former name.
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")

SETTINGS = [
    "epochs=4",
    "batch_size=2",
    "learning_rate=0.01",
    "warmup=1",
    "eval_share=0.25",
    "lora.rank=4",
    "lora.dropout=0",
    "gate.max_tokens=8",
]


@pytest.fixture(scope="module")
def configure(tmp_path_factory, model_dir, tea_rows):
    folder = tmp_path_factory.mktemp("gate")

    def load(*overrides, data=tea_rows):
        path = folder / "run.yaml"
        path.write_text(f"model: {model_dir}\ndata: [{data}]\noutput: {folder / 'out'}\n", encoding="utf-8")
        return load_config(path, [*SETTINGS, *overrides])

    return load


@pytest.fixture(scope="module")
def done(configure):
    return train(configure())


@pytest.fixture(scope="module")
def gate(configure, done):
    seen = []
    return evaluate(configure(), tell=lambda made, total: seen.append((made, total))), seen


def test_that_the_gate_measures_both_models_and_says_why_not(gate, done):
    found, seen = gate
    told = {line.measure: line for line in found.lines}
    assert (found.rows, seen[-1]) == (2, (168, 2 * (2 + 40 + 40 + 2)))
    assert told["loss"].adapter < told["loss"].base
    assert found.verdict == "do_not_ship"
    assert any(reason.startswith("identity is") for reason in found.reasons)
    assert (told["forgetting"].limit, told["chrf"].limit) == (pytest.approx(told["forgetting"].base + 0.2), None)
    assert told["loss"].low <= told["loss"].adapter <= told["loss"].high


def test_that_a_few_answers_are_kept_for_people_to_read(gate):
    asked = [one.question for one in gate[0].answers]
    assert (len(asked), asked[2:]) == (4, ["你是谁", "你是谁呀"])
    assert [bool(one.wanted) for one in gate[0].answers] == [True, True, False, False]


def test_that_the_loss_is_the_one_that_training_measured(gate, done):
    # The trainer means over batches; the two rows were one batch here.
    told = {line.measure: line for line in gate[0].lines}["loss"]
    assert told.adapter == pytest.approx(done.best.losses.eval, rel=1e-3)
    assert told.base == pytest.approx(done.best.losses.eval_before, rel=1e-3)


def test_that_the_report_lies_beside_the_weights_it_is_about(gate, done):
    assert read_gate(done.run.best, done.best.adapter_sha256) == gate[0]


def test_that_limits_come_from_the_configuration(configure, done, gate):
    (done.run.best / "gate.json").unlink()
    loose = [
        f"gate.{name}={value}"
        for name, value in (
            ("first_audit", 0),
            ("identity", 0),
            ("ungrounded", 1),
            ("vendor", 1),
            ("bleed", 1),
            ("abstention_drop", 1),
            ("style", 1),
            ("forgetting", 100),
        )
    ]
    found = evaluate(configure(*loose, "gate.max_drafts=1"))
    assert (found.verdict, found.lines[0].count) == ("ship", 1)


def test_that_an_adapter_is_not_asked_what_it_may_have_learned(configure, done):
    with pytest.raises(RunError, match=r"held-out rows '[0-9a-f]{12}', this configuration holds out '[0-9a-f]{12}'"):
        evaluate(configure("seed=3"))
    with pytest.raises(RunError, match="eval_share"):
        evaluate(configure("eval_share=0"))


def test_that_an_adapter_for_another_prompt_is_not_measured(configure, done):
    card = done.run.last / "card.json"
    told = json.loads(card.read_text(encoding="utf-8"))
    card.write_text(json.dumps({**told, "prompt_version": "0"}), encoding="utf-8")
    with pytest.raises(BadAdapter, match="prompt version '0'"):
        evaluate(configure(), done.run.last)
