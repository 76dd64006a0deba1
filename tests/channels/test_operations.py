async def test_that_a_server_is_alive(counter):
    assert (await counter.client.get("/health")).json() == {"status": "ok"}


async def test_that_ready_names_the_part_that_is_broken(open_counter):
    async def fine() -> str | None:
        return None

    async def broken() -> str | None:
        return "no current release: run 'xiaoer knowledge publish'"

    answer = await open_counter(checks={"store": fine, "release": broken}).client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["error"]["detail"] == {"release": "no current release: run 'xiaoer knowledge publish'"}


async def test_that_ready_says_so_when_every_part_is_usable(open_counter):
    async def fine() -> str | None:
        return None

    answer = await open_counter(checks={"store": fine}).client.get("/ready")
    assert answer.json() == {"status": "ready", "parts": {"store": "ok"}}


async def test_that_metrics_count_turns_tools_and_stages(counter):
    await counter.chat()
    text = (await counter.client.get("/metrics")).text
    assert 'xiaoer_turn_duration_seconds_count{stage="total"} 1.0' in text
    assert 'xiaoer_tool_calls_total{outcome="Unavailable",tool="get_order"} 1.0' in text
    assert 'xiaoer_knowledge_release_info{release_id="r-1"} 1.0' in text
