"""What became of a message is written down once, by the replica that does the work."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from chassis.storage.store import Store
from contracts.errors import Unavailable
from services.bot.group import agents_group
from services.bot.lease import LASTS, WORK, WorkLease
from services.bot.letters import AnswerRef, Letter, Rank
from services.bot.markup import Html
from services.bot.models import Lease
from services.bot.sending import sender as sender_module
from services.bot.sending.deliveries import Deliveries
from services.bot.sending.outbox import REFUSED, SENT
from services.bot.sending.sender import Sender
from services.bot.sending.telegram_outcomes import (
    Message,
    NotSent,
    Outcome,
    Refused,
    Taken,
    Unknown,
)
from tests.support.bot_rows import IVAN, LANGUAGES, FewWords, Rows, Tickets, texts

GROUP = -1_000_000_000_501
MARK = LANGUAGES.of("ru")("bot.repeat_mark")


def answer(body: str = "Ответ", message_id: int = 7) -> Letter:
    return Letter(IVAN, Html(body), Rank.ANSWER, ticket_id=42, answer=AnswerRef(42, message_id))


class CutOff(FewWords):
    """A Telegram whose answer comes only when it is let through."""

    def __init__(self, *answers: Outcome) -> None:
        super().__init__(*answers)
        self.lets_through = asyncio.Event()

    async def send(self, message: Message) -> Outcome:
        outcome = await super().send(message)
        await self.lets_through.wait()
        return outcome


def sender(
    rows: Rows, telegram: FewWords, lease: WorkLease | None = None, store: Store | None = None
) -> Sender:
    store = store or rows.store
    deliveries = Deliveries(store, Tickets(), bot_id=1)  # type: ignore[arg-type]
    return Sender(store, telegram, LANGUAGES, deliveries, files=rows.files, lease=lease)


async def until(is_so: Callable[[], bool], working: asyncio.Task[None]) -> None:
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(is_so):
            await asyncio.wait([working], timeout=0.05)


def expire(rows: Rows) -> None:
    """As if the holder of the lease had been silent for long enough."""
    with rows.store.writing() as session:
        session.get_one(Lease, WORK).until -= LASTS + timedelta(seconds=1)


async def ended(working: asyncio.Task[None]) -> None:
    """What it has in hand ends before it does."""
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


@pytest.mark.parametrize("outcome", [NotSent("no route"), Unknown("timed out"), Taken(5)])
def test_what_another_replica_has_sent_is_not_sent_again_when_this_one_is_back(
    rows: Rows, outcome: Outcome
) -> None:
    async def story() -> FewWords:
        cut_off, reached = CutOff(outcome), FewWords()
        mine, others = WorkLease(rows.store), WorkLease(rows.store)
        await mine.take(lambda: None)
        first = asyncio.create_task(sender(rows, cut_off, mine).run())
        await until(lambda: bool(cut_off.sent), first)
        expire(rows)
        await others.take(lambda: None)
        second = asyncio.create_task(sender(rows, reached, others).run())
        await until(rows.all_settled, second)

        cut_off.lets_through.set()
        await ended(first)
        rows.post(answer("Дальше", 8))
        await until(rows.all_settled, second)
        await ended(second)
        return reached

    rows.post(answer())

    reached = asyncio.run(story())

    assert [text.split("\n")[-1] for text in texts(reached.sent)] == ["Ответ", "Дальше"]
    assert [(row.state, row.message_id) for row in rows.all()] == [(SENT, 1001), (SENT, 1002)]


class Away(Store):
    """A store that can be read, and written to when it is not away."""

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows.store.database, rows.clock)
        self.is_away = False
        self.refused = self.written = 0

    @contextmanager
    def writing(self) -> Iterator[Session]:
        if self.is_away:
            self.refused += 1
            raise Unavailable("the database does not answer in time")
        with super().writing() as session:
            yield session
        self.written += 1


@pytest.mark.parametrize("is_cut_off_from_the_start", [False, True])
def test_what_another_replica_is_sending_is_not_taken_back(
    rows: Rows, is_cut_off_from_the_start: bool
) -> None:
    async def story() -> FewWords:
        reached, store = CutOff(), Away(rows)
        mine, others = WorkLease(rows.store), WorkLease(rows.store)
        await mine.take(lambda: None)
        store.is_away = is_cut_off_from_the_start
        first = asyncio.create_task(sender(rows, FewWords(), mine, store).run())
        if not is_cut_off_from_the_start:
            await until(lambda: store.written > 0, first)
        store.is_away = True
        rows.post(answer())
        await until(lambda: store.refused > 0, first)
        expire(rows)
        await others.take(lambda: None)
        second = asyncio.create_task(sender(rows, reached, others).run())
        await until(lambda: bool(reached.sent), second)

        store.is_away = False
        await until(lambda: store.written > 0, first)
        await ended(first)
        reached.lets_through.set()
        await until(rows.all_settled, second)
        await ended(second)
        return reached

    assert texts(asyncio.run(story()).sent) == ["Ответ"]


class Forgetful(Store):
    """A store that once commits what became of a message and says that it did not."""

    def __init__(self, rows: Rows, telegram: FewWords) -> None:
        super().__init__(rows.store.database, rows.clock)
        self._telegram = telegram
        self._has_failed = False

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
        if self._telegram.sent and not self._has_failed:
            self._has_failed = True
            raise Unavailable("the connection to the database broke")


def sends_with_forgetful_store(rows: Rows, telegram: FewWords) -> None:
    async def story() -> None:
        working = asyncio.create_task(sender(rows, telegram, store=Forgetful(rows, telegram)).run())
        await until(rows.all_settled, working)
        await ended(working)

    asyncio.run(story())


def test_an_unknown_outcome_that_was_written_twice_is_still_repeated(rows: Rows) -> None:
    telegram = FewWords(Unknown("timed out"))
    rows.post(answer())

    sends_with_forgetful_store(rows, telegram)

    assert len(telegram.sent) == 2
    assert [row.state for row in rows.all()] == [SENT]


def test_a_refused_picture_whose_end_was_written_twice_keeps_its_words(rows: Rows) -> None:
    telegram = FewWords(Refused("PHOTO_INVALID_DIMENSIONS"))
    rows.post(Letter(IVAN, Html("Показатели"), photo=b"no picture"))

    sends_with_forgetful_store(rows, telegram)

    assert [(sent.text, sent.photo is None) for sent in telegram.sent] == [
        ("Показатели", False),
        ("Показатели", True),
    ]
    assert REFUSED not in {row.state for row in rows.all()}


class Stumbling(FewWords):
    """A Telegram whose first answer we choke on."""

    async def send(self, message: Message) -> Outcome:
        outcome = await super().send(message)
        if len(self.sent) == 1:
            raise ValueError("no such kind of chat")
        return outcome


def test_an_answer_that_we_choke_on_leaves_the_fate_of_a_message_unknown(
    rows: Rows, capsys: pytest.CaptureFixture[str]
) -> None:
    telegram = Stumbling()
    rows.post(answer(), answer("Дальше", 8))

    rows.sends(telegram, rows.all_settled)

    assert [text.split("\n")[0] for text in texts(telegram.sent)] == ["Ответ", MARK, "Дальше"]
    assert [row.state for row in rows.all()] == [SENT, SENT]
    assert "no such kind of chat" in capsys.readouterr().out


class AwayForTopics(Store):
    """A store that is away when it is first asked for the agents' group."""

    def __init__(self, rows: Rows) -> None:
        super().__init__(rows.store.database, rows.clock)
        self.refused = 0

    def ask(self, query: Callable[..., Any], *arguments: Any) -> Any:
        if query is agents_group.state_of and not self.refused:
            self.refused += 1
            raise Unavailable("the database does not answer in time")
        return super().ask(query, *arguments)


def test_a_topic_that_cannot_be_looked_up_lets_its_chat_wait(
    rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "AWAY_SECONDS", 0.1)
    telegram, store = FewWords(), AwayForTopics(rows)
    rows.post(Letter(GROUP, Html("Новое"), Rank.NOTICE, ticket_id=42, topic="#42"))
    rows.store = store

    rows.sends(telegram, rows.all_settled, group_id=GROUP)

    assert texts(telegram.sent) == ["Новое"]
    assert store.refused == 1
