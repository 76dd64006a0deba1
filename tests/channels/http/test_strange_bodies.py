import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

KEYS = ["conversation_id", "message_id", "customer_id", "text", "product_id", "region", "channel", "now", "else"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RELAXED
@given(body=st.dictionaries(st.sampled_from(KEYS), VALUES) | VALUES)
async def test_that_no_json_body_breaks_the_server(counter, body):
    content = json.dumps(body).encode()
    answer = await counter.client.post("/chat", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {200, 400, 422}


@RELAXED
@given(body=st.binary())
async def test_that_no_bytes_break_the_server(counter, body):
    for path in ("/chat", "/v1/chat/completions"):
        answer = await counter.client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 422}
        assert answer.json()["error"]["message"]
