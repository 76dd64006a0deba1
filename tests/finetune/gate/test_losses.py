import math

import pytest

from agent.generator.weights import load_weights
from finetune.gate.losses import measure_forgetting


def test_that_forgetting_is_the_loss_of_each_next_token(model_dir):
    weights = load_weights(model_dir, None, "cpu")
    import torch

    text = "水开了。"
    ids = weights.tokenizer(text, add_special_tokens=False)["input_ids"]
    with torch.inference_mode():
        chances = torch.softmax(weights.model(input_ids=torch.tensor([ids])).logits[0].double(), dim=-1)
    expected = -sum(math.log(chances[place, ids[place + 1]]) for place in range(len(ids) - 1))
    found = measure_forgetting(weights, [text, "。"[:0]])
    assert (found.value, found.count) == (pytest.approx(expected / (len(ids) - 1), rel=1e-4), len(ids) - 1)
