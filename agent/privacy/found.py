"""What personal data is: its kinds, and one found piece of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["phone", "id_card", "bank_card", "address", "email", "plate", "name"]

LABELS: Mapping[Kind, str] = MappingProxyType(
    {
        "phone": "[电话]",
        "id_card": "[身份证号]",
        "bank_card": "[银行卡号]",
        "address": "[地址]",
        "email": "[邮箱]",
        "plate": "[车牌]",
        "name": "[姓名]",
    }
)
"""What stands in place of each kind."""


@dataclass(frozen=True)
class Found:
    """One piece of personal data."""

    kind: Kind
    start: int
    """First character."""
    end: int
    """One past the last character."""

    def overlaps(self, other: "Found") -> bool:
        """Whether both cover a common character."""
        return self.start < other.end and other.start < self.end
