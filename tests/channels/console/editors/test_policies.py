RETURNS = "policies/售后/tuihuo.md"


async def listed(client):
    told = (await client.get("/knowledge/policies")).json()
    return told, {one["file"]: one for one in told["policies"]}


async def test_that_the_list_says_which_policies_hold_and_are_served(house):
    told, policies = await listed(await house.by("guest"))
    assert told["is_writable"] and told["release_id"] == house.shop.releases.current().release_id
    assert policies["policies/物流/yunfei-old.md"]["validity"] == "superseded"
    assert policies["policies/物流/yunfei-old.md"]["successor"] == "freight-2026"
    assert policies[RETURNS]["validity"] == "in_force" and policies[RETURNS]["questions"]
    assert {one["serving"] for one in policies.values()} == {"as_it_stands"}


async def test_that_an_edit_is_kept_for_every_editor_and_stays_out_of_the_pack(house):
    kept = await house.edit("wen", "30天", "45天")
    assert kept.status_code == 200
    _, policies = await listed(await house.by("lan"))
    assert policies[RETURNS]["edit"]["who"] == "wen" and policies[RETURNS]["edit"]["digest"] == kept.json()["digest"]
    assert "30天" in (house.pack / RETURNS).read_text(encoding="utf-8")


async def test_that_a_check_tells_the_findings_of_one_text_with_their_lines(house):
    client = await house.by("wen")
    text = (house.pack / RETURNS).read_text(encoding="utf-8")
    clean = (await client.post("/knowledge/check", json={"file": RETURNS, "text": text})).json()
    text = text.replace("退货的运费由顾客承担", "退货请致电13800138000，运费由顾客承担")
    (finding,) = (await client.post("/knowledge/check", json={"file": RETURNS, "text": text})).json()["findings"]
    assert clean["findings"] == []
    assert (finding["kind"], finding["severity"], finding["line"]) == ("personal_data", "error", 14)


async def test_that_a_text_that_cannot_be_read_is_told_as_a_finding(house):
    client = await house.by("wen")
    shown = {"file": RETURNS, "text": "---\nid: tea-return-30\ntitel: x\n---\nx\n"}
    found = (await client.post("/knowledge/check", json=shown)).json()["findings"]
    assert "unknown_key" in {one["kind"] for one in found} and found[0]["line"] is not None


async def test_that_two_editors_do_not_overwrite_each_other(house):
    first = (await house.edit("wen", "30天", "45天")).json()
    late = await house.edit("lan", "45天", "60天", seen=None)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "edit_conflict")
    assert "'wen'" in late.json()["error"]["message"]
    told = (await (await house.by("lan")).get("/knowledge/policy", params={"file": RETURNS})).json()
    assert "45天" in told["edit"]["text"] and "30天" in told["text"]
    assert (await house.edit("lan", "45天", "60天", seen=first["digest"])).json()["who"] == "lan"


async def test_that_an_edit_can_be_given_up(house):
    kept = (await house.edit("wen", "30天", "45天")).json()
    client = await house.by("wen")
    gone = await client.delete("/knowledge/edit", params={"file": RETURNS, "seen": kept["digest"]})
    _, policies = await listed(client)
    assert gone.status_code == 204 and policies[RETURNS]["edit"] is None


async def test_that_a_viewer_reads_and_changes_nothing(house):
    client = await house.by("guest")
    answers = [
        await house.edit("guest", "30天", "45天"),
        await client.delete("/knowledge/edit", params={"file": RETURNS, "seen": "x"}),
        await client.post("/knowledge/check", json={"file": RETURNS, "text": "x"}),
        await client.post("/knowledge/preview", json={"files": []}),
        await client.post("/knowledge/publication", json={"files": []}),
        await client.post("/knowledge/rollback", json={}),
        await client.post("/knowledge/gaps"),
    ]
    assert {answer.status_code for answer in answers} == {403}


async def test_that_no_name_leads_out_of_the_policies(house):
    client = await house.by("wen")
    for name in (
        "shop.yaml",
        "policies/../shop.yaml",
        "policies/../../x.md",
        "policies/a\nb.md",
        f"policies/{'长' * 90}.md",
    ):
        read = await client.get("/knowledge/policy", params={"file": name})
        kept = await client.put("/knowledge/edit", json={"file": name, "text": "x", "base": None, "seen": None})
        assert read.json()["error"]["code"] == kept.json()["error"]["code"] == "policy_file_refused"


async def test_that_goods_are_found_by_title_and_sku_with_stock_and_price(house):
    client = await house.by("guest")
    everything = (await client.get("/knowledge/products")).json()
    one = everything["products"][0]
    by_title = (await client.get("/knowledge/products", params={"q": one["title"]})).json()
    by_sku = (await client.get("/knowledge/products", params={"q": one["skus"][0]["sku"].upper()})).json()
    assert by_title["products"][0] == one and one in by_sku["products"]
    assert one["skus"][0]["price"] and one["skus"][0]["stock"] >= 0
    assert (await client.get("/knowledge/products", params={"q": "航空母舰"})).json()["total"] == 0
