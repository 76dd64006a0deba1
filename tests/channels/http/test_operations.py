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


async def test_that_metrics_are_told_in_the_format_of_prometheus(counter):
    answer = await counter.client.get("/metrics")
    assert answer.text == "# nothing was counted\n"
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
