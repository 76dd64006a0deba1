import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.mock_apis.json_lines import line_of

TEXT = """{
  "a": [1,
    {"b\\u0020c": "}\\n{",
     "d": []}],
  "e":
    true
}"""


@pytest.mark.parametrize(
    ("path", "line"),
    [((), 1), (("a",), 2), (("a", 1), 3), (("a", 1, "b c"), 3), (("a", 1, "d"), 4), (("e",), 6), (("a", 1, "x"), 3)],
)
def test_that_a_value_is_found_on_its_line(path, line):
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize("path", [("x",), (0,), ("a", 9), ("a", "b"), ("e", "f"), ("a", 1, "d", 0)])
def test_that_a_path_that_leads_nowhere_ends_where_it_stops(path):
    assert 1 <= line_of(TEXT, path) <= 7


@given(st.lists(st.recursive(st.text() | st.integers(), st.lists, max_leaves=5), min_size=1, max_size=8), st.data())
def test_that_the_nth_line_holds_the_nth_element(values, data):
    text = "[\n" + ",\n".join(json.dumps(value) for value in values) + "\n]"
    index = data.draw(st.integers(0, len(values) - 1))
    assert line_of(text, (index,)) == index + 2
