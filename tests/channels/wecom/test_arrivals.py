"""What comes in: kinds of messages, who the customer is, welcomes, messages withdrawn."""

import time

import pytest

from channels.access.identity import sign_token
from channels.contact_centre.intake import TOO_LONG
from channels.wecom.wire import Item
from channels.wecom.words import words_of

SECRET = "0123456789abcdef0123456789abcdef"
FANG = "wecom:wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q:wmFang"


def _item(msgtype: str, **more: object) -> Item:
    return Item(msgid="m", send_time=0, origin=3, msgtype=msgtype, **more)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (_item("text", text={"content": "几天发货"}), "几天发货"),
        (_item("text", text={"content": "查物流", "menu_id": "101"}), "查物流"),
        (_item("image", image={"media_id": "M"}), "[图片]"),
        (_item("voice", voice={"media_id": "M"}), "[语音]"),
        (_item("video", video={"media_id": "M"}), "[视频]"),
        (_item("file", file={"media_id": "M"}), "[文件]"),
        (_item("location", location={"name": "人民广场", "address": "黄浦区", "latitude": 31.2}), "[位置] 人民广场 黄浦区"),
        (_item("link", link={"title": "衬衫", "url": "https://a.example/1"}), "衬衫 https://a.example/1"),
        (_item("miniprogram", miniprogram={"title": "商城"}), "[消息] 商城"),
        (_item("channels_shop_order", channels_shop_order={"product_titles": "龙井茶"}), "[消息] 龙井茶"),
        (_item("business_card", business_card={"userid": "x"}), "[消息]"),
        (_item("a_kind_of_tomorrow"), "[消息]"),
    ],
)  # fmt: skip
def test_that_each_kind_of_message_becomes_words(item, words):
    assert words_of(item) == words


async def test_that_a_message_withdrawn_before_it_was_read_is_not_answered(wecom, premises):
    wrong = await wecom.write("1 asks", ring=False)
    await wecom.event("user_recall_msg", recall_msgid=wrong, ring=False)
    await wecom.write("2 fine")
    await wecom.until(lambda: wecom.texts == ["答：2 fine"])


async def test_that_a_customer_is_told_that_a_message_is_too_long(wecom, premises):
    await wecom.write("长" * 3000)
    await wecom.until(lambda: wecom.texts == [TOO_LONG])


async def test_that_who_comes_in_is_welcomed_once(wecom, open_premises, connect):
    premises = await open_premises()
    wecom.repeats = True
    await connect(premises, every_s=0.1, welcome="您好，我是小店的客服～")
    await wecom.enter()
    await wecom.write("1 fine")
    await wecom.until(lambda: len(wecom.texts) == 2)
    await premises.shop.post.aclose()
    assert wecom.texts == ["您好，我是小店的客服～", "答：1 fine"]


async def _answered_customer(wecom, premises) -> str:
    """Whom the message that was answered last came from."""
    await wecom.write("1 fine")
    await wecom.until(lambda: wecom.texts)
    (asked,) = await premises.shop.store.recent_turns(1, "demo")
    return str(asked.request["customer_id"])


async def test_that_a_link_of_the_shops_login_says_who_the_customer_is(wecom, premises):
    token = sign_token(SECRET, "customer-123456", expires_at=int(time.time()) + 600, is_short=True)
    assert len(token) <= 128, "WeCom takes no longer scene_param"
    await wecom.enter(scene_param=token)
    assert await _answered_customer(wecom, premises) == "customer-123456"


@pytest.mark.parametrize("scene_param", ["", "U1001", "a.b.c", "U1001.1.x"])
async def test_that_a_link_that_is_not_signed_says_nothing(wecom, premises, scene_param):
    await wecom.enter(scene_param=scene_param)
    assert await _answered_customer(wecom, premises) == "wecom:wmFang"


async def test_that_a_link_whose_time_is_over_says_nothing(wecom, premises):
    await wecom.enter(scene_param=sign_token(SECRET, "U1001", expires_at=time.time() - 1))
    assert await _answered_customer(wecom, premises) == "wecom:wmFang"


async def test_that_a_customer_who_names_another_one_is_not_believed(wecom, premises):
    await wecom.write("我是 U1001 fine")
    await wecom.until(lambda: wecom.texts)
    assert (await premises.shop.store.load(FANG)).state.customer_id == "wecom:wmFang"


async def test_that_two_customers_are_two_conversations(wecom, premises):
    await wecom.write("1 fine", user="wmFang")
    await wecom.write("2 asks", user="wmLi")
    await wecom.write("3 fine", user="wmFang")
    await wecom.until(lambda: len(wecom.delivered) >= 2 and any("3 fine" in text for text in wecom.texts))
    assert any(user == "wmFang" and "3 fine" in text for user, text in wecom.delivered)
