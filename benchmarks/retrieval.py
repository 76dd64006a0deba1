"""Measures how well sources and sentences are found, and fits the fusion.

    python -m benchmarks.retrieval                 the table, each trade measured with weights fitted on the others
    python -m benchmarks.retrieval --fit           also prints weights fitted on all trades
    python -m benchmarks.retrieval --shop DIR      also a shop pack, by its editors' questions, each left out when it is asked
    python -m benchmarks.retrieval --embedder NAME another embedding model

The questions under ``data/retrieval`` were written for invented shops; none is the shop that ships with the program, and none is one that the
encoder was tuned on.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.trades import DAY, Array, Case, Remembering, Trade, left_out_cases, measure_trade, trade_files
from retrieval import scoring
from retrieval.embedders.opening import open_embedder
from retrieval.embedders.port import Embedder
from retrieval.embedders.use import TUNED_NAME
from retrieval.indexing import build_retriever
from retrieval.passages import Passage
from retrieval.retriever import Query

KINDS = Path(__file__).parent / "data" / "sentences" / "kinds.yaml"
PENALTY = 0.002
HITS = 3
"""Passages that a turn quotes from."""
LEAST_SHARE = 1e-6
NOWHERE = 1000
"""The place of a sentence that is in none of the passages quoted from."""


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
        sure = np.zeros((len(places), 1))
        found.append(
            [
                (np.hstack([retriever.features(text)[1].astype(float), sure]), places == answer)
                for text, answer in one["ask"]
            ]
        )
    return found


def elected(case: Case, weights: Array) -> tuple[Array, NDArray[np.bool_]] | None:
    """The sentences of the best passages, as a turn quotes from them: features with the passage's share, and which answer.

    Args:
        case: the question.
        weights: of the passages' features.

    Returns:
        [sentences, 17] and [sentences]; None where no sentence is marked.
    """
    if not case.right_sentence.any():
        return None
    scores = case.passages @ weights  # [passages]
    best = np.argsort(-scores, kind="stable")[:HITS]
    powers = np.exp(scores - scores.max())
    share = np.log(np.maximum(powers / powers.sum(), LEAST_SHARE))  # [passages]
    chosen = np.isin(case.owner, best)
    rows = np.hstack([case.sentences[chosen], share[case.owner[chosen], None]])
    return rows, case.right_sentence[chosen]


def inside(case: Case) -> tuple[Array, NDArray[np.bool_]]:
    """The sentences of the right passage: features, the share of a sure passage, and which answer."""
    own = case.right[case.owner]
    rows = case.sentences[own]
    return np.hstack([rows, np.zeros((len(rows), 1))]), case.right_sentence[own]


def sentence_groups(trades: Iterable[Trade], weights: Array) -> list[tuple[Array, NDArray[np.bool_]]]:
    """Groups for the choice of a sentence, by the weights of the passages."""
    found = [elected(case, weights) for trade in trades for case in trade.asked]
    return [group for group in found if group is not None]


def floor_curve(trades: Sequence[Trade], weights: Array) -> tuple[float, float]:
    """Slope and midpoint between answerable and unanswerable questions' best scores."""
    known = [float((case.passages @ weights).max()) for trade in trades for case in (*trade.asked, *trade.left_out)]
    unknown = [float((case.passages @ weights).max()) for trade in trades for case in trade.unanswerable]
    return fit_logistic([*known, *unknown], [True] * len(known) + [False] * len(unknown))


