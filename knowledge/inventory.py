"""``inventory/products.csv``: the goods, one SKU a row."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.marked import Marked
from knowledge.rows import CATEGORY_CHARS, KEY, MOST_PRICE, MOST_STOCK, TITLE_CHARS, QuickRows, Row, split_list
from knowledge.schema import Amount, Day, Record, findings_of, unknown_key
from knowledge.source import read_source
from retrieval.catalogue import Product, Sku, SkuStatus

INVENTORY_FILE = "inventory/products.csv"


def _list(value: Any) -> Any:
    return split_list(value) if isinstance(value, str) else value


def _pairs(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    pairs: dict[str, str] = {}
    for part in _list(value):
        name, sign, said = (piece.strip() for piece in part.partition("="))
        if not (name and sign and said):
            raise ValueError(f"each attribute is written as name=value, joined by ';', found {part!r}")
        if name in pairs:
            raise ValueError(f"attribute {name!r} stands twice")
        pairs[name] = said
    return pairs


class SkuRow(Record):
    """One row of the inventory."""

    sku: str = Field(pattern=KEY)
    product_id: str = Field(pattern=KEY)
    title: str = Field(min_length=1, max_length=TITLE_CHARS)
    category: str = Field(min_length=1, max_length=CATEGORY_CHARS)
    price: Annotated[Amount, Field(ge=0, le=MOST_PRICE)]
    stock: int = Field(ge=0, le=MOST_STOCK)
    list_price: Annotated[Amount, Field(ge=0, le=MOST_PRICE)] | None = None
    color: str | None = None
    size: str | None = None
    aliases: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()
    attributes: Annotated[dict[str, str], BeforeValidator(_pairs)] = Field(default_factory=dict)
    restock_date: Day | None = None
    similar: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()
    status: SkuStatus = "on_sale"
    url: str | None = None


COLUMNS = tuple(SkuRow.model_fields)
_SKU_VALUES = itemgetter(*(Row._fields.index(entry.name) for entry in fields(Sku)))
"""What of a row makes the variant, in the order of its fields: quicker than by name, a hundred thousand times."""
REQUIRED = tuple(name for name, info in SkuRow.model_fields.items() if info.is_required())


@dataclass(frozen=True)
class Inventory:
    """The goods of a pack with the place of each row."""

    products: tuple[Product, ...]
    """In the order of their first rows."""
    file: str = INVENTORY_FILE
    """Its name, for messages."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of each row, by SKU."""
    notes: tuple[Finding, ...] = ()
    """Rows of one product that do not agree; the first row counts."""

    @cached_property
    def rows(self) -> Mapping[str, Place]:
        """Place of each row, by SKU."""
        return {sku: Place(self.file, line) for sku, line in self.lines.items()}


def load_inventory(folder: Path) -> Inventory:
    """Read the goods of a pack.

    Args:
        folder: the pack.

    Raises:
        PackError: with the findings of all rows.
    """
    return parse_inventory(read_source(folder, INVENTORY_FILE), INVENTORY_FILE)


def parse_inventory(text: str, file: str) -> Inventory:
    """Read the text of a product feed.

    Args:
        text: CSV with a header; order of columns free, empty rows skipped.
        file: its name, for messages.

    Returns:
        Products with their SKUs.

    Raises:
        PackError: with the findings of all rows.
    """
    findings: list[Finding] = []
    try:
        rows, numbers = _rows(text, file, findings)
    except csv.Error as cause:
        advice = "Check the quotes: a cell that holds a comma or a quote stands in quotes, a quote inside is doubled."
        place = Place(file, _last_line(text))
        raise PackError([Finding("csv", "error", place, f"the row cannot be read: {cause}.", advice)]) from cause
    lines = _lines(rows, numbers, file, findings)
    if findings:
        raise PackError(findings)
    return _inventory(rows, lines, file)


def _rows(text: str, file: str, findings: list[Finding]) -> tuple[list[Row], Sequence[int]]:
    """The rows and their lines; what does not fit becomes findings."""
    reader = csv.reader(io.StringIO(text), strict=True)
    header = [cell.strip() for cell in next(reader, [])]
    _check_header(header, Place(file, 1))
    quick = QuickRows(header)
    begin = reader.line_num + 1
    cells = list(reader)
    is_line_each = reader.line_num == begin + len(cells) - 1
    starts = range(begin, begin + len(cells)) if is_line_each else _starts(text)
    plain = quick.read_all(cells)
    if plain is not None:
        return plain, starts
    written = text.split("\n")
    found = [
        (row, line)
        for said, line in zip(cells, starts, strict=True)
        if any(cell.strip() for cell in said)
        and (row := quick.read(said) or _row(header, said, Place(file, line), written[line - 1], findings))
    ]
    return [row for row, _ in found], [line for _, line in found]


