"""Action claims: what is said to be done for the customer, against the receipts of the turn."""

import re
from collections.abc import Iterator

from agent.audit.conditions import is_conditional
from agent.audit.finding import Finding
from agent.audit.fold import fold
from agent.audit.trace import Draft, Evidence
from agent.evidence import Fact

_FAMILIES: dict[str, str] = {
    "cancel": "取消|撤销|撤单|作废",
    "change": "修改|更改|改成|改为|改到|改好|变更|更新|更换|换成",
    "submit": "提交|申请|受理|办理|发起|下单",
    "issue": "发放|派发|赠送|领取|充值|返还|补偿|发了|送了",
    "register": "登记|订阅|预约|设置|开通|绑定",
    "resend": "补发|重发|重新发|补寄",
    "refund": "退款|退回|退还|打款|补差|退了",
    "note": "备注|记录|标注|记下",
    "urge": "催促|催单|催了|加急|优先",
    "report": "反馈|上报|转达|通知|联系|投诉",
    "transfer": "转接|转人工|转交|转给|接入人工",
    "reserve": "预留|锁定|保留",
    "intercept": "拦截|召回",
    "open": "开具|开好|寄送",
}
_FAMILY = {word: name for name, words in _FAMILIES.items() for word in words.split("|")}
_VERB = "|".join(sorted(_FAMILY, key=len, reverse=True))
_TOOL_WORDS = {
    "cancel": "cancel",
    "change": "change",
    "update": "change",
    "modify": "change",
    "edit": "change",
    "create": "submit",
    "submit": "submit",
    "apply": "submit",
    "request": "submit",
    "return": "submit",
    "exchange": "submit",
    "issue": "issue",
    "grant": "issue",
    "send": "issue",
    "coupon": "issue",
    "subscribe": "register",
    "register": "register",
    "restock": "register",
    "notify": "register",
    "book": "register",
    "resend": "resend",
    "reship": "resend",
    "refund": "refund",
    "note": "note",
    "remark": "note",
    "urge": "urge",
    "expedite": "urge",
    "report": "report",
    "reserve": "reserve",
    "hold": "reserve",
    "intercept": "intercept",
    "invoice": "open",
}
_HANDOFF = frozenset({"transfer", "report", "note"})
_FOR_YOU = r"(?:为|帮|给|替)(?:您|你|亲|顾客|客官)"
_AGENT = re.compile(
    rf"(?:(?P<now>已经?|刚刚?|正在|马上|立即|立刻|这就|现在就)(?:成功)?){_FOR_YOU}(?P<mid>[^，。!?;]{{0,14}}?)(?P<verb>{_VERB})"
    rf"|{_FOR_YOU}(?P<mid2>[^，。!?;可能会将要]{{0,14}}?)(?P<verb2>{_VERB})(?:成功|完成|完毕|好了|好啦|了|啦)"
    rf"|已经?(?:将|把|按)[^，。!?;]{{0,20}}?(?P<verb3>{_VERB})"
)
_OTHER = re.compile(rf"已经?{_FOR_YOU}(?P<what>[\u4e00-\u9fff]{{2}})")
_READS = re.compile(
    r"^(?:再次?|重新|仔细|认真|初步)?(?:查|核|找|看|了|收|整|准|推|筛|列|说|解|介|确|对|比|计|搭|挑|匹|考|想|翻|问)"
)
_PLAIN_VERBS = (
    "提交|登记|发放|补发|备注|反馈|申请|受理|加急|催促|记录|上报|转接|转交|"
    "拦截|开通|预留|修改|更改|通知|派发|补偿|重发|开具"
)
_PLAIN = re.compile(
    rf"已经?(?:成功|全部|顺利)?(?P<verb>{_PLAIN_VERBS})|(?P<verb2>修改|更改|提交|领取|登记|申请|办理|发放|补发|预约)(?:成功|完成|好了)"
    r"|(?:跟|和|与)[^，。!?;]{1,6}(?P<agreed>说好|沟通好|协调好|打过招呼|反馈过)"
)
_NEGATED = re.compile(r"(?:不|没|未|无法|不能|没有|没能)$|(?:没有|没能|未能|无法|不能|不会|暂时不)[^，。!?;]{0,8}$")
_NEAR = 16
"""So far back a negation reaches, in characters."""

_CUE = re.compile(r"已|刚|正在|马上|立[即刻]|这就|现在就|了|啦|成功|完[成毕]")


def receipt_families(fact: Fact) -> frozenset[str]:
    """Which kinds of action a receipt proves: by the words of its tool's name and by what it says is done."""
    named = {_TOOL_WORDS[word] for word in (fact.action or "").split("_") if word in _TOOL_WORDS}
    return frozenset(named | {family for family, _, _, _ in _say_in(fold(fact.text))})


def check_actions(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report each action said to be done that has no receipt."""
    if not _CUE.search(draft.text):
        return
    receipts = [fact for fact in evidence.proven if fact.kind == "receipt"]
    done = frozenset().union(*map(receipt_families, receipts))
    receipt_text = "\n".join(fold(fact.text) for fact in receipts)
    stated = {
        family
        for fact in evidence.proven
        if fact.kind in ("order", "shipment")
        for family, _, _, _ in _say_in(fold(fact.text))
    }
    if evidence.brief.strategy == "handoff" or any(answer.outcome == "handoff" for answer in evidence.brief.answers):
        done |= _HANDOFF
    for family, is_agent, start, end in _say_in(draft.text):
        span = draft.text[start:end]
        allowed = done if is_agent else done | stated
        if family in allowed or (family == "other" and span[-2:] in receipt_text):
            continue
        if is_conditional(draft.text, start, end, takes_object=True) or evidence.is_quoted(draft.text, start, end):
            continue
        yield Finding("action", span, f"“{span}”没有办理回执：没有办过的事不能说已办或正在办，可以说需要怎样办理。")


def _say_in(text: str) -> list[tuple[str, bool, int, int]]:
    """Actions said to be done: family, whether "for you", and place."""
    found: list[tuple[str, bool, int, int]] = []
    rest = text
    for match in _AGENT.finditer(text):
        mid = match["mid"] or match["mid2"] or ""
        if _READS.match(mid) or _NEGATED.search(text[max(0, match.start() - _NEAR) : match.start()]):
            continue
        verb = match["verb"] or match["verb2"] or match["verb3"]
        found.append((_FAMILY[verb], True, match.start(), match.end()))
        rest = rest[: match.start()] + "\0" * len(match[0]) + rest[match.end() :]
    for match in _OTHER.finditer(rest):
        if not _READS.match(match["what"]):
            found.append(("other", True, match.start(), match.end()))
            rest = rest[: match.start()] + "\0" * len(match[0]) + rest[match.end() :]
    for match in _PLAIN.finditer(rest):
        if not _NEGATED.search(rest[max(0, match.start() - _NEAR) : match.start()]):
            found.append((_FAMILY.get(match["verb"] or match["verb2"], "report"), False, match.start(), match.end()))
    return found
