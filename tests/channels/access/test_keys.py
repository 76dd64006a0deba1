import tomllib

import pytest
from typer.testing import CliRunner

from agent.errors import SettingsError
from agent.settings import load_settings
from channels.access.keys import PREFIX, KeyRing, app, key_digest, new_key


def test_that_a_key_is_known_by_its_digest_alone():
    key = new_key()
    ring = KeyRing({"app": key_digest(new_key()), "web": key_digest(key)})
    assert ring.holder(key) == "web"
    assert ring.holder(key[:-1]) is None
    assert key not in repr(vars(ring))


def test_that_two_keys_are_never_the_same():
    made = {new_key() for _ in range(200)}
    assert len(made) == 200
    assert all(key.startswith(PREFIX) and len(key) > 40 for key in made)


def test_that_a_made_key_opens_the_server_it_is_set_for():
    told = CliRunner().invoke(app, ["web"]).stdout
    key = told.split("): ")[1].splitlines()[0]
    digest = told.split('web = "')[1].split('"')[0]
    assert KeyRing({"web": digest}).holder(key) == "web"
    assert load_settings({"api_keys": {"web": digest}}).api_keys == {"web": digest}
    assert load_settings({}, {"XIAOER_API_KEYS": f"web={digest}"}).api_keys == {"web": digest}


def test_that_a_persons_key_prints_their_section():
    told = CliRunner().invoke(app, ["mei", "--role", "operator", "--role", "editor"]).stdout
    section = tomllib.loads(told.partition("digest stands:")[2])
    settings = load_settings(section)
    assert settings.staff["mei"].roles == ("operator", "editor")
    assert settings.staff["mei"].key == key_digest(told.split("): ")[1].splitlines()[0])


def test_that_a_role_that_is_none_is_refused():
    refused = CliRunner().invoke(app, ["mei", "--role", "boss"])
    assert isinstance(refused.exception, SettingsError)
    assert "viewer, editor, operator" in str(refused.exception)


@pytest.mark.parametrize("text", ["", "xk-", "密钥", "\ud800"])
def test_that_anything_may_be_presented(text):
    assert KeyRing({"web": key_digest(new_key())}).holder(text) is None
