"""How alike a reply is to what a person wrote: a rough sign, never a gate."""

from collections.abc import Callable, Sequence

from agent.wording.overlap import bleu4, bleu_signature, chrf, chrf_signature, rouge_l, rouge_signature
from evaluation.records import PlayedCase
from evaluation.scorers.definition import Definition, Measurement, Score
from evaluation.scorers.turns import answered, measured


def _over(figure: Callable[[str, str], float]) -> Callable[[PlayedCase], Sequence[Measurement]]:
    def measure(case: PlayedCase) -> Sequence[Measurement]:
        return [
            measured(case, figure(reply.reply, turn.reference), turn, turn.reference, reply.reply)
            for turn, reply in answered(case)
            if turn.reference and reply.reply
        ]

    return measure


def overlap_scores() -> tuple[Score, ...]:
    """The three scores, each with the signature of its library and settings."""
    return (
        _score("chrf", "characters in groups of up to six", chrf_signature(), chrf),
        _score("bleu4", "groups of up to four characters", bleu_signature(), bleu4),
        _score("rouge_l", "the longest run of characters in order", rouge_signature(), rouge_l),
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
