import math

import numpy as np
import pytest
import torch

from retrieval.embedders.use import UseEmbedder
from retrieval.ranking.shops import Ask, InventedShop, read_shop, read_shops
from retrieval.ranking.torch_network import TunableUse
from retrieval.ranking.training import loss_of, measure, tune

SHOP = InventedShop(
    "umbrellas",
    ("退货", "运费"),
    ("雨伞没有打开过可以退。", "退货运费由顾客出。", "满88元包邮。", "西藏每单加收12元。"),
    (0, 0, 1, 1),
    (
        Ask("撑开用过了还退吗", "", (0,), (), 0),
        Ask("谁出邮费", "我要退伞", (1,), (), 0),
        Ask("拉萨呢", "邮费多少", (3,), (2,), 1),
    ),
    ("伞能当拐杖吗",),
)


def test_that_the_torch_network_and_the_numpy_network_agree():
    texts = ["退货运费谁出", "好", "海外订单三天没有物流更新怎么办"]
    with torch.no_grad():
        assert np.allclose(TunableUse().encode(texts).numpy(), UseEmbedder().embed(texts), atol=1e-5)


def test_that_the_loss_is_the_surprise_at_the_right_sentence_and_the_right_policy():
    scores = torch.tensor([[math.log(3.0), 0.0, 0.0, 0.0]])
    loss = loss_of(scores, SHOP, SHOP.asks[:1])
    assert loss.item() == pytest.approx(math.log(6 / 3) + 0.5 * math.log(6 / 4), abs=1e-6)


def test_that_a_sentence_that_may_be_quoted_too_is_no_rival():
    scores = torch.tensor([[0.0, 0.0, 9.0, 0.0]])
    without = torch.tensor([[0.0, 0.0, -math.inf, 0.0]])
    rest = 0.5 * (torch.logsumexp(scores, 1) - torch.logsumexp(scores[:, 2:], 1)).item()
    assert loss_of(scores, SHOP, SHOP.asks[2:]).item() - rest == pytest.approx(
        torch.logsumexp(without, 1).item(), abs=1e-5
    )


def test_that_tuning_lowers_the_loss_and_gives_the_same_layers_again():
    one, other = tune([SHOP], epochs=8), tune([SHOP], epochs=8)
    assert measure(one, [SHOP]).sentence == 1.0
    assert all(torch.equal(rows, other.encoder.layers[name]) for name, rows in one.encoder.layers.items())


def test_that_every_invented_shop_points_to_sentences_it_has():
    for shop in read_shops():
        for ask in shop.asks:
            places = (*ask.best, *ask.also)
            assert ask.best and all(0 <= place < len(shop.sentences) for place in places), (shop.name, ask.text)
            assert all(shop.policy_of[place] == ask.policy for place in places), (shop.name, ask.text)


def test_that_a_shop_is_read_with_its_sentences_in_order(tmp_path):
    (tmp_path / "kites.jsonl").write_text(
        '{"id": "a", "title": "退货", "category": "returns", "sentences": ["一。", "二。"], "asks": [{"q": "几", "best": [1]}]}\n'
        '{"id": "b", "title": "运费", "category": "shipping", "sentences": ["三。"], "asks": [{"before": "几", "q": "那", "best": [0]}]}\n'
        '{"unanswerable": ["风大吗"]}\n',
        encoding="utf-8",
    )
    shop = read_shop(tmp_path / "kites.jsonl")
    assert shop.placed == ("退货：一。", "退货：二。", "运费：三。")
    assert [ask.best for ask in shop.asks] == [(1,), (2,)] and shop.asks[1].before == "几"
    assert shop.unanswerable == ("风大吗",)
