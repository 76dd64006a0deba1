"""The seal, against two other implementations: wechatpy, and the npm package @wecom/crypto by its stored output."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto, _get_signature

from channels.errors import SignatureInvalid
from channels.wecom.crypto import Seal

VECTORS = json.loads((Path(__file__).parent / "wecom_crypto_vectors.json").read_text("utf-8"))["vectors"]
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SEAL = Seal("t", KEY, "ww1")


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["receiver"] for vector in VECTORS])
def test_that_what_wecoms_own_package_sealed_is_opened(vector):
    seal = Seal(vector["token"], vector["aes_key"], vector["receiver"])
    parts = (vector["timestamp"], vector["nonce"])
    assert seal.signature(*parts, vector["sealed"]) == vector["signature"]
    assert seal.open(vector["sealed"], *parts, vector["signature"]) == vector["message"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.text("0123456789", min_size=1), st.text())
def test_that_what_wechatpy_sealed_is_opened(text, timestamp, nonce):
    sealed = PrpCrypto(base64.b64decode(KEY + "=")).encrypt(text, "ww1").decode()
    signature = (
        _get_signature("t", timestamp, nonce, sealed) if nonce.isascii() else SEAL.signature(timestamp, nonce, sealed)
    )
    assert SEAL.open(sealed, timestamp, nonce, signature) == text


@given(st.binary(max_size=120))
def test_that_what_is_no_seal_is_refused_whoever_signed_it(noise):
    sealed = base64.b64encode(noise).decode()
    with pytest.raises(SignatureInvalid):
        SEAL.open(sealed, "1", "n", SEAL.signature("1", "n", sealed))


def test_that_a_seal_for_another_company_is_refused():
    sealed = PrpCrypto(base64.b64decode(KEY + "=")).encrypt("text", "ww2").decode()
    with pytest.raises(SignatureInvalid, match="another company"):
        SEAL.open(sealed, "1", "n", SEAL.signature("1", "n", sealed))


def test_that_a_changed_byte_is_refused():
    sealed = PrpCrypto(base64.b64decode(KEY + "=")).encrypt("text", "ww1").decode()
    with pytest.raises(SignatureInvalid, match="signature"):
        SEAL.open(sealed[:-4] + "AAA=", "1", "n", SEAL.signature("1", "n", sealed))
