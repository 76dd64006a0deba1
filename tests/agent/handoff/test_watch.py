from datetime import timedelta


async def notices(scene) -> list[str]:
    return [entry.text for entry in await scene.desk.thread("c-1") if entry.role == "notice"]


async def test_that_a_ticket_nobody_takes_goes_to_the_next_queue_and_then_brings_one_notice(scene) -> None:
    await scene.handed_over()
    queues = []
    for _ in range(4):
        scene.now += timedelta(seconds=121)
        await scene.watch.look()
        queues.append((await scene.desk.queue())[0].queue)
    assert queues == ["主管"] * 4
    assert len(await notices(scene)) == 1
    assert "排队" in (await notices(scene))[0] or "队列" in (await notices(scene))[0]


async def test_that_nothing_happens_before_the_time_to_take_a_ticket_is_over(scene) -> None:
    await scene.handed_over()
    scene.now += timedelta(seconds=119)
    assert await scene.watch.look() == 0


async def test_that_a_taken_ticket_is_not_watched(scene) -> None:
    await scene.desk.take(await scene.handed_over(), "小王")
    scene.now += timedelta(days=1)
    assert await scene.watch.look() == 0


async def test_that_people_going_home_bring_one_notice_and_a_call_back(scene) -> None:
    await scene.handed_over()
    scene.now += timedelta(hours=12)
    for _ in range(3):
        await scene.watch.look()
        scene.now += timedelta(minutes=30)
    (ticket,) = await scene.desk.queue()
    assert ticket.kind == "call_back"
    (notice,) = await notices(scene)
    assert "不在人工服务时间" in notice


async def test_that_a_handoff_at_night_tells_the_hours_once_and_opens_a_call_back(scene) -> None:
    scene.now += timedelta(hours=13)
    reply = await scene.say("1 asks")
    assert "不在人工服务时间" in reply.reply
    assert [(await scene.say(f"{number} fine")).reply for number in (2, 3)] == ["", ""]
    scene.now += timedelta(hours=2)
    await scene.watch.look()
    assert await notices(scene) == []
    assert [ticket.kind for ticket in await scene.desk.queue()] == ["call_back"]


async def test_that_a_notice_is_not_sent_to_a_customer_whom_a_person_has_taken_meanwhile(scene) -> None:
    ticket = await scene.handed_over()
    for _ in range(2):
        scene.now += timedelta(seconds=121)
        await scene.watch.look()
    await scene.desk.take(ticket, "小王")
    await scene.delivery.deliver()
    assert scene.sent == []
