"""Colours, as a language has them and as a catalogue names them."""

import re
from collections.abc import Collection

_BASE = "红|橙|橘|黄|绿|青|蓝|紫|黑|白|灰|粉|棕|褐|金|银|米|杏|咖|驼|裸|卡其|藏青|靛|茶|酒红|墨绿|天蓝|豆沙|奶茶|焦糖|香槟|玫红|玫瑰金|米白|透明"
_SHADE = (
    "深|浅|淡|暗|亮|大|正|艳|雾霾|宝石|宝|天|湖|海军|藏|军|墨|草|果|薄荷|牛油果|橄榄|翠|孔雀|枣|酒|砖|玫|玫瑰|西瓜|樱花|藕|豆沙|奶|奶油|"
    "象牙|珍珠|米|月光|太空|石墨|炭|烟|银|香芋|葡萄|薰衣草|姜|鹅|柠檬|土豪|玫瑰|香槟|古|咖啡|焦糖|巧克力|驼|燕麦|莫兰迪|克莱因|蒂芙尼|哑光|荧光|活力|星空|远峰|暗夜|原"
)
_NAMED = (
    "藏青|卡其|酒红|墨绿|玫红|玫瑰金|米白|藕粉|裸粉|豆沙|奶茶|焦糖|香槟|咖啡|驼|杏|"
    "姜黄|军绿|雾霾蓝|牛仔蓝|浅蓝|深蓝|天蓝|湖蓝|宝蓝|浅灰|深灰|烟灰|奶白|纯白|纯黑|本白|哑黑|亮黑|透明|花|彩|拼|撞|原木|胡桃木|木"
)
_COLOUR = re.compile(
    rf"(?:{_SHADE})?(?:{_BASE}|{_NAMED})色|(?:{_SHADE})(?:红|橙|橘|黄|绿|青|蓝|紫|黑|白|灰|粉|棕|金)"
    r"(?!包|豆|茶|酒|枣|金|领|糖|米|木|菜|葱|瓜)"
    r"|卡其|藏青|玫瑰金|米白|"
    r"(?<![粉绿蓝灰红紫青棕漂明表空直坦黄苍眼洁雪银美])(?:黑|白|红|灰|蓝|绿|粉|紫|黄|棕|橙)(?=的(?!话)|[smlx]|码|那|这|款|还有|有货|没货|有没有|\d)"
    r"|(?:black|white|red|blue|green|grey|gray|pink|purple|yellow|brown|beige|navy)(?![a-z])"
)
_ENGLISH = {
    "black": "黑色",
    "white": "白色",
    "red": "红色",
    "blue": "蓝色",
    "green": "绿色",
    "grey": "灰色",
    "gray": "灰色",
    "pink": "粉色",
    "purple": "紫色",
    "yellow": "黄色",
    "brown": "棕色",
    "beige": "米色",
    "navy": "藏青色",
}
_CHANGES = re.compile(r"(?:有|会|不|没|无|易|容易)\s*$")
_NOT_A_COLOUR = frozenset({"变色", "掉色", "大白", "原色", "正红包", "大红", "天黑", "天亮"})


def find_colours(text: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Find colours in a message.

    Args:
        text: folded text.
        known: folded colours of the catalogue, so that a shop's own 月光 or 雾 is found as well.

    Returns:
        Colours in order of appearance, each once; English words as Chinese colours.
    """
    found: dict[int, str] = {}
    for match in _COLOUR.finditer(text):
        word = match.group()
        if word not in _NOT_A_COLOUR and not (word in ("花色", "彩色") and _CHANGES.search(text[: match.start()])):
            found[match.start()] = _ENGLISH.get(word, word)
    for colour in known:
        place = text.find(colour) if len(colour) > 1 else -1
        if place >= 0:
            inside = [
                start
                for start, word in found.items()
                if place <= start < place + len(colour) or start <= place < start + len(word)
            ]
            if not any(len(found[start]) >= len(colour) for start in inside):
                for start in inside:
                    del found[start]
                found[place] = colour
    return tuple(dict.fromkeys(found[place] for place in sorted(found)))


def same_colour(said: str, named: str) -> bool:
    """Whether what was said may mean a colour of the catalogue: 黑 means 黑色 and 曜石黑, 雾霾蓝 does not mean 天蓝.

    Args:
        said: a colour from a message.
        named: a colour of the catalogue, folded.
    """
    core, name = said.removesuffix("色"), named.removesuffix("色")
    if core == name:
        return True
    return (
        (len(core) == 1 and name.endswith(core))
        or (len(core) > 1 and core in name)
        or (len(core) > 1 and len(name) > 1 and name in core)
    )
