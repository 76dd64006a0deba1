"""Where an address begins and ends among the words around it: 上面发过了:上海市… and …301谢谢 hold the place alone."""

import re

from agent.understanding.entities.regions import find_places

_OF_A_ROAD = re.compile(r"[东南西北中]?(?:[一二三四]?路|街|大道)")
"""What follows a city's name in the name of a road, 北京西路."""
_LEADS = re.compile(
    r"^.*(?:应该|就是|不是|[是为到至往写送寄给换在叫址了过住::]|重新发|(?<=[改换写变])成|[这那上前](?:一)?[个条]|吧|吗|呢|\s)(?=.{2})"
)
"""Words before a place; none of them is cut out of the middle of one."""
_TRAILS = re.compile(
    r"[,\s]*(?:(?:非常|十分|多)?(?:谢谢|感谢)|多谢|谢(?:了|啦|咯)|麻烦|辛苦|拜托|thx|thanks|才对|才是|就(?:行|好|可以)|可以[了不吗嘛么]|[行好对]不(?:行|好|对)?$|[行好对]吗|行么|能改|不要再|别再|快点|尽快|(?:这|那)(?:里|个|儿)?$).*$"
)
_PARTICLES = re.compile(r"[哦呀啊哈啦喔噢嘛呢吧了咯,.;:\s]+$")


def trim_edges(text: str) -> str:
    """Cut the words before and after a place.

    Args:
        text: a piece of a message that holds an address.

    Returns:
        The address alone.
    """
    text = _PARTICLES.sub("", _TRAILS.sub("", text))
    first = re.search(r"[省市区县旗州盟镇乡村路街道巷弄]|(?:小区|花园|公寓|大厦|广场)", text)
    if first is None:
        return text.strip()
    known = _named_place(text)
    if known is not None and known < first.start():
        return text[known:].strip()
    head = _LEADS.sub("", text[: first.start()])
    return (head + text[first.start() :]).strip()


def _named_place(text: str) -> int | None:
    """Where the first province or city stands that is known by name; None: there is none."""
    for place in find_places(text.lower(), text):
        start = text.lower().index(place.said)
        if not _OF_A_ROAD.match(text, start + len(place.said)):
            return start
    return None
