"""Receipts as the ledger of actions keeps them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.store.errors import RecordUnreadable
from tools.receipts import Receipt


def receipt_to_json(receipt: Receipt) -> Mapping[str, Any]:
    """A receipt as a mapping that JSON can hold."""
    return {
        "receipt_id": receipt.receipt_id,
        "action": receipt.action,
        "order_id": receipt.order_id,
        "at": receipt.at.isoformat(),
        "detail": dict(receipt.detail),
        "key": receipt.key,
    }


def receipt_from_json(data: Mapping[str, Any]) -> Receipt:
    """Read a receipt written by `receipt_to_json`.

    Raises:
        RecordUnreadable: it is not one.
    """
    try:
        return Receipt(**{**data, "at": datetime.fromisoformat(data["at"])})
    except (KeyError, TypeError, ValueError) as exc:
        raise RecordUnreadable("receipt", f"{type(exc).__name__}: {exc}") from exc
