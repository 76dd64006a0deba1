"""How much personal data the masking finds, and how often it hides what is none.

    python -m benchmarks.privacy [--texts 5000] [--seed 11] [--misses 20] [--write]

Makes texts up as customers and colleagues write them (frames times kinds of data), with the places of all personal data known, and
with order numbers, parcels, bar codes, amounts, days and towns beside them that must stay. A piece counts as found when none of its
characters is left; a masked piece is right when it touches a real one. Exits with 1 below 0.99 on either.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.privacy.masking import find_personal
from benchmarks.pages import write_block
from benchmarks.people import Maker

BAR = 0.99
PAGE = Path(__file__).parents[1] / "docs" / "safety.md"

_WORDS = json.loads((Path(__file__).parent / "data" / "privacy.json").read_text(encoding="utf-8"))
_FRAMES: dict[str, list[str]] = _WORDS["frames"]
_FULL_FRAMES: list[str] = _WORDS["full"]
_PLAIN: list[str] = _WORDS["plain"]
_TOWNS: list[str] = _WORDS["towns"]


@dataclass(frozen=True)
class Example:
    """One text and where its personal data stands."""

    text: str
    spans: tuple[tuple[str, int, int], ...]
    """Kind, first character, one past the last."""


class Corpus:
    """Makes examples up.

    Args:
        seed: the same seed gives the same examples.
    """

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._make = Maker(self._draw)

    def examples(self, count: int) -> list[Example]:
        """So many examples; about two in five hold no personal data."""
        makers = (self._plain, self._plain, self._single, self._single, self._full)
        return [self._draw.choice(makers)() for _ in range(count)]

    def _plain(self) -> Example:
        return self._fill(self._draw.choice(_PLAIN))

    def _single(self) -> Example:
        kind = self._draw.choice(list(_FRAMES))
        example = self._fill(self._draw.choice(_FRAMES[kind]).replace("{}", f"{{{kind}}}"))
        return self._joined(example, self._plain()) if self._draw.random() < 0.3 else example

    def _full(self) -> Example:
        return self._fill(self._draw.choice(_FULL_FRAMES))

    def _joined(self, first: Example, second: Example) -> Example:
        between = self._draw.choice("，。；\n ")
        at = len(first.text) + len(between)
        moved = tuple((kind, start + at, end + at) for kind, start, end in second.spans)
        return Example(first.text + between + second.text, first.spans + moved)

    def _fill(self, frame: str) -> Example:
        text, spans = "", []
        while "{" in frame:
            before, _, rest = frame.partition("{")
            slot, _, frame = rest.partition("}")
            text += before
            value = self._value(slot)
            if hasattr(self._make, slot):
                spans.append((slot.replace("landline", "phone"), len(text), len(text) + len(value)))
            text += value
        return Example(text + frame, tuple(spans))

    def _value(self, slot: str) -> str:
        personal: Callable[[], str] | None = getattr(self._make, slot, None)
        return personal() if personal is not None else self._thing(slot)

    def _thing(self, slot: str) -> str:
        digits, pick, number = self._make.digits, self._draw.choice, self._draw.randrange
        day = f"2026{number(1, 13):02}{number(1, 29):02}"
        values: dict[str, Callable[[], str]] = {
            "order": lambda: self._order(day),
            "parcel": self._parcel,
            "carrier": lambda: pick(("顺丰", "圆通", "中通", "极兔", "邮政EMS")),
            "barcode": lambda: f"69{digits(11)}",
            "article": lambda: pick((f"LT-{digits(4)}", f"SKU{digits(8)}", f"A{digits(5)}")),
            "hotline": lambda: pick((f"400-{digits(3)}-{digits(4)}", f"400{digits(7)}", f"95{digits(3)}")),
            "invoice": lambda: pick((digits(8), f"26{digits(18)}")),
            "tax": lambda: f"9{pick('12')}{digits(6)}MA{digits(7)}{pick('ABCDXY')}",
            "amount": lambda: pick((f"{number(9, 9999)}", f"{number(9, 999)}.{digits(2)}", f"1{digits(4)}")),
            "day": lambda: pick((f"{number(1, 13)}月{number(1, 29)}号", f"2026-11-{number(1, 29):02} {number(24):02}:30", "昨天")),
            "town": lambda: pick(_TOWNS),
            "size": lambda: pick(("170/92A", "XL", "165-175", "42")),
            "height": lambda: str(number(150, 190)),
            "days": lambda: str(number(2, 30)),
            "hour": lambda: str(number(8, 20)),
            "model": lambda: f"{pick('ABXZ')}{digits(3)}-{digits(4)}",
            "batch": lambda: f"{day}{pick('ABC')}",
            "coupon": lambda: f"VIP{digits(8)}",
            "tail": lambda: digits(4),
        }  # fmt: skip
        return values[slot]()

    def _order(self, day: str) -> str:
        digits = self._make.digits
        dated = (day + digits(8), day + digits(12), f"DD{day}{digits(6)}", f"SO-{day}-{digits(4)}")
        return self._draw.choice((*dated, f"LT{digits(8)}", f"2{digits(18)}", f"TEA-{digits(5)}", f"E{digits(19)}"))

    def _parcel(self) -> str:
        heads = (("SF1", 12), ("YT", 13), ("78", 12), ("43", 11), ("JD", 13), ("JT", 13), ("EA", 9), ("DPK", 12))
        head, count = self._draw.choice(heads)
        return head + self._make.digits(count)


@dataclass(frozen=True)
class Score:
    """How the masking did."""

    texts: int
    pieces: int
    found: int
    masked: int
    right: int
    by_kind: dict[str, tuple[int, int]]
    """Pieces and found ones of each kind."""
    misses: tuple[str, ...]
    """Texts with a piece missed or wrongly masked, marked."""

    @property
    def recall(self) -> float:
        """Share of the personal data of which no character is left."""
        return self.found / max(self.pieces, 1)

    @property
    def precision(self) -> float:
        """Share of the masked pieces that touch personal data."""
        return self.right / max(self.masked, 1)


def measure(examples: list[Example]) -> Score:
    """Mask all examples and count."""
    pieces, found = Counter[str](), Counter[str]()
    masked = right = 0
    misses: list[str] = []
    for example in examples:
        hidden = find_personal(example.text)
        covered = {place for one in hidden for place in range(one.start, one.end)}
        for kind, start, end in example.spans:
            pieces[kind] += 1
            if covered.issuperset(range(start, end)):
                found[kind] += 1
            else:
                misses.append(f"missed {kind} {example.text[start:end]!r} in {example.text!r}")
        for one in hidden:
            masked += 1
            if any(one.start < end and start < one.end for _, start, end in example.spans):
                right += 1
            else:
                misses.append(f"wrongly {one.kind} {example.text[one.start : one.end]!r} in {example.text!r}")
    by_kind = {kind: (pieces[kind], found[kind]) for kind in sorted(pieces)}
    return Score(len(examples), sum(pieces.values()), sum(found.values()), masked, right, by_kind, tuple(misses))


def table(score: Score) -> str:
    """The figures as a Markdown table."""
    lines = ["| personal data | pieces | hidden |", "|---|---|---|"]
    lines += [f"| {kind} | {pieces:,} | {found / pieces:.4f} |" for kind, (pieces, found) in score.by_kind.items()]
    lines.append(f"| all, {score.texts:,} texts | {score.pieces:,} | recall {score.recall:.4f} |")
    lines.append(f"| masked pieces that are personal | {score.masked:,} | precision {score.precision:.4f} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the figures into the documentation where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--misses", type=int, default=0, help="show so many mistakes")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/safety.md")
    args = parser.parse_args()
    score = measure(Corpus(args.seed).examples(args.texts))
    print(table(score))
    for line in score.misses[: args.misses]:
        print(line)
    if args.write:
        write_block(PAGE, "privacy", table(score))
    sys.exit(0 if min(score.recall, score.precision) >= BAR else 1)


if __name__ == "__main__":
    main()
