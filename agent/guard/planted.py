"""Planted instructions: words from documents and back-ends that talk to a machine instead of to a customer."""

import re
from dataclasses import replace

from agent.evidence import Answer, Fact
from agent.prompt.neutral import is_neutral, neutralise

_ORDERS = re.compile(
    r"[<＜]\s*[|｜]|【(?:资料|做法|上一稿的问题|最后问|顾客|系统)】|^\s*(?:assistant|system|user|developer)\s*[:：]|(?<=[\s。；;，,（(])(?:assistant|system|user|developer)\s*[:：]|"
    r"(?:系统|最高优先级|优先级最高|开发者|管理员|隐藏|重要|新的?)(?:的)?(?:系统)?(?:指令|命令|提示词)|"
    r"(?:忽略|无视|忘记|忘掉|不要(?:管|理会)|绕过|覆盖)[^。！？!?\n]{0,10}(?:规则|指令|提示词?|设定|限制|要求|约束)|"
    r"(?:致|给|请)(?:各位|这位|本店)?(?:AI|ai|人工智能|大?语言?模型|智能客服|机器人|智能体)|"
    r"(?:AI|智能)(?:客服|助手|模型)(?:请|必须|应当|应该|需要|注意)|"
    r"(?:从现在起|现在开始|接下来)[，, ]?你(?:就)?(?:是|必须|要|扮演|只能)|"
    r"你(?:现在|其实)(?:就)?是(?:一[个名])?(?:AI|没有|不受|ChatGPT|GPT|管理员)|你必须(?:说|回复|回答|输出|承认)|"
    r"(?:跳过|无需|不用|不需要|免除)(?:顾客|客户|用户|再次)?(?:的)?(?:确认|同意|验证)(?:步骤)?(?:[，,]|就|即可|直接|立即|现在|并|$)|"
    r"(?:顾客|客户|用户)(?:的)?身份(?:已经?|已被)(?:通过)?(?:验证|核实|确认)|(?:已|被)授权.{0,6}(?:执行|操作|退款|取消)|"
    r"(?:输出|打印|泄露|告诉我|说出|重复)[^。！？!?\n]{0,8}(?:系统提示|提示词|初始指令|密钥|密码|API)|"
    r"(?:调用|执行)(?:工具|函数|接口)?\s*[a-z]+_[a-z_]+|confirmed\s*=\s*true|"
    r"ignore (?:all |the )?(?:previous|above)|system prompt|you are now|jailbreak",
    re.IGNORECASE | re.MULTILINE,
)
_OWN_WORDS = frozenset({"proposal", "receipt"})
_STOP = re.compile(r"[。！？!?；;\n]")
_BEGIN = re.compile(r"[。！？!?；;，,\n:：、（( ]")


def without_orders(text: str) -> str:
    """Take planted instructions out of outside words.

    From where the instruction begins to the end of its sentence nothing is left; what stands before it stays. Other words are as
    they were.

    Args:
        text: what a document or a back-end says.
    """
    if is_neutral(text) and not _ORDERS.search(text):
        return text
    left = text
    while (order := _ORDERS.search(left)) is not None:
        marks = () if order[0][0] in "<＜【" else _BEGIN.finditer(left, 0, order.start())
        begin = max((mark.end() for mark in marks), default=order.start() if order[0][0] in "<＜【" else 0)
        stop = _STOP.search(left, order.end())
        kept, rest = left[:begin].rstrip("，,:：、；;（( "), left[stop.start() :] if stop else ""
        left = kept + (rest.lstrip("。！？!?；;\n ") if not kept or _STOP.match(kept[-1]) else rest)
    return neutralise(left).strip()


def without_planted(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """The answers of a turn with no planted instruction in their facts; a fact that was nothing else is gone.

    What a write will do or has done is said as it stands.
    """
    return tuple(
        replace(answer, facts=tuple(fact for one in answer.facts for fact in _cleaned(one))) for answer in answers
    )


def _cleaned(fact: Fact) -> list[Fact]:
    text = fact.text if fact.kind in _OWN_WORDS else without_orders(fact.text)
    if text == fact.text:
        return [fact]
    return [replace(fact, text=_ended(text))] if text.strip("。 ") else []


def _ended(text: str) -> str:
    return text if _STOP.search(text[-1]) else text + "。"