@dataclass
class Tally:
    """What the questions of all trades gave, each trade with weights fitted on the others."""

    asked: list[int] = field(default_factory=list)
    """Places of the right policy for colloquial questions, from 1."""
    leaning: list[int] = field(default_factory=list)
    """The same for questions that came after another message."""
    left_out: list[int] = field(default_factory=list)
    """The same for editors' questions."""
    in_source: list[int] = field(default_factory=list)
    """Places of the right sentence in the right policy."""
    quoted: list[int] = field(default_factory=list)
    """Places of the right sentence among those of the best policies; a large number where it is in none of them."""
    kept: list[float] = field(default_factory=list)
    """Log-odds that an answerable question has an answer."""
    refused: list[float] = field(default_factory=list)
    """Log-odds that an unanswerable one has."""

    def add(self, trade: Trade, weights: Array, sentence_weights: Array, floor: tuple[float, float]) -> None:
        """Ask the questions of one trade."""
        slope, midpoint = floor

        def log_odds(case: Case) -> float:
            return slope * (float((case.passages @ weights).max()) - midpoint)

        for case in trade.asked:
            ranks = self.leaning if case.leaning else self.asked
            ranks.append(rank_of(case.passages, case.right, weights))
            self.kept.append(log_odds(case))
            if case.right_sentence.any():
                self.in_source.append(rank_of(*inside(case), sentence_weights))
        for rows, right in sentence_groups([trade], weights):
            self.quoted.append(rank_of(rows, right, sentence_weights) if right.any() else NOWHERE)
        self.left_out += [rank_of(case.passages, case.right, weights) for case in trade.left_out]
        self.refused += [log_odds(case) for case in trade.unanswerable]

    def show(self) -> None:
        """Print the table."""
        print(f"{'fusion, colloquial':24s} {summary(self.asked)}")
        print(f"{'fusion, after a message':24s} {summary(self.leaning)}")
        print(f"{'fusion, left-out':24s} {summary(self.left_out)}")
        print(f"{'sentence in its source':24s} {summary(self.in_source)}")
        print(f"{'sentence of the shop':24s} {summary(self.quoted)}")
        for chance in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
            bar = np.log(chance / (1 - chance))
            print(f"floor {chance:.2f}: answerable kept {np.mean(np.array(self.kept) >= bar):.3f}, "
                  f"unanswerable refused {np.mean(np.array(self.refused) < bar):.3f}")  # fmt: skip


def report(trades: Sequence[Trade], kinds: Sequence[list[tuple[Array, NDArray[np.bool_]]]]) -> None:
    """Print the table: every trade with weights and floor fitted on the other trades."""
    all_kinds = [group for passage in kinds for group in passage]
    cases = [case for trade in trades for case in trade.asked]
    for number, name in enumerate(scoring.FEATURES):
        alone = [rank_of(case.passages[:, [number]], case.right, np.ones(1)) for case in cases]
        print(f"{name + ' alone':24s} {summary(alone)}")
    tally = Tally()
    for trade in trades:
        others = [one for one in trades if one is not trade]
        weights = fit_ranking(ranking_groups(others))
        sentence_weights = fit_ranking([*sentence_groups(others, weights), *all_kinds])
        tally.add(trade, weights, sentence_weights, floor_curve(others, weights))
    tally.show()
    weights = fit_ranking(ranking_groups(trades))
    same_topic = []
    for held in kinds:
        rest = [group for one in kinds if one is not held for group in one]
        chosen = fit_ranking([*sentence_groups(trades, weights), *rest])
        same_topic += [rank_of(rows, right, chosen) for rows, right in held]
    print(f"{'sentence, same topic':24s} {summary(same_topic)}")


def print_fit(trades: Sequence[Trade], kinds: Sequence[list[tuple[Array, NDArray[np.bool_]]]]) -> None:
    """Print the constants of ``retrieval/scoring.py`` and ``retrieval/sentences.py`` fitted on all trades."""
    weights = fit_ranking(ranking_groups(trades))
    slope, midpoint = floor_curve(trades, weights)
    print("FEATURE_WEIGHTS", weights.round(2).tolist(), "SLOPE", round(slope, 2), "MIDPOINT", round(midpoint, 2))
    groups = [*sentence_groups(trades, weights), *(group for passage in kinds for group in passage)]
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
    parser.add_argument("--embedder", default=TUNED_NAME)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--shop", type=Path)
    arguments = parser.parse_args()
    embedder = Remembering(open_embedder(arguments.embedder))
    trades = [measure_trade(path, embedder) for path in trade_files()]
    kinds = kind_groups(embedder)
    report(trades, kinds)
    if arguments.fit:
        print_fit(trades, kinds)
    if arguments.shop:
        report_shop(arguments.shop, embedder)


if __name__ == "__main__":
    main()
