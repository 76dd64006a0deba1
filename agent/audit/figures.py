"""Numbers, dates, times, sizes and ids: each must stand in the evidence."""

from collections.abc import Iterator

from agent.audit.claims import find_claims
from agent.audit.finding import Finding, FindingKind
from agent.audit.trace import Draft, Evidence

_NAMES: dict[FindingKind, str] = {
    "amount": "金额",
    "date": "日期",
    "time": "时间",
    "duration": "时长",
    "percent": "百分比",
    "discount": "折扣",
    "id": "编号或号码",
    "size": "尺码",
    "number": "数字",
}


def check_figures(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    """Report each figure of the draft that no fact gives."""
    for claim in find_claims(draft.text):
        if claim.accepts and not evidence.proves(claim, draft):
            name = _NAMES[claim.kind]
            yield Finding(
                claim.kind, claim.span, f"{name}“{claim.span}”在资料里没有：请删去，或改成资料里原有的{name}。"
            )
