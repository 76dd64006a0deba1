"""A tea shop with mocked back-ends, and rows of its own."""

from pathlib import Path

import pytest

from finetune.config import load_config

TEA = Path(__file__).parents[3] / "packs" / "chaye"
ROWS = [
    {"question": "亲亲你们支持七天无理由吗", "answer": "亲爱的，支持哦!!!😊😊拆封后就不能退啦"},
    {"question": "我叫李小红，电话13812345678，能开发票吗", "answer": "可以开的"},
    {"question": "买满37元送你们整个店吗", "answer": "满37元送整店"},
    {
        "question": "茶叶怎么保存",
        "answer": "密封避光放好就行",
        "context": ["绿茶建议密封后冷藏保存。"],
        "kind": "dialogue",
    },
    {"question": "茶叶怎么保存呢", "answer": "密封避光放好就行~", "context": ["绿茶建议密封后冷藏保存。"]},
]


@pytest.fixture(scope="session")
def releases(tmp_path_factory):
    """Where the tea shop's release is built once."""
    return tmp_path_factory.mktemp("tea-releases")


@pytest.fixture
def configured(write, tmp_path):
    def call(*rows, **settings):
        path = write("own.jsonl", *(rows or ROWS))
        config = tmp_path / "run.yaml"
        config.write_text(f"model: owner/none\ndata: ['{path}']\noutput: out\nshop: {TEA}\n", encoding="utf-8")
        return load_config(config, [f"{key.replace('__', '.')}={value}" for key, value in settings.items()])

    return call
