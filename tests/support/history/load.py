"""Users and agents at a steady pace while something breaks: they write, read, answer and remember.

The pace is a timetable that does not wait for answers: a desk that falls behind is asked all the
same, as in life, and `Punctuality` tells whether it was. Careful users repeat what has no known
outcome with the same key until it has one; one in four gives up at once, so that both kinds of
unknown outcome are judged.
"""

import random
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import urllib3

from tests.support.botapi import TelegramPerson
from tests.support.history.records import ACCEPTED, Deed, History, Record, new_mark
from tests.support.history.timetable import Pace, Punctuality, timetable
from tests.support.running_desk import RunningDesk
from tests.support.story import AppUser, admin, app_user

THREADS = 3_000
"""At least as many as hang at once at a desk that stands still, or wait to repeat: else it would be
asked less."""
USERS = 40
RECENT = 200
PATIENCE_SECONDS = 90.0
PAUSES_SECONDS = (0.5, 1.5)
"""How long who repeats waits before that, by lot, and each time twice as long up to the longest:
`Retry-After` asks for 1 s, and a desk that bears no more would never catch up with those who ask
every second."""
LONGEST_PAUSE_SECONDS = 16.0
ANSWER_SECONDS = 15.0
"""A request without an answer for so long has none."""
GIVES_UP = 0.25
"""The part of users who do not repeat."""
TO_TELEGRAM = 0.25
"""The part of answers that goes to people who wrote from Telegram, as soon as there are some: what
comes of these is judged in their chats too. A chat takes one message a second."""
WELCOME = re.compile(r"№(\d+) принято")
FIRST_TELEGRAM_USER = 5_000_000
_telegram_users = count(FIRST_TELEGRAM_USER)


@dataclass(frozen=True)
class Wish:
    """What somebody wants of the desk; `mark` tells its effect from all others."""

    deed: Deed
    mark: str
    path: str = ""
    body: dict[str, Any] | None = None
    ticket_id: int | None = None


