from dataclasses import replace

from evaluation.statistics.comparison import compare

GREETING = {"intent": ["greeting"]}


def test_that_turns_that_broke_and_turns_that_were_mended_are_named(turn, case, run_of) -> None:
    right, wrong = turn(expect=GREETING, intents=("greeting",)), turn(expect=GREETING, intents=("thanks",))
    change = compare(run_of(case(right, wrong)), run_of(case(wrong, right)))
    assert [(one.place, one.way, one.lost, one.won) for one in change.changes] == [
        ("c-1 #1", "broke", ("intent",), ()),
        ("c-1 #2", "mended", (), ("intent",)),
    ]
    assert change.changes[0].parts == ("intents",)


def test_that_runs_that_differ_in_time_alone_are_the_same(turn, case, run_of) -> None:
    runs = [run_of(case(turn(timings_ms={"total": ms}))) for ms in (1.0, 2.0)]
    change = compare(*runs)
    assert (change.changes, change.reading) == ((), "no difference shown")


def test_that_another_reply_that_passes_as_well_is_told_apart_from_a_broken_one(turn, case, run_of) -> None:
    (one,) = compare(run_of(case(turn("您好"))), run_of(case(turn("在的")))).changes
    assert (one.way, one.parts) == ("differs", ("reply",))


def test_that_a_turn_that_crashes_or_is_missing_is_located(turn, case, run_of) -> None:
    before = run_of(case(turn(), turn()))
    (crash, end) = compare(before, run_of(case(turn(), turn(crash="X: y")))).changes
    assert (crash.place, crash.way, "a reply" in crash.lost, end.place) == ("c-1 #2", "broke", True, "c-1 end")
    (gone,) = compare(before, run_of(case(turn()))).changes
    assert gone.place == "c-1 #2"


def test_that_back_ends_that_end_otherwise_are_located_at_the_end(turn, case, run_of) -> None:
    kept = case(turn(), after={"orders": []}, expected_after={"orders": []})
    changed = replace(kept, after={"orders": [{"order_id": "A"}]})
    (one,) = compare(run_of(kept), run_of(changed)).changes
    assert (one.place, one.way, one.parts) == ("c-1 end", "broke", ("after",))


def test_that_cases_of_one_run_alone_are_named_and_not_compared(turn, case, run_of) -> None:
    change = compare(run_of(case(turn(), name="a")), run_of(case(turn(), name="b")))
    assert (change.shared, change.only_here, change.only_there, change.changes) == (0, ("b",), ("a",), ())


def runs_of_twenty(turn, case, run_of, *right):
    """One run for each number of right cases out of twenty."""
    answers = {True: turn(expect=GREETING, intents=("greeting",)), False: turn(expect=GREETING, intents=("thanks",))}
    return [run_of(*(case(answers[number < count], name=f"c-{number}") for number in range(20))) for count in right]


def test_that_a_small_difference_is_not_called_one(turn, case, run_of) -> None:
    change = compare(*runs_of_twenty(turn, case, run_of, 18, 16))
    readings = {one.name: one.reading for one in change.scores}
    assert (change.broke, change.mended, change.p_value, change.reading) == (2, 0, 0.5, "no difference shown")
    assert readings["intent"] == "no difference shown"


def test_that_a_clear_difference_is_called_one_and_its_direction_told(turn, case, run_of) -> None:
    worse, better = runs_of_twenty(turn, case, run_of, 4, 18)
    readings = {one.name: one.reading for one in compare(worse, better).scores}
    assert (compare(worse, better).reading, readings["intent"]) == ("better", "better")
    assert compare(better, worse).reading == "worse"


def test_that_times_are_not_compared(turn, case, run_of) -> None:
    runs = [run_of(*(case(turn(timings_ms={"total": ms}), name=str(n)) for n in range(9))) for ms in (1.0, 9.0)]
    assert not [one for one in compare(*runs).scores if one.name.endswith("_ms")]
