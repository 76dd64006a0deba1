from evaluation.scorers.overlap import overlap_scores

REPLY, REFERENCE = "您的订单已经发货", "您的订单昨天已发货了"


def test_that_overlap_is_told_with_its_signature_and_is_no_gate(turn, case, values) -> None:
    played = case(turn(REPLY, reference=REFERENCE), turn(REPLY))
    for scorer in overlap_scores():
        assert "version:" in scorer.definition.source
        assert (scorer.definition.gate, len(values(scorer, played)[0])) == (False, 1)
