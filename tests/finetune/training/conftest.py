"""Runs on the tiny model that take a second or two."""

import json

import pytest

from finetune.config import load_config


@pytest.fixture(scope="session")
def tensors_of():
    from safetensors.torch import load_file

    return lambda adapter: load_file(adapter / "adapter_model.safetensors")


@pytest.fixture(scope="session")
def log_of():
    return lambda run: [json.loads(line) for line in run.log.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def short(tmp_path, model_dir, tea_rows):
    """Loads the configuration of a run of six steps, two an epoch."""
    settings = [
        "epochs=3", "batch_size=3", "learning_rate=0.01", "warmup=1", "log_every=1", "eval_share=0.25", "lora.rank=4", "baseline=0"
    ]  # fmt: skip

    def load(output, *overrides):
        path = tmp_path / "config.yaml"
        text = "" if any(one.startswith("stages=") for one in overrides) else f"data: [{tea_rows}]\n"
        path.write_text(f"model: {model_dir}\noutput: {tmp_path / output}\n{text}", encoding="utf-8")
        return load_config(path, [*settings, *overrides])

    return load


@pytest.fixture
def halves(tmp_path, tea_rows):
    """The rows in two files, as two stages."""
    lines = tea_rows.read_text(encoding="utf-8").splitlines()
    stages = []
    for name, part in (("first", lines[:4]), ("second", lines[4:])):
        file = tmp_path / f"{name}.jsonl"
        file.write_text("\n".join(part), encoding="utf-8")
        stages.append({"name": name, "data": [str(file)], "replay": 0.34, "epochs": 4})
    return f"stages={json.dumps(stages)}"
