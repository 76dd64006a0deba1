"""Places that goods go to: countries, provinces, cities."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_SOURCE = Path(__file__).with_name("regions.txt")
_ORIGIN_AFTER = re.compile(r"(?:进口|生产|制造|产的?|原装|品牌|牌子|版|代购|货|风|料|设计|本土|直采|料理|寿司|留学生)")
_ORIGIN_BEFORE = re.compile(r"(?:来自|产自|进口自|原产|产地(?:是|在)?)$")
_WORDS = re.compile(
    r"(?:没有|[未没已刚拆一不])开封|开封(?=[了过后的就使吃喝尝试用]|以后|之后)|大理石|中山装|三明治|大连(?=衣|体)"
    r"|金边(?=眼镜|款|装饰)|大同小异|罗马(?=鞋|柱|裤|帘|杆)|北海道|日照(?=时间|强|充足)"
)
"""Words that are written like a place: 开封 is unsealing too, and 加大连衣裙 speaks of no port."""
_REMOTE_WORDS = re.compile(r"偏远|边远")
_CAPITALS = re.compile(r"(?<![A-Za-z])(US|UK)(?![A-Za-z])")

_GROUPS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "华北": frozenset("北京 天津 河北 山西 内蒙古".split()),
        "京津冀": frozenset("北京 天津 河北".split()),
        "东北": frozenset("辽宁 吉林 黑龙江".split()),
        "东三省": frozenset("辽宁 吉林 黑龙江".split()),
        "华东": frozenset("上海 江苏 浙江 安徽 福建 江西 山东".split()),
        "江浙沪皖": frozenset("江苏 浙江 上海 安徽".split()),
        "长三角": frozenset("江苏 浙江 上海 安徽".split()),
        "华中": frozenset("河南 湖北 湖南".split()),
        "华南": frozenset("广东 广西 海南".split()),
        "西南": frozenset("重庆 四川 贵州 云南 西藏".split()),
        "西北": frozenset("陕西 甘肃 青海 宁夏 新疆".split()),
        "港澳台": frozenset("香港 澳门 台湾".split()),
        "北美": frozenset("美国 加拿大".split()),
        "澳新": frozenset("澳大利亚 新西兰".split()),
        "日韩": frozenset("日本 韩国".split()),
        "新马泰": frozenset("新加坡 马来西亚 泰国".split()),
        "东南亚": frozenset("新加坡 马来西亚 泰国 越南 菲律宾 印度尼西亚 柬埔寨 老挝 缅甸 文莱".split()),
        "欧洲": frozenset(
            "英国 法国 德国 意大利 西班牙 荷兰 比利时 瑞士 瑞典 葡萄牙 奥地利 波兰 丹麦 芬兰 挪威 爱尔兰 希腊".split()
        ),
    }
)
"""Names under which shops put several provinces or countries together."""


@dataclass(frozen=True)
class Place:
    """One place of a message."""

    code: str
    """ISO 3166-1 alpha-2 of the country; ZZ: abroad, no country named."""
    name: str
    """The province or country in Chinese."""
    said: str
    """As it stands in the folded message."""
    is_remote: bool = False
    """Whether carriers usually ask more for it."""


@cache
def _gazetteer() -> tuple[Mapping[str, Place], re.Pattern[str]]:
    """Every name with its place, and the pattern that finds them, the longest first; read once."""
    places: dict[str, Place] = {}
    for line in _SOURCE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        code, name, remote, others = line.split("|")
        for said in (name, *filter(None, others.split(","))):
            places[said] = Place(code, name, said, remote == "remote")
    names = sorted(places, key=lambda said: (-len(said), said))
    spelled = [rf"(?<![a-z]){said}(?![a-z])" if said.isascii() else said for said in names]
    return places, re.compile("|".join(spelled))


def find_places(text: str, plain: str) -> tuple[Place, ...]:
    """Find places that goods may go to. Where goods come from (日本进口, 产自新疆) is not such a place.

    Args:
        text: folded text.
        plain: the same with the case as typed, to tell US and UK from words.

    Returns:
        Places in order of appearance, each once.
    """
    places, pattern = _gazetteer()
    found: dict[int, Place] = {}
    words = [range(*match.span()) for match in _WORDS.finditer(text)]
    for match in pattern.finditer(text):
        if any(match.start() in word for word in words):
            continue
        if _ORIGIN_AFTER.match(text, match.end()) or _ORIGIN_BEFORE.search(text[: match.start()]):
            continue
        found[match.start()] = places[match.group()]
    for match in _CAPITALS.finditer(plain):
        code, name = ("US", "美国") if match.group() == "US" else ("GB", "英国")
        found[match.start()] = Place(code, name, match.group().lower())
    return tuple(dict.fromkeys(found[start] for start in sorted(found)))


def is_remote_area(text: str, places: tuple[Place, ...]) -> bool:
    """Whether a message speaks of a remote area, by name or as 偏远地区."""
    return any(place.is_remote for place in places) or _REMOTE_WORDS.search(text) is not None


def wider_names(place: Place) -> tuple[str, ...]:
    """The province or country of a place and the groups it belongs to, narrowest first: 湖南, 华中 for 长沙."""
    return (place.name, *(group for group, members in _GROUPS.items() if place.name in members))


def country_names(code: str) -> tuple[str, ...]:
    """The Chinese name of a country and the groups it belongs to, by its ISO code; empty for one that is not known."""
    place = next((place for place in _gazetteer()[0].values() if place.code == code), None)
    return wider_names(place) if place is not None else ()
