"""The usual build under the same kills: a LangGraph graph with SqliteSaver, each node a step, a refund posted from a node.

It is built with care: WAL and synchronous = FULL, each step saved before the next one (durability "sync"), and after a kill the run is
resumed where the saver left it, as LangGraph's documentation advises; a message that was never saved, or that came again because its
acknowledgement was lost, is invoked as usual. What it lacks is what a saver does not give: a key of the write that outlives the
process, a record of what was answered to which message, and an id of the reply.
"""

import json
import uuid
from collections.abc import Sequence
from contextlib import closing
from operator import add
from pathlib import Path
from typing import Annotated, Any, TypedDict

import httpx

from benchmarks.against_saver import build, config, open_saver, plain_saver
from benchmarks.kills.boundary import Boundaries, Effects, Journal
from benchmarks.kills.run import Run


class Talk(TypedDict, total=False):
    """What the graph keeps of a conversation."""

    messages: Annotated[list[dict[str, str]], add]
    pending: str | None
    """The order whose cancellation waits for a yes."""
    done: str | None
    """What this turn carried out."""


class Plain:
    """The usual build, on a SQLite file.

    Args:
        path: of the saver's database.
    """

    name = "LangGraph + SqliteSaver"

    def __init__(self, path: Path) -> None:
        self._path = path
        # What is imported here need not be imported by each process forked later.
        warm = open_saver(path, plain_saver())
        with closing(warm.conn):
            build(warm).invoke({}, config("c-warm"))

    def what(self, run: Run) -> str:
        """What the back-end is asked to do in a run."""
        return f"{run.conversation_id} refund"

    def prepare(self, runs: Sequence[Run]) -> None:
        """Bring conversations to the place where the customer is asked for a yes."""
        saver = open_saver(self._path, plain_saver())
        with closing(saver.conn):
            for run in runs:
                graph = _graph(saver, run, Boundaries(), run.journal)
                graph.invoke(_said("m-1", "取消订单A1"), config(run.conversation_id), durability="sync")

    def attempt(self, run: Run, boundaries: Boundaries, journal: Journal) -> None:
        """The customer says yes."""
        saver = open_saver(self._path, _killed(boundaries))
        with closing(saver.conn):
            _say(_graph(saver, run, boundaries, journal), run, _said("m-2", "好的"), boundaries, journal)

    def recover(self, run: Run, boundaries: Boundaries, journal: Journal) -> None:
        """Resume what the saver knows to be unfinished; send again what was not acknowledged, then one more message."""
        saver = open_saver(self._path, _killed(boundaries))
        with closing(saver.conn):
            graph = _graph(saver, run, boundaries, journal)
            if not [seen for seen in journal.of("acknowledged") if seen["message_id"] == "m-2"]:
                unfinished = graph.get_state(config(run.conversation_id)).next
                _say(graph, run, None if unfinished else _said("m-2", "好的"), boundaries, journal, "m-2")
            _say(graph, run, _said("m-3", "谢谢"), boundaries, journal)
            said = graph.get_state(config(run.conversation_id)).values["messages"]
            journal.note(
                "end",
                answered=[each["about"] for each in said if each["role"] == "assistant"],
                said_done=any(each["about"] == "m-2" and "已取消" in each["text"] for each in said),
                to_person=False,
                left=0,
            )


def _said(message_id: str, text: str) -> Talk:
    return {"messages": [{"role": "customer", "about": message_id, "text": text}]}


def _say(
    graph: Any, run: Run, said: Talk | None, boundaries: Boundaries, journal: Journal, message_id: str = ""
) -> None:
    found = graph.invoke(said, config(run.conversation_id), durability="sync")
    about = message_id or (said or {})["messages"][0]["about"]
    boundaries.reach("the response: before")
    journal.note("acknowledged", message_id=about)
    if not run.is_pushed:
        journal.note("shown", about=found["messages"][-1]["about"], id=uuid.uuid4().hex)


def _killed(boundaries: Boundaries) -> type[Any]:
    """A saver with a boundary before and after each of its commits."""

    class Killed(plain_saver()):  # type: ignore[misc]
        def put(self, *given: Any) -> Any:
            boundaries.reach("a checkpoint: before")
            saved = super().put(*given)
            boundaries.reach("a checkpoint: committed")
            return saved

        def put_writes(self, *given: Any) -> None:
            boundaries.reach("a step's writes: before")
            super().put_writes(*given)
            boundaries.reach("a step's writes: committed")

    return Killed


def _graph(saver: Any, run: Run, boundaries: Boundaries, journal: Journal) -> Any:
    from langgraph.graph import END, START, StateGraph

    nodes = _Nodes(run, boundaries, journal)
    graph = StateGraph(Talk)
    for name, node in (("read", nodes.read), ("refund", nodes.refund), ("answer", nodes.answer), ("send", nodes.send)):
        graph.add_node(name, node)
    graph.add_edge(START, "read")
    graph.add_conditional_edges("read", nodes.after_reading, ["refund", "answer"])
    graph.add_edge("refund", "answer")
    graph.add_edge("answer", "send")
    graph.add_edge("send", END)
    return graph.compile(checkpointer=saver)


class _Nodes:
    def __init__(self, run: Run, boundaries: Boundaries, journal: Journal) -> None:
        self._run = run
        self._boundaries = boundaries
        self._journal = journal
        self._client = httpx.Client(transport=httpx.MockTransport(self._backend), base_url="http://orders.mock")

    def read(self, talk: Talk) -> Talk:
        self._client.get("/orders/A1")
        return {"done": None}

    @staticmethod
    def after_reading(talk: Talk) -> str:
        return "refund" if talk.get("pending") and talk["messages"][-1]["text"] == "好的" else "answer"

    def refund(self, talk: Talk) -> Talk:
        self._client.post("/orders/A1/cancel", json={"reason": "顾客取消"})
        return {"pending": None, "done": "A1"}

    def answer(self, talk: Talk) -> Talk:
        about, text = talk["messages"][-1]["about"], talk["messages"][-1]["text"]
        if talk.get("done"):
            return _reply(about, "订单A1已取消。")
        if "取消" in text:
            return {**_reply(about, "确认取消订单A1吗？"), "pending": "A1"}
        return _reply(about, "好的，还有什么可以帮您？")

    def send(self, talk: Talk) -> Talk:
        if self._run.is_pushed and talk["messages"][-1]["about"] != "m-1":
            self._boundaries.reach("a reply: before it is sent")
            self._journal.note("shown", about=talk["messages"][-1]["about"], id=uuid.uuid4().hex)
            self._boundaries.reach("a reply: sent")
        return {"done": None}

    def _backend(self, request: httpx.Request) -> httpx.Response:
        self._boundaries.reach(f"{request.method}: before")
        if request.method == "POST":
            Effects(self._run.effects).add(None, f"{self._run.conversation_id} refund", json.dumps({"ok": True}))
            self._boundaries.reach("POST: done, not answered")
        self._boundaries.reach(f"{request.method}: answered")
        return httpx.Response(200, json={"status": "paid"})


def _reply(about: str, text: str) -> Talk:
    return {"messages": [{"role": "assistant", "about": about, "text": text}]}
