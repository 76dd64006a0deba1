"""Size tables in policies, read row by row: which row holds the customer's measures."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agent.understanding.entities import Entities

Measure = Literal["foot", "weight", "waist", "bust", "hip", "height"]

WEIGHTS: Mapping[Measure, int] = {"foot": 6, "weight": 4, "waist": 4, "bust": 3, "hip": 2, "height": 1}
"""How much each measure says about the size: the weight decides before the height."""
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
    return found


def best_row(rows: Iterable[Row], measures: Mapping[Measure, Decimal]) -> Row | None:
    """The row that holds the measures best; None when the telling measure fits no row."""
    best: tuple[int, Row] | None = None
    for row in rows:
        known = [measure for measure in measures if measure in row.ranges]
        if not known:
            continue
        telling = max(known, key=lambda measure: WEIGHTS[measure])
        if not _holds(row, telling, measures[telling]):
            continue
        score = sum(WEIGHTS[measure] * (1 if _holds(row, measure, measures[measure]) else -1) for measure in known)
        if best is None or score > best[0]:
            best = (score, row)
    return best[1] if best else None


def _holds(row: Row, measure: Measure, value: Decimal) -> bool:
    low, high = row.ranges[measure]
    return low <= value <= high if measure != "foot" else low < value <= high
