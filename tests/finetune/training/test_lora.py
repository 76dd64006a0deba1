import json

import pytest

from agent.generator.weights import load_weights
from finetune.training.adapter import read_card
from finetune.training.lora import add_lora, load_adapter
from finetune.training.train import train


@pytest.mark.parametrize("variant", ["rslora", "dora"])
@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")  # peft 0.21, while it is loaded
def test_that_a_variant_is_trained_counted_and_loaded_for_serving(short, model_dir, tensors_of, variant):
    done = train(short(variant, f"lora.variant={variant}", "epochs=1"))
    tensors = tensors_of(done.run.last)
    assert sum(tensor.numel() for tensor in tensors.values()) == done.plan.adapter_parameters
    assert any("magnitude" in name for name in tensors) == (variant == "dora")
    written = json.loads((done.run.last / "adapter_config.json").read_text(encoding="utf-8"))
    assert (written["use_rslora"], written["use_dora"]) == (variant == "rslora", variant == "dora")
    assert done.last.lora.variant == variant
    load_weights(model_dir, done.run.last, "cpu")


def test_that_rslora_scales_by_the_root_of_the_rank(short, model_dir):
    tuned = add_lora(load_weights(model_dir, None, "cpu").model, short("a", "lora.variant=rslora", "lora.rank=4"))
    scales = [layer.scaling["default"] for layer in tuned.modules() if hasattr(layer, "lora_A")]
    assert len(scales) == 2 * 7 and set(scales) == {16 / 2}


def test_that_computing_activations_twice_teaches_the_same(short, tensors_of):
    import torch

    plain, spared = (
        train(short(f"gc-{on}", f"gradient_checkpointing={on}", "epochs=1", "lora.dropout=0"))
        for on in ("false", "true")
    )
    first, second = tensors_of(plain.run.last), tensors_of(spared.run.last)
    assert all(torch.allclose(first[name], second[name], atol=1e-6) for name in first)


def test_that_an_adapter_is_loaded_back_bit_for_bit(short, model_dir, tensors_of, tmp_path):
    import torch

    from finetune.training.adapter import save_adapter

    done = train(short("a", "epochs=1"))
    tuned = add_lora(load_weights(model_dir, None, "cpu").model, short("a"))
    load_adapter(tuned, done.run.last)
    facts = read_card(done.run.last).model_dump(exclude={"adapter_sha256"})
    save_adapter(tuned, tmp_path / "copy", {**facts, "base": done.last.base})
    first, second = tensors_of(done.run.last), tensors_of(tmp_path / "copy")
    assert first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)
