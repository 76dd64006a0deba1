from typing import get_args

import pytest

from tools.toolbox import TOOLS, ToolName

WRITES = {"issue_coupon", "cancel_order", "change_address", "create_return", "subscribe_restock"}


def test_that_every_named_tool_is_described_once():
    assert sorted(tool.name for tool in TOOLS) == sorted(get_args(ToolName))


def test_that_what_changes_something_is_a_write():
    assert {tool.name for tool in TOOLS if tool.effect == "write"} == WRITES


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_that_neither_the_customer_nor_the_key_is_a_parameter(tool):
    schema = tool.parameters
    assert not {"customer_id", "key"} & set(schema["properties"])
    assert set(schema["required"]) <= set(schema["properties"])
    assert schema["additionalProperties"] is False
