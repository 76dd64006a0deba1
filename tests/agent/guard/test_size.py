import pytest

from agent.guard.size import token_bound


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("可以退货吗？", 6),
        ("iPhone", 4),
        ("138", 3),
        ("😀", 4),
        ("𠮷", 4),
        ("a" * 100, 51),
        ("\u200b" * 5, 15),
    ],
)
def test_that_tokens_are_counted_on_the_safe_side(text, tokens):
    assert token_bound(text) == tokens
