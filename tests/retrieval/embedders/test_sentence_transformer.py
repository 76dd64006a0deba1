import warnings

import numpy as np
import pytest

from retrieval.embedders.opening import open_embedder
from retrieval.errors import EmbedderError

TEXTS = ["衣服不喜欢能退吗", "运费10元", ""]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch and its friends announce their own future at import
        from retrieval.embedders.use_module import use_sentence_transformer
    target = tmp_path_factory.mktemp("model")
    use_sentence_transformer().save(str(target), create_model_card=False)
    return target


def test_that_the_module_gives_the_vectors_of_the_plain_encoder(use, folder):
    from retrieval.embedders.use_module import use_sentence_transformer

    assert np.allclose(use_sentence_transformer().encode(TEXTS), use.embed(TEXTS), atol=1e-6)


def test_that_a_saved_module_is_opened_as_any_local_model(use, folder):
    opened = open_embedder(str(folder), device="cpu")
    assert opened.dimensions == 512
    assert np.allclose(opened.embed(TEXTS), use.embed(TEXTS), atol=1e-5)


def test_that_a_query_prompt_changes_questions_alone(use, folder):
    opened = open_embedder(str(folder), query_prompt="问题：", device="cpu")
    assert np.allclose(opened.embed_queries(["包邮吗"]), use.embed(["问题：包邮吗"]), atol=1e-5)
    assert np.allclose(opened.embed(["包邮吗"]), use.embed(["包邮吗"]), atol=1e-5)
    assert opened.identity != open_embedder(str(folder), device="cpu").identity


def test_that_a_folder_without_a_model_is_refused_by_name(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EmbedderError, match=tmp_path.name):
        open_embedder(str(tmp_path))
