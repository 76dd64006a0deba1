from evaluation.report.run_file import FORMAT

SCORE = {
    **{"value": 0.9, "n": 40, "cases": 20, "low": 0.8, "high": 0.95, "meaning": "m", "formula": "f"},
    **{"unit": "share", "direction": "higher", "source": "s", "gate": True},
}
COMPARED = {
    "changes": [{"case_id": "c"}],
    "scores": [
        {"name": "turns_passed", "before": 0.85, "now": 0.9, "low": 0.0, "high": 0.1, "cases": 20, "reading": "better"}
    ],
    **{"broke": 0, "mended": 2, "p_value": 0.5, "reading": "no difference shown", "shared": 20},
    **{"only_here": [], "only_there": []},
}
RUN = {
    "format": FORMAT,
    "scores": {"turns_passed": SCORE},
    "comparison": COMPARED,
    "run": {"run_id": "r1", "shop_id": "chaye", "release_id": "rel", "generator": "composer", "cases": [{}, {}]},
}


async def test_that_the_figures_are_those_of_the_shops_own_conversations(house):
    await house.ask("几天发货")
    await house.ask("转人工")
    client = await house.by("guest")
    told = (await client.get("/quality/trend", params={"days": 7, "step": "day"})).json()
    today = house.shop.clock().astimezone(house.shop.pack.shop.zone).date()
    (stretch,) = told["stretches"]
    assert (told["turns"], told["sessions"], stretch["begins"]) == (2, 2, today.isoformat())
    assert told["scores"]["containment"]["value"] == stretch["scores"]["containment"]["value"] == 0.5
    assert sum(told["handoffs"].values()) == 1 and told["scores"]["total_p95_ms"]["unit"] == "ms"


async def test_that_a_shop_without_conversations_has_figures_of_nothing(house):
    told = (await (await house.by("guest")).get("/quality/trend")).json()
    assert (told["turns"], told["scores"], told["stretches"]) == (0, {}, [])


async def test_that_the_period_begins_with_a_day_of_the_shop(house):
    told = (await (await house.by("guest")).get("/quality/trend", params={"days": 1})).json()
    since = told["since"]
    assert "T00:00:00" in since and since.startswith(
        house.shop.clock().astimezone(house.shop.pack.shop.zone).date().isoformat()
    )


async def test_that_the_newest_replay_stands_beside_its_baseline(house, put_run):
    client = await house.by("guest")
    assert (await client.get("/quality/replay")).json() == {"is_set": True, "run": None}
    put_run("first", RUN)
    (told,) = [(await client.get("/quality/replay")).json()["run"]]
    assert (told["name"], told["cases"], told["scores"]["turns_passed"]["value"]) == ("first", 2, 0.9)
    assert told["comparison"]["changes"] == 1 and told["comparison"]["scores"][0]["before"] == 0.85


async def test_that_a_run_that_cannot_be_read_stands_back_for_an_older_one(house, put_run):
    put_run("first", RUN)
    put_run("second", {"format": 1})
    assert (await (await house.by("guest")).get("/quality/replay")).json()["run"]["name"] == "first"
