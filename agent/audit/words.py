"""Words that need leave: forbidden claims, sensitive words, promises and benefits."""

import re
from collections.abc import Iterator

from agent.audit.finding import Finding
from agent.audit.trace import Draft, Evidence
from agent.guard.words import guard_of

_PROMISE = re.compile(
    r"保证|承诺|一定(?=[会能可帮给让是有按在把为将尽])|肯定(?=[会能可有是没不在])|绝对|百分之?百|百分百|"
    r"(?:马上|立刻|立马|立即|今天就|当场)(?:就)?(?:能|会|可以)?(?:给|帮|为)?您?(?:到|发货|发出|寄|送|退|补|赔|解决)|"
    r"包您|包你|包满意|包过|必定|必然|必会|准能|准到|绝不|永不|永远不|从不|零风险|毫无疑问|拍胸脯|打包票|说到做到"
)
_MODEST = re.compile(
    r"(?:不|没|未|无|无法|不能|不敢|难以|没法|没有|不会|不作|不做)(?:完全|百分之?百|百分百|给您|给出|向您|做出|作出|100%)?$|请您?务?必?$|您$"
)
_NEAR = 16
"""So far back a negation reaches, in characters."""

_BENEFITS: tuple[tuple[str, ...], ...] = (
    ("包邮", "免邮", "免运费", "运费全免", "不收运费", "免收运费"),
    (
        *("运费由我们", "运费由店", "运费由商家", "运费由小店", "运费我们", "运费店"),
        *("店铺承担", "商家承担", "卖家承担", "我们承担", "本店承担", "小店承担", "店家承担", "店里承担"),
    ),
    ("包税", "免税", "免关税", "税费由我们", "税费全包", "无需缴税"),
    ("包退", "随时退", "随时可退", "不满意就退"),
    ("包换", "随时换"),
    ("包赔", "赔付", "赔偿", "假一赔", "赔您", "补偿您", "给您补偿"),
    ("免费", "不收费", "不收取任何费用", "不要钱"),
    ("赠品", "赠送", "送您", "免费送", "附赠", "小礼品", "礼物"),
    ("终身", "永久", "长期有效"),
    ("全额退", "全部退还", "全款退"),
    ("上门取", "上门退", "上门换", "上门安装", "上门维修", "上门服务"),
    ("货到付款", "先用后付", "先试后买", "先试后付"),
    ("分期", "免息"),
    ("运费险", "退货险"),
    ("无理由",),
    ("秒发", "秒退", "极速退款", "闪电退款"),
    ("补差价", "退差价", "补差", "价保", "保价", "价格保护"),
    ("优先发", "优先给", "优先为", "优先帮", "优先安排", "优先处理", "加急发"),
    ("正品", "假一赔"),
    ("代金券", "红包", "返现", "无门槛"),
    ("延保", "质保", "保修", "联保"),
    ("全国联保", "联保"),
    ("无需证明", "不问理由", "不用寄回", "无需寄回", "仅退款"),
)
_BENEFIT_GROUPS = {
    word: tuple(like for group in _BENEFITS if word in group for like in group) for group in _BENEFITS for word in group
}
_BENEFIT = re.compile("|".join(sorted(_BENEFIT_GROUPS, key=len, reverse=True)))
_NOT_OFFERED = re.compile(r"不|没|无法|暂无|未|吗|\?|请问|关于|想问|咨询|了解|是否")
_CLAUSE = re.compile(r"[^。!?;，,\n]*[?]?")


def check_shop_words(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report forbidden claims and sensitive words, however they are spaced out or written."""
    profile = evidence.profile
    for met in guard_of(profile.sensitive_words).find(draft.text):
        word = draft.text[met.start : met.end]
        yield Finding("sensitive", word, f"出现了店铺禁用的词“{word}”：换一种说法。")
    for met in guard_of(profile.forbidden_claims).find(draft.text):
        word = draft.text[met.start : met.end]
        yield Finding("forbidden", word, f"“{word}”是店铺不允许的宣传用语：删去。")


def check_promises(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report promises whose very words the evidence lacks."""
    for match in _PROMISE.finditer(draft.text):
        if match[0] in evidence.text or _MODEST.search(draft.text[max(0, match.start() - _NEAR) : match.start()]):
            continue
        if not evidence.is_quoted(draft.text, match.start(), match.end()):
            yield Finding("promise", match[0], f"“{match[0]}”是资料没有给出的承诺：改成平实的说法。")


def check_benefits(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report benefits (free freight, gifts, warranties) that no fact names, in these or in like words."""
    for clause in _CLAUSE.finditer(draft.text):
        if not clause[0] or _NOT_OFFERED.search(clause[0]):
            continue
        for match in _BENEFIT.finditer(clause[0]):
            start = clause.start() + match.start()
            named = any(word in evidence.text for word in _BENEFIT_GROUPS[match[0]])
            if not named and not evidence.is_quoted(draft.text, start, start + len(match[0])):
                yield Finding("promise", match[0], f"资料里没有“{match[0]}”这项权益：删去。")
