"""Retries never multiply an outage: measured at the back-end."""

import pytest

from tools.limits import Limits
from tools.mock_apis.faults import Fault
from tools.transport import Transport

CALLS = 400


class _NeverOpen:
    """A breaker that lets everything through, so that the budget alone holds retries back."""

    state = "closed"

    def admits(self):
        return True

    def record(self, *, ok):
        pass


@pytest.mark.parametrize("fault", [Fault(kind="error", status=503), Fault(kind="rate_limit")])
async def test_that_an_outage_costs_at_most_a_tenth_more_calls(tea, counter_of, fault):
    async with counter_of(tea, "tea-cust-a") as counter:
        transport = counter.assistant.backends.orders.transport
        assert isinstance(transport, Transport)
        quick = Limits(read_s=1.0, attempts=3, backoff_s=0.0)
        patient = Transport("orders", transport._client, quick, breaker=_NeverOpen())
        counter.apis.orders_faults.set(fault)
        for _ in range(CALLS):
            with pytest.raises(Exception, match="orders"):
                await patient.read("tea-cust-a", "/orders/1", bytes, thing=("order", "1"))
        assert len(counter.apis.orders_faults.requests) <= 1.1 * CALLS
