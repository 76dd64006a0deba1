from evaluation.records import Claim
from evaluation.report.scoring import measure, parts, with_intervals

GREETING = {"intent": ["greeting"], "include": [["您好"], ["汀"]]}


def told(run):
    return {score.name: (score.value, score.n, score.cases) for score in measure(run)}


def test_that_a_score_is_told_with_on_how_much_it_was_measured(turn, case, run_of) -> None:
    right, wrong = turn(expect=GREETING, intents=("greeting",)), turn(expect={"intent": ["stock"]})
    scores = told(run_of(case(right, wrong), case(right, name="c-2")))
    assert scores["intent"] == (2 / 3, 3, 2)
    assert scores["include"] == (0.5, 2, 2)


def test_that_what_could_not_be_measured_is_absent(turn, case, run_of) -> None:
    assert told(run_of(case(turn()))).keys().isdisjoint({"intent", "sources", "end_state", "chrf", "total_p50_ms"})
    assert told(run_of()) == {}


def test_that_a_crashed_case_is_counted_apart_and_lowers_no_score(turn, case, run_of) -> None:
    fine, broken = turn(expect=GREETING, intents=("greeting",)), turn(crash="X: y", expect=GREETING)
    scores = told(run_of(case(fine), case(fine, broken, name="c-2")))
    assert scores["intent"] == (1.0, 1, 1)
    assert scores["crashes"] == (1.0, 2, 2)


def test_that_harm_is_counted_in_turns(turn, case, run_of) -> None:
    bad = turn(foreign=("TEA-1",), claims=[Claim("number", "7", False), Claim("number", "8", False)])
    scores = told(run_of(case(bad, turn())))
    assert [scores[name][0] for name in ("foreign", "ungrounded", "turns_passed")] == [1, 1, 0.5]
    assert scores["groundedness"] == (0.0, 2, 1)


def test_that_intervals_are_added(turn, case, run_of) -> None:
    answers = [turn(expect=GREETING, intents=(intent,)) for intent in ("greeting", "thanks", "stock")]
    scores = measure(run_of(*(case(one, name=str(number)) for number, one in enumerate(answers))))
    (intent,) = [one for one in with_intervals(scores) if one.name == "intent"]
    assert (intent.interval.low, intent.interval.high) == (0.0, 1.0)


def test_that_each_part_of_a_run_is_told_alone(turn, case, run_of) -> None:
    right, wrong = turn(expect=GREETING, intents=("greeting",)), turn(expect=GREETING)
    run = run_of(case(right, split="tuned"), case(wrong, name="b", split="untouched"), case(right, name="c"))
    found = parts(run, measure(run), lambda one: one.split)
    intents = {name: [one.value for one in scores if one.name == "intent"] for name, scores in found.items()}
    assert intents == {"tuned": [1.0], "untouched": [0.0]}
