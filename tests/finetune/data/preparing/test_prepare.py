import asyncio
import json

import pytest

import xiaoer
from agent.assembly import assemble
from agent.generator.scripted import ScriptedGenerator
from agent.messages import CustomerMessage
from agent.store.sqlite import open_store
from agent.understanding.opening import open_understander
from finetune.data.datasets.load import load_datasets
from finetune.data.lint import lint
from finetune.data.preparing.prepare import prepare_rows
from finetune.data.preparing.report import write_prepared
from finetune.data.rows import rows_of
from finetune.preparation import load_profile
from finetune.problems import errors_of
from knowledge.opening import open_release
from tools.mock_apis.apis import MockApis


@pytest.fixture
def prepared(configured, releases):
    def call(*rows, **settings):
        return asyncio.run(prepare_rows(configured(*rows, **settings), releases))

    return call


def given(examples):
    return {example.question: example for example in examples if example.origin == "given"}


def test_that_rows_are_cleaned_masked_and_put_into_the_shops_context(prepared):
    examples, report = prepared(prepare__templates=0, prepare__variants=0)
    invoice = given(examples)["我叫[姓名]，电话[电话]，能开发票吗"]
    assert any("发票" in text for text in invoice.texts) and invoice.strategy == "inform"
    changed = {step.name: (step.before, step.after, step.changed) for step in report.steps}
    assert changed["mask"] == (5, 5, 1)
    assert changed["repeats"] == (5, 4, 1)


def test_that_own_facts_stay_first_with_the_shops_beside_them(prepared):
    (kept,) = [one for question, one in given(prepared()[0]).items() if "保存" in question]
    assert kept.texts[0] == "绿茶建议密封后冷藏保存。" and len(kept.texts) > 1
    assert (kept.strategy, kept.kind) == ("inform", "dialogue")


def test_that_what_the_shop_does_not_know_is_refused_with_file_and_line(prepared, tmp_path):
    examples, report = prepared(prepare__templates=0)
    refused = {problem.place.line: str(problem) for problem in report.refused}
    assert "the answer says '37元'" in refused[3] and f"{tmp_path / 'own.jsonl'}:3" in refused[3]
    assert "the shop knows nothing of this" in refused[1]
    assert not any("37元" in example.said for example in examples)


def test_that_what_serving_words_without_a_model_is_left_out(prepared):
    greeting, invoice = {"question": "在吗", "answer": "在的呢"}, {"question": "能开发票吗", "answer": "可以开的"}
    examples, report = prepared(greeting, invoice, prepare__templates=0, prepare__variants=0)
    assert list(given(examples)) == ["能开发票吗"] and report.refused == ()
    assert {step.name: step.changed for step in report.steps}["asked"] == 1


def test_that_what_was_said_before_decides_what_is_found(prepared):
    said = [
        ("user", "你们的绿茶用多少度的水"),
        ("assistant", "80度左右"),
        ("user", "那红茶呢"),
        ("assistant", "水温高些"),
    ]
    row = {"messages": [{"role": role, "content": text} for role, text in said]}
    examples, _ = prepared(row, prepare__templates=0, prepare__variants=0)
    follow_up = given(examples)["那红茶呢"]
    assert any("红茶" in text and "水温" in text for text in follow_up.texts)
    assert follow_up.history == (("customer", "你们的绿茶用多少度的水"), ("assistant", "80度左右"))


GREENS = [
    {"question": f"{what}茶怎么保存", "answer": "密封放好", "context": [f"{what}茶密封后保存。"]}
    for what in "绿红黑白青黄"
]


def test_that_one_row_in_five_is_unanswerable_and_every_written_row_passes_the_check(prepared, configured, tmp_path):
    examples, report = prepared(*GREENS)
    assert {example.origin for example in examples} == {"given", "template", "variant", "unanswerable"}
    assert 0.15 <= report.unanswerable <= 0.25
    write_prepared(tmp_path / "out", examples, report)
    profile = load_profile(configured().shop)
    (file,) = load_datasets([str(tmp_path / "out" / "rows.jsonl")], None, profile, 0)
    assert len(file.rows) == report.rows
    assert errors_of(lint(file.rows, profile)) == ()
    assert [row.answer for row in file.rows] == [example.answer for example in examples]
    assert f"# {report.rows} rows" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")


def test_that_the_same_configuration_gives_the_same_rows_and_another_seed_others(prepared):
    first, again, other = (prepared(*GREENS, seed=seed, prepare__templates=4) for seed in (1, 1, 2))
    assert first == again
    assert first[0] != other[0]


def test_that_a_prepared_row_is_prompted_as_serving_prompts_the_same_question(prepared, configured, releases):
    examples, _ = prepared(prepare__variants=0, prepare__unanswerable=0)
    config = configured()
    profile = load_profile(config.shop)
    asked = [one for one in examples if one.origin == "template" and "TEA-" not in one.question]
    assert len(asked) > 5
    served = asyncio.run(_prompts([one.question for one in asked], config.shop, releases))
    for example in asked:
        (row,) = rows_of(example.as_dialogue(), profile)
        assert list(row.messages) == served[example.question]


async def _prompts(questions, shop, releases):
    """The first prompt that serving sends for each question."""
    pack, release = open_release(shop, releases)
    apis, store = MockApis(pack.backend, {}, now=pack.now), open_store("sqlite:///:memory:")
    generator = ScriptedGenerator(["好的"])
    assistant = assemble(
        lambda: release,
        apis.in_process(),
        store,
        lambda: pack.now,
        understander=open_understander(),
        generator=generator,
    )
    found = {}
    for number, text in enumerate(questions):
        generator.seen.clear()
        await assistant.handle(CustomerMessage(f"c-{number}", "m-1", "nobody", text))
        found[text] = generator.seen[0]
    await assistant.aclose()
    await store.aclose()
    apis.close()
    return found


@pytest.fixture
def command(configured, monkeypatch, releases, tmp_path, capsys):
    """Runs the command on a configuration, with releases under a folder of the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(releases))

    def call(*options):
        configured()
        with pytest.raises(SystemExit) as left:
            xiaoer.main(["finetune", "prepare", str(tmp_path / "run.yaml"), "--out", str(tmp_path / "out"), *options])
        told = capsys.readouterr()
        return left.value.code, told.out, told.err

    return call


def test_that_the_command_writes_rows_and_report_and_never_over_others(command, tmp_path):
    code, out, err = command("--set", "prepare.templates=2", "--json")
    assert code == 0, err
    report = json.loads(out)
    assert report["rows"] == len((tmp_path / "out" / "rows.jsonl").read_text(encoding="utf-8").splitlines())
    assert report == json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    code, _, err = command()
    assert code == 1 and "holds prepared rows; name a new folder" in err
