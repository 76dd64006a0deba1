import hashlib
import json

import pytest

from agent.generator.errors import BadAdapter
from agent.generator.registry.errors import NotPassed, ReasonMissing, VersionUnknown


def change(registry_folder, name, old, new):
    (file,) = registry_folder.glob(f"versions/*/{name}")
    file.chmod(0o644)
    file.write_bytes(file.read_bytes().replace(old, new))


def test_that_a_version_is_an_unchangeable_copy_named_after_its_content(registry, put, tmp_path):
    source = put("first")
    made = registry.register(source, "wen")
    assert made.name.startswith("first-")
    assert {file.name for file in made.folder.iterdir()} == {
        "adapter_model.safetensors", "adapter_config.json", "card.json", "gate.json", "version.json",
    }  # fmt: skip
    assert not any(file.stat().st_mode & 0o222 for file in made.folder.iterdir())
    (source / "adapter_model.safetensors").write_bytes(b"trained on")
    assert registry.check(made.name).card.adapter_sha256 == made.card.adapter_sha256


def test_that_the_same_adapter_is_registered_once(registry, put):
    source = put("first")
    assert registry.register(source, "wen").name == registry.register(source, "lan").name
    assert len(registry.versions()) == 1


def test_that_the_record_says_who_what_and_from_which_rows(registry, put):
    made = registry.check(registry.register(put("first"), "wen", reason="new rows").name)
    assert (made.manifest.who, made.manifest.reason, made.manifest.forced) == ("wen", "new rows", False)
    assert (made.card.base.name, made.card.data[0].sha256, made.card.seed) == ("tiny", "cd" * 32, 0)
    assert (made.card.packages, made.gate.verdict) == ({"torch": "2"}, "ship")


def test_that_an_adapter_that_was_never_evaluated_needs_force_and_a_reason(registry, put):
    bare = put("first", gated=False)
    with pytest.raises(NotPassed, match="never evaluated"):
        registry.register(bare, "wen")
    with pytest.raises(ReasonMissing):
        registry.register(bare, "wen", force=True)
    assert registry.register(bare, "wen", force=True, reason="a trial").manifest.forced


def test_that_a_gate_for_other_weights_is_refused_with_both_hashes(registry, put, write_gate):
    folder = put("first")
    write_gate(folder, adapter_sha256="0" * 64)
    with pytest.raises(BadAdapter, match=r"'000000000000', those beside it are '[0-9a-f]{12}'"):
        registry.register(folder, "wen")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("adapter_model.safetensors", b"weights", b"others "),
        ("card.json", b"tiny", b"huge"),
        ("gate.json", b"0.9", b"1.0"),
        ("adapter_config.json", b"LORA", b"LORA "),
    ],
)
def test_that_a_file_that_was_changed_afterwards_is_refused_with_both_hashes(registry, put, tmp_path, name, old, new):
    version = registry.register(put("first"), "wen").name
    change(tmp_path / "adapters", name, old, new)
    with pytest.raises(BadAdapter, match=r"registered with hash '[0-9a-f]{12}', now it is '[0-9a-f]{12}'|of type"):
        registry.check(version)


def test_that_a_file_changed_together_with_its_manifest_is_refused_by_the_versions_name(registry, put, tmp_path):
    made = registry.register(put("first"), "wen")
    change(tmp_path / "adapters", "card.json", b"tiny", b"huge")
    old = made.manifest.files["card.json"]
    new = hashlib.sha256((made.folder / "card.json").read_bytes()).hexdigest()
    change(tmp_path / "adapters", "version.json", old.encode(), new.encode())
    with pytest.raises(BadAdapter, match=made.name):
        registry.check(made.name)


def test_that_a_pickled_file_is_refused(registry, put):
    folder = put("first")
    (folder / "optimizer.pt").write_bytes(b"pickle")
    with pytest.raises(BadAdapter, match="can run code"):
        registry.register(folder, "wen")


def test_that_tampered_weights_are_not_registered(registry, put):
    folder = put("first")
    (folder / "adapter_model.safetensors").write_bytes(b"others")
    with pytest.raises(BadAdapter, match=r"weights of hash '[0-9a-f]{12}', here it is '[0-9a-f]{12}'"):
        registry.register(folder, "wen")


def test_that_an_adapter_for_another_prompt_is_refused_with_both_versions(registry, put):
    with pytest.raises(BadAdapter, match="prompt version '0', here it is '2'"):
        registry.register(put("first", prompt_version="0"), "wen")


def test_that_an_adapter_for_another_base_is_refused_with_both_hashes(registry, put):
    version = registry.register(put("first"), "wen").name
    assert registry.check(version, "ab" * 32).name == version
    with pytest.raises(BadAdapter, match="base model of hash 'abababababab', here it is '121212121212'"):
        registry.check(version, "12" * 32)


def test_that_a_version_that_is_not_there_is_named_with_those_that_are(registry, three):
    for name in ("four-000000000000", "../three", ""):
        with pytest.raises(VersionUnknown, match=three[0]):
            registry.check(name)


def test_that_a_name_that_is_no_folder_name_is_refused(registry, put):
    with pytest.raises(BadAdapter, match="--name"):
        registry.register(put("first"), "wen", name="../up")


def test_that_what_a_crash_left_half_copied_is_no_version(registry, three, tmp_path):
    half = tmp_path / "adapters" / "versions" / f".{three[0]}.77"
    half.mkdir()
    (half / "version.json").write_text(json.dumps({}), encoding="utf-8")
    assert registry.versions() == tuple(sorted(three))
