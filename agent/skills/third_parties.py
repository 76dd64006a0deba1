"""Orders and parcels of somebody else: refused politely, whoever asks, without looking anything up."""

import re

_PERSON = (
    r"(?:朋友|同事|同学|室友|舍友|闺蜜|邻居|亲戚|领导|老板娘?|对象|男友|女友|男朋友|女朋友|老公|老婆|媳妇|爱人|前任|妈妈?|爸爸?|爹|娘|姐姐?|妹妹?|哥哥?|弟弟?|"
    r"婆婆|公公|奶奶|爷爷|儿子|女儿|闺女|外婆|姥姥|阿姨|叔叔|表[姐妹哥弟]|别人|人家|他人|别的(?:顾客|客户|人)|其他(?:顾客|客户|人)|(?<![其吉])他|她)"
)
_THING = r"(?:订单|单子?|快递|包裹|物流|单号|地址|电话|手机号|退款|购买记录|东西|货)"
_BELONGS = re.compile(
    rf"{_PERSON}(?:们)?(?:那边|家)?的?(?:那个|那笔|一个)?(?:账号(?:里|上|下)?的?)?{_THING}|{_PERSON}(?:自己|的号|的账号)?(?:在你们?(?:家|店)?(?:这里?|那里?)?)?(?:买|下单|拍|订)的"
)
"""Words that give an order or a parcel to somebody else."""
_ON_BEHALF = re.compile(rf"(?:帮|替|给)(?:我)?(?:一个|个)?{_PERSON}(?:查|看|问|催|退|取消|改|换)")
_BOUGHT_FOR = re.compile(
    rf"(?:帮|给|替|送|寄给)(?:我)?{_PERSON}(?:们)?(?:买|下|拍|订|寄|的)|我(?:用|拿).{{0,4}}账?号?.{{0,3}}(?:买|下|拍|订)|寄到?(?:我)?{_PERSON}|收货人"
)
"""Something bought for somebody by the customer's own account is the customer's own."""


def is_of_somebody_else(text: str) -> bool:
    """Whether folded words ask about an order or a parcel of another person.

    What the customer bought for somebody (给我妈买的) is their own.
    """
    if _BOUGHT_FOR.search(text):
        return False
    return _BELONGS.search(text) is not None or _ON_BEHALF.search(text) is not None