def _starts(text: str) -> list[int]:
    """The line at which each row behind the header begins, where cells run over several lines."""
    reader = csv.reader(io.StringIO(text), strict=True)
    return [reader.line_num + 1 for _ in reader][:-1]


def _last_line(text: str) -> int:
    """The line at which reading a broken feed ends."""
    reader = csv.reader(io.StringIO(text), strict=True)
    with suppress(csv.Error):
        for _ in reader:
            pass
    return reader.line_num


def _check_header(header: list[str], place: Place) -> None:
    findings = [unknown_key(place, name, list(COLUMNS)) for name in header if name not in COLUMNS]
    for name in sorted({name for name in header if header.count(name) > 1 and name in COLUMNS}):
        findings.append(Finding("csv", "error", place, f"column {name!r} stands twice.", "Keep one of the two."))
    for name in (name for name in REQUIRED if name not in header):
        findings.append(
            Finding("missing_key", "error", place, f"column {name!r} is missing.", f"Add a column {name!r}.")
        )
    if findings:
        raise PackError(findings)


def _row(header: list[str], cells: list[str], place: Place, written: str, findings: list[Finding]) -> Row | None:
    if len(cells) != len(header):
        message = f"the row has {len(cells)} cells, the header {len(header)}."
        advice = "Put quotes around a cell that holds a comma, and keep empty cells."
        findings.append(Finding("csv", "error", place, message, advice))
        return None
    values = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    try:
        return Row(**dict(SkuRow.model_validate(values)))
    except ValidationError as error:
        starts = zip(header, _cell_columns(written), strict=False)
        places: dict[tuple[str | int, ...], Place] = {
            (name,): replace(place, column=column) for name, column in starts if name in values
        }
        findings.extend(findings_of(error, SkuRow, Marked(place.file, values, {(): place, **places})))
        return None


def _cell_columns(written: str) -> Iterator[int]:
    """The columns at which the cells of a line begin, from 1; a comma in quotes begins none."""
    yield 1
    is_quoted = False
    for column, char in enumerate(written, start=1):
        if char == '"':
            is_quoted = not is_quoted
        elif char == "," and not is_quoted:
            yield column + 1


def _lines(rows: list[Row], numbers: Sequence[int], file: str, findings: list[Finding]) -> dict[str, int]:
    """The line of each row by its SKU; a SKU that stands twice becomes a finding."""
    lines = dict(zip((row.sku for row in reversed(rows)), reversed(numbers), strict=True))
    if len(lines) < len(rows):
        for row, line in zip(rows, numbers, strict=True):
            if lines[row.sku] != line:
                message = f"sku {row.sku!r} stands here again, first in line {lines[row.sku]}."
                advice = "Keep one row for each SKU."
                findings.append(Finding("duplicate_id", "error", Place(file, line), message, advice))
    return lines


def _inventory(rows: list[Row], lines: dict[str, int], file: str) -> Inventory:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.product_id, []).append(row)
    notes = [note for group in groups.values() for note in _disagreements(group, lines, file)]
    return Inventory(tuple(map(_product, groups.values())), file, lines, tuple(notes))


def _product(rows: list[Row]) -> Product:
    first = rows[0]
    told = rows if any(_is_told_otherwise(row, first) for row in rows) else rows[:1]
    aliases = dict.fromkeys([*(alias for row in told for alias in row.aliases), *(row.title for row in told)])
    aliases.pop(first.title, None)
    return Product(
        product_id=first.product_id,
        title=first.title,
        category=first.category,
        skus=tuple([Sku(*values) for values in map(_SKU_VALUES, rows)]),
        aliases=tuple(aliases),
        attributes=_attributes(told),
        similar=tuple(dict.fromkeys(item for row in told for item in row.similar)),
        url=next((row.url for row in told if row.url), None),
    )


def _is_told_otherwise(row: Row, first: Row) -> bool:
    """Whether a row may tell of its product what the first does not; equal cells were read into one object."""
    return (
        row.aliases is not first.aliases
        or row.attributes is not first.attributes
        or row.title is not first.title
        or row.similar is not first.similar
        or row.url is not first.url
    )


def _attributes(rows: list[Row]) -> dict[str, str]:
    """Attributes of all rows; values that differ between variants are listed one after the other."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        for name, said in row.attributes.items():
            found.setdefault(name, {})[said] = None
    return {name: "、".join(values) for name, values in found.items()}


def _disagreements(group: list[Row], lines: Mapping[str, int], file: str) -> Iterator[Finding]:
    first = group[0]
    for row in group:
        if row.category != first.category:
            begun = Place(file, lines[first.sku])
            message = f"category {row.category!r} of {row.product_id!r} is {first.category!r} in line {begun.line}."
            advice = "Give all rows of a product one category."
            yield Finding("product_rows", "warning", Place(file, lines[row.sku]), message, advice, (begun,))
