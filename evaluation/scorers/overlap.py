"""How alike a reply is to what a person wrote: a rough sign, never a gate.

The libraries are loaded only where a case has a reference.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import answered, measured

CHRF_SIGNATURE = "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no"
BLEU_SIGNATURE = "nrefs:1|case:mixed|eff:yes|tok:zh|smooth:exp"
ROUGE_SIGNATURE = "rougeL|f-measure|tokens:characters|stem:no"


def _over(figure: Callable[[str, str], float]) -> Callable[[PlayedCase], Sequence[Measurement]]:
    def measure(case: PlayedCase) -> Sequence[Measurement]:
        return [
            measured(case, figure(reply.reply, turn.reference), turn, turn.reference, reply.reply)
            for turn, reply in answered(case)
            if turn.reference and reply.reply
        ]

    return measure


@cache
def _chrf() -> Any:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF(char_order=6, word_order=0)


@cache
def _bleu() -> Any:
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(tokenize="zh", effective_order=True)


@cache
def _rouge() -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rougeL"], tokenizer=Characters())


class Characters:
    """Takes every visible character for a token: the library's own tokens are Latin words alone."""

    def tokenize(self, text: str) -> list[str]:
        """Split a text."""
        return [char for char in text if not char.isspace()]


def chrf(reply: str, reference: str) -> float:
    """ChrF of one reply, 0 to 100, higher is better."""
    return float(_chrf().sentence_score(reply, [reference]).score)


def bleu4(reply: str, reference: str) -> float:
    """BLEU-4 of one reply on characters, 0 to 100, higher is better."""
    return float(_bleu().sentence_score(reply, [reference]).score)


def rouge_l(reply: str, reference: str) -> float:
    """ROUGE-L of one reply on characters (F-measure), 0 to 100, higher is better."""
    return 100 * float(_rouge().score(reference, reply)["rougeL"].fmeasure)


def overlap_scores() -> tuple[Score, ...]:
    """The three scores, each with the signature of its library and settings."""
    sacrebleu, rouge = version("sacrebleu"), version("rouge-score")
    return (
        _score("chrf", "characters in groups of up to six", f"{CHRF_SIGNATURE}|version:{sacrebleu}", chrf),
        _score("bleu4", "groups of up to four characters", f"{BLEU_SIGNATURE}|version:{sacrebleu}", bleu4),
        _score("rouge_l", "the longest run of characters in order", f"{ROUGE_SIGNATURE}|version:{rouge}", rouge_l),
    )


def _score(name: str, what: str, signature: str, figure: Callable[[str, str], float]) -> Score:
    return Score(
        Definition(
            name=name,
            meaning=f"How alike replies are to a person's, by {what}.",
            formula="mean of the score of each reply that has a reference",
            unit="points",
            direction="higher",
            source=signature,
            gate=False,
        ),
        _over(figure),
    )
