import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from knowledge.cli import app
from knowledge.trial import Verdict

SIGNS = "云海山川草木鱼鸟星月风雨松竹梅兰琴棋书画金石丝绸灯火舟桥城门"


@pytest.fixture
def run(tea, tmp_path):
    def call(*arguments, obj=None):
        shop = ["--shop", str(tea.folder)]
        env = {"XIAOER_RELEASES": str(tmp_path / "releases"), "XIAOER_EMBEDDER": "ngrams", "XIAOER_EDITOR": "li"}
        return CliRunner().invoke(app, [*arguments, *shop], env=env, obj=obj)

    return call


def test_that_check_leaves_with_0_when_nothing_is_to_be_mended(run):
    done = run("check", "--now", "2026-11-20T10:00:00+08:00")
    assert (done.exit_code, done.stdout.strip()) == (0, "Nothing to mend.")


def test_that_check_tells_errors_by_file_and_line_and_leaves_with_1(run, tea):
    tea.change("policies/returns.md", "title:", "titel:")
    done = run("check", "--json")
    findings = json.loads(done.stdout)["findings"]
    assert done.exit_code == 1
    assert [(one["file"], one["line"]) for one in findings if one["kind"] == "unknown_key"] == [
        ("policies/returns.md", 3)
    ]


def test_that_warnings_fail_only_a_strict_check(run, tea):
    tea.change("policies/returns.md", "未拆封", "全网最低价，未拆封")
    assert run("check").exit_code == 0
    assert run("check", "--strict").exit_code == 1


def test_that_publish_list_history_and_rollback_work_together(run, tea):
    first = json.loads(run("publish", "--json").stdout)
    assert first["previous"] is None and first["embedded"] == first["texts"]
    tea.change("policies/returns.md", "7天", "8天")
    second = json.loads(run("publish", "--reason", "更正", "--json").stdout)
    assert second["previous"] == first["release_id"]
    assert json.loads(run("list", "--json").stdout)["current"] == second["release_id"]
    assert json.loads(run("rollback", "--json").stdout)["release_id"] == first["release_id"]
    history = json.loads(run("history", "--json").stdout)["history"]
    assert [(one["action"], one["who"]) for one in history] == [
        ("publish", "li"),
        ("publish", "li"),
        ("rollback", "li"),
    ]
    assert "更正" in run("history").stdout


def test_that_history_shows_each_change_line_by_line(run, tea):
    run("publish")
    tea.change("policies/returns.md", "7天", "8天")
    run("publish", "--reason", "更正")
    shown = run("history", "--diff").stdout
    assert "+未拆封的茶叶签收后8天内可以退货。" in shown and "nothing to compare with" in shown
    rows = json.loads(run("history", "--diff", "--json").stdout)["history"]
    assert "-未拆封的茶叶签收后7天内可以退货。" in rows[1]["text"]


def test_that_publish_plays_the_transcripts_with_the_assistant_it_is_given(run, tea):
    class Trial:
        def run(self, pack, release, watch):
            met = float("8天" not in "".join(passage.text for passage in release.passages))
            return (Verdict("t", 1, "include", met, "7天", "8天"),)

    tea.write("transcripts/t.jsonl", '{"id": "t", "turns": [{"customer": "几天能退"}]}')
    assert run("publish", obj=SimpleNamespace(open_trial=Trial)).exit_code == 0
    tea.change("policies/returns.md", "7天", "8天")
    refused = run("publish", "--json", obj=SimpleNamespace(open_trial=Trial))
    assert refused.exit_code == 1 and json.loads(refused.stdout)["findings"][0]["kind"] == "transcript"
    assert run("publish", "--force", "--reason", "new", obj=SimpleNamespace(open_trial=Trial)).exit_code == 0


def test_that_an_edit_of_one_policy_in_a_thousand_embeds_only_its_own_texts(run, tea):
    for number in range(1000):
        name = "".join(SIGNS[number // 10**place % 10 + 10 * place] for place in range(3))
        tea.policy(f"rule-{number}", f"{name}的规则见{name}页。\n\n{name}由{name}室办理。", title=name)
    first = json.loads(run("build", "--json").stdout)
    assert first["embedded"] == first["texts"] > 3000
    tea.change("policies/rule-500.md", "室办理", "室和前台办理")
    second = json.loads(run("build", "--json").stdout)
    assert 1 <= second["embedded"] <= 4 and second["texts"] == second["embedded"] + second["cached"]
    assert second["texts"] >= first["texts"]


def test_that_build_tells_what_came_from_the_cache(run):
    assert "0 from the cache" in run("build").stdout
    assert "nothing to embed" in run("build").stdout


def test_that_a_refused_publish_tells_why_and_leaves_with_1(run, tea):
    tea.policy("contact", "有事请打13812345678。", category="service")
    done = run("publish", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"] == "PublishRefused"
    assert run("publish", "--force", "--reason", "店长同意").exit_code == 0


@pytest.mark.parametrize(
    "arguments", [["publish", "--force"], ["check", "--now", "gestern"], ["check", "--now", "2026-11-20"], ["chekc"]]
)
def test_that_wrong_use_leaves_with_2(run, arguments):
    assert run(*arguments).exit_code == 2


def test_that_help_loads_no_heavy_library():
    code = "import sys, knowledge.cli; print([m for m in ('torch', 'faiss', 'llama_index', 'numpy', 'jieba') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
