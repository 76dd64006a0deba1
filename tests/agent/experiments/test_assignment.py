from hypothesis import given
from hypothesis import strategies as st

from agent.experiments.assignment import Assigned, Experiment, assigned_in


@given(st.text(), st.floats(0.01, 0.99))
def test_that_a_customer_keeps_their_arm(customer: str, share: float):
    assert Experiment("e", share).arm_of(customer) == Experiment("e", share).arm_of(customer)


def test_that_the_arm_is_the_same_in_every_version():
    assert [Experiment("adapter-3").arm_of(f"U{number}") for number in range(1001, 1009)] == list("babababb")


def test_that_the_share_is_kept():
    arms = [Experiment("e", 0.2).arm_of(f"U{number}") for number in range(20_000)]
    assert abs(arms.count("b") / len(arms) - 0.2) < 0.01


def test_that_a_larger_share_moves_nobody_out_of_the_variation():
    customers = [f"U{number}" for number in range(2_000)]
    small, large = ({one for one in customers if Experiment("e", share).arm_of(one) == "b"} for share in (0.1, 0.4))
    assert small < large


def test_that_another_experiment_draws_anew():
    customers = [f"U{number}" for number in range(4_000)]
    both = sum(Experiment("e").arm_of(one) == Experiment("f").arm_of(one) for one in customers)
    assert abs(both / len(customers) - 0.5) < 0.03


def test_that_the_arm_is_read_back_from_a_trace():
    assert assigned_in(Assigned("e", "b").mark()) == Assigned("e", "b")
    assert assigned_in({}) is None
    assert assigned_in({"experiment": {"name": "e", "arm": "c"}}) is None
