"""What the sections of ``xiaoer.toml`` for contact centres and staff may say.

In the environment a section is one variable with JSON in it, such as ``XIAOER_CHATWOOT={"url": "…", …}``.
"""

import base64
import json
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in hex."""
Role = Literal["viewer", "editor", "operator"]
"""Everybody may look; an ``operator`` also takes conversations over and writes in them, an ``editor`` also changes what the shop knows and which
model words it."""


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("an address begins with http:// or https://")
    return value.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]
"""An HTTP address, without a slash at its end."""


def _given(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    if not text:
        raise ValueError("it is empty, so that anybody would know it: copy it from the other side")
    return SecretStr(text)


def _signing(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not text.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise ValueError("it is no signing secret: write 'whsec_' and the base64 of 24 to 64 random bytes")
    return value


def _sealing(value: SecretStr) -> SecretStr:
    try:
        key = base64.b64decode(value.get_secret_value() + "=", validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError("it is no EncodingAESKey: copy its 43 letters and digits from WeCom's page")
    return value


Secret = Annotated[SecretStr, AfterValidator(_given)]
"""A secret, which is not empty."""
SigningSecret = Annotated[SecretStr, AfterValidator(_given), AfterValidator(_signing)]
"""A secret of Standard Webhooks."""
SealingKey = Annotated[SecretStr, AfterValidator(_given), AfterValidator(_sealing)]
"""EncodingAESKey of WeCom."""
Name = Annotated[str, StringConstraints(min_length=1)]
"""What the vendor calls a thing."""


class Section(BaseModel):
    """One section: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _knows_its_keys(cls, told: object) -> object:
        """Name the nearest known key beside one that is unknown."""
        for key in told if isinstance(told, dict) else ():
            if key not in cls.model_fields:
                near = get_close_matches(str(key), cls.model_fields, n=1, cutoff=0.0)[0]
                raise ValueError(f"{key!r} is no key of this section; the nearest known one is {near!r}")
        return told


class StaffMember(Section):
    """A person who works with the console."""

    key: Digest
    """Digest of their key; ``xiaoer key NAME --role operator`` makes one."""
    roles: tuple[Role, ...] = ("operator",)


class ChatwootSettings(Section):
    """A Chatwoot account whose agent bot this program is."""

    url: Address
    """Of the Chatwoot server."""
    account: int = Field(gt=0)
    """Number of the account."""
    bot_token: Secret
    """Access token of the agent bot."""
    secret: Secret
    """Signs the bot's webhooks; shown beside the bot in Chatwoot."""
    webhook_secret: Secret | None = None
    """Signs a webhook of the account, which tells at once of conversations that are given back to the bot; None: there is none."""
    agent_token: Secret | None = None
    """Access token of a person's account, to look whether a message is there before it is sent again: a bot may not read them; None: the
    last message of the conversation is looked at."""


class WecomSettings(Section):
    """A company of WeCom (企业微信) whose customer service accounts (微信客服) this program answers."""

    corp_id: Name
    secret: Secret
    """Of the application that may call 微信客服; gives the access token."""
    token: Secret
    """Signs the callbacks."""
    aes_key: SealingKey
    """EncodingAESKey of the callbacks, 43 characters."""
    accounts: tuple[str, ...] = ()
    """``open_kfid`` of the accounts that are answered; empty: all that the application may manage."""
    people: Literal["wecom", "console"] = "wecom"
    """Where people take conversations: in WeCom's own client, or here (console, DingTalk), from where they write through the API."""
    servicers: tuple[str, ...] = ()
    """Users of WeCom to whom conversations are handed over, tried in order; empty: to the queue of the account's servicers."""
    welcome: str | None = Field(default=None, max_length=600)
    """Sent to a customer who comes in for the first time in two days; None: nothing."""
    url: Address = "https://qyapi.weixin.qq.com"
    """Of WeCom's API."""


class DingtalkSettings(Section):
    """A DingTalk (钉钉) application through which staff take conversations over."""

    client_id: Name
    client_secret: Secret
    conversation: Name
    """openConversationId of the group that gets the cards."""
    robot_code: str | None = None
    """None: the client id."""
    card_template: str | None = None
    """Template of the interactive card; None: a card of Markdown with buttons."""
    staff: dict[str, str] = Field(default_factory=dict)
    """DingTalk's staff id to the name under which the person works; others may only look."""
    url: Address = "https://api.dingtalk.com"
    """Of DingTalk's API."""


class WebhookSettings(Section):
    """A system of the shop's own that sends customers' messages and gets replies by signed webhooks (Standard Webhooks)."""

    url: Address
    """Gets replies and handoffs."""
    secret: SigningSecret
    """``whsec_`` and base64: signs what goes out and checks what comes in."""


def _from_json(value: object) -> object:
    """Read what stands in one line of the environment."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise ValueError(f"in the environment this is JSON ({error})") from error


FromJson = BeforeValidator(_from_json)
"""Lets a section be set from one line of the environment."""
