"""Which open incident a ticket may be about: one rule for every door."""

import pytest

from contracts.suspecting import known_incident
from contracts.tickets import TicketSummary
from contracts.vocabulary import Category
from tests.support.bot_events import INCIDENT
from tests.support.bot_rows import DESK
from tests.support.gateway import make_ticket

PAYMENTS, VIDEO, VAGUE, GRAVER_VIDEO = (
    INCIDENT.model_copy(update={"id": number, "components": components})
    for number, components in enumerate((["payments"], ["video"], [], ["video"]), start=1)
)


@pytest.mark.parametrize(
    ("category", "gravest_first", "meant"),
    [
        (Category.PAYMENT, [VAGUE, VIDEO, PAYMENTS], PAYMENTS),
        (Category.PAYMENT, [VIDEO, VAGUE], VAGUE),
        (Category.PAYMENT, [VIDEO], None),
        (Category.ZOOM, [GRAVER_VIDEO, VIDEO], GRAVER_VIDEO),
        (Category.OTHER, [VIDEO, VAGUE], VIDEO),
    ],
)
def test_an_incident_that_names_the_part_comes_before_one_that_names_none(
    category: Category, gravest_first: list[object], meant: object
) -> None:
    summary = TicketSummary.model_validate(make_ticket(category=category).model_dump())

    assert known_incident(summary, gravest_first, DESK) == meant  # type: ignore[arg-type]
