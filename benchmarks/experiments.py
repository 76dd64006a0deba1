"""How often an experiment without a difference is called a win when it is looked at every day: ``python -m benchmarks.experiments``."""

import numpy as np

from evaluation.online.sequential import ArmSample, Standing, read_difference

EXPERIMENTS, DAYS, A_DAY = 1_000, 60, 40
RATES, EFFECTS = (0.01, 0.1, 0.5, 0.95), (0.02, 0.05, 0.1)
SEED = 7


def false_claims(rate: float, min_effect: float) -> tuple[float, float, float]:
    """Simulate experiments whose arms are the same.

    Args:
        rate: of customers who say yes, in both arms.
        min_effect: what the test is told to look for.

    Returns:
        Shares of the experiments that at any look were called a win; were called either; had an ordinary p-value below .05.
    """
    random = np.random.default_rng(SEED)
    a, b = (
        np.cumsum(random.binomial(A_DAY, rate, size=(EXPERIMENTS, DAYS)), axis=1) for _ in range(2)
    )  # [experiments, days]
    wins = claims = 0
    for yes_a, yes_b in zip(a.tolist(), b.tolist(), strict=True):
        found = {
            _standing(A_DAY * day, x, y, min_effect) for day, (x, y) in enumerate(zip(yes_a, yes_b, strict=True), 1)
        }
        wins += "better" in found
        claims += bool(found & {"better", "worse"})
    n = A_DAY * np.arange(1, DAYS + 1)  # [days]
    left, right = a / n, b / n  # [experiments, days]
    spread = np.sqrt((left * (1 - left) + right * (1 - right)) / n)
    ordinary = (np.abs(right - left) > 1.96 * spread).any(axis=1).mean()
    return wins / EXPERIMENTS, claims / EXPERIMENTS, float(ordinary)


def _standing(n: int, yes_a: int, yes_b: int, min_effect: float) -> Standing:
    return read_difference(ArmSample(n, yes_a, yes_a), ArmSample(n, yes_b, yes_b), min_effect).standing


def main() -> None:
    """Print the table."""
    for rate in RATES:
        for effect in EFFECTS:
            wins, claims, ordinary = false_claims(rate, effect)
            print(f"| {rate:g} | {effect:g} | {wins:.1%} | {claims:.1%} | {ordinary:.1%} |")


if __name__ == "__main__":
    main()
