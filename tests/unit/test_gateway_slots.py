"""Who may send or fetch files at once."""

import pytest

from contracts.errors import Unavailable
from services.gateway.slots import Slots


def test_one_person_leaves_some_to_others() -> None:
    slots = Slots(3, of_one=2)
    slots.take("anna")
    slots.take("anna")

    with pytest.raises(Unavailable):
        slots.take("anna")
    slots.take("boris")
    with pytest.raises(Unavailable):
        slots.take("vera")

    slots.give_back("anna")
    slots.take("vera")


def test_what_fails_gives_its_place_back() -> None:
    slots = Slots(1, of_one=1)

    with pytest.raises(RuntimeError), slots.taken("anna"):
        raise RuntimeError

    slots.take("boris")
