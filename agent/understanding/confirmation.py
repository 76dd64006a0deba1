"""Whether a message is a clear yes or a clear no to what was just proposed."""

import re
from typing import Literal

from agent.understanding.folding import fold

Confirmation = Literal["yes", "no", "neither"]
"""``neither``: the message asks, changes something, or leaves it open; the proposal then does not count as accepted."""

_CLAUSES = re.compile(r"[,;:!~。…\s]+")
_PARTICLES = re.compile(r"[啊呀哦噢喔嗷呢吧哈嘛嘞咯啦哒滴的了哟呐诶欸噻撒呗唠喽叻咧勒哩]+$")
_ADDRESS = re.compile(r"^(?:亲爱的|亲亲?|老板|客服|小姐姐|掌柜|宝子?|那就|那|嗯+|恩+|哦+|噢+|啊+|额+)(?=.)")
_PLEASANT = re.compile(r"(?:谢谢|多谢|感谢|谢|麻烦|辛苦|拜托|thanks|thx)(?:你|您|你们|啦|了|亲|哈|客服|老板|咯|您啦)*")
_VERBS = (
    "取消",
    "退货",
    "退款",
    "换货",
    "退",
    "换",
    "改",
    "修改",
    "登记",
    "领",
    "领取",
    "发",
    "补发",
    "申请",
    "提交",
    "订阅",
    "通知",
)
_YES = re.compile(
    r"(?:(?:(?:好|行|可以|是|对|嗯|恩)[的滴嘞啊呀哒]?){1,4}|可|没问题|没有问题|ok|okay|okk|k|yes|y|没错|中|成|妥|得|要|需要|"
    r"要得|得行|阔以|口以|欧克|欧了|嗯呐|木问题|没得问题|没毛病|(?:那)?必须(?:的|要|滴)?|当然要|那当然|要(?:的|嘛)|搞起|整起|走起|弄吧|整吧|搞吧|就这么着|安排|同意|确认|确定|肯定|当然|就这样|就这么办|就这样办|这样可以|可以这样|照办|办|办理|提交|帮我办|帮我办理|帮我提交|请办理|麻烦办理|给我办|"
    r"(?:请)?(?:帮我)?(?:确认|确定)(?:办理|提交|申请|登记|领取|下单|无误|一下)?|我(?:确认|同意|确定|要|愿意)|好的?(?:办|办理|提交|确认|可以)|"
    r"可以办理?|(?:登记|领取?|要)一?下?|帮我(?:登记|领|领取)(?:一下)?|✅|👌|👍)"
)
_BID = re.compile(
    rf"(?:好的?|可以|行|嗯+|是的?|对)?(?:请|麻烦)?(?:帮我|给我|就|那就|直接|确认|确定|我要|我确认|我确定|同意)*"
    rf"(?P<verb>{'|'.join(sorted(_VERBS, key=len, reverse=True))})(?:掉|一下|下|一[张个份次]|上|订单|这单|这个|它|吧|了|的|申请|地址|好了)*"
)
_TAKES = re.compile(
    r"(?=.*(?:[给发领拿整搞]|来[一张个]|要))(?:[这那][张个]?|就|给|发|领|取|拿|要|来|整|搞|帮|请|麻烦|快|赶紧|我|俺|咱|一|两|张|个|份|下|过来|上|了)+"
)
"""Ways to say yes to a coupon: 发我一张, 给俺整一张. One that says 券 again may mean another one and is asked back."""
_TAKEN = "领取"
_NO = re.compile(
    r"(?:不|不用|不要|不行|不可以|不好|不是|不对|不同意|不确认|不需要|不必|不办|不办理|不提交|不领|不登记|不愿意|不想|不想要|不了|先不|暂时不|暂不|暂时不用|先不用|先不要|"
    r"算|算了|别|先别|别办|先别办|别提交|no|nope|n|没必要|免了|拒绝|不用办|不用办理|不用麻烦|还是算了?|还是不用?|还是别|还是不要|"
    r"等等|等一下|等下|稍等|等会|等会儿|(?:我)?再(?:想想|看看|考虑(?:一下|下|考虑)?|说)|我?(?:想想|考虑(?:一下|下)?)|我?后悔|错|"
    rf"(?:那|那就|还是|算了|就)*(?:先|暂时)?(?:别|不要?|不用|不想)(?:再)?(?:给我|帮我)?(?:{'|'.join(_VERBS)}|办|买)(?:货|款|订单|了|掉|吧|地址)*)"
)
_REFUSES = re.compile(
    r"(?:先)?别(?:再|给我|帮我)?(?:取消|退|换|改|提交|登记|领|发|办)|算了|(?:先|还是)不(?:取消|退|换|改|领|办|要)了?(?:$|[,。!~])"
)
"""A refusal anywhere in the answer wins over a yes beside it: nothing is done in doubt."""
_WAITS = re.compile(r"等等|等一下|等下|稍等|等会|再(?:想|看|考虑|说)|想想|考虑")
_NUMBERS = re.compile(r"(?<![a-z0-9])(?=[a-z-]*\d)[a-z0-9-]*\d{4,}[a-z0-9-]*", re.IGNORECASE)
"""A number that the proposal does not hold changes it: 不对，是TEA-88231 is no plain no."""
_ASKS = re.compile(r"[?]|吗$|吗[,!。~\s]|么$|呢$|多久|多少|怎么|什么|为什么|哪|谁|几天|能不能|可不可以|是不是|要不要")


