"""Phone, address and receiver of a delivery."""

import re
from dataclasses import dataclass

from agent.understanding.entities.address_edges import trim_edges

_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}-?\d{7,8})(?!\d)")
_LEAD = re.compile(
    r"(?:地址|收货地址|新地址)?(?:改成|改到|改为|换成|换到|改送到?|改寄到?|寄到|送到|发到|寄去|送去|更改为|修改为|变更为|改一下成)\s*[::]?|(?:新?的?(?:收货)?地址)\s*(?:是|为|[::])\s*"
)
_STOPS = re.compile(
    r"[;。!?\n]|(?:,|\s)(?=(?:电话|手机|联系|收件人|收货人|姓名|名字|谢谢|麻烦|可以|行吗|好吗|能不能|能改|多久|什么时候|几天))|(?:可以吗|行吗|行不行|好吗|能行吗|谢谢|谢了|吧$|吗$|可不可以|能不能)"
)
_MARKS = (
    re.compile(r"[\u4e00-\u9fff]{2,8}(?:省|自治区)|(?:北京|上海|天津|重庆|香港|澳门|台湾)"),
    re.compile(r"[\u4e00-\u9fff]{1,8}(?:市|自治州|地区|盟)(?!场|面|价)"),
    re.compile(r"[\u4e00-\u9fff]{1,6}(?:区|县|旗)(?!别)"),
    re.compile(r"[\u4e00-\u9fff]{1,8}(?:街道|镇|乡|村|屯|社区)"),
    re.compile(r"[\u4e00-\u9fff\da-z]{1,10}(?:路|街|大道|巷|弄|胡同|道)(?!上)"),
    re.compile(r"[\da-z一二三四五六七八九十]+\s*(?:号楼?|栋|幢|座|单元|室|层|楼|期|弄|号院)(?!码)"),
    re.compile(
        r"[\u4e00-\u9fff]{2,10}(?:小区|花园|公寓|大厦|广场|苑|家园|学校|大学|中学|小学|医院|公司|驿站|宿舍|府|城|园区|中心)"
    ),
)
_RECEIVER = re.compile(
    r"(?:收件人|收货人|收货的人|姓名|名字)(?:的?名字)?(?:也)?(?:改成|改为|换成|换为|是|为|叫|写|:)+\s*"
    r"([\u4e00-\u9fff]{1,4}(?:先生|女士|小姐|阿姨|姐|哥)?|[a-zA-Z][a-zA-Z ]{1,20})(?=$|[,;。\s]|电话|手机)"
)
_TOO_VAGUE = re.compile(
    r"^(?:我?(?:家|公司|学校|单位|老家|朋友|我妈|我爸)(?:里|那|那边|去)?|哪里?|这里|那里|另一个|别的|一下|其他)"
)


@dataclass(frozen=True)
class Contact:
    """Where and to whom goods are to go."""

    phone: str | None = None
    """Digits only."""
    address: str | None = None
    """As typed, in one line."""
    receiver: str | None = None


def find_contact(plain: str) -> Contact:
    """Find a phone number, a full address and a receiver's name.

    An address counts only when it carries at least two kinds of address words (province, city, district, street, house number),
    so that 改到公司 asks for the address instead of giving one.

    Args:
        plain: the message, half-width, case as typed.
    """
    phone = _PHONE.search(plain)
    landline = _LANDLINE.search(plain)
    number = "".join(phone.groups()) if phone else landline[1] if landline else None
    receiver = _RECEIVER.search(plain)
    return Contact(number, _address(plain), receiver[1] if receiver else None)


def _address(plain: str) -> str | None:
    bare = _LANDLINE.sub(" ", _PHONE.sub(" ", plain))
    bare = _RECEIVER.sub(" ", bare)
    candidates = [bare[match.end() :] for match in _LEAD.finditer(bare)] + re.split(r"[,;。!?\n]", bare) + [bare]
    for candidate in candidates:
        address = _trim(candidate)
        if address is not None:
            return address
    return None


def _trim(candidate: str) -> str | None:
    stop = _STOPS.search(candidate, 1)
    text = candidate[: stop.start()] if stop else candidate
    kinds = [mark.search(text) for mark in _MARKS]
    places = [match for match in kinds if match is not None]
    if len(places) < 2 or _TOO_VAGUE.match(text.strip()):
        return None
    start = 0 if stop is None or candidate.strip().startswith(text.strip()) else min(match.start() for match in places)
    text = re.sub(
        r"(?:,|\s)*(?:电话|手机号?|联系方式|联系电话|收件人|收货人)\s*(?:是|为|:|改成|换成)*\s*$", "", text[start:]
    )
    text = re.sub(r"^(?:请|麻烦|帮我|我的?|新的?|收货|地址|是|为|:|,|\s|把|改成?|到|换成?)+", "", text)
    text = trim_edges(re.sub(r"\s+", " ", text).strip(" ,;:."))
    return text if len(text) >= 6 else None
