import json
from datetime import UTC, datetime

import pytest

from evaluation.trial import ReplayTrial
from knowledge.errors import PublishRefused
from knowledge.history import read_history
from knowledge.publish import Editor, kept_releases, publish
from knowledge.trial import Verdict
from retrieval.embedders.ngrams import NgramEmbedder

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
LI = Editor("li", reason="新规则")
ASKS = {"customer": "你们几天内可以退货", "expect": {"outcome": "answered", "include": [["7天"]]}}


class ScriptedTrial:
    """Says how far one expectation is met by each release it is asked about, in turn."""

    def __init__(self, *met):
        self.met = list(met)
        self.releases = []

    def run(self, pack, release, watch):
        self.releases.append(release.release_id)
        return (Verdict("t-1", 1, "include", self.met.pop(0), "7天", "said"),)


@pytest.fixture
def root(tmp_path):
    return tmp_path / "root"


@pytest.fixture
def put(tea, root):
    tea.write("transcripts/own.jsonl", "\n" + json.dumps({"id": "t-1", "turns": [ASKS]}, ensure_ascii=False) + "\n")

    def call(trial, editor=LI):
        return publish(tea.folder, root, NgramEmbedder(), editor, now=NOW, trial=trial)

    return call


@pytest.fixture
def edited(tea, put):
    """One release is served, the pack has moved on."""
    first = put(None)
    tea.change("policies/returns.md", "7天", "9天")
    return first


def test_that_a_first_publication_plays_no_transcripts(put):
    trial = ScriptedTrial()
    put(trial)
    assert trial.releases == []


def test_that_an_expectation_newly_broken_refuses_and_is_named(put, edited, root):
    trial = ScriptedTrial(1.0, 0.5)
    with pytest.raises(PublishRefused, match=r"transcripts/own\.jsonl:2: error: transcript 't-1', turn 1: 'include'"):
        put(trial)
    assert trial.releases[0] == kept_releases(root)[0] == edited.release_id != trial.releases[1]


@pytest.mark.parametrize("met", [(0.0, 0.0), (0.5, 1.0), (1.0, 1.0)])
def test_that_what_was_broken_before_or_is_mended_now_does_not_refuse(put, edited, met):
    assert put(ScriptedTrial(*met)).previous == edited.release_id


def test_that_a_broken_expectation_can_be_overridden_with_a_reason_that_is_kept(put, edited, root):
    with pytest.raises(PublishRefused):
        put(ScriptedTrial(1.0, 0.0), Editor("li", force=True))
    put(ScriptedTrial(1.0, 0.0), Editor("li", reason="新规则就是9天", force=True))
    entry = read_history(root)[-1]
    assert entry.forced and "'t-1', turn 1" in entry.overridden[0]


def test_that_a_served_release_that_cannot_be_read_is_told_and_does_not_refuse(put, edited, root):
    (root / "releases" / edited.release_id / "shop.json").write_text("{}")
    (finding,) = put(ScriptedTrial()).findings
    assert (finding.kind, finding.severity) == ("transcript", "warning") and "shop.json" in finding.message


def test_that_an_unchanged_pack_plays_no_transcripts(put):
    put(None)
    assert put(ScriptedTrial()).is_unchanged


def test_that_the_assistant_itself_is_tried(pet, root, understander):
    asks = {
        "customer": "没拆封几天内可以申请退货?",
        "expect": {"outcome": "answered", "include": [["7天"], ["申请退货"]]},
    }
    fails = {"customer": "你好", "expect": {"outcome": "handoff"}}
    pet.write("transcripts/own.jsonl", json.dumps({"id": "t", "turns": [asks, fails]}, ensure_ascii=False))
    trial = ReplayTrial(understander)
    publish(pet.folder, root, NgramEmbedder(), LI, now=NOW, trial=trial)
    pet.change("policies/returns-unopened.md", "申请退货", "申请退换")
    pet.change("policies/returns-unopened.md", "7天", "8天")
    with pytest.raises(PublishRefused) as refused:
        publish(pet.folder, root, NgramEmbedder(), LI, now=NOW, trial=trial)
    (finding,) = refused.value.findings
    assert "'t', turn 1: 'include'" in finding.message and "7天" in finding.message and "8天" in finding.message
