import asyncio
import json

import pytest

import xiaoer


@pytest.fixture
def run(tmp_path, capsys, monkeypatch, hub):
    """Runs a command beside the hub, which HF_ENDPOINT names."""
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    monkeypatch.setenv("XIAOER_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("XIAOER_ADAPTERS", str(tmp_path / "adapters"))

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            xiaoer.main(["models", *arguments])
        told = capsys.readouterr()
        return left.value.code, told.out, told.err

    async def beside(*arguments):
        return await asyncio.to_thread(call, *arguments)

    return beside


async def test_that_a_pulled_model_is_listed_checked_and_found_by_its_name(run, tmp_path):
    code, out, _ = await run("pull", "owner/tiny", "--json")
    assert (code, json.loads(out)["folder"]) == (0, str(tmp_path / "models" / "owner" / "tiny"))
    assert "owner/tiny  base model, c0ffeec0ffee of huggingface" in (await run("list"))[1]
    assert json.loads((await run("list", "--json"))[1])["bases"] == ["owner/tiny"]
    code, out, _ = await run("check", "owner/tiny")
    assert (code, "every file is as it was pulled" in out) == (0, True)


async def test_that_the_other_hub_and_a_mirror_are_named_by_flags(run, hub):
    code, _, err = await run("pull", "owner/tiny", "--from", "modelscope", "--endpoint", hub.url + "/")
    assert (code, err) == (0, "")
    assert hub.asked[0][0].startswith("/api/v1/models/owner/tiny/repo/files?Revision=master")


async def test_that_what_cannot_be_had_leaves_with_1_and_one_line(run, hub):
    hub.refuses = {"/api/models/": 404}
    code, _, err = await run("pull", "owner/tiny")
    assert (code, err.count("\n"), "has no model 'owner/tiny'" in err) == (1, 1, True)
