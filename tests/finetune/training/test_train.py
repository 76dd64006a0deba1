"""The whole loop on a tiny random Qwen3: rows, adapter, resume, serving."""

import json
import shutil

import pytest

from agent.generator.digest import hash_base
from agent.generator.local_qwen import LocalLimits, LocalQwenGenerator
from agent.prompt import PROMPT_VERSION
from finetune.config import load_config
from finetune.errors import CannotWork, DataError, RunError
from finetune.training.adapter import read_card
from finetune.training.train import train

SETTINGS = [
    "epochs=6", "batch_size=1", "accumulation=2", "evaluate_every=2", "learning_rate=0.01", "warmup=1", "log_every=1", "eval_share=0.25",
    "lora.rank=4", "lora.dropout=0.1", "keep_checkpoints=9",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def configure(folder, model_dir, tea_rows):
    def load(output, *overrides):
        path = folder / "config.yaml"
        path.write_text(f"model: {model_dir}\ndata: [{tea_rows}]\noutput: {folder / output}\n", encoding="utf-8")
        return load_config(path, [*SETTINGS, *overrides])

    return load


@pytest.fixture(scope="module")
def base_before(model_dir):
    return hash_base(model_dir)


@pytest.fixture(scope="module")
def seen():
    return []


@pytest.fixture(scope="module")
def done(configure, base_before, seen):
    return train(configure("whole"), tell=seen.append)


def log_of(run):
    return [json.loads(line) for line in run.log.read_text(encoding="utf-8").splitlines()]


def tensors_of(adapter):
    from safetensors.torch import load_file

    return load_file(adapter / "adapter_model.safetensors")


def test_that_the_loss_falls_on_learned_and_on_kept_questions(done):
    assert done.last.losses.train < done.last.losses.train_first - 1
    assert done.best.losses.eval < done.best.losses.eval_before - 0.5


def test_that_the_best_adapter_is_the_one_with_the_lowest_evaluation(done):
    evaluated = {entry["step"]: entry["eval_loss"] for entry in log_of(done.run) if "eval_loss" in entry}
    del evaluated[0]
    assert done.best.step == min(evaluated, key=evaluated.get)
    assert done.best.losses.eval == min(evaluated.values())
    assert max(evaluated) == done.last.step == done.plan.steps.total


def test_that_the_plan_counts_the_steps_that_are_taken(done, seen):
    assert (done.plan.train_rows, done.plan.eval_rows) == (6, 2)
    assert done.plan.steps.total == 18
    assert seen[-1].step == seen[-1].steps == 18
    assert len({entry["step"] for entry in log_of(done.run) if "eval_loss" in entry}) == done.plan.steps.evaluations + 1


def test_that_only_the_adapter_is_trained(done, configure, model_dir, base_before):
    from transformers import AutoModelForCausalLM

    from finetune.training.lora import add_lora

    tuned = add_lora(AutoModelForCausalLM.from_pretrained(model_dir), configure("whole"))
    trained = {name for name, weight in tuned.named_parameters() if weight.requires_grad}
    assert trained and all(".lora_A." in name or ".lora_B." in name for name in trained)
    assert len(tensors_of(done.run.last)) == len(trained) == 2 * 7 * 2
    assert sum(tensor.numel() for tensor in tensors_of(done.run.last).values()) == done.plan.adapter_parameters
    assert hash_base(model_dir) == base_before == done.last.base.sha256


def test_that_the_base_in_memory_is_left_as_it_was(configure, model_dir):
    import torch
    from transformers import AutoModelForCausalLM

    from finetune.training.lora import add_lora

    model = AutoModelForCausalLM.from_pretrained(model_dir)
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    tuned = add_lora(model, configure("whole"))
    optimizer = torch.optim.AdamW(tuned.parameters(), lr=0.1)
    tuned(input_ids=torch.tensor([[1, 2, 3]]), labels=torch.tensor([[1, 2, 3]])).loss.backward()
    optimizer.step()
    after = {
        name.removeprefix("base_model.model.").replace(".base_layer", ""): weight
        for name, weight in tuned.named_parameters()
    }
    assert all(torch.equal(weight, after[name]) for name, weight in before.items())


def test_that_an_adapter_is_safetensors_with_a_card_and_nothing_else(done):
    for adapter in (done.run.best, done.run.last):
        assert {path.name for path in adapter.iterdir()} == {
            "adapter_config.json",
            "adapter_model.safetensors",
            "card.json",
        }
    config = json.loads((done.run.last / "adapter_config.json").read_text(encoding="utf-8"))
    assert config["base_model_name_or_path"] == "tiny-qwen3"


def test_that_the_card_says_where_the_adapter_comes_from(done):
    card = read_card(done.run.last)
    assert card == done.last
    assert (card.prompt_version, card.seed, card.train_rows, card.eval_rows) == (PROMPT_VERSION, 0, 6, 2)
    assert card.data[0].name == "tea.jsonl" and card.data[0].rows == 8
    assert card.base.name == "tiny-qwen3" and card.base.parameters == done.plan.base_parameters > 30_000
    assert card.packages["peft"] and card.created_at.tzinfo is not None


def test_that_a_resumed_run_ends_bit_for_bit_as_one_that_was_not_broken(done, configure, folder):
    import torch

    broken = folder / "broken"
    shutil.copytree(done.run.path, broken)
    assert done.best.step > 4
    for later in (broken / "best", broken / "last", *(broken / "checkpoints").glob("checkpoint-*")):
        if later.name not in ("checkpoint-2", "checkpoint-4", "checkpoint-6"):
            shutil.rmtree(later)
    (broken / "checkpoints" / "checkpoint-6" / "trainer_state.json").unlink()  # killed while it was written
    again = train(configure("broken"), resume=True)
    for name in ("best", "last"):
        first, second = tensors_of(done.run.path / name), tensors_of(broken / name)
        assert all(torch.equal(first[key], second[key]) for key in first)
    assert log_of(again.run) == log_of(done.run)
    assert again.best.losses == done.best.losses


def test_that_a_run_is_not_resumed_with_other_settings(done, configure):
    with pytest.raises(RunError, match=r"began with learning_rate 0\.01, now it is 0\.03"):
        train(configure("whole", "learning_rate=0.03"), resume=True)


def test_that_a_run_is_never_overwritten(done, configure):
    with pytest.raises(RunError, match="--resume"):
        train(configure("whole"))


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")  # peft 0.21, while it is served
async def test_that_the_adapter_is_served_and_says_what_it_learned(configure, model_dir, tea_rows, write):
    row = tea_rows.read_text(encoding="utf-8").splitlines()[0]
    settings = [f"data=[{write('one.jsonl', row)}]", "epochs=100", "eval_share=0", "evaluate_every=100", "lora.rank=16"]
    trained = train(configure("served", "lora.dropout=0", *settings))
    generator = LocalQwenGenerator.load(model_dir, adapter=trained.run.last, limits=LocalLimits(max_tokens=60))
    *prompt, answer = json.loads(row)["messages"]
    assert "".join([piece async for piece in generator.stream(prompt)]) == answer["content"]
    assert trained.best is None


def test_that_rows_with_invented_figures_are_never_trained_on(configure, write):
    path = write("bad.csv", "question,answer", "多久发货,48小时内发货")
    with pytest.raises(DataError, match=r"bad\.csv:2: the answer says '48小时'"):
        train(configure("bad", f"data=[{path}]"))


def test_that_a_run_that_cannot_work_does_not_begin(configure, folder):
    with pytest.raises(CannotWork, match="evaluate_every is 50 and there are 18 steps"):
        train(configure("never", "evaluate_every=50"))
    assert not (folder / "never").exists()


def test_that_a_tampered_adapter_is_noticed(done, tmp_path):
    copy = shutil.copytree(done.run.last, tmp_path / "copy")
    with (copy / "adapter_model.safetensors").open("ab") as stream:
        stream.write(b"\0")
    with pytest.raises(RunError, match="the card says"):
        read_card(copy)
