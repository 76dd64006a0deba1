"""Measures how well sources and sentences are found, and fits the fusion.

    python -m benchmarks.retrieval                 the table, each trade measured with weights fitted on the others
    python -m benchmarks.retrieval --fit           also prints weights fitted on all trades
    python -m benchmarks.retrieval --shop DIR      also a shop pack, by its editors' questions, each left out when it is asked
    python -m benchmarks.retrieval --embedder NAME another embedding model

The questions under ``data/retrieval`` were written for four invented shops; none is the shop that ships with the program.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize

from retrieval import scoring
from retrieval.embedders.opening import open_embedder
from retrieval.embedders.port import Embedder, Vectors
from retrieval.indexing import build_retriever
from retrieval.passages import Passage
from retrieval.retriever import Query, Retriever

DATA = Path(__file__).parent / "data" / "retrieval"
KINDS = Path(__file__).parent / "data" / "sentences" / "kinds.yaml"
DAY = date(2026, 11, 20)
PENALTY = 0.002
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
    """[sentences of the right passage, 16]; empty where none is marked."""
    right_sentence: NDArray[np.bool_]


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


def read_trade(path: Path) -> tuple[list[Passage], list[list[str]], list[str]]:
    """Read one trade's policies, questions and unanswerable questions."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    passages = [
        Passage(f"{one['id']}#0", one["id"], "policy", one["title"], one["category"], "", tuple(one["sentences"]),
                tuple(one.get("questions", ())))
        for one in data["policies"]
    ]  # fmt: skip
    return passages, data["ask"], data["unanswerable"]


def case_of(retriever: Retriever, passages: Sequence[Passage], text: str, source: str | None, part: str | None) -> Case:
    """Describe one question; ``part`` is a piece of the sentence that answers."""
    table, described, owner = retriever.features(text)
    right = np.array([passage.source_id == source for passage in passages])
    inside = np.isin(owner, np.flatnonzero(right))
    texts = [sentence for passage, mine in zip(passages, right, strict=True) if mine for sentence in passage.sentences]
    marked = np.array([part is not None and part in sentence for sentence in texts], dtype=bool)
    return Case(text, table.astype(float), right, described[inside].astype(float), marked)


def left_out_cases(passages: list[Passage], embedder: Embedder) -> list[Case]:
    """Ask each editor's question against an index that lacks it."""
    cases = []
    asked = {(passage.source_id, question) for passage in passages for question in passage.questions}
    for source, question in sorted(asked):
        without = [
            replace(one, questions=tuple(q for q in one.questions if q != question)) if one.source_id == source else one
            for one in passages
        ]
        cases.append(case_of(build_retriever(without, embedder), without, question, source, None))
    return cases


def measure_trade(path: Path, embedder: Embedder) -> Trade:
    """Describe all questions of one trade."""
    passages, asked, unanswerable = read_trade(path)
    retriever = build_retriever(passages, embedder)
    return Trade(
        path.stem,
        tuple(case_of(retriever, passages, *one) for one in asked),
        tuple(left_out_cases(passages, embedder)),
        tuple(case_of(retriever, passages, text, None, None) for text in unanswerable),
    )


def fit_ranking(groups: Iterable[tuple[Array, NDArray[np.bool_]]]) -> Array:
    """Weights under which the right row of each group is the likeliest (softmax over the rows, L2 penalty)."""
    kept = [(rows, right) for rows, right in groups if right.any() and len(rows) > 1]

    def loss(weights: Array) -> tuple[float, Array]:
        total, slope = 0.0, np.zeros_like(weights)
        for rows, right in kept:
            logits = rows @ weights
            share = np.exp(logits - logits.max())
            share /= share.sum()
            good = share * right
            total -= float(np.log(good.sum() + 1e-12))
            slope -= (good / (good.sum() + 1e-12) - share) @ rows
        return total / len(kept) + PENALTY * float(weights @ weights) / 2, slope / len(kept) + PENALTY * weights

    return np.asarray(minimize(loss, np.zeros(kept[0][0].shape[1]), jac=True, method="L-BFGS-B").x)


