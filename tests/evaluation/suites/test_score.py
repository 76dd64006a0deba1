from agent.messages import Reply
from evaluation.records import PlayedCase, PlayedTurn
from evaluation.suites.score import TASK_SCORES, TASKS_PASSED


def case(said: str, split="tuned", has_task=True) -> PlayedCase:
    turn = PlayedTurn(1, "几天能退", Reply("c", "m", "t", said, "answered", (), "inform", "bot"))
    asks = [{"say": "几天能退", "gold": ["15天"], "expect": {"include": [["15天"]]}}]
    task = {"id": "t", "customer_id": "U1", "asks": asks} if has_task else None
    return PlayedCase("t", "returns.jsonl", (turn,), "finished", split=split, task=task)


def test_that_a_task_counts_one_when_done_and_nothing_when_not() -> None:
    (done,), (not_done,) = TASKS_PASSED.measure(case("15天内。")), TASKS_PASSED.measure(case("7天内。"))
    assert (done.value, not_done.value) == (1.0, 0.0)
    assert (not_done.turn, not_done.got) == (1, "include: expected 15天, got 7天内。")


def test_that_each_half_has_a_score_of_its_own() -> None:
    counted = [[len(score.measure(case("15天", split))) for score in TASK_SCORES] for split in ("tuned", "untouched")]
    assert counted == [[1, 1, 0], [1, 0, 1]]


def test_that_a_transcript_has_no_such_score() -> None:
    assert [list(score.measure(case("15天", has_task=False))) for score in TASK_SCORES] == [[], [], []]
