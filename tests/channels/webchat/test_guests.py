import pytest

from channels.access.identity import CustomerGate, read_token, sign_token
from channels.access.keys import KeyRing, key_digest, new_key
from channels.errors import CustomerMismatch, GuestsNotServed, TokenInvalid, TokenMissing, TooManyTurns
from channels.webchat.guests import PREFIX, TOKEN_S, Guests

SECRET = "0123456789abcdef0123456789abcdef"
NOW = 1_000_000.0


def _guests(
    secret: str | None = SECRET, *, trusts: bool = False, per_minute: int = 0, keys: KeyRing | None = None
) -> Guests:
    gate = CustomerGate(secret, trusts_statement=trusts, clock=lambda: NOW, keys=keys)
    return Guests(gate, secret, per_minute, clock=lambda: NOW)


def test_that_a_guest_gets_an_id_of_their_own_and_a_token_for_it():
    one, other = (_guests().admit(None, None, "1.2.3.4") for _ in range(2))
    assert one.customer_id.startswith(PREFIX)
    assert one.customer_id != other.customer_id
    assert read_token(SECRET, one.token, now=NOW) == one.customer_id


def test_that_a_guest_who_comes_again_stays_the_same_and_the_token_lasts_on():
    early = sign_token(SECRET, "guest-1", expires_at=NOW + 60)
    again = _guests().admit(early, None, "1.2.3.4")
    assert again.customer_id == "guest-1"
    assert read_token(SECRET, again.token, now=NOW + TOKEN_S - 1) == "guest-1"


def test_that_a_customer_of_the_shops_login_gets_no_token_of_ours():
    visitor = _guests().admit(sign_token(SECRET, "U1", expires_at=NOW + 60), None, "")
    assert (visitor.customer_id, visitor.token) == ("U1", None)


@pytest.mark.parametrize(
    ("token", "stated", "error"),
    [
        (sign_token(SECRET, "guest-1", expires_at=NOW - 1), None, TokenInvalid),
        (sign_token("another-secret-of-32-characters!", "guest-1", expires_at=NOW + 9), None, TokenInvalid),
        (sign_token(SECRET, "U1", expires_at=NOW + 60), "U2", CustomerMismatch),
        (None, "U1", TokenMissing),
    ],
    ids=["expired", "forged", "another", "only said"],
)
def test_that_nobody_becomes_a_customer_by_saying_so(token, stated, error):
    with pytest.raises(error):
        _guests().admit(token, stated, "")


def test_that_new_guests_of_one_address_are_counted_and_known_ones_are_not():
    guests = _guests(per_minute=2)
    token, _ = (guests.admit(None, None, "1.2.3.4").token for _ in range(2))
    with pytest.raises(TooManyTurns) as refused:
        guests.admit(None, None, "1.2.3.4")
    assert refused.value.retry_after_s == 30
    assert guests.admit(token, None, "1.2.3.4").customer_id
    assert guests.admit(None, None, "5.6.7.8").token


def test_that_all_addresses_of_one_line_count_together():
    guests = _guests(per_minute=2)
    for last in ("1", "2"):
        guests.admit(None, None, f"2001:db8:1:1::{last}")
    with pytest.raises(TooManyTurns):
        guests.admit(None, None, "2001:db8:1:1:ffff::3")
    for elsewhere in ("2001:db8:1:2::1", "::ffff:1.2.3.4", "::ffff:5.6.7.8", "fe80::1%eth0", "testclient"):
        assert guests.admit(None, None, elsewhere).token


def test_that_a_server_with_keys_alone_serves_no_guests():
    with pytest.raises(GuestsNotServed):
        _guests(None, keys=KeyRing({"erp": key_digest(new_key())})).admit(None, None, "")


def test_that_a_server_without_tokens_takes_the_customers_word():
    guests = _guests(None, trusts=True)
    assert guests.states_customer
    assert guests.admit(None, "U1001", "").customer_id == "U1001"
    guest = guests.admit(None, None, "")
    assert guest.customer_id.startswith(PREFIX)
    assert guest.token is None
