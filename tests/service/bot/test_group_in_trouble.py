"""What the agents' group does not take: what has another turn there, what is told in private."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from contracts.event import Event
from contracts.incidents import IncidentDeclared
from contracts.sla import SlaBreached
from contracts.tickets import AttachmentView, TicketOpened
from contracts.vocabulary import Priority
from services.bot.group import agents_group
from services.bot.hours import QuietHours
from services.bot.letters import StandsFor, widest
from services.bot.markup import visible
from services.bot.models import OutgoingMessage
from services.bot.sending.outbox import SENT
from services.bot.sending.telegram_outcomes import Message, Outcome, Refused, Unknown
from services.bot.telling import agent_hours
from tests.support.bot_events import EVENTS, cycle, hear, made
from tests.support.bot_rows import ANNA, BORIS, FewWords, Rows, message, ticket
from tests.support.pictures import picture

GROUP = -1_000_000_000_779
ZONE = ZoneInfo("Europe/Moscow")
NIGHT = QuietHours(time(22), time(8))
KICKED = "Forbidden: bot was kicked from the supergroup chat"


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


class SlowTopics(FewWords):
    """Says nothing of the first topics it is asked for."""

    async def open_topic(self, chat_id: int, name: str) -> Outcome:
        made = await super().open_topic(chat_id, name)
        return Unknown("Timed out") if len(self.topics) <= 2 else made


def test_news_goes_without_a_topic_when_it_is_not_known_whether_that_was_made(rows: Rows) -> None:
    with rows.store.writing() as session:
        agents_group.group_row(session, GROUP).is_forum = True
    telegram = SlowTopics()
    for _ in range(3):
        hear(rows, opened(Priority.P1), group_id=GROUP)

    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    assert [row.state for row in rows.all()] == [SENT] * 3
    assert [one.thread_id for one in telegram.sent] == [None, None, 7003]
    assert not any("Повтор" in one.text for one in telegram.sent)


def opened(priority: Priority) -> Event:
    return made(TicketOpened, ticket=ticket(priority=priority), message=message())


class NoGroup(FewWords):
    """A Telegram in which the bot has been thrown out of the group."""

    async def send(self, message: Message) -> Outcome:
        taken = await super().send(message)
        return Refused(KICKED, is_dead=True) if message.chat_id == GROUP else taken


def refuses(rows: Rows, event: Event) -> dict[int, datetime | None]:
    """Whom it is told in private after the group was left, and from when on."""
    hear(rows, event, group_id=GROUP)
    rows.sends(NoGroup(), lambda: is_refused(rows, event), group_id=GROUP)
    return {row.chat_id: row.not_before for row in told_of(rows, event) if row.chat_id > 0}


def told_of(rows: Rows, event: Event) -> list[OutgoingMessage]:
    return [row for row in rows.all() if str(event.event_id) in row.key or "alarm" in row.key]


def is_refused(rows: Rows, event: Event) -> bool:
    return any(row.chat_id == GROUP and row.settled_at for row in told_of(rows, event))


@pytest.fixture
def at_night(rows: Rows) -> datetime:
    """Anna has quiet hours, Boris is off duty; when the quiet ends."""
    rows.clock.instant = datetime(2026, 3, 2, 23, tzinfo=ZONE)
    with rows.store.writing() as session:
        agent_hours.set_quiet(session, ANNA, NIGHT)
        agent_hours.set_duty(session, BORIS, is_on_duty=False)
    return datetime(2026, 3, 3, 8, tzinfo=ZONE)


@pytest.mark.parametrize("event", [opened(Priority.P0), EVENTS[IncidentDeclared]])
@pytest.mark.usefixtures("at_night")
def test_what_is_urgent_comes_to_all_at_once_when_the_group_refuses_it(
    rows: Rows, event: Event
) -> None:
    assert refuses(rows, event) == {ANNA: None, BORIS: None}


def test_what_is_not_urgent_comes_as_it_would_have_come_in_private(
    rows: Rows, at_night: datetime
) -> None:
    assert refuses(rows, opened(Priority.P2)) == {ANNA: at_night}


def test_whoever_was_told_beside_the_group_is_not_told_again_when_it_refuses(rows: Rows) -> None:
    breached = cycle(SlaBreached, 3, assignee=BORIS)

    assert refuses(rows, breached) == {BORIS: None, ANNA: None}

    assert len([row for row in told_of(rows, breached) if row.chat_id == BORIS]) == 1


def test_the_files_of_what_the_group_refuses_come_in_private_too(rows: Rows) -> None:
    telegram = NoGroup()
    hear(rows, opened_with_photo(rows), group_id=GROUP)

    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    shown = [one.chat_id for one in telegram.sent if one.files]
    assert sorted(shown) == sorted([GROUP, ANNA, BORIS])


@pytest.mark.parametrize(
    ("whose", "together"),
    [
        (["on_duty", "all", None], StandsFor.ALL),
        (["on_duty", None], StandsFor.ON_DUTY),
        ([None], None),
        ([], None),
    ],
)
def test_a_digest_is_for_whomever_one_of_its_lines_is(
    whose: list[str | None], together: StandsFor | None
) -> None:
    assert widest(whose) is together
