from decimal import Decimal

import pytest

from agent.understanding.understand import Understander
from retrieval.catalogue import Catalogue, Product, Sku
from retrieval.embedders.use import UseEmbedder


@pytest.fixture(scope="session")
def embedder():
    return UseEmbedder()


@pytest.fixture(scope="session")
def understander(embedder):
    return Understander(embedder)


def product(product_id, title, category, variants=((None, None),), aliases=()):
    skus = tuple(
        Sku("-".join(filter(None, (product_id, color, size))), product_id, Decimal("99"), 5, color=color, size=size)
        for color, size in variants
    )
    return Product(product_id, title, category, skus, aliases)


@pytest.fixture(scope="session")
def clothes():
    return Catalogue(
        (
            product("d-1", "法式碎花茶歇裙", "连衣裙", (("米白", "S"), ("米白", "M"), ("雾蓝", "M")), ("茶歇裙",)),
            product("d-2", "碎花吊带裙", "连衣裙", (("黑色", "M"), ("黑色", "L"))),
            product("d-3", "真丝衬衫裙", "连衣裙", (("白色", "M"),)),
            product("c-1", "双面羊绒大衣", "外套", (("驼色", "均码"),)),
            product("s-1", "软底乐福鞋", "鞋靴", (("黑色", "37"), ("黑色", "38"))),
        )
    )


@pytest.fixture(scope="session")
def household():
    return Catalogue(
        (
            product("pan-24", "麦饭石不粘平底锅24cm", "锅具", (("灰色", "24cm"), ("灰色", "28cm")), ("麦饭石锅",)),
            product("cat-1", "全价成猫粮", "猫粮", ((None, "1.5kg"), (None, "10kg"))),
            product("ear-x", "AirBeat X3 降噪耳机", "耳机", (("曜石黑", None), ("月光白", None)), ("airbeat",)),
            product("quilt-1", "新疆长绒棉被", "床品", ((None, "200x230"),)),
        )
    )
