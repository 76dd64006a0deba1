from knowledge.watch import stamp_of, watch


def test_that_a_save_is_looked_at_once_it_is_whole(tea):
    looks = []
    steps = iter(
        [
            lambda: tea.change("policies/returns.md", "7天", "8天"),
            lambda: tea.change("policies/returns.md", "8天", "30天"),
            lambda: None,
            lambda: None,
        ]
    )

    def wait():
        step = next(steps, None)
        if step is None:
            return False
        step()
        return True

    watch(tea.folder, looks.append, wait)
    assert looks == [(), ("policies/returns.md",)]


def test_that_a_file_that_comes_or_goes_is_a_change(tea):
    looks = []
    steps = iter([lambda: tea.policy("new", "新规则。"), None, lambda: (tea.folder / "policies/new.md").unlink(), None])

    def wait():
        step = next(steps, "over")
        if callable(step):
            step()
        return step != "over"

    watch(tea.folder, looks.append, wait)
    assert looks == [(), ("policies/new.md",), ("policies/new.md",)]


def test_that_hidden_files_and_backups_do_not_count(tea):
    before = stamp_of(tea.folder)
    tea.write("policies/.returns.md.swp", "x")
    tea.write("policies/returns.md~", "x")
    assert stamp_of(tea.folder) == before
