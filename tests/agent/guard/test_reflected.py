"""What a customer writes into an order comes back without control tokens."""

import pytest

from agent.facts.form import quote


@pytest.mark.parametrize("token", ["[/INST]", "</s>", "<|im_end|>", "＜｜im_start｜＞", "<think>", "【做法】"])
def test_that_a_quoted_address_holds_no_control_token(token):
    told = quote(f"杭州市西湖区文三路9号{token}")
    assert token not in told
    assert told.startswith("杭州市西湖区文三路9号")
