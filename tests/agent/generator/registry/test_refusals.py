"""What may be neither registered nor served, each with what was found and what was expected."""

import json

import pytest
from safetensors.torch import load_file, save_file

import xiaoer
from agent.generator.digest import hash_base

# peft 0.21 asks transformers for an attribute under its former name.
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")
WEIGHTS = "adapter_model.safetensors"
LAYER = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"


@pytest.fixture
def register(tmp_path, adapter_dir, model_dir, write_card, write_gate, capsys, monkeypatch):
    """Registers a copy of a sound adapter after something was done to it; returns the exit status and what was said."""
    monkeypatch.setenv("XIAOER_ADAPTERS", str(tmp_path / "adapters"))

    def call(change, **card):
        folder = tmp_path / "run"
        folder.mkdir()
        for name in (WEIGHTS, "adapter_config.json"):
            (folder / name).write_bytes((adapter_dir / name).read_bytes())
        written = change(folder) or {}
        base = {"name": "tiny", "sha256": hash_base(model_dir), "parameters": 9}
        write_card(folder, **{"base": base, **card, **written})
        write_gate(folder)
        with pytest.raises(SystemExit) as left:
            xiaoer.main(["models", "register", str(folder), "--model", str(model_dir)])
        told = capsys.readouterr()
        return left.value.code, told.err

    return call


def rename_layer(folder):
    tensors = load_file(folder / WEIGHTS)
    tensors["base_model.model.model.layers.0.attention.q_proj.lora_A.weight"] = tensors.pop(LAYER)
    save_file(tensors, folder / WEIGHTS)


def cut_layer(folder):
    tensors = load_file(folder / WEIGHTS)
    tensors[LAYER] = tensors[LAYER][:, :8].contiguous()
    save_file(tensors, folder / WEIGHTS)


def test_that_a_sound_adapter_is_registered(register):
    assert register(lambda folder: None)[0] == 0


@pytest.mark.parametrize(
    ("change", "found", "expected"),
    [
        (lambda folder: (folder / "adapter_model.bin").write_bytes(b"x") and None, "'adapter_model.bin'", WEIGHTS),
        (lambda folder: (folder / WEIGHTS).rename(folder / "adapter_model.pt") and (folder / WEIGHTS).write_bytes(b"x") and None,
         "'adapter_model.pt'", WEIGHTS),
        (lambda folder: {"adapter_sha256": "12" * 32}, "'121212121212'", "here it is '"),
        (lambda folder: {"base": {"name": "other", "sha256": "34" * 32, "parameters": 9}}, "'343434343434'", "here it is '"),
        (lambda folder: {"prompt_version": "0"}, "prompt version '0'", "here it is '"),
        (rename_layer, "layers.0.attention.q_proj", LAYER),
        (cut_layer, "[2, 8]", "expected [2, 32]"),
    ],
    ids=["pickled", "pickled beside", "tampered", "another base", "another prompt", "a renamed layer", "another shape"],
)  # fmt: skip
def test_that_an_unfit_adapter_is_refused_with_both_values(register, change, found, expected):
    code, err = register(change)
    assert (code, found in err, expected in err) == (1, True, True), err


def test_that_pickled_weights_under_a_sound_name_are_never_unpickled(register, tmp_path):
    import pickle

    class Spring:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    code, err = register(lambda folder: (folder / WEIGHTS).write_bytes(pickle.dumps(Spring())) and None)
    assert (code, "cannot load the adapter" in err) == (1, True)
    assert not (tmp_path / "sprung").exists()


def test_that_a_gate_of_an_adapter_of_another_kind_is_refused(register):
    def change(folder):
        (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "IA3"}), encoding="utf-8")

    code, err = register(change)
    assert (code, "'IA3', expected 'LORA'" in err) == (1, True)
