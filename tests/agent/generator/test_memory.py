"""A shop's system message is read once, and what is said stays the same."""

SYSTEM = "你是茶铺的客服小茶。只说资料里写明的内容，不编造、不承诺。"


def asking(text, system=SYSTEM):
    return [{"role": "system", "content": system}, {"role": "user", "content": text}]


async def test_that_a_kept_beginning_changes_no_word(local, drafted):
    with_it, without = local(max_tokens=24), local(max_tokens=24, kept_beginnings=0)
    for text in ("在吗", "几点发货", "问", "a"):
        assert await drafted(with_it, asking(text)) == await drafted(without, asking(text))


async def test_that_the_second_turn_reads_only_what_is_new(local, drafted, forwards):
    made = local(max_tokens=2)
    shapes = forwards(made)
    await drafted(made, asking("在吗"))
    whole = sum(tokens for _, tokens in shapes[:2])
    shapes.clear()
    await drafted(made, asking("好吗"))
    assert shapes[0][1] < 40 < whole == len(made.weights.tokenizer.encode(_written(made, "好吗")))


def _written(made, text):
    from agent.prompt import write

    return write(made.weights.tokenizer, asking(text))


async def test_that_only_the_latest_beginnings_are_kept(local, drafted, forwards):
    made = local(max_tokens=2, kept_beginnings=2)
    for name in ("甲", "乙", "丙"):
        await drafted(made, asking("在吗", SYSTEM + name))
    shapes = forwards(made)
    await drafted(made, asking("在吗", SYSTEM + "丙"))
    assert len(shapes) == 2  # the rest of the prompt, then one step
    shapes.clear()
    await drafted(made, asking("在吗", SYSTEM + "甲"))
    assert len(shapes) == 3


async def test_that_a_prompt_without_a_system_message_is_read_whole(local, drafted, forwards):
    made = local(max_tokens=2)
    shapes = forwards(made)
    assert await drafted(made, asking("在吗")[1:])
    assert len(shapes) == 2
