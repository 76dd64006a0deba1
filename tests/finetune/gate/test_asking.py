from finetune.gate.asking import general_texts, identity_questions, of_identity


def test_that_identity_questions_are_asked_in_the_serving_prompt_without_facts(profile):
    asked = of_identity(profile)
    assert len(asked) == len(set(identity_questions())) >= 40
    assert "智能客服小茶" in asked[0].messages[0]["content"]
    assert asked[0].messages[-1]["content"].endswith(f"【顾客】{identity_questions()[0]}")
    assert asked[0].answer is None


def test_that_the_general_texts_are_many_and_speak_of_no_shop():
    texts = general_texts()
    assert len(texts) == len(set(texts)) >= 30
    assert not [text for text in texts for word in ("客服", "发货", "退货", "订单", "快递") if word in text]
