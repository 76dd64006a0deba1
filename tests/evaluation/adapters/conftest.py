"""Small sets in other projects' forms, written for these tests."""

import json

import pytest

DOMAIN = {
    "db.json": {
        "products": {
            "p1": {
                "name": "Kettle",
                "product_id": "p1",
                "variants": {
                    "k-red": {
                        "item_id": "k-red",
                        "options": {"color": "red", "material": "steel; brushed"},
                        "available": True,
                        "price": 40.5,
                    },
                    "k-blue": {"item_id": "k-blue", "options": {"color": "blue"}, "available": False, "price": 42},
                },
            }
        },
        "users": {
            "ann_lee": {
                "user_id": "ann_lee",
                "name": {"first_name": "Ann", "last_name": "Lee"},
                "address": {"zip": "10001"},
                "email": "ann@example.com",
            }
        },
        "orders": {
            "#W1": {
                "order_id": "#W1",
                "user_id": "ann_lee",
                "address": {"address1": "1 Main St", "city": "Troy", "zip": "10001"},
                "items": [{"item_id": "k-red", "price": 40.5}],
                "status": "pending",
            },
            "#W2": {
                "order_id": "#W2",
                "user_id": "ann_lee",
                "items": [{"item_id": "k-red", "price": 40.5}, {"item_id": "k-blue", "price": 42}],
                "status": "delivered",
                "fulfillments": [{"tracking_id": ["900100"], "item_ids": ["k-red"]}],
            },
        },
    },
    "policy.md": "# Kettle shop policy\n\n## Cancelling\nA pending order can be cancelled.\n\n## Empty\n\n## Returns\nWithin 30 days.\n",
}


def tau_task(name, reason, *actions, **criteria):
    """One task of a domain."""
    calls = [{"name": call, "arguments": arguments} for call, arguments in actions]
    said = {"reason_for_call": reason, "known_info": "You are Ann Lee in zip code 10001.", "domain": "kettles"}
    return {
        "id": name,
        "user_scenario": {"persona": None, "instructions": said},
        "evaluation_criteria": {"actions": calls, **criteria},
    }


KNOWN = ("find_user_id_by_name_zip", {"first_name": "Ann", "last_name": "Lee", "zip": "10001"})
TAU_TASKS = [
    tau_task("0", "You want to cancel your order #W1.", KNOWN, ("cancel_pending_order", {"order_id": "#W1"})),
    tau_task("1", "You ask what is in #W1.", KNOWN, communicate_info=["40.5"], nl_assertions=["Is polite."]),
    tau_task("2", "You want a gift card.", KNOWN, ("modify_pending_order_payment", {"order_id": "#W1"})),
    tau_task(
        "3",
        "You return all of #W2.",
        ("return_delivered_order_items", {"order_id": "#W2", "item_ids": ["k-red", "k-blue"]}),
    ),
    tau_task("4", "You need a person.", KNOWN, ("transfer_to_human_agents", {"summary": "x"})),
    tau_task("5", "You return #W1.", ("return_delivered_order_items", {"order_id": "#W1", "item_ids": ["k-red"]})),
]

