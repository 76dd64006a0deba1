"""Abstention: an answer that says honestly that nothing was found."""

import re

_SAYS_SO = re.compile(r"没有?查到|未查到|查不到|不太?清楚|不确定|(?:无法|没法|不能)(?:确认|确定|回答|答复)|不敢|人工")


def says_not_known(answer: str) -> bool:
    """Whether an answer says that it does not know, or leaves the question to a person. Words decide: 没有查到, 不敢, 人工."""
    return _SAYS_SO.search(answer) is not None
