"""The settings of ``prepare``: what is added to a shop's own rows."""

from pydantic import BaseModel, ConfigDict, Field


class PrepareSection(BaseModel):
    """What ``prepare`` adds."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    variants: int = Field(default=1, ge=0, le=5)
    """Other wordings of each question, at most so many."""
    templates: int = Field(default=30, ge=0)
    """Questions from the shop's policies, goods and orders, answered by the program, at most so many."""
    unanswerable: float = Field(default=0.2, ge=0, le=0.5)
    """Share of all rows whose context does not hold the answer; 0.15 to 0.25 teach a model to say so without teaching it to give up."""
    customer: str | None = None
    """Whose orders the questions of the data are about, of the pack's mocked back-ends; None: of nobody."""
