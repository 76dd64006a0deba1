"""Words of a text for the lexical side: jieba words and character pairs, after colloquial words are brought to one form."""

import logging
import re
import unicodedata
import warnings
from functools import cache
from itertools import pairwise
from typing import Any

# What customers say, and what policies write. General trade language; a shop's own words come from its policies' questions.
_SAME = {
    "邮费": "运费", "快递费": "运费", "物流费": "运费", "寄费": "运费", "配送费": "运费", "包邮": "免运费",
    "咋": "怎么", "啥时候": "什么时候", "啥": "什么", "多会儿": "什么时候", "几时": "什么时候",
    "退钱": "退款", "返款": "退款", "打款": "退款", "打钱": "退款",
    "专票": "增值税专用发票", "普票": "普通发票", "电子票": "电子发票", "开票": "开发票",
    "到帐": "到账", "付帐": "付款", "交钱": "付款", "给钱": "付款", "买单": "付款",
    "假货": "正品", "真假": "正品", "真货": "正品", "保真": "正品",
    "坏了": "损坏", "弄坏": "损坏", "烂了": "损坏", "碎了": "破损", "漏了": "漏液",
    "便宜": "优惠", "打折": "优惠", "折扣": "优惠", "降价": "价格保护 降价", "保价": "价格保护", "补差价": "价格保护 差价",
    "寄出": "发货", "寄出来": "发货", "寄过来": "发货", "发出": "发货", "送货": "配送",
    "送到": "送达", "收到货": "签收", "收货": "签收",
    "退掉": "退货", "调换": "换货", "更换": "换货", "换一个": "换货", "换新": "换货",
    "分期付款": "分期", "维修": "保修", "修理": "保修", "质保": "保修", "包修": "保修",
    "海关": "清关", "关税": "税费", "包税": "税费", "交税": "税费", "含税": "税费",
    "券": "优惠券", "红包": "优惠券", "客服": "客服",
    "取消订单": "取消", "撤单": "取消", "不要了": "退货", "不想要": "退货",
}  # fmt: skip
_STOP = frozenset(
    "的 了 吗 呢 吧 啊 呀 哦 嘛 么 是 我 你 您 你们 我们 他 她 它 在 有 和 与 及 就 都 也 还 又 很 被 把 给 请 问 请问 亲 这 那 这个 那个 一下 "
    "会 要 想 可以 能 能不能 可不可以 不 没 没有 怎么 怎样 如何 什么 哪 哪里 多少 几 为什么 怎么办 家 店 里 上 下 去 来 到 对 从 用 个 买 一个 行 "
    "时候 什么时候 多久 东西 知道 看 说 让 帮 帮我 这样 那么 如果 但是 因为 所以 或者 而 之 其 等 为 以 并 将 由".split()
)
_TOKEN = re.compile(r"[a-z0-9][a-z0-9.+\-]*|[\u4e00-\u9fff]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def _jieba() -> Any:
    """A jieba tokenizer with its dictionary in memory: no cache file that other processes could race for or plant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's patterns predate today's escape rules
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


def fold(text: str) -> str:
    """Bring full-width forms and capitals to one form.

    Args:
        text: any text.

    Returns:
        The text in NFKC and lower case.
    """
    return unicodedata.normalize("NFKC", text).lower()


def _same_words() -> "re.Pattern[str]":
    return re.compile("|".join(sorted(map(re.escape, _SAME), key=len, reverse=True)))


_SAME_PATTERN = _same_words()


def settle(text: str) -> str:
    """Fold a text and replace colloquial trade words by the words policies use."""
    return _SAME_PATTERN.sub(lambda match: _SAME[match.group()], fold(text))


def content_words(text: str) -> list[str]:
    """Cut a text into its content words and codes, in order; function words are left out, repeats kept."""
    words: list[str] = []
    for run in _TOKEN.findall(settle(text)):
        words.extend([run] if not _HAN.match(run) else (word for word in _jieba().cut(run) if word not in _STOP))
    return words


def words_of(text: str) -> list[str]:
    """Cut a text into the words that are looked up.

    Args:
        text: a question or a passage.

    Returns:
        Content words and codes, then the pairs of neighbouring Chinese characters; function words are left out, repeats kept.
    """
    pairs = [a + b for run in _TOKEN.findall(settle(text)) if _HAN.match(run) for a, b in pairwise(run)]
    return [*content_words(text), *(pair for pair in pairs if pair not in _STOP)]
