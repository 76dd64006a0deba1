import json
import subprocess
import sys

import numpy as np
import pytest

from retrieval.dense import DenseIndex
from retrieval.errors import QueryError, ReleaseFormatError

ROWS = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)


def test_that_scores_are_cosines_in_the_order_given():
    assert DenseIndex.build(["a", "b", "c"], ROWS).cosines(np.array([0.8, 0.6], dtype=np.float32)) == pytest.approx(
        [0.8, 0.6, 0.96]
    )


def test_that_the_nearest_come_closest_first():
    found = DenseIndex.build(["a", "b", "c"], ROWS).nearest(np.array([0.8, 0.6], dtype=np.float32), 2)
    assert [ref for ref, _ in found] == ["c", "a"]


def test_that_a_saved_index_gives_the_same_cosines(tmp_path):
    index = DenseIndex.build(["a", "b", "c"], ROWS)
    index.save(tmp_path)
    assert DenseIndex.load(tmp_path).refs == ("a", "b", "c")
    assert DenseIndex.load(tmp_path).cosines(ROWS[2]).tolist() == index.cosines(ROWS[2]).tolist()


def test_that_a_server_reads_it_without_llama_index(tmp_path):
    DenseIndex.build(["a", "b", "c"], ROWS).save(tmp_path)
    code = (
        f"import sys; from pathlib import Path; from retrieval.dense import DenseIndex; DenseIndex.load(Path({str(tmp_path)!r}));"
        "print('faiss' in sys.modules, 'llama_index' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.split() == ["True", "False"]


def test_that_a_question_of_other_dimensions_is_refused():
    with pytest.raises(QueryError, match="2 dimensions"):
        DenseIndex.build(["a", "b", "c"], ROWS).cosines(np.ones(3, dtype=np.float32))


def test_that_nodes_without_vectors_are_refused(tmp_path):
    DenseIndex.build(["a", "b", "c"], ROWS).save(tmp_path)
    (tmp_path / "dense-nodes.json").write_text(json.dumps([{"id": "a", "metadata": {}}]))
    with pytest.raises(ReleaseFormatError, match="3 vectors for 1 nodes"):
        DenseIndex.load(tmp_path)
