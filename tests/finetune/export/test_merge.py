import hashlib
import json

import pytest

from agent.generator.errors import BadAdapter
from agent.generator.weights import load_weights
from finetune.errors import ExportError
from finetune.export.merge import merge, read_merged, usual_prompts
from finetune.export.source import Source, find_source
from finetune.export.speech import Speech, equal_answers, hear, largest_difference

# peft 0.21 asks transformers for an attribute under its former name.
pytestmark = pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")


@pytest.fixture(scope="module")
def prompts():
    return tuple(
        ({"role": "system", "content": "你是茶铺的客服。"}, {"role": "user", "content": text})
        for text in ("在吗", "几点发货")
    )


@pytest.fixture(scope="module")
def made(adapter, model_dir, prompts, tmp_path_factory):
    out = tmp_path_factory.mktemp("merged") / "out"
    told = []
    found = merge(Source(adapter, model_dir, None), out, prompts, tell=lambda *step: told.append(step))
    return found, out, told


def test_that_a_merged_model_says_what_base_and_adapter_say(made, adapter, model_dir, prompts):
    found, out, told = made
    assert (found.answers, found.equal_answers, found.dtype) == (2, 2, "float32")
    assert found.logits_difference < 1e-3
    assert told[-1] == ("asking the merged model", 2, 2)
    merged = hear(load_weights(out, None, "cpu"), prompts)
    assert merged.answers == hear(load_weights(model_dir, adapter, "cpu"), prompts).answers
    assert merged.answers != hear(load_weights(model_dir, None, "cpu"), prompts).answers


def test_that_the_tokenizers_files_are_copied_bit_by_bit(made, model_dir):
    found, out, _ = made
    assert {"tokenizer.json", "tokenizer_config.json", "chat_template.jinja"} <= found.copied.keys()
    for name, digest in found.copied.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
        assert (out / name).read_bytes() == (model_dir / name).read_bytes()


def test_that_the_merged_folder_says_where_it_comes_from(made, adapter):
    found, out, _ = made
    assert read_merged(out)["adapter_sha256"] == found.adapter_sha256
    assert not list(out.parent.glob(".out*"))
    with pytest.raises(ExportError, match="merge first"):
        read_merged(adapter)


def test_that_a_sharded_half_precision_base_is_merged_in_float32_and_stored_as_asked(
    make_adapter, sharded, prompts, tmp_path
):
    assert len(list(sharded.glob("*.safetensors"))) > 1
    source = Source(make_adapter(sharded, tmp_path / "adapter"), sharded, None)
    whole = merge(source, tmp_path / "whole", prompts[:1])
    half = merge(source, tmp_path / "half", prompts[:1], keep="base")
    assert (whole.dtype, half.dtype) == ("float32", "bfloat16")
    assert whole.logits_difference < 1e-3 < half.logits_difference
    assert json.loads((tmp_path / "half" / "config.json").read_text(encoding="utf-8"))["dtype"] == "bfloat16"


def test_that_a_folder_that_holds_something_is_not_written(adapter, model_dir, prompts, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="is not empty"):
        merge(Source(adapter, model_dir, None), tmp_path, prompts)


def test_that_an_adapter_for_another_base_is_not_merged(adapter, sharded, prompts, tmp_path):
    with pytest.raises(BadAdapter, match=r"base model of hash '[0-9a-f]{12}', here it is '[0-9a-f]{12}'"):
        merge(Source(adapter, sharded, None), tmp_path / "out", prompts)
    assert not (tmp_path / "out").exists()


def test_that_differences_are_counted():
    import torch

    one = Speech(("好", "行"), (torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 0.0]])))
    other = Speech(("好", "不"), (torch.tensor([[1.0, 1.5]]), torch.tensor([[0.25, 0.0]])))
    assert (equal_answers(one, other), largest_difference(one, other)) == (1, 0.5)


def test_that_twenty_questions_are_asked_in_the_serving_prompt(profile):
    prompts = usual_prompts(profile)
    assert len(prompts) == 20
    assert "智能客服小茶" in prompts[0][0]["content"]


def test_that_a_run_names_its_best_adapter_and_its_base(adapter, model_dir, tmp_path):
    (tmp_path / "best").symlink_to(adapter)
    lines = f"model: {model_dir}\ndata: [rows.jsonl]\noutput: {tmp_path}\n"
    (tmp_path / "config.yaml").write_text(lines, encoding="utf-8")
    assert find_source(tmp_path) == find_source(tmp_path / "best") == Source(tmp_path / "best", model_dir, None)


def test_that_a_missing_adapter_or_base_is_named(adapter, tmp_path):
    with pytest.raises(ExportError, match="holds no adapter"):
        find_source(tmp_path)
    with pytest.raises(ExportError, match=r"base 'owner/tiny' is not on this machine.*--model"):
        find_source(adapter, "owner/tiny")
