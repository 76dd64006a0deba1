import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.access.identity import read_token, sign_token
from channels.errors import TokenInvalid

SECRET = "0123456789abcdef0123456789abcdef"


def test_that_a_token_names_its_customer():
    assert read_token(SECRET, sign_token(SECRET, "U1", expires_at=10), now=9) == "U1"


def test_that_any_jwt_library_writes_the_same_token():
    # Computed by hand: printf '%s' HEADER.CLAIMS | openssl dgst -sha256 -hmac SECRET -binary | basenc --base64url
    token = (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJjdXN0b21lciI6IlUxIiwiZXhwIjoxMH0."
        "Mubl7SaJd_AQYmxe33RyL_e16srphMkruMYYRw_T9pg"
    )
    assert sign_token(SECRET, "U1", expires_at=10) == token


def test_that_an_expired_token_is_refused():
    with pytest.raises(TokenInvalid, match="expired"):
        read_token(SECRET, sign_token(SECRET, "U1", expires_at=10), now=10)


def test_that_a_token_of_another_secret_is_refused():
    with pytest.raises(TokenInvalid, match="signature"):
        read_token(SECRET, sign_token(SECRET[::-1], "U1", expires_at=10), now=0)


def test_that_a_token_cannot_choose_its_algorithm():
    unsigned = "eyJhbGciOiJub25lIn0.eyJjdXN0b21lciI6IlUxIiwiZXhwIjoxMH0."
    with pytest.raises(TokenInvalid):
        read_token(SECRET, unsigned, now=0)


@given(st.text())
def test_that_any_text_that_is_no_token_is_refused(text):
    with pytest.raises(TokenInvalid):
        read_token(SECRET, text, now=0)
