"""Names of people, where the words around say that a name stands there."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from agent.privacy.found import Found

_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|夏侯|端木|南宫|独孤|百里|申屠|轩辕|闻人|呼延|太史|澹台"
_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂"
    "章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解"
    "牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎"
    "甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴"
    "盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战赖庹冶付"
)
_SURNAME = rf"(?:{_COMPOUND}|[{_SINGLE}])"
_NOT_GIVEN = (
    "的了在是想要我你您他她它们收寄发退换改取买付有没不吗呢吧呀啊就把给说和跟与也都还到会能该请先后来去电手住地邮微号签从被帮"
    "已这那两并且但因为所以怎什么谁哪几"
)
_GIVEN = rf"(?:[^\W\da-zA-Z_{_NOT_GIVEN}]{{1,2}})"
_ETHNIC = r"[\u4e00-\u9fff]{2,5}·[\u4e00-\u9fff]{2,6}"
_FULL = rf"(?:{_ETHNIC}|{_SURNAME} ?{_GIVEN})"

_LABELLED = re.compile(
    r"(?:收货人|收件人|收货方|收件方|签收人|联系人|寄件人|发件人|下单人|购买人|持卡人|开户人|户主|顾客姓名|客户姓名|真实姓名|姓名|户名|名字|"
    rf"本人叫|我叫|人叫|名叫|抬头是?个人)(?:改成|改为|换成|填的?|写的?|就?是|为|叫|应该是|:|：|,| )*\s*(?P<name>{_FULL})"
)
_TITLED = re.compile(
    rf"(?P<name>(?:{_COMPOUND}|[{_SINGLE}]){_GIVEN}?)(?:先生|女士|小姐|太太|阿姨|同学|老师|师傅|经理|医生)(?!傅|级|的店)"
)
_I_AM = re.compile(rf"(?:我是|本人是|这边是|我就是)(?P<name>{_FULL})(?=[,。!?;、，！？； \n]|本人|$)")
_CALLED = re.compile(
    rf"(?:给|找|由|让|叫|转交|交给|替|帮|寄给|送给|发给)(?P<name>{_SURNAME}{_GIVEN})(?=收|签收|代收|取件|接收|(?:[,， ]?(?:电话|手机|1[3-9]\d{{9}})))"
)
_RECEIVES = re.compile(rf"[(\[【](?P<name>{_SURNAME}{_GIVEN})(?:收|签收|代收)?[)\]】]")
_ALONE = re.compile(
    rf"(?<![\u4e00-\u9fff])(?P<name>{_ETHNIC}|{_SURNAME}{_GIVEN})(?=[^\u4e00-\u9fff]|收[^\u4e00-\u9fff]|$)"
)
_OFTEN = 200
"""So often counted, a word that is a name too is hardly ever one."""
_BESIDE = 8
"""So near to a phone or an address, in characters, a name stands for itself."""
_NOT_NAMES = frozenset(
    (
        "高中 高中生 金牌 黄金 白金 钻石 于是 方便 安徽 江苏 江西 温州 成都 广州 和平 常客 常州 许多 周五 周六 周日 周一 周二 周三 "
        "周四 周末 钱包 马上 白色 黄色 金色 蓝色 云南 海南 河南 湖南 平台 全款 全部 全新 时间 明天 平时 单独 应该 国内 国外 国庆 "
        "强烈 初次 相信 相同 华为 成人 成年 安卓 包邮 车主 车间 连续 简单 项目 房东 房客 管家 管理员 管理 商家 商户 官方 司机 成员 "
        "老板 武汉 贵州 苏州 杭州 南京 南方 南昌 北京 文员 文科 温柔 康复 师傅 师范 和尚 查询 边上 农村 尚未 原价 原来 原因 计划 "
        "支付 支持 门店 门卫 容易 普通 印象 强制 顾客 顾家 游客 过客 石家庄 秦皇岛 连云港 马鞍山 黄山 黄石 宁波 宁夏 广东 厦门 "
    ).split()
)
_ROLES = re.compile(
    r"^(?:客服|售后|快递|物流|配送|安装|维修|店长|顾问|技术|业务|公关|主管|值班|在线|人工|门卫|前台|物业|班主任|语文|数学|英语|体育)"
)


def find_names(text: str, others: Sequence[Found] = ()) -> Iterator[Found]:
    """Find names in a flat text.

    A name counts where a label (收货人), a title (女士), an introduction (我叫) or other personal data beside it says that it is one;
    a bare name among other words is left alone, as most two or three characters could be one.

    Args:
        text: flat.
        others: personal data found already.
    """
    for pattern in (_LABELLED, _TITLED, _I_AM, _CALLED, _RECEIVES):
        for match in pattern.finditer(text):
            if _is_name(match["name"]):
                yield Found("name", *match.span("name"))
    for match in _ALONE.finditer(text) if others else ():
        start, end = match.span("name")
        is_beside = any(one.start - _BESIDE <= end and start <= one.end + _BESIDE for one in others)
        if is_beside and _is_name(match["name"]) and match["name"] not in _common_words():
            yield Found("name", start, end)


@cache
def _common_words() -> frozenset[str]:
    """Two or three characters that begin like a name and are a word of the language, from jieba's dictionary."""
    lines = (files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines()
    words = (line.split(" ") for line in lines if line[0] in _SINGLE)
    return frozenset(
        word for word, count, tag in words if len(word) <= 3 and int(count) >= (_OFTEN if tag[:2] == "nr" else 3)
    )


def _is_name(said: str) -> bool:
    return said.replace(" ", "") not in _NOT_NAMES and said[:2] not in _NOT_NAMES and not _ROLES.match(said)
