import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest


def test_that_vectors_have_length_one(use):
    rows = use.embed(["退货运费谁出", "包邮吗", ""])
    assert rows.shape == (3, use.dimensions) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_that_no_texts_give_no_rows(use):
    assert use.embed([]).shape == (0, 512)


def test_that_a_paraphrase_is_closer_than_another_topic(use):
    asked, same, other = use.embed(["衣服不喜欢能退吗", "不满意可以退货", "怎么开发票"])
    assert asked @ same > asked @ other + 0.2


def test_that_the_default_starts_without_torch():
    code = (
        "import sys; from retrieval.embedders.opening import open_embedder; open_embedder().embed(['好']);"
        "print([m for m in ('torch', 'sentence_transformers', 'faiss', 'llama_index') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_that_threads_get_the_vectors_one_caller_gets(use):
    texts = [f"第{n}个问题，运费多少钱" for n in range(24)]
    alone = [use.embed([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: use.embed([text])[0], texts))
    assert all(np.allclose(a, b, atol=1e-5) for a, b in zip(alone, together, strict=True))


def test_that_the_identity_names_the_model_and_its_weights(use):
    name, digest = use.identity.split(":")
    assert name == "use-customer" and len(digest) == 16


@pytest.mark.parametrize("text", ["a" * 5000, "😀😀", "\u0000", "退" * 800])
def test_that_odd_texts_have_finite_vectors(use, text):
    assert np.isfinite(use.embed([text])).all()
