"""Shops, drawn anew: name, assistant, maker, form of address, limits and closing."""

import random

from agent.profile import ShopProfile, Style
from finetune.small.corpus.scene import ZONE

_HEADS = "青 云 山 小 南 木 白 知 一 花 星 月 禾 松 海 北 素 初 安 晴 雅 鹿 竹 墨 暖 清 谷 梧 屿 橙 沐 乐 锦 言 溪 春 和 百 福 悦"
_TAILS = "禾 间 舍 里 屋 然 语 汀 衣 品 生 境 集 坊 野 茶 川 居 作 记 林 田 物 食 果 朵 匠 家 礼 岸 叶 棉 光 味 圃 风 苑 庭 行 园"
_TRADES = "女装 男装 童装 茶铺 鞋履 箱包 家居 母婴 家电 美妆 珠宝 书店 果园 零食 数码 户外 宠物 家纺 眼镜 文具 花店 厨具 渔具 乐器 药房 钟表"
_ENDS = "旗舰店 小店 专营店 商城 铺子 工作室 优选 直营店".split()
_NAMES = "小 阿 暖 糖 豆 果 团 圆 米 鱼 月 星 晴 朵 萌 安 宁 茶 禾 雪 桃 栗 梨 叶 溪 樱 兔 鹿 云 柚"
_TEAMS = "客服技术部 数字小组 科技有限公司 信息部 智能团队 开发组 运营中心 技术团队".split()
_ADDRESSES = ("亲", "亲", "亲", "亲亲", "您", "", "", "宝", "小主", "亲爱的", "贵客", "朋友", "宝子", "老板", "家人")
_WISHES = "购物愉快 生活愉快 天天开心 一切顺利 万事顺意 心情愉快 喝茶愉快 阅读愉快 旅途愉快 身体健康 平安喜乐 每天好心情".split()
_MARKS = ("!", "！", "~", "～", "。", "!😊", "～🌸", "!🌹", "哦~", "！❤")
_CLAIMS = "最低价 全网最低 绝对 百分百 国家级 顶级 终身质保 第一 最好 根治 零风险 永久".split()
_TASKS = "查询订单和物流 解释售后政策 查询库存和优惠 推荐尺码 登记退换货 协助取消订单 修改收货地址 登记到货通知 查询会员权益".split()
_NOT = "打电话 更改价格 查询他人订单 保证送达时间 处理其他平台的订单 线下取货 鉴定商品".split()


def draw_profile(rng: random.Random) -> ShopProfile:
    """Invent a shop: its persona, its style and what it can do."""
    brand = "".join(rng.sample(_HEADS.split(), 1) + rng.sample(_TAILS.split(), 1))
    name = brand + rng.choice(_TRADES.split()) + rng.choice(("", "", rng.choice(_ENDS)))
    assistant = rng.choice("小阿") + rng.choice(_NAMES.split()[2:])
    return ShopProfile(
        shop_id="drawn",
        name=name,
        assistant=assistant,
        maker=rng.choice((name, brand, brand + brand[-1])) + rng.choice(("", rng.choice(_TEAMS))),
        timezone=ZONE,
        service_hours=_draw_hours(rng),
        hotline=rng.choice((None, f"400-{rng.randrange(100, 1000)}-{rng.randrange(1000, 10000)}")),
        can=tuple(rng.sample(_TASKS, rng.randint(2, 6))),
        cannot=tuple(rng.sample(_NOT, rng.randint(1, 3))),
        style=Style(
            address=rng.choice(_ADDRESSES),
            max_sentences=rng.choice((2, 3, 3, 3, 4, 5)),
            max_chars=rng.choice((100, 120, 140, 160, 160, 180, 200, 240)),
            closing=_draw_closing(rng),
        ),
        forbidden_claims=tuple(rng.sample(_CLAIMS, rng.randint(0, 6))),
    )


def _draw_closing(rng: random.Random) -> str:
    wish = rng.choice(("祝您", "祝您", "祝", "愿您")) + rng.choice(_WISHES) + rng.choice(_MARKS)
    return rng.choice((wish, wish, "", "期待您的光临！", "有需要随时找我哦~", "感谢您的支持！", "感谢光临～"))


def _draw_hours(rng: random.Random) -> dict[str, str]:
    opens, closes = rng.randint(7, 10), rng.randint(17, 23)
    days = rng.choice((("mon-sun",), ("mon-fri", "sat-sun"), ("mon-sat",)))
    return {one: f"{opens + place:02d}:00-{closes:02d}:00" for place, one in enumerate(days)}
