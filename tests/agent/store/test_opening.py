import sys

import pytest

from agent.errors import SettingsError
from agent.store.opening import open_store, without_secrets


def test_that_an_address_is_shown_without_its_secrets():
    shown = without_secrets("postgresql://u:se@cret@db.example:5433/shop?sslpassword=x")

    assert shown == "postgresql://db.example:5433/shop"
    assert without_secrets("sqlite:////var/lib/shop.db") == "sqlite:////var/lib/shop.db"


@pytest.mark.parametrize("url", ["mysql://u:secret@localhost/shop", "shop.db", ""])
def test_that_another_kind_of_address_is_refused(url: str):
    with pytest.raises(SettingsError, match="is not supported") as refused:
        open_store(url)
    assert "secret" not in str(refused.value)


def test_that_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "agent.store.postgres.opening", None)

    with pytest.raises(SettingsError, match=r"pip install 'xiaoer\[postgres\]'"):
        open_store("postgresql://localhost/shop")
