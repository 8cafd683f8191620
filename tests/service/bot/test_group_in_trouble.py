"""What the agents' group does not take: what has another turn there, what is told in private."""

import pytest

from contracts.tickets import AttachmentView, TicketOpened
from services.bot.markup import visible
from services.bot.telegram_outcomes import Refused
from tests.support.bot_events import hear, made
from tests.support.bot_rows import ANNA, BORIS, FewWords, Rows, message, ticket
from tests.support.pictures import picture

GROUP = -1_000_000_000_779


@pytest.fixture(autouse=True)
def agents(rows: Rows) -> None:
    rows.knows_agents(ANNA, BORIS)


def opened_with_photo(rows: Rows) -> TicketOpened:
    data = picture(90, 60)
    photo = AttachmentView(
        id=1, name="a.png", media_type="image/png", size=len(data), key=rows.files.keep(data)
    )
    shown = message().model_copy(update={"attachments": [photo]})
    event = made(TicketOpened, ticket=ticket(), message=shown)
    assert isinstance(event, TicketOpened)
    return event


def chats(telegram: FewWords) -> list[int]:
    return [one.chat_id for one in telegram.sent]


@pytest.mark.parametrize(
    "refusals",
    [
        ["Bad Request: PHOTO_INVALID_DIMENSIONS"],
        [
            "Bad Request: not enough rights to send photos to the chat",
            "Bad Request: not enough rights to send documents to the chat",
        ],
        ["Bad Request: not enough rights to send voice messages to the chat"],
    ],
)
def test_a_photo_that_the_group_refuses_is_told_there_otherwise_and_nowhere_else(
    rows: Rows, refusals: list[str]
) -> None:
    telegram = FewWords(*(Refused(reason) for reason in refusals))
    hear(rows, opened_with_photo(rows), group_id=GROUP)

    rows.sends(telegram, rows.all_settled, group_id=GROUP)
    hear(rows, made(TicketOpened, ticket=ticket(43), message=message()), group_id=GROUP)

    assert chats(telegram) == [GROUP] * (1 + len(refusals))
    assert "Новый тикет" in visible(telegram.sent[-1].text)
    assert rows.all()[-1].chat_id == GROUP


@pytest.mark.parametrize(
    "reason",
    [
        "Bad Request: not enough rights to send text messages to the chat",
        "Bad Request: have no rights to send a message",
        "Bad Request: need administrator rights in the channel chat",
    ],
)
def test_a_group_that_takes_no_words_takes_nothing(rows: Rows, reason: str) -> None:
    telegram = FewWords(Refused(reason))
    hear(rows, made(TicketOpened, ticket=ticket(), message=message()), group_id=GROUP)

    rows.sends(telegram, rows.all_settled, group_id=GROUP)
    hear(rows, made(TicketOpened, ticket=ticket(43), message=message()), group_id=GROUP)

    assert chats(telegram).count(GROUP) == 1
    assert [row.chat_id for row in rows.all()[-2:]] == [ANNA, BORIS]
