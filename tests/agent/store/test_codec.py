import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.messages import Handoff, PendingAction, Reply, Source, ToolUse
from agent.state import ConversationState, PendingSlot
from agent.store import codec
from agent.store.errors import RecordUnreadable, RecordUnstorable

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure of the codec."""

TEXT = st.text(st.characters(), max_size=20)
NUMBER = st.floats(allow_nan=False)
LEAF = st.none() | st.booleans() | st.integers() | NUMBER | TEXT
ARGS = st.dictionaries(TEXT, st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3), max_leaves=5), max_size=3)
SOURCES = st.builds(Source, TEXT, st.sampled_from(["policy", "order"]), TEXT, score=st.none() | NUMBER)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
USES = st.builds(ToolUse, TEXT, ARGS, st.booleans(), error=st.none() | TEXT, elapsed_ms=NUMBER, as_of=MOMENTS)
PENDING = st.builds(PendingAction, TEXT, ARGS, TEXT, TEXT, TEXT)
REPLIES = st.builds(
    Reply,
    *(TEXT, TEXT, TEXT, TEXT),
    intents=st.lists(TEXT, max_size=3).map(tuple),
    sources=st.lists(SOURCES, max_size=3).map(tuple),
    tools=st.lists(USES, max_size=3).map(tuple),
    pending_action=st.none() | PENDING,
    handoff=st.none() | st.builds(Handoff),
    adapter_id=st.none() | TEXT,
    timings_ms=st.dictionaries(TEXT, NUMBER, max_size=3),
)
STATES = st.builds(
    ConversationState,
    history=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
    last_intents=st.lists(TEXT, max_size=2).map(tuple),
    offered=st.lists(TEXT, max_size=2).map(tuple),
    pending=st.none() | PENDING,
    slot=st.none() | st.builds(PendingSlot),
)


@unhurried
@given(REPLIES)
def test_that_any_reply_reads_back_as_it_was(reply: Reply):
    text = codec.reply_to_json(reply)

    assert codec.reply_from_json(text) == reply
    assert text.encode()


@unhurried
@given(STATES)
def test_that_any_state_reads_back_as_it_was(state: ConversationState):
    assert codec.state_from_json(codec.state_to_json(state)) == state


@unhurried
@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_that_the_order_of_stored_moments_is_the_order_of_time(first: datetime, second: datetime):
    one, two = (codec.moment_to_text(_nearer(moment), "turn") for moment in (first, second))

    assert codec.moment_from_text(one, "turn") == _nearer(first).astimezone(UTC)
    assert (one < two) == (_nearer(first).astimezone(UTC) < _nearer(second).astimezone(UTC))


def _nearer(moment: datetime) -> datetime:
    """Away from the first and last year, which have no UTC form in every zone."""
    return moment.replace(year=min(max(moment.year, 2), 9998), day=min(moment.day, 28))


def test_that_a_reply_that_uses_every_field_reads_back_with_its_types(reply: Reply):
    read = codec.reply_from_json(codec.reply_to_json(reply))

    assert read == reply
    assert type(read.sources[0].effective_from) is date
    assert isinstance(read.pending_action, PendingAction)


def test_that_defaults_take_no_room():
    plain = Reply("c", "m", "t", "好的", "answered", (), "inform", "bot")

    assert set(json.loads(codec.reply_to_json(plain))) == {
        *("conversation_id", "message_id", "turn_id", "reply", "outcome", "intents", "strategy", "owner")
    }


def test_that_dates_sets_and_read_only_mappings_are_stored_as_plain_json():
    value = {"day": date(2026, 3, 1), "seen": {"b", "a"}, "args": MappingProxyType({"n": 1}), "pair": (1, 2)}

    assert json.loads(codec.to_json(value, "trace")) == {
        "day": "2026-03-01",
        "seen": ["a", "b"],
        "args": {"n": 1},
        "pair": [1, 2],
    }


class Size(NamedTuple):
    bust_cm: int
    waist_cm: int


@pytest.mark.parametrize("value", [float("inf"), 2**80, "\ud83d", None, [None, -1.5], Size(88, 70), date(2026, 3, 1)])
def test_that_what_the_quick_writer_cannot_write_is_stored_as_by_the_standard_one(value: object):
    standard = json.loads(json.dumps({"it": value}, default=str))

    assert codec.from_json(codec.to_json({"it": value}, "trace"), "trace") == standard


def test_that_a_score_of_numpy_reads_back_as_a_number(reply: Reply):
    scored = replace(reply, sources=(Source("p", "policy", "退货", version=np.int64(3), score=np.float32(0.5)),))

    (source,) = codec.reply_from_json(codec.reply_to_json(scored)).sources
    assert (source.version, source.score) == (3, 0.5)
    assert (type(source.version), type(source.score)) == (int, float)


def test_that_a_mapping_without_text_keys_is_refused_by_name():
    with pytest.raises(RecordUnstorable, match="The trace cannot be stored"):
        codec.to_json({"by_pair": {(1, 2): 3}}, "trace")


def test_that_a_time_without_a_zone_is_refused():
    with pytest.raises(RecordUnstorable, match="no time zone"):
        codec.moment_to_text(datetime(2026, 3, 1), "turn")  # noqa: DTZ001


def test_that_times_are_stored_in_utc():
    beijing = datetime(2026, 3, 1, 8, tzinfo=timezone(timedelta(hours=8)))

    assert codec.moment_to_text(beijing, "turn") == "2026-03-01T00:00:00.000000+00:00"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"reply": 1}', '{"intents": 5}'])
def test_that_a_damaged_reply_says_so(text: str):
    with pytest.raises(RecordUnreadable, match="The stored reply cannot be read"):
        codec.reply_from_json(text)


@pytest.mark.parametrize("text", ["", "[]", '{"unheard_of": 1}'])
def test_that_a_damaged_state_says_so(text: str):
    with pytest.raises(RecordUnreadable, match="conversation state"):
        codec.state_from_json(text)


def test_that_a_field_of_a_newer_version_is_not_silently_dropped(reply: Reply):
    newer = json.loads(codec.reply_to_json(replace(reply))) | {"colour": "red"}

    with pytest.raises(RecordUnreadable, match="newer version"):
        codec.reply_from_json(json.dumps(newer))
