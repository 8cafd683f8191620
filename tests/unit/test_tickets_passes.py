"""What of an account is shown to whoever opens its link."""

import pytest

from services.tickets.domain.passes import hint_of


@pytest.mark.parametrize(
    ("account_id", "email", "shown"),
    [
        ("user-10042", "maria@example.com", "m…@example.com"),
        ("user-10042", "a@example.com", "a…@example.com"),
        ("user-10042", '"odd@name"@example.com', '"…@example.com'),
        ("user-10042", None, "…0042"),
        ("user-10042", "not an address", "…0042"),
        ("user-10042", "@example.com", "…0042"),
        ("anna", None, ""),
        ("1234567", "", ""),
    ],
)
def test_an_account_is_known_by_little_of_its_address_or_id(
    account_id: str, email: str | None, shown: str
) -> None:
    assert hint_of(account_id, email) == shown
