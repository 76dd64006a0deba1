"""The mocked shop's data in SQLite: seeded, reset, read by owner, and dumped for a replay."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tools.mock_apis.errors import Missing
from tools.mock_apis.seed import Seed

Row = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS customers (customer_id TEXT PRIMARY KEY, name TEXT, phone TEXT, level TEXT);
CREATE TABLE IF NOT EXISTS orders (
  order_id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL, paid_at TEXT,
  shipped_at TEXT, signed_at TEXT, amount TEXT NOT NULL, address TEXT NOT NULL, receiver TEXT, phone TEXT,
  tracking_no TEXT, created_epoch REAL NOT NULL);
CREATE INDEX IF NOT EXISTS orders_of ON orders (customer_id, created_epoch);
CREATE INDEX IF NOT EXISTS orders_by_parcel ON orders (tracking_no);
CREATE TABLE IF NOT EXISTS items (
  order_id TEXT NOT NULL, line INTEGER NOT NULL, sku TEXT NOT NULL, quantity INTEGER NOT NULL, price TEXT NOT NULL,
  PRIMARY KEY (order_id, line));
CREATE TABLE IF NOT EXISTS shipments (tracking_no TEXT PRIMARY KEY, carrier TEXT, status TEXT, eta TEXT);
CREATE TABLE IF NOT EXISTS events (tracking_no TEXT NOT NULL, line INTEGER NOT NULL, at TEXT, place TEXT, text TEXT,
  PRIMARY KEY (tracking_no, line));
CREATE TABLE IF NOT EXISTS promotions (promotion_id TEXT PRIMARY KEY, quota INTEGER);
CREATE TABLE IF NOT EXISTS coupons (
  coupon_code TEXT PRIMARY KEY, promotion_id TEXT NOT NULL, customer_id TEXT NOT NULL,
  UNIQUE (promotion_id, customer_id));
CREATE TABLE IF NOT EXISTS returns (
  return_id TEXT NOT NULL, order_id TEXT NOT NULL, sku TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
  exchange_sku TEXT, PRIMARY KEY (order_id, sku));
CREATE TABLE IF NOT EXISTS subscriptions (
  customer_id TEXT NOT NULL, sku TEXT NOT NULL, PRIMARY KEY (customer_id, sku));
CREATE TABLE IF NOT EXISTS actions (
  seq INTEGER PRIMARY KEY, customer_id TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL,
  UNIQUE (customer_id, key));
"""
_TABLES = (
    "customers",
    "orders",
    "items",
    "shipments",
    "events",
    "promotions",
    "coupons",
    "returns",
    "subscriptions",
    "actions",
)
_DUMPS: Mapping[str, str] = {
    "orders": "SELECT order_id, customer_id, status, address, receiver, phone FROM orders ORDER BY order_id",
    "returns": "SELECT return_id, order_id, sku, kind, reason, exchange_sku FROM returns ORDER BY return_id, sku",
    "coupons": "SELECT promotion_id, customer_id, coupon_code FROM coupons ORDER BY promotion_id, customer_id",
    "subscriptions": "SELECT customer_id, sku FROM subscriptions ORDER BY customer_id, sku",
    "actions": "SELECT customer_id, key, json_extract(answer, '$.state') AS state, "
    "json_extract(request, '$.action') AS action FROM actions ORDER BY seq",
}


