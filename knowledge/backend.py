"""``backend.json``: seed data of the mocked order and logistics APIs; a real shop has none."""

from pathlib import Path

from knowledge.errors import PackError
from knowledge.findings import Finding, Place
from knowledge.source import read_source
from tools.mock_apis.errors import SeedError, SeedFinding
from tools.mock_apis.seed import Seed, parse_seed

BACKEND_FILE = "backend.json"


def load_backend(folder: Path) -> Seed | None:
    """Read the seed data of a pack.

    Args:
        folder: the pack.

    Returns:
        The seed; None where the pack has none.

    Raises:
        PackError: the file is broken or does not fit, with every mismatch.
    """
    if not (folder / BACKEND_FILE).is_file():
        return None
    try:
        return parse_seed(read_source(folder, BACKEND_FILE), BACKEND_FILE)
    except SeedError as cause:
        raise PackError(_finding(one) for one in cause.findings) from cause


def _finding(one: SeedFinding) -> Finding:
    message = f"{one.where} {one.message}.".strip()
    advice = "Correct the value; the format stands in docs/shop-pack.md."
    return Finding("backend", "error", Place(BACKEND_FILE, one.line), message, advice)
