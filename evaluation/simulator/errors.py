"""What can go wrong with a simulated customer.

ReplayError             of evaluation.errors
└── SimulatorError
    └── CustomerSilent  the model that speaks for the customer gave no words
"""

from evaluation.errors import ReplayError


class SimulatorError(ReplayError):
    """Root of all errors of simulated customers."""


class CustomerSilent(SimulatorError):
    """The model that speaks for the customer gave no words."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"the model at {url!r} was asked for the customer's next words: {problem}; expected a chat completion with text. "
            "Check the address and the model's name, or play the written customer instead"
        )
        self.url = url
        self.problem = problem
