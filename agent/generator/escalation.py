"""What ``[escalation]`` in ``xiaoer.toml`` may say: the larger model that words hard turns."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from agent.generator.servers import ServerKind


class EscalationSettings(BaseModel):
    """A second model behind an OpenAI-compatible address."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    base_url: str = Field(pattern=r"^https?://")
    model: str = Field(min_length=1)
    """The model's name there."""
    api_key: SecretStr | None = None
    """None: none is sent."""
    server: ServerKind | None = None
    """Which fields it takes; None: told from its address."""
