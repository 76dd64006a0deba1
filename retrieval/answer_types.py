"""What kind of thing a question asks for, and whether a sentence holds such a thing."""

import re
from typing import Literal

AnswerType = Literal[
    "duration", "moment", "amount", "party", "permission", "manner", "place", "carrier", "count", "reason"
]

ANSWER_TYPES: tuple[AnswerType, ...] = (
    "duration", "moment", "amount", "party", "permission", "manner", "place", "carrier", "count", "reason",
)  # fmt: skip
_PARTICULAR: frozenset[AnswerType] = frozenset({"duration", "moment", "amount", "party", "carrier", "count"})
_NUMBER = r"(?:\d+(?:\.\d+)?|[一二三四五六七八九十两半百几]+)"
_ASKS: dict[AnswerType, re.Pattern[str]] = {
    "duration": re.compile(
        r"多久|多长时间|多少天|几天|几个?工作日|几个?小时|几周|几个?月|几年|多少时间|时效|期限|有效期|保质期|多少日|过期|等.{0,3}时间"
    ),
    "moment": re.compile(r"什么时候|啥时候|何时|几点|几号|哪天|多会儿?|几时|截单|截止|周末|周[一二三四五六日天]|礼拜"),
    "amount": re.compile(
        r"多少钱|几块|几元|多少元|[运邮]费|快递费|贵不贵|收费|要钱|花钱|加钱|费用|手续费|利息|满多少|门槛|包邮|便宜多少|价格?多少|怎么收|多少$|抵多少"
    ),
    "party": re.compile(r"谁[来付出承掏买负给]|算谁|由谁|谁的|自己[出付承掏]|你们[出付承负管给报赔]|商家出|我出|我付"),
    "permission": re.compile(
        r"能不能|可不可以|可以.{0,14}[吗么不嘛?]|能.{0,14}[吗么不嘛?]|支持.{0,8}[吗不么]|行吗|行不|可以吗|允许|还能|让不让|[给管包收]不[给管包收]"
        r"|^能|^可以|能.{1,6}$|有没有|有.{1,8}[吗么不]$|会.{1,10}[吗么不]$|要不要|用不用|是不是|支不支持|给.{1,6}[吗不]$"
    ),
    "manner": re.compile(
        r"(?<!不)(?:怎么|咋)(?!样|算|收|还|又|会|没|不|这|那|了|卖|赔|回事|扣|计|来)|怎样|如何|流程|步骤|[在去]?哪[里儿]?(?:可以|能)?(?:申请|开|查|看|领|改|点|办)"
    ),
    "place": re.compile(r"哪[里儿]|在哪|什么地方|地址|哪个(?:城市|仓)|退到哪|寄到哪|寄回哪|从哪|去哪"),
    "carrier": re.compile(
        r"什么(?:快递|物流)|哪(?:个|家)(?:快递|物流)|(?:啥|发|用|走)(?:啥)?(?:快递|物流)|顺丰|中通|圆通|韵达|申通|邮政|京东快递|ems"
    ),
    "count": re.compile(r"几[次个件支条种张位]|多少[次个件支条种张分]|几折|多大|多重|百分之几"),
    "reason": re.compile(r"为什么|为啥|怎么(?:还|又|不|没|会)|凭什么|干嘛|什么原因"),
}
_HOLDS: dict[AnswerType, re.Pattern[str]] = {
    "duration": re.compile(
        rf"{_NUMBER}(?:到|至|-|~)?{_NUMBER}?个?(?:工作日|小时|分钟|天|日|周|月|年|季度)|当天|当日|次日|即时|实时|立即|永久|终身|长期|清零"
    ),
    "moment": re.compile(
        r"\d+[点号日时:]|\d+月|周[一二三四五六日末]|工作日|节假日|当天|当日|次日|之前|前申请|每[天日周月年]|后发|内发|发出|最晚"
    ),
    "amount": re.compile(
        rf"{_NUMBER}(?:\.\d+)?\s*(?:元|块|%|折|角|分|万)|免费|包邮|免(?:运|手续|邮)|不收|收取|不另|承担|百分之|¥|￥|到付|运费险"
    ),
    "party": re.compile(
        r"由.{1,8}(?:承担|支付|负责|出|收取)|(?:买家|卖家|您|我们|本店|店铺|商家|平台|顾客|客户|双方|厂家|消费者).{0,6}(?:承担|支付|负责|出)|运费到付|免费|报销|包邮"
    ),
    "permission": re.compile(
        r"可以|支持|不能|不可|不支持|无法|不得|禁止|允许|均可|仅限|只能|不予|不享受|不提供|不再|都可|能够|不接受|拒绝|不参加|不退|不赔|免费|适用|不属于|不在|暂时|请勿|别|不要"
    ),
    "manner": re.compile(
        r"请[^勿]|点击|点“|进入|联系|上传|提交|填写|步骤|先.{1,20}再|扫码|扫描|拍照|凭|打开|备注|入口|登录|预约|发给|寄到"
    ),
    "place": re.compile(
        r"在.{1,12}(?:页|里|中|处|内)|地址|仓|原路|账户|邮箱|门店|官网|小程序|到.{1,8}(?:点|中心|仓)|路\d+号|网点"
    ),
    "carrier": re.compile(r"顺丰|中通|圆通|韵达|申通|邮政|ems|京东|德邦|极兔|菜鸟|快递|物流|冷链|专线"),
    "count": re.compile(rf"{_NUMBER}[次个件支条种张位份倍]|\d+(?:折|%|毫米|厘米|克|公斤|寸)|不限|仅限|每[人单笔年月]"),
    "reason": re.compile(r"因为|由于|为了|要求|规定|导致|属于|原因|所以|以便|用于|影响|视为|依法|会延|顺延|期间|正常"),
}


def asked_types(question: str) -> frozenset[AnswerType]:
    """Tell what a question asks for.

    Args:
        question: folded text.

    Returns:
        The answer types it asks for; empty when it says none.
    """
    kinds = frozenset(kind for kind in ANSWER_TYPES if _ASKS[kind].search(question))
    # "Within how many days may I", "how is it charged": the particular kind is wanted, the general one is grammar.
    return kinds & _PARTICULAR or kinds - {"permission"} or kinds


def held_types(sentence: str) -> frozenset[AnswerType]:
    """Tell which kinds of answer a sentence holds.

    Args:
        sentence: folded text.

    Returns:
        The answer types it holds.
    """
    return frozenset(kind for kind in ANSWER_TYPES if _HOLDS[kind].search(sentence))
