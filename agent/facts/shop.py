"""What the shop's profile says: who the agent is, what it can do, when people are on duty."""

from agent.evidence import Fact
from agent.profile import ShopProfile

_DAYS = {"mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日"}


def identity_facts(profile: ShopProfile) -> tuple[Fact, ...]:
    """Who answers, and who made it."""
    return (
        Fact("shop", f"我是{profile.name}的智能客服{profile.assistant}，是AI助手，不是真人。"),
        Fact("shop", f"我由{profile.maker}开发和维护。"),
    )


def can_facts(profile: ShopProfile) -> tuple[Fact, ...]:
    """What it can do."""
    return (Fact("shop", f"我可以帮您{'、'.join(profile.can)}。"),) if profile.can else ()


def cannot_facts(profile: ShopProfile) -> tuple[Fact, ...]:
    """What it cannot do."""
    return (Fact("shop", f"暂时不能帮您{'、'.join(profile.cannot)}。"),) if profile.cannot else ()


def hours_facts(profile: ShopProfile) -> tuple[Fact, ...]:
    """When people are on duty, and the hotline."""
    facts = []
    if profile.service_hours:
        facts.append(Fact("shop", f"人工客服的服务时间是{say_hours(profile)}。"))
    if profile.hotline:
        facts.append(Fact("shop", f"客服热线是{profile.hotline}。"))
    return tuple(facts)


def say_hours(profile: ShopProfile) -> str:
    """Write when people are on duty; empty: the shop does not say."""
    return "，".join(f"{say_days(days)}{hours}" for days, hours in (profile.service_hours or {}).items())


def say_days(days: str) -> str:
    """Write a day or a span of days in Chinese: ``mon-fri`` is 周一至周五."""
    names = [_DAYS.get(day.strip().lower(), day.strip()) for day in days.split("-")]
    return "至".join(names)
