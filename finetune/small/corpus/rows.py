"""Rows of the corpus: serving prompts with the answers to learn, written to a file as a stream."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.audit.auditor import Auditor
from agent.audit.finding import Finding
from agent.evidence import Brief
from agent.prompt import fill, render
from finetune.small.corpus.answer import write_answer
from finetune.small.corpus.goods import draw_goods_scene
from finetune.small.corpus.orders import draw_order_scene
from finetune.small.corpus.policies import (
    Shelf,
    draw_complaint_scene,
    draw_policy_scene,
    draw_shop_scene,
    draw_unanswered_scene,
)
from finetune.small.corpus.scene import Occasion, Scene, draw_moment
from finetune.small.corpus.shops import draw_profile

_TRIES = 20


@dataclass(frozen=True)
class Row:
    """One prompt with its answer."""

    messages: tuple[dict[str, str], ...]
    answer: str
    occasion: Occasion


def draw_rows(seed: int, shelf: Shelf) -> Iterator[Row]:
    """Draw rows without end; the same for the same seed.

    Args:
        seed: of what is drawn.
        shelf: the shops whose policies are asked for.
    """
    rng = random.Random(seed)
    while True:
        row = _draw_row(rng, shelf)
        if row is not None:
            yield row


def write_rows(path: Path, count: int, seed: int, shelf: Shelf) -> None:
    """Write so many rows as JSON lines of ``messages``, ``answer`` and ``said``, the answer with its facts in place of their slots."""
    rows = draw_rows(seed, shelf)
    with path.open("w", encoding="utf-8") as stream:
        for _ in range(count):
            row = next(rows)
            said = _filled(row.answer, row.occasion.brief)
            told = {"messages": row.messages, "answer": row.answer, "said": said}
            stream.write(json.dumps(told, ensure_ascii=False) + "\n")


def _draw_row(rng: random.Random, shelf: Shelf) -> Row | None:
    """One row; None: the audit would not let its answer pass."""
    occasion = _draw_occasion(rng, shelf)
    if not occasion.brief.facts:
        return None
    history = _draw_history(rng, occasion, shelf)
    answer = write_answer(rng, occasion)
    findings: tuple[Finding, ...] = ()
    if rng.random() < 0.05:
        findings = _audit(_say_all(occasion.brief), occasion, history, "")
    messages = render(occasion.brief, occasion.profile, history, occasion.text, findings)
    if _audit(answer, occasion, history, messages[0]["content"]):
        return None
    return Row(tuple(messages), answer, occasion)


def _draw_occasion(rng: random.Random, shelf: Shelf) -> Occasion:
    profile, now = draw_profile(rng), draw_moment(rng)
    draws = {
        "policy": lambda: draw_policy_scene(rng, shelf),
        "unanswered": lambda: draw_unanswered_scene(rng, shelf),
        "goods": lambda: draw_goods_scene(rng, now),
        "order": lambda: draw_order_scene(rng, now, shelf),
        "shop": lambda: draw_shop_scene(rng, profile, shelf),
        "complaint": lambda: draw_complaint_scene(rng, shelf),
    }
    kind = rng.choices(tuple(draws), (42, 15, 18, 18, 4, 3))[0]
    scenes = [draws[kind]()]
    if kind in ("policy", "goods", "order") and rng.random() < 0.12:
        scenes.append(draws[rng.choice(("policy", "goods"))]())
    return Occasion(profile, tuple(scenes))


def _draw_history(rng: random.Random, occasion: Occasion, shelf: Shelf) -> list[tuple[str, str]]:
    """What was said before: none, or up to three exchanges on other things."""
    asked = [scene.before for scene in occasion.scenes if scene.before]
    count = rng.choices((0, 1, 2, 3), (5, 4, 1, 1))[0]
    said: list[tuple[str, str]] = []
    for place in range(max(count, len(asked[:1]))):
        scene = draw_policy_scene(rng, shelf)
        is_last = place == max(count, len(asked[:1])) - 1
        text = asked[0] if asked and is_last else scene.text
        earlier = Occasion(occasion.profile, (Scene(text, scene.answer, scene.wanted),))
        said += [("customer", text), ("assistant", _filled(write_answer(rng, earlier), earlier.brief))]
    return said


def _filled(answer: str, brief: Brief) -> str:
    return fill(answer, [fact.text for fact in brief.facts], brief.ask).text


def _say_all(brief: Brief) -> str:
    return "".join(fact.text for fact in brief.facts)


def _audit(answer: str, occasion: Occasion, history: Sequence[tuple[str, str]], system: str) -> tuple[Finding, ...]:
    before = [text for role, text in history if role == "assistant"]
    text = _filled(answer, occasion.brief)
    return Auditor(occasion.profile).audit(text, occasion.brief, previous_replies=before, system_prompt=system)
