from agent.messages import ToolUse
from evaluation.records import Claim
from evaluation.report.faults import faults_of, severity

EXPECT = {
    "intent": ["stock"],
    "include": [["有货", "现货"], ["30元"]],
    "tools": [{"name": "get_order", "args": {"order_id": "A1"}}],
}


def test_that_a_turn_without_fault_is_not_told(turn, case) -> None:
    assert faults_of(case(turn(), turn(expect={"outcome": ["answered"]}))) == {}


def test_that_each_expectation_that_was_missed_is_told_beside_what_was_got(turn, case) -> None:
    found = faults_of(
        case(
            turn(
                "有货哦",
                expect=EXPECT,
                intents=("size",),
                tools=(ToolUse("get_order", {"order_id": "B2"}, True, "read"),),
            )
        )
    )
    assert [(one.kind, one.expected, one.got) for one in found[1]] == [
        ("intent", "stock", "size"),
        ("tools", "get_order(order_id=A1)", "get_order(order_id=B2)"),
        ("include", "30元", "有货哦"),
    ]


def test_that_words_that_must_not_be_said_are_named(turn, case) -> None:
    (fault,) = faults_of(case(turn("百分百退", expect={"exclude": ["百分百", "保证"]})))[1]
    assert (fault.kind, fault.got) == ("exclude", "百分百")


def test_that_harm_weighs_more_than_a_missing_fact(turn, case) -> None:
    missing = faults_of(case(turn("您好", expect={"include": [["30元"]]})))[1]
    invented = faults_of(case(turn("99元", claims=[Claim("amount", "99", False)])))[1]
    crashed = faults_of(case(turn(crash="KeyError: 'x'")))[1]
    assert 0 < severity(missing) < severity(invented) < severity(crashed)


def test_that_a_half_met_expectation_weighs_half(turn, case) -> None:
    (half,) = faults_of(case(turn("有货", expect={"include": [["有货"], ["30元"]]})))[1]
    (none,) = faults_of(case(turn("您好", expect={"include": [["有货"], ["30元"]]})))[1]
    assert half.weight == none.weight / 2


def test_that_back_ends_that_end_wrongly_stand_at_the_last_turn(turn, case) -> None:
    wrong = case(turn(), turn(), after={"orders": [{"order_id": "A"}]}, expected_after={"orders": []})
    assert [(number, fault.kind) for number, faults in faults_of(wrong).items() for fault in faults] == [(2, "state")]


def test_that_a_task_that_failed_gives_its_reasons(turn, case) -> None:
    task = {
        "id": "c-1",
        "customer_id": "U1",
        "asks": [{"say": "能退吗", "expect": {"outcome": ["declined"]}, "gold": ["不能退"]}],
    }
    ((fault,),) = faults_of(case(turn("可以退", customer="能退吗"), task=task, customer_id="U1")).values()
    assert (fault.kind, fault.expected, fault.got) == ("outcome", "declined", "answered")
