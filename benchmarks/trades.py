"""The trades that retrieval is measured on: invented shops with questions whose answers are known."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from retrieval.embedders.port import Embedder, Vectors
from retrieval.indexing import build_retriever
from retrieval.passages import Passage
from retrieval.ranking.shops import read_shop
from retrieval.retriever import Retriever

DATA = Path(__file__).parent / "data" / "retrieval"
DAY = date(2026, 11, 20)
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One question as the fusion sees it."""

    text: str
    passages: Array
    """[passages, 9]"""
    right: NDArray[np.bool_]
    """[passages]: which hold the answer; all False where the shop has none."""
    sentences: Array
    """[sentences of all passages, 16]"""
    owner: NDArray[np.int64]
    """[sentences]: the passage each stands in."""
    right_sentence: NDArray[np.bool_]
    """[sentences]: which answer; all False where none is marked."""
    leaning: bool = False
    """It came with the message before it."""


@dataclass(frozen=True)
class Trade:
    """One shop's questions."""

    name: str
    asked: tuple[Case, ...]
    left_out: tuple[Case, ...]
    """The editors' own questions, each taken out of the index before it is asked."""
    unanswerable: tuple[Case, ...]


class Remembering:
    """An embedder that encodes each text once: the indexes rebuilt here differ in one question."""

    def __init__(self, inner: Embedder) -> None:
        self.identity, self.dimensions = inner.identity, inner.dimensions
        self.embed_queries = inner.embed_queries
        self._inner = inner
        self._known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Encode what is new."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._inner.embed(new), strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dimensions)


def trade_files() -> list[Path]:
    """The files of all trades, by name."""
    return sorted(path for path in DATA.iterdir() if path.suffix in (".yaml", ".jsonl"))


def measure_trade(path: Path, embedder: Embedder) -> Trade:
    """Describe all questions of one trade."""
    return _measure_policies(path, embedder) if path.suffix == ".yaml" else _measure_shop(path, embedder)


def _measure_policies(path: Path, embedder: Embedder) -> Trade:
    """A trade in YAML: questions with their policy and a piece of the sentence that answers."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    passages = [
        Passage(f"{one['id']}#0", one["id"], "policy", one["title"], one["category"], "", tuple(one["sentences"]),
                tuple(one.get("questions", ())))
        for one in data["policies"]
    ]  # fmt: skip
    place = {passage.source_id: number for number, passage in enumerate(passages)}
    retriever = build_retriever(passages, embedder)
    asked = []
    for text, source, part in data["ask"]:
        sentences = passages[place[source]].sentences
        right = [number for number, sentence in enumerate(sentences) if part in sentence]
        asked.append(case_of(retriever, text, "", place[source], right))
    unanswerable = tuple(case_of(retriever, text, "", None, ()) for text in data["unanswerable"])
    return Trade(path.stem, tuple(asked), tuple(left_out_cases(passages, embedder)), unanswerable)


def _measure_shop(path: Path, embedder: Embedder) -> Trade:
    """A trade in the form of the encoder's training data, with messages before the questions."""
    shop = read_shop(path)
    passages = []
    for number, title in enumerate(shop.titles):
        own = tuple(text for text, policy in zip(shop.sentences, shop.policy_of, strict=True) if policy == number)
        passages.append(Passage(f"{number}#0", str(number), "policy", title, "", "", own))
    first = [shop.policy_of.index(number) for number in range(len(shop.titles))]
    retriever = build_retriever(passages, embedder)
    asked = [
        case_of(retriever, ask.text, ask.before, ask.policy, [n - first[ask.policy] for n in (*ask.best, *ask.also)])
        for ask in shop.asks
    ]
    unanswerable = tuple(case_of(retriever, text, "", None, ()) for text in shop.unanswerable)
    return Trade(path.stem, tuple(asked), (), unanswerable)


def case_of(retriever: Retriever, text: str, before: str, policy: int | None, answers: Collection[int]) -> Case:
    """Describe one question.

    Args:
        retriever: over the policies, one passage each.
        text: the question.
        before: the message before it; empty: none.
        policy: place of the policy that answers; None: none does.
        answers: places of the sentences that answer, in that policy.
    """
    table, described, owner = retriever.features(text, before)
    right = np.arange(len(table)) == (-1 if policy is None else policy)
    first = int(np.argmax(owner == policy)) if policy is not None else 0
    marked = np.isin(np.arange(len(owner)), [first + place for place in answers])
    return Case(text, table.astype(float), right, described.astype(float), owner, marked, bool(before))


def left_out_cases(passages: list[Passage], embedder: Embedder) -> list[Case]:
    """Ask each editor's question against an index that lacks it."""
    cases = []
    asked = {(number, question) for number, passage in enumerate(passages) for question in passage.questions}
    for place, question in sorted(asked):
        source = passages[place].source_id
        without = [
            replace(one, questions=tuple(q for q in one.questions if q != question)) if one.source_id == source else one
            for one in passages
        ]
        table, described, owner = build_retriever(without, embedder).features(question)
        right = np.array([passage.source_id == source for passage in passages])
        unmarked = np.zeros(len(owner), dtype=bool)
        cases.append(Case(question, table.astype(float), right, described.astype(float), owner, unmarked))
    return cases