def read_confirmation(text: str, proposal: str = "") -> Confirmation:
    """Read a message as the answer to a pending proposal.

    Only a message that says nothing else counts: every clause must be a yes (or thanks), or every clause a no. A question, a
    changed detail or a mixture is neither, and so is a mere "let me think".

    Args:
        text: the raw message.
        proposal: what was proposed, in words; 取消吧 is a yes to 将为您取消订单 and leaves other proposals undecided.

    Returns:
        ``yes``, ``no`` or ``neither``; in doubt ``neither``.
    """
    folded = fold(text)
    body = folded.text or "".join(folded.emoji)
    if _ASKS.search(body) or any(number.lower() not in proposal.lower() for number in _NUMBERS.findall(body)):
        return "neither"
    votes = {_vote(clause, proposal) for clause in _CLAUSES.split(body) if clause}
    votes.discard("pleasant")
    if _REFUSES.search(body) or ("no" in votes and not _WAITS.search(body)):
        return "no"
    return "yes" if votes == {"yes"} else "neither"


def asks(text: str) -> bool:
    """Whether folded words ask something, so that they are no yes to anything."""
    return _ASKS.search(text) is not None


def names_proposal(text: str, proposal: str) -> bool:
    """Whether a yes says itself what it is a yes to: 好，领吧 to a coupon that was offered some turns ago.

    Args:
        text: the raw message.
        proposal: what was proposed, in words.
    """
    if read_confirmation(text, proposal) != "yes":
        return False
    clauses = [_ADDRESS.sub("", clause) for clause in _CLAUSES.split(fold(text).text) if clause]
    return any(_does_it(core, proposal) for clause in clauses for core in (clause, _PARTICLES.sub("", clause)))


def _vote(clause: str, proposal: str) -> Literal["yes", "no", "pleasant", "other"]:
    """Judge one clause, with the address before it and the thanks and particles after it taken off."""
    core = _ADDRESS.sub("", clause)
    core = _PLEASANT.sub("", core) if not _PLEASANT.fullmatch(core) else core
    if not core or _PLEASANT.fullmatch(core):
        return "pleasant"
    for form in dict.fromkeys((core, _PARTICLES.sub("", core), clause, _PARTICLES.sub("", clause))):
        if _YES.fullmatch(form):
            return "yes"
        if _does_it(form, proposal):
            return "yes"
        if _NO.fullmatch(form):
            return "no"
    return "other"


def _does_it(core: str, proposal: str) -> bool:
    """Whether a clause bids to do what was proposed: 确认取消, 帮我退吧, 就换这个."""
    if _TAKEN in proposal and _TAKES.fullmatch(core):
        return True
    match = _BID.fullmatch(core)
    return match is not None and match["verb"] in proposal