def fit_logistic(scores: Sequence[float], labels: Sequence[bool]) -> tuple[float, float]:
    """Slope and midpoint of the curve from score to chance; both classes weigh the same."""
    x, y = np.array(scores), np.array(labels, dtype=float)
    weight = np.where(y > 0, 0.5 / max(y.sum(), 1), 0.5 / max((1 - y).sum(), 1))

    def loss(given: Array) -> float:
        z = given[0] * (x - given[1])
        return float((weight * (np.logaddexp(0, z) - y * z)).sum() + 1e-3 * given[0] ** 2)

    found = minimize(loss, np.array([1.0, float(x.mean())]), method="Nelder-Mead").x
    return float(found[0]), float(found[1])


def rank_of(rows: Array, right: NDArray[np.bool_], weights: Array) -> int:
    """Place of the first right row, from 1."""
    order = np.argsort(-(rows @ weights), kind="stable")
    return int(np.flatnonzero(right[order])[0]) + 1


def summary(ranks: Sequence[int]) -> str:
    """MRR and recall of a list of places."""
    places = np.array(ranks)
    return f"MRR {np.mean(1 / places):.3f}  R@1 {np.mean(places == 1):.3f}  R@3 {np.mean(places <= 3):.3f}  n={len(places)}"


def ranking_groups(trades: Iterable[Trade]) -> list[tuple[Array, NDArray[np.bool_]]]:
    """Groups for the fusion: asked and left-out questions."""
    return [(case.passages, case.right) for trade in trades for case in (*trade.asked, *trade.left_out)]


def kind_groups(embedder: Embedder) -> list[list[tuple[Array, NDArray[np.bool_]]]]:
    """Groups for the choice of a sentence where all sentences share a topic and the kind of question decides; by passage."""
    found = []
    for one in yaml.safe_load(KINDS.read_text(encoding="utf-8")):
        passage = Passage("x#0", "x", "policy", one["title"], "", "", tuple(one["sentences"]))
        retriever = build_retriever([passage], embedder)
        places = np.arange(len(passage.sentences))
        found.append([(retriever.features(text)[1].astype(float), places == answer) for text, answer in one["ask"]])
    return found


def sentence_groups(trades: Iterable[Trade]) -> list[tuple[Array, NDArray[np.bool_]]]:
    """Groups for the choice of a sentence."""
    return [(case.sentences, case.right_sentence) for trade in trades for case in trade.asked]


def floor_curve(trades: Sequence[Trade], weights: Array) -> tuple[float, float]:
    """Slope and midpoint between answerable and unanswerable questions' best scores."""
    known = [float((case.passages @ weights).max()) for trade in trades for case in (*trade.asked, *trade.left_out)]
    unknown = [float((case.passages @ weights).max()) for trade in trades for case in trade.unanswerable]
    return fit_logistic([*known, *unknown], [True] * len(known) + [False] * len(unknown))


