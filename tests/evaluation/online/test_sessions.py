from evaluation.online.sessions import sessions_of
from knowledge.pack import default_pack, load_pack


def test_that_a_long_pause_begins_another_session(kept):
    kept.turn(ago_h=10).turn(ago_h=9.9).turn(ago_h=5)
    assert [(one.case_id, one.trial, len(one.turns)) for one in sessions_of(kept.turns)] == [("U1", 1, 2), ("U1", 2, 1)]


def test_that_two_conversations_at_once_are_two_sessions(kept):
    kept.turn(conversation="a", ago_h=10).turn(conversation="b", ago_h=9.9).turn(conversation="a", ago_h=9.8)
    assert [(one.origin, len(one.turns)) for one in sessions_of(kept.turns)] == [("a", 2), ("b", 1)]


def test_that_messages_kept_for_a_person_are_no_turns_of_the_bot(kept):
    kept.turn(ago_h=10, handoff="requested").turn(
        ago_h=9.9, said="", worded_by="human", owner="human", outcome="handoff"
    )
    kept.turn("U2", said="", worded_by="human", owner="human", outcome="handoff")
    (session,) = sessions_of(kept.turns)
    assert (session.case_id, len(session.turns), session.stopped) == ("U1", 1, "handed_off")


def test_that_claims_from_nowhere_are_found_and_those_of_unseen_records_not_judged(kept):
    pack = load_pack(default_pack())
    kept.turn("new-1", said="满8731元包邮").turn("new-2", said="订单实付8731元", tools=[True])
    invented, unseen = sessions_of(kept.turns, pack)
    assert [claim.supported for claim in invented.turns[0].claims] == [False]
    assert unseen.turns[0].claims == ()


def test_that_an_erased_customer_is_counted_by_their_invented_name(kept):
    kept.turn(conversation="erased-1")
    kept.turns[0].request.clear()
    assert sessions_of(kept.turns)[0].case_id == "erased-1"
