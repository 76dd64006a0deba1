"""Personal data of people in what the shop publishes."""

import re
from collections.abc import Iterator

from knowledge.checks.occasion import Occasion
from knowledge.findings import Finding, Severity
from knowledge.pack import Pack

_PHONE = re.compile(r"(?<![\d-])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_CITIZEN = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?![\dXx])")
_CARD = re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_OFFICE = re.compile(
    r"^(?:service|support|help|info|contact|kefu|cs|care|hello|privacy|dpo|legal|invoice|fapiao|billing|finance|sales|"
    r"shop|store|admin|hr|jobs|press|media|business|vip|member|order|orders|return|returns|refund|wholesale|team|feedback)"
    r"(?:[._-].*)?$",
    re.IGNORECASE,
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def personal(pack: Pack, occasion: Occasion) -> Iterator[Finding]:
    """Find mobile numbers, citizen ids, bank cards and personal mail addresses in policies.

    Args:
        pack: the pack; its own hotline and addresses of an office are not personal.
        occasion: when the check takes place.
    """
    hotline = re.sub(r"\D", "", pack.shop.hotline or "")
    for policy in pack.policies:
        lines = [(number, line) for number, line in enumerate(policy.body.split("\n"))]
        for number, line in lines:
            for what, value in _found(line, hotline):
                place = policy.body_place(number)
                severity: Severity = "warning" if what == "mail address" else "error"
                message = f"a {what} stands in {policy.policy_id!r}: {_masked(value)}."
                advice = "Take it out; name the hotline or an office's address instead."
                yield Finding("personal_data", severity, place, message, advice)


def _found(line: str, hotline: str) -> Iterator[tuple[str, str]]:
    taken: list[tuple[int, int]] = []
    for found in _CITIZEN.finditer(line):
        if is_citizen_id(found.group()):
            taken.append(found.span())
            yield "citizen id", found.group()
    for found in _CARD.finditer(line):
        if is_card_number(re.sub(r"\D", "", found.group())) and found.span() not in taken:
            taken.append(found.span())
            yield "bank card", found.group()
    for found in _PHONE.finditer(line):
        inside = any(start <= found.start() < end for start, end in taken)
        if not inside and re.sub(r"\D", "", found.group())[-11:] != hotline[-11:]:
            yield "mobile number", found.group()
    for found in _MAIL.finditer(line):
        if not _OFFICE.match(found.group().split("@")[0]):
            yield "mail address", found.group()


def is_citizen_id(text: str) -> bool:
    """Whether 18 characters are a Chinese citizen id by its check digit.

    Args:
        text: 17 digits and a digit or X.

    Source:
        GB 11643-1999, ISO 7064 MOD 11-2.
    """
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def is_card_number(digits: str) -> bool:
    """Whether 16 to 19 digits are a bank card number by its check digit.

    Args:
        digits: only digits.

    Source:
        ISO/IEC 7812-1, the Luhn formula.
    """
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _masked(value: str) -> str:
    return value[:2] + "*" * max(len(value) - 4, 1) + value[-2:]