@dataclass
class Load:
    """Runs while a `with` block lasts; `history` has it all."""

    desk: RunningDesk
    agents: list[TelegramPerson]
    pace: Pace = field(default_factory=Pace)
    history: History = field(default_factory=History)
    is_patient: bool = True
    """Do careful users repeat what has no known outcome? A desk that refuses has then some times
    the load."""
    people: dict[int, TelegramPerson] = field(default_factory=dict)
    """Those who wrote from Telegram, by their number there."""
    punctuality: Punctuality = field(default_factory=Punctuality)

    def __post_init__(self) -> None:
        self._boss = admin(self.desk)
        self._users = [app_user(self.desk, f"Клиент {number}") for number in range(USERS)]
        self._recent: list[tuple[int, AppUser]] = []
        self._commands: dict[tuple[int, int], str] = {}
        self._is_over = threading.Event()
        self._lines = urllib3.connection_from_url(
            self.desk.url, maxsize=THREADS, retries=False, timeout=ANSWER_SECONDS
        )
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="load")
        self._clock = threading.Thread(target=self._keep_time, name="load-timetable")

    def __enter__(self) -> Self:
        self._clock.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._clock.join()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._lines.close()

    def _keep_time(self) -> None:
        """Hand out deeds when they are due, whatever became of the earlier ones."""
        began = time.monotonic()
        for due, deed in timetable(self._rates()):
            if self._is_over.wait(max(0.0, began + due - time.monotonic())):
                return
            self.punctuality.due += 1
            self._pool.submit(self._do, deed, began + due)

    def _do(self, deed: Callable[[], None], due_at: float) -> None:
        with self.punctuality.watched(due_at):
            deed()

    def _rates(self) -> list[tuple[float, Callable[[], None]]]:
        pace, telegram = self.pace, self.pace.from_telegram
        return [
            (pace.opened * (1 - telegram), self.opens),
            (pace.opened * telegram, self.opens_from_telegram),
            (pace.written * (1 - telegram), self.writes),
            (pace.written * telegram, self.writes_from_telegram),
            (pace.read, self.reads),
            (pace.answered * (1 - 4 * telegram), self.answers),
            (pace.answered * 4 * telegram, self.answers_from_telegram),
        ]

    def hear_excuses(self) -> None:
        """An agent who had to wait too long was told so in words that quote the command."""
        for agent in self.agents:
            for message in agent.received():
                if mark := self._commands.get((agent.id, message.reply_to or 0)):
                    self.history.doubt(mark)

    # Deeds

    def opens(self) -> None:
        """A user of the app opens a ticket."""
        user, mark = random.choice(self._users), new_mark()
        body = {
            "description": f"Не открывается урок {mark}",
            "impact": random.choice(["blocked", "question"]),
        }
        record = self._insist(user, Wish(Deed.OPEN, mark, "/tickets/", body))
        if record.is_acknowledged:
            self._remember(record.answer["id"], user)

    def opens_from_telegram(self) -> None:
        """Somebody new writes to the bot: what Telegram has taken is promised."""
        mark, number = new_mark(), next(_telegram_users)
        person = self.desk.telegram.person(number, f"Человек {number}")
        self.people[number] = person
        self._say(person, f"Пишу из Telegram {mark}", Wish(Deed.OPEN, mark))

    def writes(self) -> None:
        """A user adds a message to one of the recent tickets."""
        if chosen := self._any_ticket():
            self._add_message(chosen[1], Deed.WRITE, chosen[0])

    def writes_from_telegram(self) -> None:
        """Somebody who was welcomed there writes again."""
        if chosen := self._welcomed():
            ticket_id, person = chosen
            mark = new_mark()
            self._say(person, f"И ещё {mark}", Wish(Deed.WRITE, mark, ticket_id=ticket_id))

    def answers(self) -> None:
        """An administrator answers over HTTP."""
        if ticket_id := self._ticket_to_answer():
            self._add_message(self._boss, Deed.ANSWER, ticket_id)

    def answers_from_telegram(self) -> None:
        """An agent answers with a command."""
        if ticket_id := self._ticket_to_answer():
            mark, agent = new_mark(), random.choice(self.agents)
            wish = Wish(Deed.ANSWER, mark, ticket_id=ticket_id)
            said = self._say(agent, f"/reply {ticket_id} Уже чиним {mark}", wish)
            self._commands[agent.id, said] = mark

    def reads(self) -> None:
        """A user looks at a ticket."""
        if chosen := self._any_ticket():
            ticket_id, user = chosen
            path = f"/tickets/{ticket_id}/"
            self._ask(user, "GET", Wish(Deed.READ, "", path, ticket_id=ticket_id))

    # How they are done

    def _add_message(self, user: AppUser, deed: Deed, ticket_id: int) -> None:
        mark = new_mark()
        path, body = f"/tickets/{ticket_id}/add_message/", {"message": f"Ещё вот что {mark}"}
        self._insist(user, Wish(deed, mark, path, body, ticket_id))

    def _insist(self, user: AppUser, wish: Wish) -> Record:
        """Send a write with a key, again and again while its outcome is unknown."""
        headers, until = {"Idempotency-Key": str(uuid4())}, time.monotonic() + PATIENCE_SECONDS
        record = self._ask(user, "POST", wish, headers)
        gives_up = not self.is_patient or random.random() < GIVES_UP
        pause = random.uniform(*PAUSES_SECONDS)
        while record.is_unknown and not gives_up and time.monotonic() < until:
            time.sleep(pause)  # a client's pace, no wait for a condition
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            record = self._ask(user, "POST", wish, headers)
        return record

    def _ask(
        self, user: AppUser, method: str, wish: Wish, more: dict[str, str] | None = None
    ) -> Record:
        headers = {"Authorization": f"Bearer {user.token}"} | (more or {})
        path, began = f"/api/support{wish.path}", time.monotonic()
        status, answer, retry_after = None, None, None
        try:
            reply = self._lines.request(method, path, headers=headers, json=wish.body)
            answer = reply.json()
            status, retry_after = reply.status, reply.headers.get("Retry-After")
        except (urllib3.exceptions.HTTPError, ValueError):
            pass  # nobody knows what came of it
        return self._note(wish, began, status, answer, retry_after=retry_after)

    def _say(self, person: TelegramPerson, text: str, wish: Wish) -> int:
        began = time.monotonic()
        said = person.says(text)
        self._note(wish, began, ACCEPTED, None, shows_at_once=False)
        return said.id

    def _note(
        self,
        wish: Wish,
        began: float,
        status: int | None,
        answer: Any,
        *,
        retry_after: str | None = None,
        shows_at_once: bool = True,
    ) -> Record:
        is_new = wish.deed == Deed.OPEN and status == ACCEPTED and answer
        record = Record(
            deed=wish.deed,
            began_at=began,
            ended_at=time.monotonic(),
            status=status,
            mark=wish.mark,
            ticket_id=answer["id"] if is_new else wish.ticket_id,
            answer=answer,
            retry_after=retry_after,
            shows_at_once=shows_at_once,
        )
        return self.history.add(record)

    def _remember(self, ticket_id: int, user: AppUser) -> None:
        self._recent.append((ticket_id, user))
        del self._recent[:-RECENT]

    def _any_ticket(self) -> tuple[int, AppUser] | None:
        return random.choice(self._recent) if self._recent else None

    def _ticket_to_answer(self) -> int | None:
        if random.random() < TO_TELEGRAM and (welcomed := self._welcomed()):
            return welcomed[0]
        chosen = self._any_ticket()
        return chosen[0] if chosen else None

    def _welcomed(self) -> tuple[int, TelegramPerson] | None:
        """Somebody who wrote from Telegram, and their ticket, if it was welcomed already."""
        if not self.people:
            return None
        person = random.choice(list(self.people.values()))
        welcomes = (WELCOME.search(message.text) for message in person.received())
        number = next((int(found[1]) for found in welcomes if found), None)
        return (number, person) if number else None
