"""The units of the claims: which words name the same unit."""

from collections.abc import Iterable
from itertools import chain


def _named(groups: dict[str, str]) -> dict[str, str]:
    return dict(chain.from_iterable(((word, name) for word in words.split()) for name, words in groups.items()))


def alternatives(words: Iterable[str]) -> str:
    """Join words to a pattern, longest first; a Latin unit must not run on into another letter."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(_escape(word) for word in ordered)


def _escape(word: str) -> str:
    escaped = "".join(f"\\{char}" if char in "$.*+?|()[]°" else char for char in word)
    return f"{escaped}(?![a-z码])" if word[-1].isascii() and word[-1].isalpha() else escaped


CURRENCIES: dict[str, str] = _named(
    {
        "CNY": "元 块钱 块 圆 人民币 rmb cny ¥",
        "USD": "美元 美金 刀 usd us$ $",
        "HKD": "港币 港元 hkd hk$",
        "TWD": "台币 新台币 twd nt$",
        "JPY": "日元 日币 円 jpy",
        "EUR": "欧元 eur €",
        "GBP": "英镑 gbp £",
        "KRW": "韩元 韩币 krw ₩",
        "SGD": "新币 新加坡元 sgd s$",
        "AUD": "澳元 澳币 aud a$",
        "CAD": "加元 cad c$",
        "MYR": "马币 令吉 myr",
        "THB": "泰铢 thb ฿",
        "RUB": "卢布 rub ₽",
    }
)
DURATIONS: dict[str, str] = _named(
    {
        "workdays": "工作日 工作天",
        "days": "天 自然日 昼夜",
        "hours": "小时 钟头 h",
        "minutes": "分钟",
        "seconds": "秒 秒钟",
        "weeks": "周 星期 礼拜",
        "months": "月",
        "quarters": "季度",
        "years": "年",
    }
)
MEASURES: dict[str, str] = _named(
    {
        "cm": "cm 厘米 公分",
        "mm": "mm 毫米",
        "m": "m 米",
        "km": "km 公里 千米",
        "sqm": "m² m2 平方米 平米 平方",
        "kg": "kg 公斤 千克",
        "g": "g 克",
        "mg": "mg 毫克",
        "jin": "斤 市斤",
        "liang": "两重",
        "ml": "ml 毫升",
        "l": "l 升",
        "inch": "英寸 寸 inch",
        "mb": "mb",
        "gb": "gb",
        "tb": "tb",
        "mah": "mah 毫安时 毫安",
        "w": "w 瓦",
        "v": "v 伏",
        "hz": "hz 赫兹",
        "degree": "°c 摄氏度 度",
        "kcal": "kcal 大卡 千卡 卡路里",
        "age": "岁 周岁",
    }
)
COUNTERS: tuple[str, ...] = (
    *"件个条双瓶盒位次张份台款只套支包袋箱片粒颗杯罐本册根卷桶枚对副把人家种项层级星倍期分笔单组步棵株朵听提打场名类点",
    "积分",
)
WEEKDAYS: dict[str, str] = {name: f"周{name}" for name in "一二三四五六末"} | {"日": "周日", "天": "周日"}
RELATIVE_DAYS: dict[str, str] = _named(
    {
        "大后天": "大后天",
        "后天": "后天 后日",
        "明天": "明天 明日 明儿 明早 明晚 明晨",
        "今天": "今天 今日 今晚 今早 今儿",
        "昨天": "昨天 昨日 昨晚 昨儿",
        "前天": "前天 前日",
        "次日": "次日 隔天 隔日 第二天",
        "当天": "当天 当日",
        "本周": "本周 这周 这个星期 这星期",
        "下周": "下周 下个星期 下星期 下礼拜",
        "上周": "上周 上个星期 上星期",
        "本月": "本月 这个月 当月",
        "下月": "下个月 下月",
        "上月": "上个月 上月",
        "月底": "月底 月末",
        "月初": "月初",
        "年底": "年底 年末",
        "明年": "明年",
        "今年": "今年",
    }
)
