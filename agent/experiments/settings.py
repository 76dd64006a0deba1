"""What ``[experiment]`` in ``xiaoer.toml`` may say."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.experiments.assignment import Experiment

Metric = Literal["conversion", "containment", "csat"]
"""By what an experiment is decided."""


class Variation(BaseModel):
    """What is otherwise for the customers of arm ``b``; what is left out is as for everybody."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    generator: Literal["composer", "local", "openai"] | None = None
    model: str | None = None
    adapter: Path | None = None
    openai_base_url: str | None = Field(default=None, pattern=r"^https?://")
    openai_model: str | None = None
    release: str | None = None
    """Id of a release of this shop: other knowledge, another voice; it stays while others are published."""

    def changes(self) -> dict[str, Any]:
        """The settings that are otherwise, by name; the release is none of them."""
        return {name: value for name, value in self.model_dump(exclude={"release"}).items() if value is not None}


class ExperimentSettings(BaseModel):
    """An experiment between the settings as they are and a variation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")
    share: float = Field(default=0.5, gt=0, lt=1)
    """Of customers who get the variation."""
    metric: Metric = "conversion"
    """Decides it; named before it begins, so that nobody looks for the score that happens to be better."""
    min_effect: float = Field(default=0.02, gt=0, lt=1)
    """The smallest difference worth knowing: .02 is two of a hundred customers."""
    b: Variation

    @property
    def experiment(self) -> Experiment:
        """Who gets what."""
        return Experiment(self.name, self.share)
