import json

import pytest

from agent.assembly import Aides, open_aides
from agent.errors import SettingsError
from agent.settings import load_settings


def test_that_a_flag_wins_over_the_environment_and_that_over_the_file(tmp_path):
    (tmp_path / "xiaoer.toml").write_text('host = "::1"\nport = 1\nembedder = "folder"\n', encoding="utf-8")
    settings = load_settings({"port": 3, "host": None}, {"XIAOER_PORT": "2", "XIAOER_HOST": "localhost"}, tmp_path)
    assert (settings.port, settings.host, settings.embedder) == (3, "localhost", "folder")


def test_that_an_unknown_variable_is_refused_with_the_nearest_known_one(tmp_path):
    with pytest.raises(
        SettingsError, match="'XIAOER_ORDER_URL' is no setting; the nearest known one is 'XIAOER_ORDERS_URL'"
    ):
        load_settings({}, {"XIAOER_ORDER_URL": "http://a"}, tmp_path)


def test_that_an_unknown_key_of_the_file_is_refused_with_the_nearest_known_one(tmp_path):
    (tmp_path / "xiaoer.toml").write_text("prot = 1", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"xiaoer.toml: 'prot' is no setting; the nearest known one is 'port'"):
        load_settings({}, {}, tmp_path)


def test_that_a_value_that_does_not_fit_names_where_it_came_from(tmp_path):
    with pytest.raises(SettingsError, match=r"'port' \(from XIAOER_PORT\)"):
        load_settings({}, {"XIAOER_PORT": "many"}, tmp_path)


def test_that_an_empty_variable_is_not_set(tmp_path):
    assert load_settings({}, {"XIAOER_SHOP": ""}, tmp_path).shop is None


