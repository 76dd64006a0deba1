"""Random sequences of customers, people, crashes and clocks against the handoff and the failure ledger.

    python -m benchmarks.handoff [--sequences 20000] [--steps 12] [--folder DIR]

Everything is the shipped code over a SQLite file, except the steps of a turn between reading and wording: a message says itself how it
shall end. After each step an independent model says where the conversation stands, whether a person was due, and what may have been sent.
Any sequence that contradicts it is printed in its shortest form.
"""

import argparse
import logging
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from benchmarks.handoff_machine import HandoffMachine
from benchmarks.scripted_shop import World


def play(sequences: int, steps: int, folder: Path | None = None, *, seeded: bool = False) -> float:
    """Play random sequences.

    Args:
        sequences: how many.
        steps: of each, at most.
        folder: where the database lies; in memory (/dev/shm) it is quickest. None: among the temporary files.
        seeded: play the same ones each time.

    Returns:
        Seconds it took.

    Raises:
        AssertionError: a sequence contradicts the model.
    """
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as place:
        world = World(place)
        machine = type("Machine", (HandoffMachine,), {"world": world})
        options = settings(
            max_examples=sequences,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=seeded,
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(machine, settings=options)
        finally:
            world.close()
    return time.perf_counter() - started


def main() -> None:
    """Play and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sequences", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--folder", type=Path, default=None, help="where the database lies; /dev/shm is quickest")
    args = parser.parse_args()
    logging.disable(logging.WARNING)  # a channel that is down is part of the play
    seconds = play(args.sequences, args.steps, args.folder)
    print(f"{args.sequences} sequences of up to {args.steps} steps in {seconds:.0f} s: no contradiction")


if __name__ == "__main__":
    main()