class MockStore:
    """The data behind both mocked services. Safe to use from several threads.

    Args:
        seed: what is there at the start.
        quotas: how many coupons each promotion may issue, by promotion_id; None: no limit.
        now: the shop's clock, aware.
        database: a file, or ``:memory:``. Whatever it holds is replaced by the seed.
    """

    def __init__(
        self,
        seed: Seed,
        quotas: Mapping[str, int | None],
        now: Callable[[], datetime],
        database: str | Path = ":memory:",
    ) -> None:
        self.now = now
        self._seed = seed
        self._quotas = dict(quotas)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(_SCHEMA)
        self.reset()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def reset(self) -> None:
        """Put everything back to the seed."""
        with self.transaction() as db:
            for table in _TABLES:
                db.execute(f"DELETE FROM {table}")
            _insert(db, self._seed)
            db.executemany("INSERT INTO promotions VALUES (?, ?)", self._quotas.items())

    def snapshot(self) -> dict[str, list[Row]]:
        """Dump what a conversation may have changed, as plain JSON in a fixed order."""
        with self._lock:
            return {name: [dict(row) for row in self._db.execute(query)] for name, query in _DUMPS.items()}

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside happens together or not at all."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def one(self, query: str, *values: object) -> Row:
        """The first row of a query; raises Missing where there is none."""
        rows = self.rows(query, *values)
        if not rows:
            raise Missing
        return rows[0]

    def rows(self, query: str, *values: object) -> list[Row]:
        """All rows of a query."""
        with self._lock:
            return [dict(row) for row in self._db.execute(query, values)]

    def customer(self, customer_id: str) -> Row:
        """One customer."""
        return self.one("SELECT * FROM customers WHERE customer_id = ?", customer_id)

    def order(self, customer_id: str, order_id: str) -> Row:
        """One order of a customer; raises Missing for nobody's and for another's alike."""
        query = "SELECT * FROM orders WHERE order_id = ? AND customer_id = ?"
        return self._with_items(self.one(query, order_id, customer_id))

    def orders(self, customer_id: str, limit: int) -> list[Row]:
        """A customer's orders, newest first."""
        query = "SELECT * FROM orders WHERE customer_id = ? ORDER BY created_epoch DESC, order_id DESC LIMIT ?"
        return [self._with_items(order) for order in self.rows(query, customer_id, limit)]

    def shipment(self, customer_id: str, tracking_no: str) -> Row:
        """One parcel of a customer's orders; raises Missing for nobody's and for another's alike."""
        shipment = self.one(
            "SELECT * FROM shipments WHERE tracking_no = ?1 AND EXISTS "
            "(SELECT 1 FROM orders WHERE tracking_no = ?1 AND customer_id = ?2)",
            tracking_no,
            customer_id,
        )
        events = self.rows("SELECT at, place, text FROM events WHERE tracking_no = ? ORDER BY line", tracking_no)
        return {**shipment, "events": events}

    def coupon(self, customer_id: str, promotion_id: str) -> Row:
        """A promotion as it stands for a customer."""
        quota = self.one("SELECT quota FROM promotions WHERE promotion_id = ?", promotion_id)["quota"]
        holders = [
            row["customer_id"]
            for row in self.rows("SELECT customer_id FROM coupons WHERE promotion_id = ?", promotion_id)
        ]
        levels = self.rows("SELECT level FROM customers WHERE customer_id = ?", customer_id)
        paid = self.one(
            "SELECT count(*) AS n FROM orders WHERE customer_id = ? AND "
            "(paid_at IS NOT NULL OR status NOT IN ('unpaid', 'cancelled'))",
            customer_id,
        )
        return {
            "promotion_id": promotion_id,
            "quota": quota,
            "left": None if quota is None else max(0, quota - len(holders)),
            "held": customer_id in holders,
            "paid_orders": paid["n"],
            "level": levels[0]["level"] if levels else "",
        }

    def _with_items(self, order: Row) -> Row:
        query = "SELECT sku, quantity, price FROM items WHERE order_id = ? ORDER BY line"
        del order["created_epoch"]
        return {**order, "items": self.rows(query, order["order_id"])}


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _insert(db: sqlite3.Connection, seed: Seed) -> None:
    db.executemany(
        "INSERT INTO customers VALUES (?, ?, ?, ?)",
        [(item.customer_id, item.name, item.phone, item.level) for item in seed.customers],
    )
    for order in seed.orders:
        times = (_iso(order.created_at), _iso(order.paid_at), _iso(order.shipped_at), _iso(order.signed_at))
        db.execute(
            "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?)",
            (
                *(order.order_id, order.customer_id, order.status, *times, str(order.amount), order.address),
                *(order.tracking_no, order.created_at.timestamp()),
            ),
        )
        lines = [(order.order_id, n, i.sku, i.quantity, str(i.price)) for n, i in enumerate(order.items)]
        db.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?)", lines)
    for parcel in seed.shipments:
        eta = parcel.eta.isoformat() if parcel.eta is not None else None
        db.execute(
            "INSERT INTO shipments VALUES (?, ?, ?, ?)", (parcel.tracking_no, parcel.carrier, parcel.status, eta)
        )
        scans = [(parcel.tracking_no, n, _iso(e.at), e.place, e.text) for n, e in enumerate(parcel.events)]
        db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", scans)
