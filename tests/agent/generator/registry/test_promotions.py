import multiprocessing

import pytest

from agent.generator.errors import BadAdapter
from agent.generator.registry.errors import NothingBefore, NotPassed, ReasonMissing, RegistryError
from agent.generator.registry.promotions import HISTORY, POINTER
from agent.generator.registry.registry import Registry


def promote_often(root, version, who, barrier):
    barrier.wait()
    for _ in range(20):
        Registry(root).promote(version, who)


def refuse(folder):
    raise BadAdapter(f"{folder.name} does not load")


def test_that_a_promotion_is_served_and_told_with_who_and_why(registry, three):
    one, two, _ = three
    registry.promote(one, "wen", reason="first")
    made = registry.promote(two, "lan")
    assert registry.current() == made
    assert [(entry.who, entry.version, entry.previous, entry.reason) for entry in registry.history()] == [
        ("wen", one, None, "first"), ("lan", two, one, ""),
    ]  # fmt: skip


def test_that_rollbacks_go_back_step_by_step_and_are_told(registry, three):
    one, two, last = three
    for version in three:
        registry.promote(version, "wen")
    assert [registry.roll_back("lan", reason="worse").version for _ in range(2)] == [two, one]
    with pytest.raises(NothingBefore):
        registry.roll_back("lan")
    registry.promote(last, "wen")
    assert registry.roll_back("lan").version == one
    assert [entry.action for entry in registry.history()].count("rollback") == 3


def test_that_a_failing_gate_stands_against_a_promotion_until_it_is_forced_with_a_reason(registry, put):
    version = registry.register(put("first", "bleed 0.300 is over 0.020"), "wen").name
    with pytest.raises(NotPassed, match=r"bleed 0\.300"):
        registry.promote(version, "wen")
    with pytest.raises(ReasonMissing):
        registry.promote(version, "wen", force=True)
    assert registry.current() is None
    made = registry.promote(version, "wen", force=True, reason="a trial")
    assert (made.forced, made.overridden) == (True, ("bleed 0.300 is over 0.020",))


def test_that_force_where_nothing_stands_against_it_is_no_forced_promotion(registry, three):
    assert not registry.promote(three[0], "wen", force=True).forced


def test_that_an_adapter_that_does_not_load_moves_no_pointer(registry, three):
    registry.promote(three[0], "wen")
    registry.promote(three[1], "wen")
    with pytest.raises(BadAdapter):
        registry.promote(three[2], "wen", prove=refuse)
    with pytest.raises(BadAdapter):
        registry.roll_back("wen", prove=refuse)
    assert registry.current().version == three[1]


def test_that_a_crash_between_pointer_and_history_loses_no_promotion(registry, three, tmp_path):
    registry.promote(three[0], "wen")
    registry.promote(three[1], "lan")
    history = tmp_path / "adapters" / HISTORY
    lines = history.read_text(encoding="utf-8").splitlines(keepends=True)
    history.write_text("".join(lines[:-1]) + lines[-1][:20], encoding="utf-8")
    assert [entry.who for entry in registry.history()] == ["wen", "lan"]
    registry.promote(three[2], "wen")
    assert [entry.version for entry in registry.history()] == three


def test_that_a_crash_between_copy_and_pointer_changes_nothing_that_is_served(registry, three, put, tmp_path):
    registry.promote(three[0], "wen")
    registry.register(put("four"), "wen")
    (tmp_path / "adapters" / ".current.77").write_text("half", encoding="utf-8")
    assert registry.current().version == three[0]
    registry.promote(three[1], "wen")
    assert not (tmp_path / "adapters" / ".current.77").exists()


def test_that_a_pointer_with_something_else_in_it_is_told_and_mended_by_a_promotion(registry, three, tmp_path):
    (tmp_path / "adapters" / POINTER).write_text(three[0], encoding="utf-8")
    with pytest.raises(RegistryError, match="promote a version again"):
        registry.current()
    registry.promote(three[1], "wen")
    assert registry.current().version == three[1]


def test_that_two_processes_that_promote_at_once_leave_one_whole_history(registry, three, tmp_path):
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(2)
    workers = [
        spawn.Process(target=promote_often, args=(tmp_path / "adapters", version, who, barrier))
        for version, who in ((three[0], "wen"), (three[1], "lan"))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    entries = registry.history()
    assert len(entries) == 40
    assert [entry.previous for entry in entries] == [None, *(entry.version for entry in entries[:-1])]
    assert registry.current() == entries[-1]
