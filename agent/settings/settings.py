"""Everything that can be set from outside."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self

from platformdirs import user_data_path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from agent.experiments.settings import ExperimentSettings
from agent.generator.escalation import EscalationSettings
from agent.generator.servers import ServerKind
from agent.settings.connections import (
    ChatwootSettings,
    Digest,
    DingtalkSettings,
    FromJson,
    StaffMember,
    WebhookSettings,
    WecomSettings,
)

Generator = Literal["composer", "local", "openai"]

Origin = Annotated[str, StringConstraints(pattern=r"^https?://[^/*\s]+$")]
"""Scheme, host and port of a web page."""


def _pairs(value: object) -> object:
    """Read ``name=digest`` pairs from one line of the environment."""
    if not isinstance(value, str):
        return value
    return {name.strip(): digest.strip() for name, _, digest in (part.partition("=") for part in value.split(","))}


def _listed(value: object) -> object:
    """Read what is separated by commas in one line of the environment."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _data_path(name: str) -> Path:
    return user_data_path("xiaoer", appauthor=False) / name


class Settings(BaseModel):
    """Everything that can be set from outside, checked together."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    shop: Path | None = None
    """Folder of the shop pack; None: the embedded one."""
    state: str = Field(
        default_factory=lambda: f"sqlite:///{_data_path('state.db')}", pattern=r"^(sqlite:///|postgresql://).+"
    )
    """Where conversations are kept."""
    releases: Path = Field(default_factory=lambda: _data_path("releases"))
    """Folder of the published releases."""
    editor: str | None = None
    """Who publishes knowledge, for the record."""
    host: str = "127.0.0.1"
    """Address the server listens on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """Port the server listens on; 0: any free one."""
    mock_apis: bool | None = None
    """Start mocked back-ends from the pack; None: when no back-end URL is set."""
    orders_url: str | None = Field(default=None, pattern=r"^https?://")
    """Base URL of the shop's orders API."""
    logistics_url: str | None = Field(default=None, pattern=r"^https?://")
    """Base URL of the logistics API."""
    orders_token: SecretStr | None = None
    """Bearer token of the orders API."""
    logistics_token: SecretStr | None = None
    """Bearer token of the logistics API."""
    generator: Generator = "composer"
    """Who words replies: facts alone, a model in this process, or a model behind an OpenAI-compatible address."""
    model: str | None = None
    """Folder of the local model, or the name of one that was pulled."""
    models: Path = Field(default_factory=lambda: _data_path("models"))
    """Folder of the pulled base models."""
    adapter: Path | None = None
    """Folder of the LoRA adapter of the local model; None: the one that is promoted in the registry."""
    adapters: Path = Field(default_factory=lambda: _data_path("adapters"))
    """Folder of the registered adapters."""
    openai_base_url: str | None = Field(default=None, pattern=r"^https?://")
    """Base URL of the OpenAI-compatible model server."""
    openai_model: str | None = None
    """The model's name there."""
    openai_api_key: SecretStr | None = None
    """The key there; None: none is sent."""
    openai_server: ServerKind | None = None
    """Which fields it takes; None: told from its address."""
    escalation: Annotated[EscalationSettings | None, FromJson] = None
    """The larger model that words hard turns; None: there is none."""
    answer_cache: int = Field(default=256, ge=0, le=100_000)
    """Answers to frequent questions that are kept, worded by a model; 0: none."""
    embedder: str | None = None
    """Embedding model, a folder or a hub name; None: the embedded one."""
    max_message_chars: int = Field(default=2000, ge=1, le=100_000)
    """Longest message taken, in characters."""
    burst_window_s: float = Field(default=0.0, ge=0, le=30)
    """Messages of one conversation within so many seconds of each other are answered once, together; 0: each by itself."""
    channel_burst_window_s: float = Field(default=1.5, ge=0, le=30)
    """The same for contact centres, whose messages are acknowledged first and answered later."""
    turn_deadline_s: float = Field(default=30.0, gt=0, le=600)
    """Seconds after which a channel stops waiting for a turn."""
    max_message_tokens: int = Field(default=4000, ge=1, le=200_000)
    """Longest message taken, in tokens counted on the safe side."""
    turns_per_minute: int = Field(default=0, ge=0)
    """Turns one customer may take in a minute; 0: no limit."""
    turns_per_minute_per_key: int = Field(default=0, ge=0)
    """Turns one API key may take in a minute; 0: no limit."""
    api_keys: Annotated[dict[str, Digest], BeforeValidator(_pairs)] = Field(default_factory=dict)
    """Digests of the keys of the shop's own systems, by holder; ``xiaoer key`` makes them. In the environment: ``web=…,app=…``."""
    cors_origins: Annotated[tuple[Origin, ...], BeforeValidator(_listed)] = ()
    """Web pages that may call from a browser; empty: none. In the environment: separated by commas."""
    token_secret: SecretStr | None = None
    """Signs the customers' tokens; None: no tokens, which only a loopback server may do."""
    replay_clock: bool = False
    """A request may state the time and the customer; loopback only."""
    otlp_endpoint: str | None = Field(default=None, pattern=r"^https?://")
    """Base URL of the OpenTelemetry collector that gets spans over HTTP; None: no spans are made."""
    otlp_content: bool = False
    """Whether spans hold messages, prompts and arguments, masked."""

    staff: Annotated[dict[str, StaffMember], FromJson] = Field(default_factory=dict)
    """Who works with the console, by name."""
    chatwoot: Annotated[ChatwootSettings | None, FromJson] = None
    """The Chatwoot account that is answered; None: there is none."""
    wecom: Annotated[WecomSettings | None, FromJson] = None
    """The WeCom customer service that is answered; None: there is none."""
    dingtalk: Annotated[DingtalkSettings | None, FromJson] = None
    """The DingTalk group through which staff take over; None: there is none."""
    webhook: Annotated[WebhookSettings | None, FromJson] = None
    """The shop's own system that sends messages and gets replies by webhook; None: there is none."""
    rasa: bool = False
    """Widgets that speak Rasa's REST channel are answered."""

    runs: Path | None = None
    """Folder of replays (``xiaoer replay --out``), of which the console shows the newest; None: none is shown."""
    training_runs: Path | None = None
    """Folder of training runs (``xiaoer finetune train``), which the console shows; None: none are shown."""
    experiment: ExperimentSettings | None = None
    """A part of the customers gets another configuration; None: there is no experiment."""

    def of_variation(self) -> "Settings":
        """The settings of the customers of an experiment's arm b.

        Raises:
            ValidationError: they do not fit together.
        """
        kept = {name: getattr(self, name) for name in self.model_fields_set if name != "experiment"}
        return Settings(**{**kept, **(self.experiment.b.changes() if self.experiment else {})})

    @property
    def uses_mocks(self) -> bool:
        """Whether the mocked back-ends are started."""
        return self.mock_apis if self.mock_apis is not None else self.orders_url is None

    @property
    def is_loopback(self) -> bool:
        """Whether the server can be reached from this machine only."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if (self.orders_url is None) != (self.logistics_url is None):
            raise ValueError(
                "orders_url and logistics_url belong together: set both, or neither for the mocked back-ends"
            )
        if self.mock_apis and self.orders_url is not None:
            raise ValueError("mock_apis and orders_url exclude each other: drop one of them")
        if self.mock_apis is False and self.orders_url is None:
            raise ValueError("without mock_apis the back-ends' addresses are needed: set orders_url and logistics_url")
        if self.generator == "local" and self.model is None:
            raise ValueError("generator 'local' needs a model: set model to a folder or a hub name")
        if self.generator == "openai" and (self.openai_base_url is None or self.openai_model is None):
            raise ValueError("generator 'openai' needs openai_base_url and openai_model: set both")
        if self.replay_clock and not self.is_loopback:
            raise ValueError(f"replay_clock is for 127.0.0.1 only, not for host {self.host!r}: drop one of them")
        if self.experiment is not None:
            self.of_variation()
        if self.shop is not None and not self.shop.is_dir():
            raise ValueError(f"shop {str(self.shop)!r} is no folder: name one that holds shop.yaml")
        if self.token_secret is not None and len(self.token_secret.get_secret_value()) < 32:
            raise ValueError("token_secret is too short to be safe: use 32 random characters or more")
        return self