_ADDRESS = {"省份": "浙江省", "城市": "杭州市", "区县": "西湖区", "详细地址": "学院路1号"}
SHOP = {
    "data/products.json": {
        "jd": {
            "s1": {
                "5001": {
                    "商品ID": "5001",
                    "商品名称": "小白电水壶",
                    "商品状态": "已上架",
                    "商品价格": 99,
                    "商品描述": "1.5升; 不锈钢=内胆",
                    "可换货商品": [{"商品ID": "5002"}],
                    "安装说明": "插电即用，无需安装。",
                    "常见故障": [{"故障代码": "E1", "故障解决方案": "加水后再开机。"}],
                },
                "5002": {"商品ID": "5002", "商品名称": "小黑电水壶", "商品状态": "已下架", "商品价格": 109},
            }
        }
    },
    "data/users_info.json": {"阿水": {"用户ID": "阿水", "用户姓名": "沈水", "电话号码": "13900000001"}},
    "data/orders.json": {
        "jd": {
            "s1": {
                "阿水": {
                    "880001": {
                        "订单ID": "880001",
                        "用户ID": "阿水",
                        "订单状态": "已付款",
                        "订单总金额": 99,
                        "订单商品列表": [{"商品ID": "5001", "单价": 99, "数量": 1}],
                        "收货地址": _ADDRESS,
                    },
                    "880002": {
                        "订单ID": "880002",
                        "用户ID": "阿水",
                        "订单状态": "已签收",
                        "订单总金额": 99,
                        "订单商品列表": [{"商品ID": "5001", "单价": 99}],
                        "收货地址": _ADDRESS,
                    },
                }
            }
        }
    },
    "data/logistics.json": {
        "jd": {
            "s1": {
                "阿水": {
                    "880002": {
                        "物流单号": "YT1",
                        "物流公司": "圆通",
                        "实际送达时间": "2025-04-06 15:50:00",
                        "物流轨迹": [{"时间": "2025-04-05 08:00:00", "位置": "杭州", "描述": "已揽收"}],
                    }
                }
            }
        }
    },
    "data/discount.json": {"jd": {"s1": {"政策名称": "开学季", "详情": [{"描述": "满200减20"}]}}},
}
ECOM_TASKS = '''
from utils import Task, Validation, Action, Search

ALL_TASKS = [
    Task(annotator="0", user_id="阿水", shop_id="s1", platform="jd",
         instruction="""<情绪>不满<\\\\情绪>
<意图一>你想取消订单880001（注意：你很急）<\\\\意图一>
<意图二>最后你问商品5001怎么安装<\\\\意图二>""",
         metadata=Validation(outputs=["插电即用"],
             actions=[Action(name="manage_order", arguments={"order_id": "880001", "action": "取消"})],
             searches=[Search(name="get_installation_service_info_tool", arguments={"product_id": "5001"})])),
    Task(annotator="1", user_id="阿水", shop_id="s1", platform="jd",
         instruction="<意图一>你问订单880002的物流<\\\\意图一><意图二>你要开发票<\\\\意图二>",
         metadata=Validation(actions=[Action(name="manage_invoice", arguments={"order_id": "880002"})],
             searches=[Search(name="get_logistics_info_tool", arguments={"order_id": "880002"})])),
    Task(annotator="2", user_id="阿水", shop_id="s1", platform="jd",
         instruction="<意图一>你要预约上门<\\\\意图一>",
         metadata=Validation(actions=[Action(name="schedule_service", arguments={})])),
    Task(annotator="3", user_id="阿水", shop_id="s1", platform="jd",
         instruction="<意图一>你要退掉订单880002<\\\\意图一>",
         metadata=Validation(actions=[Action(name="manage_return", arguments={"order_id": "880002"})])),
]
'''
QUESTIONS = [
    {
        "id": 0,
        "query": "蓝风茶馆几点开门",
        "answer": ["9点"],
        "positive": ["蓝风茶馆每天9点开门。"],
        "negative": ["绿风茶馆每天10点开门。"],
    },
    {
        "id": 1,
        "query": "红塔公园门票多少钱",
        "answer": [["15元", "十五元"]],
        "positive": ["红塔公园门票15元。"],
        "negative": [],
    },
    {
        "id": 2,
        "query": "青石博物馆周几闭馆",
        "answer": "周一",
        "positive": ["青石博物馆周一闭馆。"],
        "negative": ["青石书店周二盘点。"],
    },
    {
        "id": 3,
        "query": "白桥和黑桥多长",
        "answer": [["30米"], ["50米"]],
        "positive": [["白桥长30米。"], ["黑桥长50米。", "黑桥全长50米。"]],
        "negative": [],
    },
    {
        "id": 4,
        "query": "松山有多高",
        "answer": "820米",
        "fakeanswer": "920米",
        "positive": ["松山高820米。", "松山海拔820米。"],
        "positive_wrong": ["松山高920米。", "松山海拔920米。", "松山约920米。"],
        "negative": ["竹山高400米。"],
    },
]


def _write(folder, files):
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8"
        )
    return folder


@pytest.fixture
def write(tmp_path):
    """Writes files of a set; gives its folder."""
    return lambda files, name="kettles": _write(tmp_path / name, files)


@pytest.fixture
def domain(write):
    """A folder in tau2's form."""
    return write({**DOMAIN, "tasks.json": TAU_TASKS})


@pytest.fixture
def story(write):
    """A folder in ECom-Bench's form."""
    return write({**SHOP, "tasks.py": ECOM_TASKS}, "story")


@pytest.fixture
def questions(write):
    """A file in RGB's form, an object a line."""
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in QUESTIONS)
    return write({"zh.json": lines}, "rgb") / "zh.json"
