import hashlib
import socket

import pytest

from agent.generator.errors import BadModel
from agent.generator.models.errors import DownloadFailed, HubUnreachable, NotOnHub, NotUsable
from agent.generator.models.folder import check_pulled, find_folder, list_pulled
from agent.generator.models.huggingface import HuggingFace
from agent.generator.models.modelscope import ModelScope
from agent.generator.models.pull import Patience, pull

NAME = "owner/tiny"
AT_ONCE = Patience(tries=2, pause_s=0)


@pytest.fixture
def bring(hub, tmp_path):
    """Pulls the model from the fake hub."""

    async def call(kind=HuggingFace, name=NAME, **more):
        return await pull(kind(hub.url), name, tmp_path, **{"patience": AT_ONCE, **more})

    return call


@pytest.mark.parametrize("kind", [HuggingFace, ModelScope])
async def test_that_weights_and_tokenizer_are_brought_and_nothing_that_can_run_code(bring, hub, tmp_path, kind):
    told = []
    folder = await bring(kind, tell=lambda *step: told.append(step))
    assert {file.name for file in folder.iterdir()} == {
        "config.json",
        "tokenizer.json",
        "model.safetensors",
        "pulled.json",
    }
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]
    assert (
        told[-1][1]
        == told[-1][2]
        == sum(map(len, (hub.files[name] for name in ("config.json", "tokenizer.json", "model.safetensors"))))
    )
    assert check_pulled(folder).hub == kind().name
    assert (list_pulled(tmp_path), find_folder(NAME, tmp_path)) == ((NAME,), folder)


async def test_that_a_download_that_broke_off_goes_on_where_it_was(bring, hub):
    hub.break_after = [3000, 2000]
    folder = await bring()
    ranges = [wanted for path, wanted, _ in hub.asked if path == "/stored/model.safetensors"]
    assert ranges == [None, "bytes=3000-", "bytes=5000-"]
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


async def test_that_a_later_pull_goes_on_where_an_earlier_one_gave_up(bring, hub, tmp_path):
    hub.break_after = [3000, 0, 0]
    with pytest.raises(DownloadFailed, match=r"broke off at 3000 of 10240 bytes .* pull again to go on"):
        await bring()
    assert list_pulled(tmp_path) == ()
    hub.asked.clear()
    await bring()
    assert ("/stored/model.safetensors", "bytes=3000-", None) in hub.asked
    assert not any("tokenizer" in path for path, _, _ in hub.asked)


async def test_that_a_hub_that_knows_no_ranges_is_asked_from_the_start(bring, hub):
    hub.break_after, hub.ignores_ranges = [3000], True
    folder = await bring()
    assert (folder / "model.safetensors").read_bytes() == hub.files["model.safetensors"]


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
async def test_that_a_file_with_another_checksum_is_dropped_with_both_named(bring, hub, tmp_path, name):
    hub.lies = {name: b"x" * len(hub.files[name])}
    with pytest.raises(DownloadFailed, match=r"came with (sha256|git) '[0-9a-f]{12}', the hub says '[0-9a-f]{12}'"):
        await bring()
    assert not list((tmp_path / "owner").glob(f".tiny.partial/{name}*"))
    hub.lies = {}
    assert await bring() == tmp_path / NAME


async def test_that_a_model_that_is_here_is_not_brought_again_and_another_revision_is_refused(bring, hub):
    await bring()
    hub.asked.clear()
    await bring()
    assert len(hub.asked) == 1
    hub.files["model.safetensors"] = b"newer"
    with pytest.raises(NotUsable, match=r"holds revision 'c0ffee.*delete the folder"):
        await bring()


async def test_that_a_model_of_pickled_weights_is_not_brought(bring, hub):
    del hub.files["model.safetensors"]
    with pytest.raises(NotUsable, match="can run code"):
        await bring()
    assert len(hub.asked) == 1


@pytest.mark.parametrize("name", ["tiny", "../up/there", "owner/..", "a/b/c", "/etc/passwd"])
async def test_that_what_is_no_name_is_not_asked_for(bring, hub, name):
    with pytest.raises(NotUsable, match="owner/name"):
        await bring(name=name)
    assert hub.asked == []


async def test_that_a_missing_model_and_a_missing_key_are_told(bring, hub):
    hub.refuses = {"/api/models/": 404}
    with pytest.raises(NotOnHub, match="has no model 'owner/tiny' at 'v2'; check name and --revision"):
        await bring(revision="v2")
    hub.refuses = {"/api/models/": 401}
    with pytest.raises(NotOnHub, match="HF_TOKEN"):
        await bring()
    hub.refuses = {"/stored/": 403}
    with pytest.raises(NotOnHub, match="accept the model's terms"):
        await bring()


async def test_that_a_key_goes_to_the_hub(hub, tmp_path):
    await pull(HuggingFace(hub.url, token="secret"), NAME, tmp_path)
    assert hub.asked[0][2] == "bearer secret"


async def test_that_without_a_hub_one_line_says_what_to_do(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        free_port = closed.getsockname()[1]
    with pytest.raises(HubUnreachable, match=r"does not answer .*--endpoint.*--from.*copy the folder here") as told:
        await pull(HuggingFace(f"http://127.0.0.1:{free_port}"), NAME, tmp_path)
    assert "\n" not in str(told.value)


async def test_that_a_changed_file_of_a_pulled_model_is_told_with_both_hashes(bring):
    folder = await bring()
    here = hashlib.sha256(b"others").hexdigest()[:12]
    (folder / "model.safetensors").write_bytes(b"others")
    with pytest.raises(BadModel, match=rf"was brought with hash '[0-9a-f]{{12}}', now it is '{here}'"):
        check_pulled(folder)


def test_that_a_folder_goes_before_a_name_and_neither_is_told_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "owner" / "tiny").mkdir(parents=True)
    assert find_folder(NAME, tmp_path / "models").resolve() == tmp_path / NAME
    with pytest.raises(BadModel, match=r"no model folder 'owner/other'.*xiaoer models pull owner/other"):
        find_folder("owner/other", tmp_path / "models")
