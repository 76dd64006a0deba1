import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from tools.backends import BackEnds
from tools.breaker import Breaker
from tools.limits import Limits
from tools.mock_apis.apis import MockApis
from tools.mock_apis.seed import Seed, parse_seed
from tools.retry_budget import RetryBudget
from tools.transport import Transport

QUICK = Limits(
    read_s=1.0, attempt_s=0.3, attempts=3, backoff_s=0.001, connect_s=0.3, write_s=0.3, status_pauses_s=(0.0, 0.001)
)


def order(order_id: str, customer_id: str, status: str, **changes: object) -> dict[str, object]:
    return {
        "order_id": order_id,
        "customer_id": customer_id,
        "status": status,
        "created_at": f"2026-11-1{order_id[-1]}T10:00:00+08:00",
        "paid_at": None if status == "unpaid" else "2026-11-19T10:00:00+08:00",
        "amount": 90.5,
        "address": "浙江省杭州市文三路1号",
        "items": [{"sku": "tea-100", "quantity": 2, "price": 30.25}, {"sku": "cup-1", "quantity": 1, "price": 30}],
        **changes,
    }


@pytest.fixture
def seed() -> Seed:
    statuses = ["unpaid", "paid", "packing", "shipped", "signed", "cancelled", "refunding", "refunded"]
    data = {
        "now": "2026-11-20T10:00:00+08:00",
        "customers": [
            {"customer_id": "U1", "name": "李雨", "phone": "13800001111", "level": "vip"},
            {"customer_id": "U2", "name": "王晴", "phone": "13800002222", "level": ""},
        ],
        "orders": [
            *(order(f"A{n}", "U1", status, tracking_no=f"T{n}") for n, status in enumerate(statuses)),
            order("B0", "U2", "shipped", tracking_no="T99"),
        ],
        "shipments": [
            {
                "tracking_no": number,
                "carrier": "顺丰速运",
                "status": "in_transit",
                "eta": "2026-11-21",
                "events": [
                    {"at": "2026-11-19T20:00:00+08:00", "place": "上海", "text": "到达"},
                    {"at": "2026-11-19T18:00:00+08:00", "place": "杭州", "text": "已揽收"},
                ],
            }
            for number in ("T3", "T99")
        ],
    }
    return parse_seed(json.dumps(data, ensure_ascii=False))


@pytest.fixture
def apis(seed: Seed) -> Iterator[MockApis]:
    services = MockApis(seed, {"hello": 1, "endless": None})
    yield services
    services.close()


@pytest.fixture
async def back_ends(apis: MockApis) -> AsyncIterator[BackEnds]:
    clients = apis.in_process(QUICK)
    yield clients
    await clients.aclose()


@dataclass
class FakeTime:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


Script = Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]]


@pytest.fixture
def transport_to(time: FakeTime) -> Callable[..., Transport]:
    def make(handler: Script, limits: Limits = QUICK, *, reserve: int = 100, min_outcomes: int = 1000) -> Transport:
        client = httpx.AsyncClient(transport=httpx.MockTransport(handler), base_url="http://shop.test")  # type: ignore[arg-type]
        return Transport(
            "orders",
            client,
            limits,
            breaker=Breaker(time.clock, min_outcomes=min_outcomes),
            budget=RetryBudget(time.clock, reserve=reserve),
            clock=time.clock,
            sleep=time.sleep,
            draw=lambda: 1.0,
        )

    return make
