import json

import pytest

from tools.mock_apis.errors import SeedError
from tools.mock_apis.seed import load_seed, parse_seed

GOOD = """{
  "now": "2026-11-20T10:00:00+08:00",
  "customers": [{"customer_id": "U1"}],
  "orders": [
    {"order_id": "A", "customer_id": "U1", "status": "paid",
     "created_at": "2026-11-15T10:21:00+08:00",
     "amount": 259.1,
     "items": [{"sku": "s", "price": 259.1}],
     "tracking_no": "T1"}
  ]
}"""


def findings(text):
    with pytest.raises(SeedError) as caught:
        parse_seed(text)
    return caught.value.findings


def test_that_a_mark_and_windows_line_ends_are_accepted():
    assert parse_seed("\ufeff" + GOOD.replace("\n", "\r\n")) == parse_seed(GOOD)


def test_that_amounts_are_exact():
    assert str(parse_seed(GOOD).orders[0].amount) == "259.1"


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "words"),
    [
        ('"status": "paid"', '"status": "lost"', 5, "orders[0].status", "'paid'"),
        ('"amount": 259.1', '"amount": -3', 7, "orders[0].amount", "-3"),
        ("10:21:00+08:00", "10:21:00", 6, "orders[0].created_at", "timezone"),
        ('"price"', '"prise"', 8, "orders[0].items[0].prise", "did you mean 'price'"),
        ('"now"', '"clock"', 2, "clock", "known keys: now, customers"),
        ('"order_id": "A", ', "", 5, "orders[0].order_id", "missing"),
        ('"customers": [', '"customers": [{"customer_id": "U1"}, ', 3, "customers[1].customer_id", "second time"),
    ],
)
def test_that_a_finding_names_line_place_and_remedy(old, new, line, where, words):
    found = [item for item in findings(GOOD.replace(old, new)) if words in item.message]
    assert [(item.line, item.where) for item in found] == [(line, where)]


@pytest.mark.parametrize(
    ("text", "line"), [("", 1), ("{\n}x", 2), ("[" * 100_000, 1), ('{"now": ' + "9" * 5000 + "}", 1)]
)
def test_that_what_is_no_json_is_told_with_its_line(text, line):
    assert findings(text)[0].line == line


def test_that_a_parcel_has_one_owner():
    data = json.loads(GOOD)
    data["orders"].append({**data["orders"][0], "order_id": "B", "customer_id": "U2"})
    assert "one owner" in findings(json.dumps(data))[0].message


def test_that_a_customer_may_get_two_orders_in_one_parcel():
    data = json.loads(GOOD)
    data["orders"].append({**data["orders"][0], "order_id": "B"})
    assert len(parse_seed(json.dumps(data)).orders) == 2


def test_that_a_file_that_cannot_be_read_is_told(tmp_path):
    broken = tmp_path / "backend.json"
    broken.write_bytes(b"{\n\n\xff}")
    with pytest.raises(SeedError, match="line 3: not UTF-8"):
        load_seed(broken)
    with pytest.raises(SeedError, match="cannot be read"):
        load_seed(tmp_path / "absent.json")
