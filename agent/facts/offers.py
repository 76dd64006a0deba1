"""What a promotion gives, in words."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.evidence import Fact
from agent.facts.form import quote, say_amount, say_day
from agent.messages import Source
from retrieval.catalogue import Promotion


def promotion_source(promotion: Promotion) -> Source:
    """Cite a promotion with its window."""
    return Source(
        id=promotion.promotion_id,
        kind="promotion",
        title=promotion.name,
        effective_from=promotion.starts_at.date(),
        effective_to=promotion.ends_at.date(),
    )


def promotion_fact(promotion: Promotion, now: datetime, zone: ZoneInfo, currency: str) -> Fact:
    """Say what a promotion gives and until when."""
    until = say_day(promotion.ends_at.astimezone(zone).date(), now.astimezone(zone).date())
    gives = say_gain(promotion, currency)
    name = quote(promotion.name)
    said = f"「{name}」" + (f"：{gives}" if gives and gives != name else "")
    limit = "" if promotion.stackable or promotion.kind in ("gift", "free_shipping") else "，不与其他优惠同享"
    return Fact("promotion", f"{said}，有效期至{until}{limit}。", promotion_source(promotion))


def usage_fact(promotion: Promotion, now: datetime, zone: ZoneInfo, currency: str) -> Fact:
    """Say how a coupon is used: from which sum on, with which code, until when."""
    until = say_day(promotion.ends_at.astimezone(zone).date(), now.astimezone(zone).date())
    over = f"满{say_amount(promotion.threshold, currency)}可用，" if promotion.threshold else ""
    code = f"优惠码是{quote(promotion.code)}，" if promotion.code else ""
    text = f"「{quote(promotion.name)}」{over}{code}下单结算时使用，有效期至{until}。"
    return Fact("promotion", text, promotion_source(promotion))


def window_fact(promotion: Promotion, now: datetime, zone: ZoneInfo) -> Fact:
    """Say of a promotion that is not on whether it is over or has not begun."""
    today = now.astimezone(zone).date()
    name = quote(promotion.name)
    if promotion.ends_at < now:
        said = f"「{name}」已于{say_day(promotion.ends_at.astimezone(zone).date(), today)}结束，现在不能再用。"
    else:
        begins = say_day(promotion.starts_at.astimezone(zone).date(), today)
        said = f"「{name}」{begins}开始，现在还没有开始，暂时不能享受。"
    return Fact("promotion", said, promotion_source(promotion))


def say_gain(promotion: Promotion, currency: str) -> str:
    """Say the gain alone: 满300元减50元, 满200元打9.2折."""
    over = f"满{say_amount(promotion.threshold, currency)}" if promotion.threshold else ""
    if promotion.discount is not None:
        return f"{over}{'减' if over else '立减'}{say_amount(promotion.discount, currency)}"
    if promotion.rate is not None:
        return f"{over}{'打' if over else '享'}{say_rate(promotion.rate)}折"
    return {"free_shipping": f"{over}包邮", "gift": f"{over}有赠品"}.get(promotion.kind, over)


def say_rate(rate: Decimal) -> str:
    """Write the share paid as 折: 0.88 is 8.8."""
    return f"{(rate * 10).normalize():f}"
