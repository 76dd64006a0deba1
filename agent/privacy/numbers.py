"""Numbers that name a person: phones, identity and bank cards, plates; order, parcel and article numbers are none."""

import re
from collections.abc import Iterator

from agent.privacy.check_digits import is_id_card, passes_luhn
from agent.privacy.found import Found

_SEP = r"[ \-·_]"
_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_HAN_RUN = re.compile(r"[〇零一二三四五六七八九幺]{11}")

_MOBILE = re.compile(
    rf"(?<![\dA-Za-z.])(?:\(?(?:\+|00)?86\)?{_SEP}{{0,2}})?"
    rf"(?:1[3-9]\d\.\d{{4}}\.\d{{4}}|1{_SEP}{{0,2}}[3-9](?:{_SEP}{{0,2}}\d){{9}})(?![\dA-Za-z])(?!{_SEP}\d)"
)
_LANDLINE = re.compile(
    r"(?<![\dA-Za-z.\-])\(?0(?:10|2[0-57-9]|[3-9]\d{2})\)?[ \-]{0,2}[2-8]\d{3}[ \-]?\d{3,4}(?:(?:-|转|ext\.?) ?\d{1,6})?(?![\dA-Za-z])"
)
_ID_CARD = re.compile(rf"(?<![\dA-Za-z])[1-9](?:{_SEP}{{0,2}}\d){{16}}{_SEP}{{0,2}}[\dXx](?![\dA-Za-z])")
_CARD = re.compile(rf"(?<![\dA-Za-z])\d(?:{_SEP}{{0,2}}\d){{14,18}}(?![\dA-Za-z])")
_CARD_HEADS = (
    (re.compile(r"62\d{14,17}"), "UnionPay"),
    (re.compile(r"4\d{15}"), "Visa"),
    (re.compile(r"5[1-5]\d{14}"), "Mastercard"),
    (re.compile(r"3[47]\d{13}|35\d{14}"), "American Express, JCB"),
    (re.compile(r"9558\d{15}|60\d{14}|8[178]\d{14}"), "older domestic cards"),
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-HJ-NP-Za-hj-np-z]"
    r"(?:[ ·•.\-]{0,2}(?=[A-Za-z]{0,3}\d)[A-HJ-NP-Za-hj-np-z0-9]{4,5}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳领]|"
    r"(?:[ ·•.\-]{1,2}[A-HJ-NP-Za-hj-np-z0-9]){5,6})"
    r"(?![A-Za-z0-9])"
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63} ?@ ?[A-Za-z0-9\-]{1,63}(?:[.。] ?[A-Za-z0-9\-]{1,63})*[.。] ?[A-Za-z]{2,18}(?![A-Za-z0-9])"
)

_OTHER_NUMBER = re.compile(
    r"(?:订单|单号|运单|快递|物流|包裹|编号|货号|款号|条码|条形码|流水|交易|支付单|凭证|追溯码|溯源码|防伪码|发票|税号|批号|批次|序列|券码|兑换码|"
    r"验证码|商品|型号|编码|退货单|售后单|工单|SKU|sku|sn|SN|EAN|ean|顺丰|圆通|中通|申通|韵达|邮政|京东|极兔|德邦)"
    r"(?:编?号码?|码|的|尾号)?[ 是为:,#\-]{0,3}$"
)
_CARD_SAID = re.compile(r"(?:银行卡|储蓄卡|信用卡|借记卡|卡号|卡上|账户|账号|帐号|打到|转到|退到)[号码的 是为:,]{0,4}$")
_ID_SAID = re.compile(r"身份证[号码件的 是为:,]{0,5}$")
_AROUND = 16


def find_numbers(text: str) -> Iterator[Found]:
    """Find mail addresses, plates, identity numbers, bank cards and phones in a flat text, the surest kind first."""
    yield from (Found("email", *match.span()) for match in _EMAIL.finditer(text))
    yield from (Found("plate", *match.span()) for match in _PLATE.finditer(text))
    yield from _id_cards(text)
    yield from _bank_cards(text)
    for pattern in (_MOBILE, _LANDLINE):
        for match in pattern.finditer(text):
            if not _is_other(text, match.start()):
                yield Found("phone", *match.span())
    for match in _HAN_RUN.finditer(text):
        if _MOBILE.fullmatch(match[0].translate(_HAN_DIGITS)):
            yield Found("phone", *match.span())


def _id_cards(text: str) -> Iterator[Found]:
    for match in _ID_CARD.finditer(text):
        if is_id_card(_bare(match[0])) or _ID_SAID.search(_before(text, match.start())):
            yield Found("id_card", *match.span())


def _bank_cards(text: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        number = _bare(match[0])
        if _CARD_SAID.search(_before(text, match.start())):
            yield Found("bank_card", *match.span())
        elif _is_card(number) and not _is_other(text, match.start()):
            yield Found("bank_card", *match.span())


def _is_card(number: str) -> bool:
    return any(pattern.fullmatch(number) for pattern, _ in _CARD_HEADS) and passes_luhn(number)


def _is_other(text: str, start: int) -> bool:
    """Whether the words before a number say that it names a thing, or it is the rest of a longer code."""
    before = _before(text, start)
    return _OTHER_NUMBER.search(before) is not None or re.search(r"[A-Za-z0-9][\-_]$", before) is not None


def _before(text: str, start: int) -> str:
    return text[max(0, start - _AROUND) : start]


def _bare(number: str) -> str:
    return re.sub(r"[^0-9Xx]", "", number)