def test_that_a_named_settings_file_must_be_there(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({}, {"XIAOER_CONFIG": str(tmp_path / "none.toml")}, tmp_path)


@pytest.mark.parametrize("text", ["port = ", 'host = "\xff"'])
def test_that_a_broken_settings_file_is_named(tmp_path, text):
    (tmp_path / "xiaoer.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError, match=r"xiaoer.toml.*is not TOML"):
        load_settings({}, {}, tmp_path)


def test_that_the_replay_clock_stays_on_this_machine(tmp_path):
    with pytest.raises(SettingsError, match=r"replay_clock is for 127.0.0.1 only, not for host '0.0.0.0'"):
        load_settings({"replay_clock": True, "host": "0.0.0.0"}, {}, tmp_path)


@pytest.mark.parametrize(
    "flags",
    [
        {"orders_url": "http://a"},
        {"orders_url": "http://a", "logistics_url": "http://b", "mock_apis": True},
        {"mock_apis": False},
        {"generator": "local"},
        {"generator": "openai", "openai_model": "m"},
        {"token_secret": "short"},
    ],
)
def test_that_settings_that_do_not_fit_together_are_refused(tmp_path, flags):
    with pytest.raises(SettingsError, match="settings: "):
        load_settings(flags, {}, tmp_path)


@pytest.mark.parametrize(
    ("host", "is_loopback"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False), ("shop.cn", False)]
)
def test_that_only_this_machines_addresses_are_loopback(tmp_path, host, is_loopback):
    assert load_settings({"host": host}, {}, tmp_path).is_loopback is is_loopback


def test_that_mocks_start_when_no_back_end_is_set(tmp_path):
    assert load_settings({}, {}, tmp_path).uses_mocks
    assert not load_settings({"orders_url": "http://a", "logistics_url": "http://b"}, {}, tmp_path).uses_mocks


def test_that_a_secret_is_never_shown(tmp_path):
    settings = load_settings({}, {"XIAOER_OPENAI_API_KEY": "sk-very-secret"}, tmp_path)
    assert "very-secret" not in repr(settings)


def test_that_a_section_is_read_from_the_file_and_from_one_variable_alike(tmp_path):
    section = 'url = "https://desk.example/"\naccount = 3\nbot_token = "b"\nsecret = "s"\n'
    (tmp_path / "xiaoer.toml").write_text(f"[chatwoot]\n{section}", encoding="utf-8")
    told = '{"url": "https://desk.example", "account": 3, "bot_token": "b", "secret": "s"}'
    assert load_settings({}, {}, tmp_path) == load_settings({}, {"XIAOER_CHATWOOT": told}, tmp_path / "none")


def test_that_a_misfit_in_a_section_names_its_key_and_no_secret(tmp_path):
    told = '{"url": "desk.example", "account": 3, "bot_token": "b", "secret": "hidden"}'
    with pytest.raises(SettingsError, match=r"'chatwoot.url' \(from XIAOER_CHATWOOT\): an address begins") as refused:
        load_settings({}, {"XIAOER_CHATWOOT": told}, tmp_path)
    assert "hidden" not in str(refused.value)


SECTIONS = {
    "chatwoot": {"url": "https://desk.example", "account": 3, "bot_token": "b", "secret": "s"},
    "wecom": {"corp_id": "ww1", "secret": "s", "token": "t", "aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"},
    "dingtalk": {"client_id": "d", "client_secret": "s", "conversation": "cid"},
    "webhook": {"url": "https://own.example", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
}


@pytest.mark.parametrize(
    ("section", "key", "value", "remedy"),
    [
        ("wecom", "aes_key", "short", "EncodingAESKey: copy its 43 letters and digits"),
        ("wecom", "aes_key", "é" * 43, "EncodingAESKey"),
        ("wecom", "aes_key", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH", "EncodingAESKey"),
        ("wecom", "token", " ", "it is empty"),
        ("wecom", "corp_id", "", "at least 1 character"),
        ("chatwoot", "secret", "", "it is empty"),
        ("chatwoot", "webhook_secret", "", "it is empty"),
        ("dingtalk", "conversation", None, "it is missing: set it"),
        ("webhook", "secret", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "write 'whsec_' and the base64 of 24 to 64"),
        ("webhook", "secret", "whsec_QUJD", "24 to 64 random bytes"),
        ("webhook", "secret", "whsec_?", "24 to 64 random bytes"),
    ],
)
def test_that_a_channel_that_could_not_work_is_refused_with_its_key_and_the_remedy(
    tmp_path, section, key, value, remedy
):
    told = {name: held for name, held in (SECTIONS[section] | {key: value}).items() if held is not None}
    with pytest.raises(SettingsError, match=rf"'{section}\.{key}' \(from XIAOER_{section.upper()}\): .*{remedy}"):
        load_settings({}, {f"XIAOER_{section.upper()}": json.dumps(told)}, tmp_path)


@pytest.mark.parametrize("section", SECTIONS)
def test_that_an_unknown_key_of_a_section_is_refused_with_the_nearest_known_one(tmp_path, section):
    key = sorted(SECTIONS[section])[-1]
    told = {**SECTIONS[section], f"{key}s": SECTIONS[section][key]}
    with pytest.raises(SettingsError, match=f"'{section}'.*'{key}s' is no key of this section; .* is '{key}'"):
        load_settings({}, {f"XIAOER_{section.upper()}": json.dumps(told)}, tmp_path)
    assert load_settings({}, {f"XIAOER_{section.upper()}": json.dumps(SECTIONS[section])}, tmp_path)


def test_that_a_larger_model_is_a_section_that_opens(tmp_path):
    told = '{"base_url": "http://big/v1", "model": "qwen-72b", "server": "vllm"}'
    aides = open_aides(load_settings({}, {"XIAOER_ESCALATION": told}, tmp_path))
    assert (aides.larger.model, aides.larger.name, aides.larger.server) == ("qwen-72b", "larger", "vllm")
    assert aides.frequent is not None


def test_that_answers_are_kept_unless_that_is_switched_off(tmp_path):
    assert open_aides(load_settings({}, {"XIAOER_ANSWER_CACHE": "0"}, tmp_path)) == Aides()
