"""Check digits of the numbers that states and banks give out."""

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)


def is_id_card(number: str) -> bool:
    """Whether 18 characters are a mainland identity number: province, birthday and check digit fit.

    Args:
        number: digits, the last may be ``X`` or ``x``.

    Source:
        GB 11643-1999, check by ISO 7064 MOD 11-2.
    """
    body, check = number[:17], number[17:].upper()
    if len(number) != 18 or not body.isdigit() or body[:2] not in _PROVINCES:
        return False
    try:
        date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError:
        return False
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11] == check


def passes_luhn(number: str) -> bool:
    """Whether a card number's check digit fits.

    Args:
        number: digits.

    Source:
        ISO/IEC 7812-1, annex B.
    """
    total = 0
    for place, char in enumerate(reversed(number)):
        digit = int(char) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0
