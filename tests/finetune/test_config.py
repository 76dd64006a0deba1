import pytest
from pydantic import TypeAdapter

from finetune.config import Config, load_config, save_config
from finetune.errors import ConfigError


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "run.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


WHOLE = "model: base\ndata: [rows.jsonl]\noutput: out\n"


def test_that_a_value_on_the_command_line_wins_over_the_file(written):
    path = written(WHOLE + "epochs: 2\nlora:\n  rank: 4\n")
    config = load_config(path, ["epochs=5", "lora.rank=16", "lora.targets=q+v", "learning_rate=1e-4"])
    assert (config.epochs, config.lora.rank, config.lora.targets, config.learning_rate) == (5, 16, "q+v", 1e-4)


def test_that_a_section_may_be_made_on_the_command_line(written):
    assert load_config(written(WHOLE), ["lora.dropout=0"]).lora.dropout == 0


@pytest.mark.parametrize(
    ("text", "overrides", "named"),
    [
        ("epoch: 2", [], "'epoch' is no setting; the nearest known one is 'epochs'"),
        ("lora: {ranks: 2}", [], r"'lora\.ranks' is no setting; the nearest known one is 'lora\.rank'"),
        ("", ["batchsize=2"], "'batchsize' is no setting; the nearest known one is 'batch_size'"),
        ("", ["lora.alfa=2"], r"'lora\.alfa' is no setting; the nearest known one is 'lora\.alpha'"),
        ("", ["mix={knowlege: 3}"], r"'mix\.knowlege' is no setting; the nearest known one is 'mix\.knowledge'"),
        ("", ["epochs"], "expected key=value"),
        ("", ["epochs.rank=2"], "'epochs' is no section"),
        ("", ["lora=8", "lora.rank=2"], "'lora' is 8"),
        ("epochs: 2\nepochs: 3", [], "line 5: 'epochs' stands twice"),
        (
            "stages: [{name: a, date: [b]}]",
            [],
            r"'stages\.0\.date' is no setting; the nearest known one is 'stages\.0\.data'",
        ),
        ("stages: [{name: a, data: [other]}]", [], "data is set beside stages"),
        ("keep: [epoch-0]", [], "keep"),
        ("epochs: 0", [], "epochs: Input should be greater than or equal to 1"),
        ("learning_rate: .nan", [], "learning_rate"),
        ("precision: fp16", [], "precision"),
        ("epochs: [", [], "no YAML"),
        ("? [a]\n: 1", [], "no YAML|no setting"),
    ],
)
def test_that_what_does_not_fit_is_refused_with_its_name(written, text, overrides, named):
    with pytest.raises(ConfigError, match=named):
        load_config(written(WHOLE + text), overrides)


def test_that_a_list_or_nothing_is_no_configuration(written, tmp_path):
    for text in ("- a\n", ""):
        with pytest.raises(ConfigError, match="expected keys and values"):
            load_config(written(text))
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.yaml")


def test_that_the_resolved_copy_reads_back_as_it_was(written, tmp_path):
    config = load_config(written(WHOLE), ["lora.rank=2", "output=出/一"])
    save_config(config, tmp_path / "copy.yaml")
    assert load_config(tmp_path / "copy.yaml") == config
    assert TypeAdapter(Config).validate_python(config.model_dump()) == config


def test_that_the_rows_of_a_run_with_stages_are_those_of_its_stages(written, tmp_path):
    stages = "stages:\n- {name: one, data: [a.jsonl, b.jsonl]}\n- {name: two, data: [c.jsonl, a.jsonl], replay: 0}\n"
    config = load_config(written("model: base\noutput: out\n" + stages))
    assert config.data == ("a.jsonl", "b.jsonl", "c.jsonl")
    save_config(config, tmp_path / "copy.yaml")
    assert load_config(tmp_path / "copy.yaml") == config


def test_that_stages_of_one_name_are_refused(written):
    stages = "stages: [{name: one, data: [a.jsonl]}, {name: one, data: [b.jsonl]}]\n"
    with pytest.raises(ConfigError, match="stages are named one, one; give each"):
        load_config(written("model: base\noutput: out\n" + stages))
