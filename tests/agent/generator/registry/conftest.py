"""Adapters of a few bytes that need no model: the registry hashes them and never loads them."""

import pytest

from agent.generator.registry.registry import Registry


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "adapters")


@pytest.fixture
def put(tmp_path, write_card, write_gate):
    """Writes an adapter as a training run and its evaluation leave it."""

    def make(run, *reasons, gated=True, **card):
        folder = tmp_path / "runs" / run / "best"
        folder.mkdir(parents=True)
        (folder / "adapter_model.safetensors").write_bytes(f"weights of {run}".encode())
        (folder / "adapter_config.json").write_text('{"peft_type": "LORA"}', encoding="utf-8")
        write_card(folder, **card)
        if gated:
            write_gate(folder, *reasons)
        return folder

    return make


@pytest.fixture
def three(registry, put):
    """The names of three registered versions."""
    return [registry.register(put(run), "wen").name for run in ("one", "two", "three")]
