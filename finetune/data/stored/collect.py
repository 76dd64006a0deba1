"""Collecting: approved answers of all stored conversations of a shop, as rows."""

from datetime import datetime
from pathlib import Path

from agent.profile import ShopProfile
from agent.store.durable import DurableStore
from agent.store.feedback import StoredFeedback
from agent.understanding.opening import open_understander
from finetune.config import MixSection
from finetune.data.formats.dialogue import Dialogue
from finetune.data.preparing.example import Example
from finetune.data.preparing.reader import ShopReader
from finetune.data.preparing.report import Report, report_of
from finetune.data.preparing.steps import Steps, Tell
from finetune.data.stored.approved import approved_dialogues
from knowledge.opening import open_release


async def collect_rows(
    store: DurableStore,
    shop: Path | None,
    since: datetime,
    releases: Path | None = None,
    tell: Tell = lambda done, total: None,
) -> tuple[tuple[Example, ...], Report]:
    """Make rows of what people wrote or approved; see `prepare_rows` for the context and the checks.

    Args:
        store: holds the conversations; read, never written to.
        shop: the pack of the shop whose conversations are read; None: the embedded default.
        since: conversations with a turn from this moment on, aware.
        releases: where the shop's release is built; None: under the user's data folder.
        tell: is told of the progress.

    Raises:
        StoreError: the conversations cannot be read.
        PackError: the shop cannot be read.
    """
    pack, release = open_release(shop, releases)
    steps = Steps(ShopProfile.from_release(release.shop))
    examples = steps.tidy(await _read(steps, store, since))
    async with ShopReader.open(pack, release, open_understander()) as reader:
        kept = tuple(await steps.ground(examples, reader, tell))
    steps.note_form(kept)
    return kept, report_of(steps.done, kept, steps.refused, MixSection(), steps.notes)


async def _read(steps: Steps, store: DurableStore, since: datetime) -> list[Dialogue]:
    feedback = StoredFeedback(store.writer, store.reader)
    turns = await store.turns_since(steps.profile.shop_id, since)
    dialogues: list[Dialogue] = []
    conversations = dict.fromkeys(turn.conversation_id for turn in turns)
    for conversation_id in conversations:
        rated = await feedback.rating(conversation_id)
        dialogues += approved_dialogues(
            conversation_id,
            await store.thread(conversation_id),
            await store.turns(conversation_id),
            rated.rating if rated else None,
        )
    what = "conversations, and the answers in them that a person wrote or approved"
    steps.note("read", len(conversations), len(dialogues), len(dialogues), what)
    return dialogues
