"""Who may be given a coupon: the shop's audience, its quota, and one a customer."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Audience = Literal["all", "new", "vip", "hesitating"]
EntitlementCode = Literal["entitled", "already_held", "quota_exhausted", "not_in_audience"]

_REASONS: dict[EntitlementCode, str] = {
    "entitled": "可以领取",
    "already_held": "您已经领取过这张优惠券了，每人限领一张",
    "quota_exhausted": "这张优惠券已经被领完了",
    "not_in_audience": "您的账号暂不符合这个活动的参与条件",
}


@dataclass(frozen=True)
class CouponState:
    """One promotion as it stands for one customer, at the moment of asking."""

    promotion_id: str
    quota: int | None
    """How many may be issued in all; None: no limit."""
    left: int | None
    """How many can still be issued, >= 0; None: no limit."""
    held: bool
    """Whether this customer already has one."""
    paid_orders: int
    """Orders this customer has ever paid, >= 0."""
    level: str
    """The customer's membership level in the shop's own word; empty: none."""


@dataclass(frozen=True)
class Entitlement:
    """Whether a customer may have a coupon, and why not."""

    code: EntitlementCode
    reason: str
    """Chinese words for the customer."""

    @property
    def is_allowed(self) -> bool:
        """Whether the coupon may be issued."""
        return self.code == "entitled"


def is_vip(level: str, vip_levels: Collection[str] = ()) -> bool:
    """Whether a membership level counts as VIP.

    Args:
        level: the shop's own word for the level.
        vip_levels: further words that count, where a shop's levels do not say "vip" (``钻石会员``).

    Returns:
        True for every level that says VIP (``VIP``, ``svip``, ``vip3``) or is listed.
    """
    return "vip" in level.casefold() or level in vip_levels


def decide_entitlement(
    audience: Collection[Audience], state: CouponState, *, is_hesitating: bool, vip_levels: Collection[str] = ()
) -> Entitlement:
    """Decide whether this customer may be given this coupon now.

    Args:
        audience: the promotion's audience; belonging to one of them is enough.
        state: the promotion as it stands for the customer.
        is_hesitating: whether the customer hesitates in this conversation.
        vip_levels: further membership levels that count as VIP.

    Returns:
        The first obstacle in the order held, quota, audience; or ``entitled``.
    """
    memberships: dict[Audience, bool] = {
        "all": True,
        "new": state.paid_orders == 0,
        "vip": is_vip(state.level, vip_levels),
        "hesitating": is_hesitating,
    }
    code: EntitlementCode = "entitled"
    if state.held:
        code = "already_held"
    elif state.left is not None and state.left <= 0:
        code = "quota_exhausted"
    elif not any(memberships[group] for group in audience):
        code = "not_in_audience"
    return Entitlement(code, _REASONS[code])