def report(trades: Sequence[Trade], kinds: Sequence[list[tuple[Array, NDArray[np.bool_]]]]) -> None:
    """Print the table: every trade with weights and floor fitted on the other trades."""
    asked: list[int] = []
    left_out: list[int] = []
    inside: list[int] = []
    kept: list[float] = []
    refused: list[float] = []
    all_kinds = [group for passage in kinds for group in passage]
    columns: dict[str, list[int]] = {name: [] for name in scoring.FEATURES}
    for trade in trades:
        others = [one for one in trades if one is not trade]
        weights, sentence_weights = (
            fit_ranking(ranking_groups(others)),
            fit_ranking([*sentence_groups(others), *all_kinds]),
        )
        slope, midpoint = floor_curve(others, weights)
        asked += [rank_of(case.passages, case.right, weights) for case in trade.asked]
        left_out += [rank_of(case.passages, case.right, weights) for case in trade.left_out]
        inside += [rank_of(case.sentences, case.right_sentence, sentence_weights) for case in trade.asked]
        kept += [slope * (float((case.passages @ weights).max()) - midpoint) for case in trade.asked]
        refused += [slope * (float((case.passages @ weights).max()) - midpoint) for case in trade.unanswerable]
        for number, name in enumerate(scoring.FEATURES):
            columns[name] += [rank_of(case.passages[:, [number]], case.right, np.ones(1)) for case in trade.asked]
    for name, ranks in columns.items():
        print(f"{name + ' alone':24s} {summary(ranks)}")
    print(f"{'fusion, colloquial':24s} {summary(asked)}")
    print(f"{'fusion, left-out':24s} {summary(left_out)}")
    print(f"{'sentence in its source':24s} {summary(inside)}")
    same_topic = []
    for held in kinds:
        weights = fit_ranking([*sentence_groups(trades), *(group for one in kinds if one is not held for group in one)])
        same_topic += [rank_of(rows, right, weights) for rows, right in held]
    print(f"{'sentence, same topic':24s} {summary(same_topic)}")
    for chance in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        bar = np.log(chance / (1 - chance))
        print(f"floor {chance:.2f}: answerable kept {np.mean(np.array(kept) >= bar):.3f}, "
              f"unanswerable refused {np.mean(np.array(refused) < bar):.3f}")  # fmt: skip


def print_fit(trades: Sequence[Trade], kinds: Sequence[list[tuple[Array, NDArray[np.bool_]]]]) -> None:
    """Print the constants of ``retrieval/scoring.py`` and ``retrieval/sentences.py`` fitted on all trades."""
    weights = fit_ranking(ranking_groups(trades))
    slope, midpoint = floor_curve(trades, weights)
    print("FEATURE_WEIGHTS", weights.round(2).tolist(), "SLOPE", round(slope, 2), "MIDPOINT", round(midpoint, 2))
    groups = [*sentence_groups(trades), *(group for passage in kinds for group in passage)]
    chosen = fit_ranking(groups)
    scores = np.concatenate([rows @ chosen for rows, _ in groups]).tolist()
    labels = np.concatenate([right for _, right in groups]).tolist()
    slope, midpoint = fit_logistic(scores, labels)
    print("SENTENCE_WEIGHTS", chosen.round(2).tolist(), "SLOPE", round(slope, 2), "MIDPOINT", round(midpoint, 2))


def report_shop(folder: Path, embedder: Embedder) -> None:
    """Print how a shop pack's policies are found by their own questions, with the constants as they ship."""
    from knowledge.policies import load_policies
    from knowledge.splitting import split_policy

    pieces = [piece for policy in load_policies(folder) for piece in split_policy(policy)]
    passages = [piece for piece in pieces if piece.scope.effective_to is None or piece.scope.effective_to >= DAY]
    cases = left_out_cases(passages, embedder)
    weights = scoring.FEATURE_WEIGHTS.astype(float)
    print(f"{'shop, left-out':24s} {summary([rank_of(case.passages, case.right, weights) for case in cases])}")
    for case in cases:
        best = int(np.argmax(case.passages @ weights))
        if not case.right[best]:
            print(
                f"    {case.text} → {passages[best].source_id}, wanted {passages[int(np.argmax(case.right))].source_id}"
            )
    retriever = build_retriever(passages, embedder)
    started = time.perf_counter()
    for case in cases:
        retriever.search(Query(case.text + "呀", DAY))
    print(f"{len(passages)} passages, one search {(time.perf_counter() - started) / len(cases) * 1e3:.2f} ms")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embedder", default="use-multilingual-v3")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--shop", type=Path)
    arguments = parser.parse_args()
    embedder = Remembering(open_embedder(arguments.embedder))
    trades = [measure_trade(path, embedder) for path in sorted(DATA.glob("*.yaml"))]
    kinds = kind_groups(embedder)
    report(trades, kinds)
    if arguments.fit:
        print_fit(trades, kinds)
    if arguments.shop:
        report_shop(arguments.shop, embedder)


if __name__ == "__main__":
    main()
