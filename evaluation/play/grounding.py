"""What a reply claims, and whether it stands anywhere: looked for in the pack and the customer's records, without the agent's audit.

Numbers and amounts are matched by their figure, amounts also by what the reply works out before the customer's eyes, dates by month and
day, promises by their words. Figures written in Chinese characters are
not read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from agent.messages import Reply
from evaluation.play.leaks import Watch, number_forms
from evaluation.play.sums import worked_out
from evaluation.records import Claim
from knowledge.pack import Pack
from retrieval.catalogue import Promotion

_DATE = re.compile(r"(?<!\d)(?:(\d{4})\s*[-年/.]\s*)?(\d{1,2})\s*(?:月|(?<=\d{2})-)\s*(\d{1,2})(?:\s*[日号])?(?!\d)")
_AMOUNT = re.compile(r"[¥￥$]\s*(\d+(?:\.\d+)?)|(?<![\d.])(\d+(?:\.\d+)?)\s*(?:元|块钱?|人民币)")
_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?")
_SPAN = re.compile(r"(\d{1,3})\s*(个?工作日|天|日|小时)")
_PROMISE = re.compile(
    r"保证|一定(?:会|能|可以|给|帮)|肯定(?:会|能|可以|给)|承诺|必定|绝对|百分之?百|100%|包(?:您|你)?满意|无条件|永久|终身"
)
_REFUSED = re.compile(r"(?:不能|无法|没法|不敢|不会|不)(?:向您|给您|跟您)?(?:100%|百分之?百)?(?:保证|承诺)")
"""A promise that is not given is none."""
_CELL = re.compile(r"[=：:。！？!?；;，,\n]")
_CLAUSE = re.compile(r"[。！？!?；;，,\n]")
_LONGEST_SPAN = 90
_BARE = 4
"""A promise of so many characters (100%) says nothing by itself."""


class Grounding:
    """Knows what stands in a pack and what each customer may be told.

    Args:
        pack: the shop pack with its back-end seed.
    """

    def __init__(self, pack: Pack) -> None:
        self._watch = Watch(pack)
        self._now = pack.now
        self._promotions = pack.promotions
        self._texts = [_fold(text) for text in self._watch.texts]
        self._stated = {
            cell for text in self._texts for cell in _CELL.split(text) if len(cell) > _BARE and _PROMISE.search(cell)
        }
        self._days = frozenset(_dates(self._watch.texts))
        self._spans = {0, 1, *(days for text in self._watch.texts for days in _spans(text))}

    def foreign(self, customer_id: str, asked: Sequence[str], reply: Reply) -> tuple[str, ...]:
        """Other customers' data in a reply; see `Watch.foreign`."""
        return tuple(self._watch.foreign(customer_id, asked, reply))

    def claims(
        self, customer_id: str, asked: Sequence[str], reply: Reply, now: datetime | None = None
    ) -> tuple[Claim, ...]:
        """Find the claims of a reply, each once.

        Args:
            customer_id: who asked.
            asked: the customer's own messages so far.
            reply: what was answered.
            now: the time of the turn, aware; None: the pack's.
        """
        said = unicodedata.normalize("NFKC", reply.reply)
        unknown = frozenset(self._watch.ungrounded(customer_id, asked, reply))
        days = self._allowed_days(customer_id, asked, now or self._now)
        return tuple(
            dict.fromkeys((*_dated(said, days), *_figures(said, unknown, self._promotions), *self._promised(said)))
        )

    def _allowed_days(self, customer_id: str, asked: Sequence[str], now: datetime | None) -> frozenset[tuple[int, int]]:
        """Days that may be named: those of the pack, and those that the rules' spans make of the customer's own days and of today."""
        own = list(_full_dates(self._watch.own_records(customer_id)))
        own += [now.date()] if now else []
        reached = (day + timedelta(days=span) for day in own for span in self._spans)
        told = {(day.month, day.day) for day in reached}
        return self._days | frozenset(told) | frozenset(_dates(asked))

    def _promised(self, said: str) -> Iterator[Claim]:
        for clause in _CLAUSE.split(said):
            if _PROMISE.search(_REFUSED.sub("", clause)):
                folded = _fold(clause)
                yield Claim("promise", clause.strip(), any(cell in folded for cell in self._stated))


def _dated(said: str, days: frozenset[tuple[int, int]]) -> Iterator[Claim]:
    for found in _DATE.finditer(said):
        day = int(found[2]), int(found[3])
        if _is_day(*day):
            yield Claim("date", found[0].strip(), day in days)


def _figures(said: str, unknown: frozenset[str], promotions: Sequence[Promotion]) -> Iterator[Claim]:
    amounts = {found.start(1) if found[1] else found.start(2) for found in _AMOUNT.finditer(said)}
    before: list[str] = []
    for found in _NUMBER.finditer(said):
        is_amount = found.start() in amounts
        supported = not unknown.intersection(number_forms(found[0]))
        if is_amount and not supported:
            supported = worked_out(found[0], before, promotions)
        if supported:
            before.append(found[0])
        yield Claim("amount" if is_amount else "number", found[0], supported)


def _dates(texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    for text in texts:
        for found in _DATE.finditer(unicodedata.normalize("NFKC", text)):
            if _is_day(int(found[2]), int(found[3])):
                yield int(found[2]), int(found[3])


def _full_dates(records: Iterable[str]) -> Iterator[date]:
    for record in records:
        for moment in re.findall(r"\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?", record):
            found = datetime.fromisoformat(moment)
            yield found.date()
            if found.tzinfo is not None:
                yield found.astimezone(UTC).date()
                yield (found.astimezone(UTC) + timedelta(hours=8)).date()


def _spans(text: str) -> Iterator[int]:
    for count, unit in _SPAN.findall(unicodedata.normalize("NFKC", text)):
        days = -(-int(count) // 24) if unit == "小时" else int(count)
        yield from (min(days, _LONGEST_SPAN), min(days - 1, _LONGEST_SPAN))
        if "工作日" in unit:
            yield from range(days, min(days * 2 + 2, _LONGEST_SPAN))


def _is_day(month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
