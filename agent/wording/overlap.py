"""How alike a reply is to what a person wrote: a rough sign, never a gate.

The libraries are loaded only where something is compared.
"""

from functools import cache
from importlib.metadata import version
from typing import Any

_CHRF = "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no"
_BLEU = "nrefs:1|case:mixed|eff:yes|tok:zh|smooth:exp"
_ROUGE = "rougeL|f-measure|tokens:characters|stem:no"


def chrf(reply: str, reference: str) -> float:
    """ChrF of one reply, 0 to 100, higher is better."""
    return float(chrf_metric().sentence_score(reply, [reference]).score)


def bleu4(reply: str, reference: str) -> float:
    """BLEU-4 of one reply on characters, 0 to 100, higher is better."""
    return float(bleu_metric().sentence_score(reply, [reference]).score)


def rouge_l(reply: str, reference: str) -> float:
    """ROUGE-L of one reply on characters (F-measure), 0 to 100, higher is better."""
    return 100 * float(_rouge().score(reference, reply)["rougeL"].fmeasure)


def chrf_signature() -> str:
    """The settings and the library's version behind `chrf`."""
    return f"{_CHRF}|version:{version('sacrebleu')}"


def bleu_signature() -> str:
    """The settings and the library's version behind `bleu4`."""
    return f"{_BLEU}|version:{version('sacrebleu')}"


def rouge_signature() -> str:
    """The settings and the library's version behind `rouge_l`."""
    return f"{_ROUGE}|version:{version('rouge-score')}"


@cache
def chrf_metric() -> Any:
    """The library's metric behind `chrf`."""
    from sacrebleu.metrics.chrf import CHRF

    return CHRF(char_order=6, word_order=0)


@cache
def bleu_metric() -> Any:
    """The library's metric behind `bleu4`."""
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
