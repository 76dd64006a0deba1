"""Words that ask on which day goods leave or arrive."""

import re

_WHEN = r"(?:几号|几时|哪天|[什啥]么?时候|何时|多久|几天|多少天|多会儿|今天|明天|马上|立刻)"
_SENT = r"(?:发货?|寄|出库|送到?|到货?|收到|拿到)"
_ASKS_WHEN = re.compile(
    rf"{_WHEN}.{{0,6}}{_SENT}|{_SENT}.{{0,4}}{_WHEN}|(?:要|得|还)等.{{0,4}}(?:多久|几|什么|啥)|发货时间|现货[吗么嘛没不]|预售"
)
"""Words that ask for the day on which goods leave or arrive."""
_NOT_THE_DAY = re.compile(
    r"运费|邮费|包邮|快递费|什么快递|哪家快递|顺丰|[中圆申]通|韵达|极兔|京东|邮政|ems|地址|退|换货|补偿|赔|如果|要是|万一|没发怎么|超过"
)
"""Words about a parcel that leave its day alone."""
_ARRIVES = re.compile(r"送|到|收|拿")


def asks_the_day(clause: str) -> bool:
    """Whether folded words ask on which day goods leave or arrive."""
    return _ASKS_WHEN.search(clause) is not None and not _NOT_THE_DAY.search(clause)


def asks_arrival(clause: str) -> bool:
    """Whether folded words ask when goods are with the customer, rather than when they leave."""
    return asks_the_day(clause) and _ARRIVES.search(clause) is not None
