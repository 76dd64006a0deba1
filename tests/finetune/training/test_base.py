import json

from finetune.training.base import find_model


def test_that_a_pulled_name_stands_for_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XIAOER_MODELS", str(tmp_path / "models"))
    assert find_model("owner/tiny", fetch=False) is None
    folder = tmp_path / "models" / "owner" / "tiny"
    folder.mkdir(parents=True)
    (folder / "pulled.json").write_text(json.dumps({"name": "owner/tiny"}), encoding="utf-8")
    assert find_model("owner/tiny", fetch=False) == folder
