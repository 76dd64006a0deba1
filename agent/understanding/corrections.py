"""Slips that a customer sets right in the same message: of 杯子,打错了,茶壶还有吗 the later words count."""

import re

_SET_RIGHT = re.compile(
    r"^[^,，。;；!！?？\d]{1,8}[,，。;；!！\s]+(?:哦|啊|呃|额|诶|哎)?(?:不好意思)?[,，\s]*"
    r"(?:打错|说错|写错|发错|输错|选错|口误|不对|错)(?:字)?了?(?:不对)?[,，。;；!！~\s]+(?:我?(?:说的|要的|问的)?(?:应该)?是)?(?P<meant>.{3,})$",
    re.DOTALL,
)
_OF_DETAILS = re.compile(r"地址|单号?|号码|电话|手机|姓名|名字|订单|收件|尺码|发错|颜色")
"""What was set right here needs the words before it, or was no slip of the customer's."""


def as_meant(text: str) -> str:
    """The message without what it takes back itself.

    Args:
        text: the raw message.
    """
    match = _SET_RIGHT.match(text)
    if match is None or _OF_DETAILS.search(text[: match.start("meant")]):
        return text
    return match["meant"]
