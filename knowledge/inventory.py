"""``inventory/products.csv``: the goods, one SKU a row."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError

from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.marked import Marked
from knowledge.schema import Amount, Day, Record, findings_of, unknown_key
from knowledge.source import read_source
from retrieval.catalogue import Product, Sku, SkuStatus

INVENTORY_FILE = "inventory/products.csv"

_KEY = r"^[^\s#*?\[\]/\\]{1,80}$"


def _list(value: Any) -> Any:
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


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

    sku: str = Field(pattern=_KEY)
    product_id: str = Field(pattern=_KEY)
    title: str = Field(min_length=1, max_length=120)
    category: str = Field(min_length=1, max_length=40)
    price: Annotated[Amount, Field(ge=0, le=100_000_000)]
    stock: int = Field(ge=0, le=1_000_000_000)
    list_price: Annotated[Amount, Field(ge=0, le=100_000_000)] | None = None
    color: str | None = None
    size: str | None = None
    aliases: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()
    attributes: Annotated[dict[str, str], BeforeValidator(_pairs)] = Field(default_factory=dict)
    restock_date: Day | None = None
    similar: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()
    status: SkuStatus = "on_sale"
    url: str | None = None


COLUMNS = tuple(SkuRow.model_fields)
REQUIRED = tuple(name for name, info in SkuRow.model_fields.items() if info.is_required())


@dataclass(frozen=True)
class Inventory:
    """The goods of a pack with the place of each row."""

    products: tuple[Product, ...]
    """In the order of their first rows."""
    rows: dict[str, Place] = field(default_factory=dict)
    """Place of each row, by SKU."""
    notes: tuple[Finding, ...] = ()
    """Rows of one product that do not agree; the first row counts."""


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
    reader = csv.reader(io.StringIO(text), strict=True)
    findings: list[Finding] = []
    rows: list[tuple[SkuRow, Place]] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(header, Place(file, 1))
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                row = _row(header, cells, Place(file, line), findings)
                rows.extend([(row, Place(file, line))] if row else [])
            line = reader.line_num + 1
    except csv.Error as cause:
        place = Place(file, reader.line_num)
        advice = "Check the quotes: a cell that holds a comma or a quote stands in quotes, a quote inside is doubled."
        raise PackError(
            [*findings, Finding("csv", "error", place, f"the row cannot be read: {cause}.", advice)]
        ) from cause
    findings.extend(_repeated(rows))
    if findings:
        raise PackError(findings)
    return _inventory(rows)


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


def _row(header: list[str], cells: list[str], place: Place, findings: list[Finding]) -> SkuRow | None:
    if len(cells) != len(header):
        message = f"the row has {len(cells)} cells, the header {len(header)}."
        advice = "Put quotes around a cell that holds a comma, and keep empty cells."
        findings.append(Finding("csv", "error", place, message, advice))
        return None
    values = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if cell.strip()}
    try:
        return SkuRow.model_validate(values)
    except ValidationError as error:
        findings.extend(findings_of(error, SkuRow, Marked(place.file, values, {(): place})))
        return None


def _repeated(rows: Iterable[tuple[SkuRow, Place]]) -> list[Finding]:
    first: dict[str, Place] = {}
    findings = []
    for row, place in rows:
        if first.setdefault(row.sku, place) is not place:
            message = f"sku {row.sku!r} stands here again, first in line {first[row.sku].line}."
            findings.append(Finding("duplicate_id", "error", place, message, "Keep one row for each SKU."))
    return findings


def _inventory(rows: list[tuple[SkuRow, Place]]) -> Inventory:
    groups: dict[str, list[tuple[SkuRow, Place]]] = {}
    for row, place in rows:
        groups.setdefault(row.product_id, []).append((row, place))
    notes = [note for group in groups.values() for note in _disagreements(group)]
    products = tuple(_product([row for row, _ in group]) for group in groups.values())
    return Inventory(products, {row.sku: place for row, place in rows}, tuple(notes))


def _product(rows: list[SkuRow]) -> Product:
    first = rows[0]
    titles = [row.title for row in rows]
    aliases = dict.fromkeys([*(alias for row in rows for alias in row.aliases), *titles])
    aliases.pop(first.title, None)
    return Product(
        product_id=first.product_id,
        title=first.title,
        category=first.category,
        skus=tuple(_sku(row) for row in rows),
        aliases=tuple(aliases),
        attributes=_attributes(rows),
        similar=tuple(dict.fromkeys(item for row in rows for item in row.similar)),
        url=next((row.url for row in rows if row.url), None),
    )


def _attributes(rows: list[SkuRow]) -> dict[str, str]:
    """Attributes of all rows; values that differ between variants are listed one after the other."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        for name, said in row.attributes.items():
            found.setdefault(name, {})[said] = None
    return {name: "、".join(values) for name, values in found.items()}


def _sku(row: SkuRow) -> Sku:
    return Sku(
        sku=row.sku,
        product_id=row.product_id,
        price=row.price,
        stock=row.stock,
        list_price=row.list_price,
        color=row.color,
        size=row.size,
        restock_date=row.restock_date,
        status=row.status,
    )


def _disagreements(group: list[tuple[SkuRow, Place]]) -> list[Finding]:
    first, first_place = group[0]
    findings = []
    for row, place in group[1:]:
        if row.category != first.category:
            message = (
                f"category {row.category!r} of {row.product_id!r} is {first.category!r} in line {first_place.line}."
            )
            advice = "Give all rows of a product one category."
            findings.append(Finding("product_rows", "warning", place, message, advice, (first_place,)))
    return findings
