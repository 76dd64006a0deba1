"""Street addresses: a place down to a door, a village group or an estate; a mere town is none."""

import re
from collections.abc import Iterator

from agent.privacy.found import Found

_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|"
    "内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_PROVINCE = re.compile(
    rf"(?:{_PROVINCES})(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)?(?=[\u4e00-\u9fff ]{{2}})"
)
_HAN = r"[\u4e00-\u9fff]"
_NUMBER = r"[A-Za-z]?(?:\d{1,5}|[一二三四五六七八九十百]{1,4}|[甲乙丙丁])[A-Za-z]?"
_NUMBERS = rf"{_NUMBER}(?: ?[\-/#] ?{_NUMBER}){{0,4}}"
_UNIT = r"(?:号楼|号院|号门|号铺|号|栋|幢|座|单元|室|层|楼|户|组|门牌|门|排|支弄|弄|队|房|铺|库|院|期|#)"
_ROAD = (
    r"(?:大道|大街|公路|环路|路|街|巷|弄|胡同|道|里|条|村|庄|屯|寨|社区|街坊|坊)"
    r"(?:[东南西北中]段|[东南西北]路|[东南西北]|[一二三四五六七八九十]段)?(?:辅路)?"
)
_ESTATE = (
    r"(?:小区|花园|花苑|家园|公寓|大厦|大楼|写字楼|广场|新村|新城|新苑|家属院|宿舍楼?|工业园区?|科技园区?|产业园|园区|软件园|中心|商城|市场|基地|"
    r"校区|大学|学院|中学|小学|学校|幼儿园|医院|公司|工厂|驿站|超市|便利店|国际|豪庭|雅苑|名苑|苑|园|城|府|湾|庭|轩|邸|郡|墅|居|阁|台|岛|谷|里|天地|世纪|镇|乡|街道|村)"
)
_DETAIL = rf"(?:{_NUMBERS} ?{_UNIT}|[A-Za-z东南西北]{{1,2}} ?(?:座|区|门|栋|幢|塔))"
_DASHED = r"[A-Za-z]?\d{1,3} ?[\-/] ?(?:\d{1,2} ?[\-/] ?)?\d{3,4}(?![\d\-/])"
"""Building, entrance and flat, as customers write them."""
_TAIL = (
    rf"(?: ?(?:\([^()\n收\d]{{1,16}}\))? ?"
    rf"(?:[A-Za-z0-9{_HAN[1:-1]}]{{0,12}}?{_ESTATE} ?)?(?:{_DETAIL}|{_HAN}{{2,10}} ?\d{{1,3}} ?(?:栋|幢|号楼|座|单元)"
    rf"|{_NUMBERS}(?!\d|[.]\d|元|块|件|个|天|月|年|岁|斤|克)))"
)
_LAST = (
    rf"(?: ?{_HAN}{{0,12}}(?:大学|学院|小区|大厦|广场|花园|公寓|中心|医院|学校|驿站|宿舍|市场|商城|大楼|校区|工业园|科技园|园区|软件园|基地"
    r"|超市|村|交叉口|丰巢柜?|快递柜|门卫室?|物业|传达室|门口|旁边|对面|楼下|公司))"
)
_DOOR = re.compile(
    rf"(?:{_HAN}{_ROAD} ?{_NUMBERS} ?(?:{_UNIT}|(?=[, 、。;]|$))|{_HAN}{_ESTATE} ?(?:\([^()\n]{{1,16}}\))? ?(?:{_DETAIL}|{_DASHED})|"
    rf"(?:区|县|市|镇|乡) ?{_HAN}{{2,12}} ?(?:{_DASHED}|\d{{1,3}} ?(?:栋|幢|号楼) ?(?=[\dA-Za-z一二三四五六七八九十])))"
    rf"{_TAIL}{{0,6}}{_LAST}?"
)
_REGION = r"(?:自治州|自治县|地区|盟|旗|省|市|区|县|镇|乡|街道)"
_NAMED = re.compile(
    rf"(?:(?:{_PROVINCES})(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)? ?)?(?>(?:{_HAN}{{1,7}}?{_REGION} ?){{2,6}})"
    rf"(?:{_HAN}{{1,14}}?{_ESTATE}|{_HAN}{{1,6}}{_ROAD})+{_TAIL}{{0,6}}{_LAST}?"
)
_FIRST_REGION = re.compile(rf"{_HAN}{{1,7}}?{_REGION}")
_LABELLED = re.compile(
    rf"(?:地址|住址|住在|家住|收货地|送到|寄到|寄往|送往|发到)(?:改成|改为|换成|改到|填的?|写的?|应该是|就?是|为|在|:|,| )*"
    rf"(?P<place>(?:{_HAN}|[A-Za-z0-9 #\-()]){{4,60}})"
)
_START = re.compile(
    r"(?:地址|住址|改成|改为|换成|改到|换到|送到|寄到|寄往|送往|发到|发往|住在|家住|就在|应该是|是|在|到|往|我住|住|寄|送|收货|快递)"
)
_FINE = re.compile(rf"{_NUMBERS} ?{_UNIT}|{_HAN}{_ROAD}|{_HAN}(?:小区|花园|公寓|大厦|广场|宿舍|大学|学院|村|镇|苑|府)")
_ASKS = re.compile(r"吗|呢|多久|几天|怎么|什么|可以|能不能|要不要|多少|哪")
_BACK = 40
_BREAK = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9 ]|\d \b")
"""What no address runs over on its way back from the door."""


def find_places(text: str) -> Iterator[Found]:
    """Find addresses in a flat text, from the province on or from wherever they begin."""
    for match in _DOOR.finditer(text):
        if not _is_day(match):
            yield Found("address", _begin(text, match.start()), match.end())
    for match in _NAMED.finditer(text):
        if not _ASKS.search(match[0]):
            region = _FIRST_REGION.match(text, match.start())
            yield Found("address", _begin(text, region.end() - 1 if region else match.start()), match.end())
    for match in _LABELLED.finditer(text):
        said = match["place"]
        if _PROVINCE.search(said) and _FINE.search(said) and not _ASKS.search(said):
            yield Found("address", match.start("place"), match.end("place"))


def _is_day(match: re.Match[str]) -> bool:
    """Whether the number is a day of the month or a deadline: 路上5号, 11月5号."""
    return re.fullmatch(rf"(?:这|一|那|半|上|下|在|网|线)?(?:路|道|里|城|园){_NUMBERS} ?号?", match[0]) is not None


def _begin(text: str, door: int) -> int:
    """Where the address begins whose street stands at ``door``."""
    floor = max(0, door - _BACK)
    stop = max((match.end() for match in _BREAK.finditer(text[floor:door])), default=0)
    before = text[floor + stop : door + 3]
    province = _PROVINCE.search(before)
    if province is not None and floor + stop + province.start() <= door:
        return floor + stop + province.start()
    started = max((match.end() for match in _START.finditer(before[:-3])), default=0)
    return min(floor + stop + started, door)
