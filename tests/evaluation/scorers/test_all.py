from evaluation.scorers.all import scorers_of


def test_that_every_score_has_its_own_name_and_says_all_that_is_asked_of_a_definition(run_of) -> None:
    definitions = [scorer.definition for scorer in scorers_of(run_of(trials=3))]
    names = [one.name for one in definitions]
    assert len(names) == len(set(names)) >= 50
    assert all(one.meaning and one.formula and one.source for one in definitions)


def test_that_overlap_and_containment_are_never_gates(run_of) -> None:
    free = {scorer.definition.name for scorer in scorers_of(run_of()) if not scorer.definition.gate}
    assert free == {"containment", "chrf", "bleu4", "rouge_l"}


def test_that_no_scorer_measures_anything_in_a_case_without_turns(case, run_of) -> None:
    empty = [scorer.definition.name for scorer in scorers_of(run_of()) if scorer.measure(case())]
    assert set(empty) <= {"cases_passed", "containment"}
