"""Training and serving put the same ids before Qwen's own tokenizer, under each of its chat templates."""

import base64
import json
import random
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest

from agent.evidence import Answer, Brief, Fact
from agent.prompt import encode, end_token_ids, render
from finetune.data.encode import encode_rows
from finetune.data.rows import load_files

TEMPLATES = Path(__file__).parent / "templates"
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
PIECES = [
    "这款", "茶具", "多久发货", "能退吗", "我的单号是 XE20260112", "¥59.90", "3~5 天", "size M", "谢谢", "🙂", "？", "\n", "  ", "<|im_end|>",
    "</think>", "<think>", "ＡＢＣ", "é", "送到 北京市", "下午4点前", "(七天无理由)", "㎡", "繁體字", "1,299.00", "don't",
]  # fmt: skip


@pytest.fixture(scope="module")
def vocabulary():
    """Qwen's byte pairs, from the package that carries them."""
    found = find_spec("dashscope")
    if found is None:
        pytest.skip("dashscope, which carries Qwen's vocabulary, is not installed: pip install -e '.[dev]'")
    lines = (Path(found.origin).parent / "resources" / "qwen.tiktoken").read_bytes().splitlines()
    return {base64.b64decode(piece): int(rank) for piece, rank in map(bytes.split, lines)}


@pytest.fixture(scope="module")
def core(vocabulary):
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    letters = bytes_to_unicode()

    def written(piece):
        return "".join(letters[byte] for byte in piece)

    merges = [
        tuple(map(written, halves_of(piece, rank, vocabulary))) for piece, rank in vocabulary.items() if len(piece) > 1
    ]
    made = Tokenizer(models.BPE({written(piece): rank for piece, rank in vocabulary.items()}, merges))
    made.normalizer, made.decoder = normalizers.NFC(), decoders.ByteLevel()
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    made.add_tokens(["<think>", "</think>"])
    return made


def halves_of(piece, rank, vocabulary):
    """The two pieces that were joined last, found by joining the others in their order."""
    parts = [bytes([byte]) for byte in piece]
    while len(parts) > 2:
        joined = [vocabulary.get(one + other, rank) for one, other in pairwise(parts)]
        first = min(range(len(joined)), key=joined.__getitem__)
        parts[first : first + 2] = [parts[first] + parts[first + 1]]
    return parts


@pytest.fixture(params=["qwen2_5", "qwen3", "qwen3_2507"])
def qwen(core, request):
    from transformers import PreTrainedTokenizerFast

    made = PreTrainedTokenizerFast(tokenizer_object=core, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    made.chat_template = (TEMPLATES / f"{request.param}.jinja").read_text(encoding="utf-8")
    return made


def drawn_text(draw):
    return "".join(draw.choices(PIECES, k=draw.randint(1, 8))).strip() or "在吗"


@pytest.fixture(scope="module")
def conversations():
    """A hundred, each with facts, two to six turns, and an answer."""
    draw = random.Random(7)
    clean = [piece for piece in PIECES if "<" not in piece]
    made = []
    for _ in range(100):
        turns = [(("user", "assistant")[index % 2], drawn_text(draw)) for index in range(draw.choice((1, 3, 5)))]
        answer = "".join(draw.choices(clean, k=6)).strip()
        made.append(([drawn_text(draw) for _ in range(draw.randint(0, 3))], turns, answer))
    return made


def test_that_training_and_serving_ask_in_the_same_ids(qwen, conversations, profile, write):
    lines = [
        {
            "messages": [{"role": role, "content": text} for role, text in [*turns, ("assistant", answer)]],
            "context": facts,
        }
        for facts, turns, answer in conversations
    ]
    (file,) = load_files([write("drawn.jsonl", *map(json.dumps, lines))], profile)
    last = {row.place: row for row in file.rows}
    encoded = encode_rows(qwen, list(last.values()), 100_000).rows
    assert len(encoded) == 100
    for made, (facts, turns, _) in zip(encoded, conversations, strict=True):
        brief = Brief((Answer("out_of_scope", "answered", "inform", tuple(Fact("policy", fact) for fact in facts)),))
        speakers = {"user": "customer", "assistant": "assistant"}
        history = [(speakers[role], text) for role, text in turns[:-1]]
        served = encode(qwen, render(brief, profile, history, turns[-1][1])).input_ids
        assert made.encoded.input_ids[: made.encoded.prompt_tokens] == served
        whole = [*made.row.messages, {"role": "assistant", "content": made.row.answer}]
        text = qwen.apply_chat_template(whole, tokenize=False, enable_thinking=False)
        assert qwen.encode(text, add_special_tokens=False) == [*made.encoded.input_ids, *qwen.encode("\n")]


def test_that_the_vocabulary_is_put_together_as_qwen_does(core, vocabulary):
    import tiktoken

    known = tiktoken.Encoding("qwen", pat_str=SPLIT, mergeable_ranks=vocabulary, special_tokens={})
    draw = random.Random(3)
    for _ in range(200):
        text = drawn_text(draw)
        if "<" not in text and text.isascii() is False and "é" not in text:
            assert core.encode(text).ids == known.encode(text)


def test_that_the_end_of_a_turn_is_qwens(qwen):
    assert list(end_token_ids(qwen)) == [151645]  # <|im_end|>
