import numpy as np

from retrieval.embedders.recent import RecentVectors


class Counting:
    identity, dimensions = "counting", 2

    def __init__(self):
        self.asked = []

    def embed(self, texts):
        self.asked += texts
        return np.array([[1.0, 0.0]] * len(texts), dtype=np.float32).reshape(len(texts), 2)

    def embed_queries(self, texts, before=""):
        return self.embed(texts)


def test_that_a_repeated_question_is_encoded_once():
    inner = Counting()
    recent = RecentVectors(inner)
    recent.embed_queries(["在吗", "在吗"])
    recent.embed_queries(["在吗"])
    assert inner.asked == ["在吗"]


def test_that_the_oldest_question_is_forgotten():
    inner = Counting()
    recent = RecentVectors(inner, size=2)
    for text in "甲乙丙甲":
        recent.embed_queries([text])
    assert inner.asked == list("甲乙丙甲")


def test_that_no_questions_give_no_rows():
    assert RecentVectors(Counting()).embed_queries([]).shape == (0, 2)


def test_that_a_question_and_a_passage_of_the_same_words_are_kept_apart():
    inner = Counting()
    recent = RecentVectors(inner)
    recent.embed_queries(["红茶"])
    recent.embed(["红茶"])
    recent.embed(["红茶"])
    assert inner.asked == ["红茶", "红茶"]


def test_that_a_long_list_of_passages_is_passed_through():
    inner = Counting()
    recent = RecentVectors(inner)
    for _ in range(2):
        recent.embed([str(n) for n in range(40)])
    assert len(inner.asked) == 80


def test_that_a_question_is_kept_apart_by_what_came_before_it():
    inner = Counting()
    recent = RecentVectors(inner)
    recent.embed_queries(["那红茶呢"], "多少钱")
    recent.embed_queries(["那红茶呢"], "几天到")
    recent.embed_queries(["那红茶呢"], "多少钱")
    assert len(inner.asked) == 2
