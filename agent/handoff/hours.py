"""When people are on duty: the shop's weekly hours, its own days, or the public holidays of mainland China."""

from datetime import date, datetime, time, timedelta

from agent.profile import ShopProfile

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONDAY, _SUNDAY = 0, 6
_MAINLAND = frozenset({"Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "Asia/Urumqi", "Asia/Kashgar", "PRC"})


def is_open(profile: ShopProfile, now: datetime) -> bool:
    """Whether people are on duty at ``now`` (aware); shops that state no hours count as open."""
    return not profile.service_hours or closes_at(profile, now) is not None


def closes_at(profile: ShopProfile, now: datetime) -> datetime | None:
    """When the people who are on duty at ``now`` (aware) go home; None: nobody is on duty, or no hours are stated."""
    local = now.astimezone(profile.timezone)
    weekday = _weekday_of(profile, local.date())
    for days, hours in (profile.service_hours or {}).items():
        start, _, end = hours.partition("-")
        if weekday is not None and _is_day(days, weekday) and time.fromisoformat(start) <= local.time():
            closing = _moment(local, end.strip())
            if local < closing:
                return closing
    return None


def _moment(local: datetime, end: str) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if end == "24:00":
        return midnight + timedelta(days=1)
    at = time.fromisoformat(end)
    return local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)


def _is_day(days: str, weekday: int) -> bool:
    names = [part.strip().lower()[:3] for part in days.split("-")]
    first, last = _DAYS.index(names[0]), _DAYS.index(names[-1])
    return first <= weekday <= last if first <= last else weekday >= first or weekday <= last


def _weekday_of(profile: ShopProfile, day: date) -> int | None:
    """Whose hours a day has: its own weekday's, Sunday's on a holiday, Monday's on a make-up workday; None: nobody's."""
    own = profile.service_days
    if own is None:
        return _public_weekday(day) if profile.timezone.key in _MAINLAND else day.weekday()
    if day in own.closed:
        return None
    if day in own.holidays:
        return _SUNDAY
    return _MONDAY if day in own.workdays else day.weekday()


def _public_weekday(day: date) -> int:
    """As the State Council arranges the year; a year that is not announced yet has plain weeks."""
    import chinese_calendar

    weekday = day.weekday()
    try:
        works = chinese_calendar.is_workday(day)
    except NotImplementedError:
        return weekday
    if weekday < 5:
        return weekday if works else _SUNDAY
    return _MONDAY if works else weekday
