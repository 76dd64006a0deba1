"""A customer's message as text."""

from channels.contact_centre.intake import ATTACHMENTS
from channels.wecom.wire import Item, Titled

_KINDS = {"business_card": "other", "msgmenu": "other", "note": "other", "channels": "video"}
"""Kinds of WeCom that have no mark of their own."""


def words_of(item: Item) -> str:
    """What a message says: its words, or a mark for what is no text.

    Args:
        item: of a customer or a servicer.
    """
    if item.text is not None and item.text.content.strip():
        return item.text.content
    if item.location is not None:
        return _joined(ATTACHMENTS["location"], item.location.name, item.location.address)
    if item.link is not None:
        return _joined(item.link.title, item.link.url) or ATTACHMENTS["other"]
    titled: Titled | None = (
        item.miniprogram or item.merged_msg or item.channels_shop_product or item.channels_shop_order
    )
    if titled is not None:
        return _joined(ATTACHMENTS["other"], titled.title or titled.product_titles)
    kind = _KINDS.get(item.msgtype, item.msgtype)
    return ATTACHMENTS.get(kind, ATTACHMENTS["other"])


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
