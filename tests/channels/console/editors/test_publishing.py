import json

RETURNS = "policies/售后/tuihuo.md"
QUESTION = "没拆封的茶叶几天内可以退货"


async def test_that_an_edit_is_published_answered_from_and_taken_back(house):
    assert "30天" in await house.ask(QUESTION)
    await house.edit("wen", "30天", "45天")
    (house.pack / "transcripts" / "basic.jsonl").unlink()
    done = await house.publish("wen", RETURNS, reason="春节延长")
    assert done["status"] == "done" and not done["result"]["unchanged"]
    assert "45天" in (house.pack / RETURNS).read_text(encoding="utf-8")
    assert "45天" in await house.ask(QUESTION)
    client = await house.by("wen")
    back = await client.post("/knowledge/rollback", json={"reason": "写错了"})
    assert back.json()["previous"] == done["result"]["release_id"]
    assert "30天" in await house.ask(QUESTION)


async def test_that_a_published_edit_is_no_edit_any_more_and_stands_in_the_history(house):
    await house.edit("wen", "30天", "45天")
    done = await house.publish("wen", RETURNS, reason="春节延长", force=True)
    client = await house.by("guest")
    told = (await client.get("/knowledge/policy", params={"file": RETURNS})).json()
    history = (await client.get("/knowledge/history")).json()
    last = history["changes"][0]
    assert told["edit"] is None and history["current"] == done["result"]["release_id"]
    assert (last["who"], last["reason"], last["action"], last["is_kept"]) == ("wen", "春节延长", "publish", True)
    asked = {"release_id": last["release_id"], "previous": last["previous"]}
    assert "45天" in (await client.get("/knowledge/difference", params=asked)).json()["text"]


async def test_that_a_transcript_that_breaks_refuses_with_both_replies(house):
    served = house.shop.releases.current().release_id
    await house.edit("wen", "30天", "45天")
    refused = await house.publish("wen", RETURNS, reason="试试")
    broken = [one["broken"] for one in refused["result"]["findings"] if one["kind"] == "transcript"]
    assert refused["status"] == "refused" and house.shop.releases.current().release_id == served
    assert broken[0]["asked"] == "茶叶没拆能退吗 几天内"
    assert "30天" in broken[0]["before"] and "45天" in broken[0]["after"]
    forced = await house.publish("wen", RETURNS, reason="规则就是45天", force=True)
    assert forced["status"] == "done"


async def test_that_a_preview_shows_both_replies_of_what_changes(house):
    await house.edit("wen", "30天", "45天")
    client = await house.by("wen")
    assert (await client.post("/knowledge/preview", json={"files": [RETURNS]})).status_code == 202
    told = await house.end_of("wen", "preview")
    flips = [one for one in told["result"]["changes"] if one["kind"] == "flip"]
    assert told["about"]["files"] == [RETURNS]
    assert flips and "30天" in flips[0]["before"]["reply"] and "45天" in flips[0]["after"]["reply"]
    assert "30天" in (house.pack / RETURNS).read_text(encoding="utf-8")


async def test_that_a_pack_file_changed_meanwhile_is_a_conflict_and_nothing_is_published(house):
    await house.edit("wen", "30天", "45天")
    path = house.pack / RETURNS
    path.write_text(path.read_text(encoding="utf-8").replace("30天", "20天"), encoding="utf-8")
    failed = await house.publish("wen", RETURNS)
    assert (failed["status"], failed["code"]) == ("failed", "EditOutdated")
    told = (await (await house.by("wen")).get("/knowledge/policy", params={"file": RETURNS})).json()
    assert "20天" in told["text"] and "45天" in told["edit"]["text"] and told["hash"] != told["edit"]["base"]


async def test_that_there_is_nothing_to_tell_of_a_change_that_never_was(house):
    client = await house.by("guest")
    assert (await client.get("/knowledge/difference", params={"release_id": "x"})).status_code == 404
    assert (await client.get("/knowledge/work/preview")).status_code == 404
    assert (await client.get("/knowledge/work")).json() == []


async def test_that_questions_asked_in_vain_are_counted_and_come_with_a_stub(house):
    for text in ("你们招加盟商吗", "你们还招加盟商吗", "几天发货"):
        await house.ask(text)
    client = await house.by("wen")
    assert (await client.post("/knowledge/gaps")).status_code == 202
    told = (await house.end_of("wen", "gaps"))["result"]
    assert told["turns"] == 3
    asked = [text for gap in told["gaps"] for text in gap["examples"]]
    assert all("加盟" in text for text in asked) and json.dumps(asked[0], ensure_ascii=False) in told["gaps"][0]["stub"]
