"""Measures of a body: height, weight, foot, age."""

import re
from dataclasses import dataclass
from decimal import Decimal

from agent.understanding.entities.numerals import NUMERAL, read_numeral

_N = r"(\d{2,3}(?:\.\d)?)"
_METRES = re.compile(
    r"(?<![\d.])([12一])\s*(?:米|m)\s*([0-9]{1,2}|[零一二三四五六七八九]{1,2})(?![\d.])|(?<![\d.])([12]\.\d{1,2})\s*(?:米|m)(?![a-z])"
)
_HEIGHT = re.compile(
    rf"(?:身高|个子|高)\s*(?:是|为|大概|差不多|有|:|：)?\s*{_N}(?![\d.])|(?<![\d.]){_N}\s*(?:cm|厘米|公分)?\s*(?:的?身高|高)(?![\d帮跟领腰])"
)
_CM = re.compile(r"(?<![\d.])(1[3-9]\d(?:\.\d)?|[6-9]\d(?:\.\d)?|1[0-2]\d(?:\.\d)?|20\d)\s*(?:cm|厘米|公分)")
_PAIR = re.compile(rf"(?<![\d.-])(1[3-9]\d|20\d)\s*(?:cm)?\s*[/,、\s·-]\s*{_N}(?!\d)\s*(kg|公斤|千克|斤)?(?![a-z\d%/])")
_WEIGHT = re.compile(rf"(?<![\d.])({NUMERAL})\s*多?(kg|公斤|千克|斤)(?![a-z重装])")
_WEIGHT_NAMED = re.compile(rf"(?:体重|重)\s*(?:是|为|大概|差不多|有|:)?\s*({NUMERAL})(?![\d.])\s*(kg|公斤|千克|斤)?")
_FOOT = re.compile(
    r"(?:脚长|脚|内长)\s*(?:是|为|大概|差不多|有|长|:)*\s*(\d{2,3}(?:\.\d)?)(?![\d.])\s*(cm|厘米|公分|mm|毫米)?(?!\s*(?:码|号))"
)
_AGE = re.compile(
    rf"(?<![\d.])({NUMERAL})\s*(岁半|周岁|岁|个月大|个月的?(?:宝宝|孩子|娃|婴儿|小孩|女儿|儿子))|(?:宝宝|孩子|娃|女儿|儿子)\s*({NUMERAL})\s*(个月)"
)
_HEIGHT_BESIDE_WEIGHT = re.compile(
    r"(?<![\d.])(1[4-9]\d)(?![\d.元块天件码])(?=\D{0,6}\d{2,3}\s*(?:斤|kg|公斤))|(?:斤|kg|公斤)\D{0,3}(?<![\d.])(1[4-9]\d)(?![\d.元块天件码斤]|\s*kg)"
)
_ADULT_CM = 145
_HEAVY_JIN = 75
_PRODUCT_WEIGHT = re.compile(
    r"(?:\d\s*(?:kg|公斤|千克|斤)的?(?:装|米|大米|面|苹果|橙|肉|哑铃|猫粮|狗粮|箱))|(?:猫|狗|宠物|被子|行李)"
)


@dataclass(frozen=True)
class Body:
    """Measures that decide a size."""

    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    foot_mm: Decimal | None = None
    age_months: int | None = None


def find_body(text: str) -> Body:
    """Find measures: 165/100, 一米六五, 体重98, 110斤, 脚长24.5, 三岁半.

    Weights without a unit are read as 斤 from 75 on (an adult's usual way of saying it), else as kilograms.

    Args:
        text: folded text.

    Returns:
        The measures named, in centimetres, kilograms, millimetres and months.
    """
    foot = _foot(text)
    pair = _PAIR.search(text)
    height = _height(text, pair)
    weight = (
        None if _PRODUCT_WEIGHT.search(text) and not re.search(r"体重|身高|穿", text) else _weight(text, pair, height)
    )
    return Body(height, weight, foot, _age(text))


def _height(text: str, pair: re.Match[str] | None) -> Decimal | None:
    match = _METRES.search(text)
    if match:
        if match[3]:
            return Decimal(match[3]) * 100
        return Decimal(100 * _metre(match[1]) + _centimetres(match[2]))
    for pattern, least, most in ((_HEIGHT, 50, 230), (_CM, 130, 210)):
        for found in pattern.finditer(text):
            number = Decimal(next(group for group in found.groups() if group))
            before = text[max(0, found.start() - 3) : found.start()]
            if least <= number <= most and not re.search(r"[长宽围袖深径厚]$|尺寸", before):
                return number
    if pair:
        return Decimal(pair[1])
    bare = _HEIGHT_BESIDE_WEIGHT.search(text)
    return Decimal(bare[1] or bare[2]) if bare else None


def _metre(sign: str) -> int:
    return 1 if sign == "一" else int(sign)


def _centimetres(text: str) -> int:
    digits = read_numeral(text) or Decimal(0)
    return int(digits) * (10 if len(text) == 1 else 1)


def _weight(text: str, pair: re.Match[str] | None, height: Decimal | None) -> Decimal | None:
    for match in (*_WEIGHT.finditer(text), *_WEIGHT_NAMED.finditer(text)):
        number = read_numeral(match[1])
        if number is not None and 3 <= number <= 400:
            return _kilograms(number, match[2], height)
    if pair and 30 <= Decimal(pair[2]) <= 250:
        return _kilograms(Decimal(pair[2]), pair[3], height)
    after_height = (
        re.search(r"(?<![\d.])1[4-9]\d(?:cm|厘米)?\D{0,3}(?<![\d.])(\d{2,3})(?![\d.码元块件天]|\s*cm)", text)
        if height
        else None
    )
    if after_height and 35 <= int(after_height[1]) <= 250:
        return _kilograms(Decimal(after_height[1]), None, height)
    return None


def _kilograms(number: Decimal, unit: str | None, height: Decimal | None) -> Decimal:
    if unit == "斤" or (unit is None and number >= _HEAVY_JIN):
        return number / 2
    if unit is None and height is not None and height < _ADULT_CM:
        return number / 2
    return number


def _foot(text: str) -> Decimal | None:
    match = _FOOT.search(text)
    if match is None:
        return None
    number = Decimal(match[1])
    millimetres = number * 10 if number < 40 else number
    return millimetres if 80 <= millimetres <= 330 else None


def _age(text: str) -> int | None:
    match = _AGE.search(text)
    if match is None:
        return None
    number = read_numeral(match[1] or match[3])
    if number is None or number > 120:
        return None
    unit = match[2] or match[4]
    if "月" in unit:
        return int(number)
    return int(number * 12) + (6 if unit == "岁半" else 0)
