"""Whether a clause bids the shop to do something now, or asks how things are done."""

import re

_BIDS = re.compile(
    r"帮我|给我|替我|我要|我想(?!问|知道|了解|看|咨询)|想要|想(?:退|换|取消|改)|麻烦|申请|办理|办一下|安排|退了|退掉|退吧|换成|换个|换一|改成|改到|取消掉|取消吧|请(?!问)|要求|赶紧|领[一了吧]|领取|登记|通知我|立刻|马上|给退|给换|(?:退|换|取消|改|补)(?:一下|下|吧|了)?$|^(?:退|换|取消|改)"
)
_RULES = re.compile(
    r"谁(?:出|承担|付)|多久|几天|多少天|什么条件|规则|流程|怎么算|政策|支持.{0,6}吗|(?:可以|能|可不可以|能不能|能否)(?:退|换|取消|改)[^,。!]{0,6}(?:吗|不|么|嘛)?[?]?$|如果|要是|万一|的话|运费"
)


def is_request(clause: str) -> bool:
    """Whether a clause asks for the thing itself (帮我退了) rather than for the rule (可以退吗).

    Args:
        clause: folded text.
    """
    if _RULES.search(clause) and not re.search(r"帮我|给我|替我|我要|申请", clause):
        return False
    return _BIDS.search(clause) is not None
