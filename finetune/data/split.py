"""Splitting: training rows and evaluation rows, with no question on both sides."""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.audit.fold import fold
from finetune.data.rows import Row

_MANNER = re.compile(
    r"你好|您好|在吗|在不在|有人吗|客服|小二|店家|老板|亲亲|亲|请问一下|请问|我想问一下|想问一下|问一下|想问|麻烦|谢谢|"
    r"[吗呢吧啊呀哦哈啦嘛么的了]"
)
_SAME = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        ("可不可以|能不能|可以不可以|能否|可否|可以|能够", "能"),
        ("有没有|有无", "有"),
        ("是不是|是否", "是"),
        ("会不会", "会"),
        ("要不要", "要"),
        ("行不行|好不好|行", "能"),
        ("怎么样|怎样|如何|咋样|咋", "怎么"),
        ("啥", "什么"),
        ("哪儿|哪里", "哪"),
        ("什么时候|几时|何时", "多久"),
    )
)
"""Ways of asking that make no other question."""
_FIGURE = re.compile(r"[a-z]*\d[a-z\d\-]*")
_NOT_WORD = re.compile(r"[\W_]+")
ALIKE = 0.5
"""Questions whose single characters and pairs overlap by this share of their union are one question.

Source: of 9,217 short utterances of many shops, 8,991 normalised questions become 7,758 clusters, the largest of 85.
"""


@dataclass(frozen=True)
class Split:
    """Rows by what they are used for, each in the order of the files."""

    train: tuple[Row, ...]
    evaluation: tuple[Row, ...]
    clusters: int
    """Groups of rows that ask the same or stand in the same conversation."""


def normalise_question(text: str) -> str:
    """Reduce a question to what it asks: folded, greetings and particles left out, figures and ways of asking alike."""
    plain = _FIGURE.sub("0", fold(text))
    for pattern, same in _SAME:
        plain = pattern.sub(same, plain)
    return _NOT_WORD.sub("", _MANNER.sub("", plain)) or _NOT_WORD.sub("", plain)


def split_rows(rows: Sequence[Row], eval_share: float, seed: int) -> Split:
    """Keep some clusters of questions for evaluation.

    A cluster goes whole to one side: rows of one conversation or group, rows with the same normalised question, and rows whose
    questions are alike. Which clusters are kept follows from the seed and their questions alone, so a row added elsewhere moves few.

    Args:
        rows: all rows.
        eval_share: share of rows to keep, 0 to 1.
        seed: another seed keeps others.

    Returns:
        As many evaluation rows as fit under the share, at least one cluster where there are two of them and the share is not 0.
    """
    clusters = _cluster(rows)
    wanted = eval_share * len(rows)

    def draw(cluster: list[int]) -> str:
        name = min(normalise_question(rows[index].question) for index in cluster)
        return hashlib.sha256(f"{seed}\0{name}".encode()).hexdigest()

    drawn = sorted(clusters, key=draw)
    kept: set[int] = set()
    for cluster in drawn:
        if len(kept) + len(cluster) <= wanted:
            kept.update(cluster)
    if not kept and eval_share > 0 and len(clusters) > 1:
        smallest = min(drawn, key=len)
        kept.update(smallest)
    train = tuple(row for index, row in enumerate(rows) if index not in kept)
    return Split(train, tuple(rows[index] for index in sorted(kept)), len(clusters))


def _cluster(rows: Sequence[Row]) -> list[list[int]]:
    parent = list(range(len(rows)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first_at: dict[object, int] = {}
    questions = [normalise_question(row.question) for row in rows]
    for index, row in enumerate(rows):
        for key in (row.place, row.group or row.place, questions[index]):
            parent[root(index)] = root(first_at.setdefault(key, index))
    distinct = list(dict.fromkeys(questions))
    for one, other in alike_pairs(distinct):
        parent[root(first_at[distinct[one]])] = root(first_at[distinct[other]])
    groups: dict[int, list[int]] = defaultdict(list)
    for index in range(len(rows)):
        groups[root(index)].append(index)
    return list(groups.values())


def alike_pairs(questions: Sequence[str]) -> list[tuple[int, int]]:
    """Find every pair of questions that are alike.

    Two sets overlap by `ALIKE` only if they share one of their rarest elements, so only those are looked up.

    Args:
        questions: normalised, each once.

    Returns:
        Pairs of places in ``questions``, the later one first.

    Source:
        Prefix filtering for set similarity joins: Bayardo, Ma, Srikant, "Scaling up all pairs similarity search", 2007.
    """
    sets = [pieces_of(question) for question in questions]
    counts = Counter(piece for pieces in sets for piece in pieces)
    by_piece: dict[str, list[int]] = defaultdict(list)
    pairs: list[tuple[int, int]] = []
    for index, pieces in enumerate(sets):
        rarest = sorted(pieces, key=lambda piece: (counts[piece], piece))
        prefix = rarest[: len(rarest) - math.ceil(ALIKE * len(rarest)) + 1]
        for other in {found for piece in prefix for found in by_piece[piece]}:
            if not ALIKE * len(pieces) <= len(sets[other]) <= len(pieces) / ALIKE:
                continue
            shared = len(pieces & sets[other])
            if shared >= ALIKE * (len(pieces) + len(sets[other]) - shared):
                pairs.append((index, other))
        for piece in prefix:
            by_piece[piece].append(index)
    return pairs


def pieces_of(question: str) -> frozenset[str]:
    """The characters and pairs of characters of a text, by which texts are held to be alike."""
    return frozenset([*question, *(one + other for one, other in pairwise(question))])
