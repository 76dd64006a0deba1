"""What the customer is told about people: that one takes over, that the wait goes on, that nobody is on duty."""

from datetime import datetime

from agent.facts.shop import say_days
from agent.handoff.hours import is_open
from agent.profile import ShopProfile

_OPEN = ("已经为您转接人工客服，请稍等，同事会看到我们之前的对话。", "已经为您转接人工客服，请稍等。")
_CLOSED = "现在不在人工服务时间，人工客服上线后会回复您。"
_SORRY = ("anger", "always_word", "unresolved", "tool_outage", "turn_failed")


def say_notice(profile: ShopProfile, now: datetime, reason: str) -> str:
    """Tell the customer that a person takes over; outside service hours, when people are back."""
    sorry = "非常抱歉给您带来了不好的体验，" if reason in _SORRY else ""
    said = _OPEN if is_open(profile, now) else (say_closed(profile), _CLOSED)
    ways = (f"{sorry}{said[0]}", said[0], said[1])
    return next((way for way in ways if _fits(profile, way)), ways[-1])


def _fits(profile: ShopProfile, text: str) -> bool:
    """Whether a notice keeps to the shop's limits of characters and sentences, with the customer's form of address before it."""
    style = profile.style
    return len(style.addressed(text)) <= style.max_chars and text.count("。") <= style.max_sentences


def say_closed(profile: ShopProfile) -> str:
    """Tell the customer that nobody is on duty, and when people are back."""
    hours = "，".join(f"{say_days(days)}{span}" for days, span in (profile.service_hours or {}).items())
    return f"现在不在人工服务时间，已经为您登记，人工客服上线后会第一时间回复您。服务时间：{hours}。"


def say_still_waiting() -> str:
    """Tell the customer that nobody is free yet."""
    return "人工客服目前都在忙，您的问题已经在队列里，同事一有空就会回复您，请再稍等一下。"
