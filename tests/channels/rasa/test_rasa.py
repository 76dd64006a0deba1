import httpx
import pytest
from fastapi import FastAPI

from agent.handoff.people import PeopleDesk
from channels.access.identity import CustomerGate
from channels.http.refusals import install_refusals
from channels.rasa.routes import RasaRoutes
from channels.turns import Turns


@pytest.fixture
async def premises(open_premises):
    return await open_premises()


@pytest.fixture
async def widget(premises):
    """Writes as a widget does and gives the texts that come back."""
    shop = premises.shop
    turns = Turns(shop.assistant)
    routes = RasaRoutes(turns, CustomerGate(None, trusts_statement=True), shop.store, shop.clock)
    app = FastAPI()
    install_refusals(app)
    app.include_router(routes.router())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://shop") as client:
        yield client


async def write(widget: httpx.AsyncClient, text: str, **metadata: str) -> list[str]:
    body = {"sender": "c-1", "message": text, "metadata": metadata}
    told = (await widget.post("/webhooks/rest/webhook", json=body)).json()
    assert {one["recipient_id"] for one in told} <= {"c-1"}
    return [one["text"] for one in told]


async def test_that_a_widget_gets_the_texts_that_answer(widget):
    assert await write(widget, "1 fine") == ["答：1 fine"]
    assert (await widget.get("/webhooks/rest/")).json() == {"status": "ok"}


async def test_that_a_stream_tells_one_object_a_line(widget):
    answer = await widget.post("/webhooks/rest/webhook?stream=true", json={"sender": "c-1", "message": "1 fine"})
    assert answer.text == '{"recipient_id":"c-1","text":"答：1 fine"}\n'


async def test_that_a_message_that_comes_again_has_the_same_answer(widget, premises):
    for _ in range(2):
        assert await write(widget, "1 fine", message_id="m-1") == ["答：1 fine"]
    assert len(await premises.shop.store.turns("c-1")) == 1


async def test_that_what_a_person_wrote_comes_with_the_next_message_once(widget, premises):
    desk: PeopleDesk = premises.shop.desk
    await write(widget, "1 asks")
    (ticket,) = await desk.queue()
    await desk.take(ticket.ticket_id, "Lin")
    await desk.reply(ticket.ticket_id, "Lin", "马上为您补发", "p-1")
    assert await write(widget, "2 fine") == ["马上为您补发"]
    assert await write(widget, "3 fine") == []
    await desk.give_back(ticket.ticket_id, "Lin")
    assert await write(widget, "4 fine") == ["答：4 fine"]


async def test_that_strangers_are_told_apart_by_their_customer(widget):
    await write(widget, "1 fine", customer_id="U1")
    body = {"sender": "c-1", "message": "2 fine", "metadata": {"customer_id": "U2"}}
    assert (await widget.post("/webhooks/rest/webhook", json=body)).status_code == 403
