from decimal import Decimal

from agent.skills.size_table import best_row, read_rows

ROWS = read_rows(
    (
        "尺码：S，身高150-160cm，体重42-48kg，腰围62-66cm。",
        "尺码：M，身高158-165cm，体重48-54kg，腰围66-70cm。",
        "尺码：L，身高162-170cm，体重108-120斤，腰围70-74cm。",
        "洗涤时水温不超过30℃。",
    )
)


def size(**measures: str) -> str | None:
    row = best_row(ROWS, {name: Decimal(value) for name, value in measures.items()})  # type: ignore[misc]
    return row and row.size


def test_that_only_rows_with_a_size_and_a_measure_are_read() -> None:
    assert [row.size for row in ROWS] == ["S", "M", "L"]
    assert ROWS[2].ranges["weight"] == (Decimal(54), Decimal(60))


def test_that_what_goes_around_the_body_decides_before_the_height() -> None:
    assert size(height="152", weight="50") == "M"
    assert size(weight="43", waist="72") == "L"


def test_that_the_height_decides_alone() -> None:
    assert size(height="152") == "S"


def test_that_a_measure_outside_the_table_gives_no_size() -> None:
    assert size(weight="90") is None
    assert best_row((), {"weight": Decimal(50)}) is None


def test_that_a_foot_takes_the_shoe_that_is_long_enough() -> None:
    shoes = read_rows(("鞋码：37，脚长23.5cm。", "鞋码：38，脚长240mm。"))
    assert [best_row(shoes, {"foot": Decimal(foot)}).size for foot in ("23.5", "23.6", "24")] == ["37", "38", "38"]
    assert best_row(shoes, {"foot": Decimal("24.1")}) is None
