from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agent.handoff.hours import closes_at, is_open
from agent.profile import ShopProfile

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = {"mon-fri": "09:00-18:00"}


def shop(hours=OFFICE, zone: str = "Asia/Shanghai", **days: list[str]) -> ShopProfile:
    told = {"shop_id": "demo", "name": "示例店", "assistant": "小示", "timezone": zone, "service_hours": hours}
    return ShopProfile.from_release(told | ({"service_days": days} if days else {}))


def at(month: int, day: int, hour: int = 10, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "opened"),
    [
        (at(10, 1), False),  # National Day, a Thursday
        (at(10, 10), True),  # a Saturday that is worked in its place
        (at(10, 17), False),  # a plain Saturday
        (at(10, 19), True),  # a plain Monday
    ],
)
def test_that_public_holidays_and_make_up_workdays_hold_in_mainland_china(moment, opened) -> None:
    assert is_open(shop(), moment) is opened


def test_that_a_holiday_has_sundays_hours_where_people_work_on_sundays() -> None:
    seven_days = shop({"mon-sat": "09:00-22:00", "sun": "10:00-16:00"})
    assert closes_at(seven_days, at(10, 1)) == at(10, 1, 16)


def test_that_a_year_that_is_not_announced_has_plain_weeks() -> None:
    assert is_open(shop(), at(10, 1, year=2091))  # a Monday


def test_that_elsewhere_chinese_holidays_do_not_hold() -> None:
    assert is_open(shop(zone="Asia/Tokyo"), at(10, 1))


def test_that_the_shops_own_days_hold_in_place_of_the_public_ones() -> None:
    own = shop(closed=["2026-11-11"], workdays=["2026-11-14"], holidays=["2026-11-12"])
    found = [is_open(own, moment) for moment in (at(11, 11), at(11, 12), at(11, 13), at(11, 14), at(10, 1))]
    assert found == [False, False, True, True, True]
