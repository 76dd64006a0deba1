"""Size tables in policies, read row by row: which row holds the customer's measures."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agent.understanding.entities import Entities

Measure = Literal["foot", "weight", "waist", "bust", "hip", "height"]

_LABELS: Mapping[Measure, str] = {
    "foot": "脚长|足长",
    "weight": "体重",
    "waist": "腰围?",
    "bust": "胸围?",
    "hip": "臀围?",
    "height": "身高",
}
_RANGE = r"[^\d，,；;。]{{0,6}}?(?P<low>\d+(?:\.\d+)?)(?:\s*(?:-|–|—|~|～|至|到)\s*(?P<high>\d+(?:\.\d+)?))?\s*(?P<unit>mm|毫米|cm|厘米|kg|公斤|斤)?"
_CELLS = {measure: re.compile(rf"(?:{label}){_RANGE.format()}") for measure, label in _LABELS.items()}
_SIZE = re.compile(
    r"(?:尺码|鞋码|码数|码号|推荐|建议|规格|号型|size)[：:]?\s*(?P<size>[A-Za-z0-9][A-Za-z0-9/.]{0,7}|[加特]?[小中大均]码|均码)",
    re.IGNORECASE,
)
_SAID = {
    measure: re.compile(rf"(?:{_LABELS[measure]})[^\d]{{0,3}}(\d{{2,3}}(?:\.\d)?)")
    for measure in ("waist", "bust", "hip")
}
_FACTORS = {"斤": Decimal("0.5"), "mm": Decimal("0.1"), "毫米": Decimal("0.1")}
_DIGITS = {
    **{str(digit): digit for digit in range(10)},
    **{char: at for at, char in enumerate("零一二三四五六七八九")},
    "两": 2,
}
_FEET = re.compile(r"腰围?.{0,2}([一二两三1-3])尺([一二三四五六七八九\d])?")
_CHI_CM = Decimal("33.3")
"""Centimetres in a 尺, in which waists are told."""
_FOOT_STEP = Decimal("0.5")
"""Centimetres between two shoe sizes: a row that names one foot length holds feet up to it."""


@dataclass(frozen=True)
class Row:
    """One row of a size table."""

    size: str
    sentence: str
    ranges: Mapping[Measure, tuple[Decimal, Decimal]]
    """Lowest and highest, in kilograms and centimetres."""


def read_rows(sentences: Iterable[str]) -> list[Row]:
    """Read the sentences that are rows of a size table: a size with at least one measure."""
    rows = []
    for sentence in sentences:
        size = _SIZE.search(sentence)
        ranges = {measure: span for measure, cell in _CELLS.items() if (span := _span(measure, cell.search(sentence)))}
        if size is not None and ranges:
            rows.append(Row(size["size"], sentence, ranges))
    return rows


def _span(measure: Measure, match: re.Match[str] | None) -> tuple[Decimal, Decimal] | None:
    if match is None:
        return None
    factor = _FACTORS.get(match["unit"] or "", Decimal(1))
    low = Decimal(match["low"]) * factor
    high = Decimal(match["high"]) * factor if match["high"] else low
    if measure == "foot" and high == low:
        low -= _FOOT_STEP
    return low, high


def measures_of(entities: Entities, text: str) -> dict[Measure, Decimal]:
    """The customer's measures, in kilograms and centimetres.

    Args:
        entities: height, weight and foot length.
        text: the folded message, for waist, bust and hip.
    """
    found: dict[Measure, Decimal] = {}
    if entities.foot_mm:
        found["foot"] = entities.foot_mm / 10
    if entities.weight_kg:
        found["weight"] = entities.weight_kg
    if entities.height_cm:
        found["height"] = entities.height_cm
    for measure in ("waist", "bust", "hip"):
        match = _SAID[measure].search(text)
        if match is not None:
            found[measure] = Decimal(match.group(1))
    feet = _FEET.search(text)
    if feet is not None and "waist" not in found:
        tenths = _DIGITS.get(feet.group(2) or "", 0)
        found["waist"] = (Decimal(_DIGITS[feet.group(1)]) + Decimal(tenths) / 10) * _CHI_CM
    return found


def best_row(rows: Sequence[Row], measures: Mapping[Measure, Decimal]) -> Row | None:
    """The row for the measures: what goes around the body decides, the largest size it asks for; the height only alone.

    Args:
        rows: in the table's order, small to large.
        measures: the customer's, in kilograms and centimetres.

    Returns:
        The row; None when a deciding measure fits none.
    """
    deciding: list[Measure] = [measure for measure in measures if measure != "height"] or ["height"]
    found = [_first_holding(rows, measure, measures[measure]) for measure in deciding if measure in measures]
    told = [place for place in found if place is not None]
    return rows[max(told)] if told else None


def _first_holding(rows: Sequence[Row], measure: Measure, value: Decimal) -> int | None:
    return next(
        (place for place, row in enumerate(rows) if measure in row.ranges and _holds(row, measure, value)), None
    )


def _holds(row: Row, measure: Measure, value: Decimal) -> bool:
    low, high = row.ranges[measure]
    return low <= value <= high if measure != "foot" else low < value <= high
