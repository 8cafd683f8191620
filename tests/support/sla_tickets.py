"""What tickets tells of one ticket, deed by deed, as `services/tickets/usecases` writes it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from contracts.tickets import AgentView
from contracts.vocabulary import Priority, TicketStatus
from services.tickets.domain.status import (
    after_answer,
    after_refused_delivery,
    after_resolving,
    after_taking,
    after_user_message,
)
from tests.support.sla_story import Snapshot

RESOLVED, CLOSED = TicketStatus.RESOLVED, TicketStatus.CLOSED


@dataclass(frozen=True)
class Told:
    """An event: the ticket after it, and when the answer was written whose delivery it tells, or
    the message of the user."""

    ticket: Snapshot
    answer_at: datetime | None = None
    asked_at: datetime | None = None


class Act(StrEnum):
    """What moves a clock, beside a status and a priority."""

    ASKED = "asked"
    INHERITED = "inherited"
    ANSWERED = "answered"
    NOTICED = "noticed"


class Deed(NamedTuple):
    """What happened at `at` and was told in that version. `since` is for what was inherited."""

    at: datetime
    version: int
    what: Act | TicketStatus | Priority
    since: datetime | None = None


class Letter(NamedTuple):
    """An answer or a notice on its way to Telegram."""

    act: Act
    written: datetime


class TicketDesk:
    """One ticket. `told` are the events that sla hears, `deeds` what happened.

    Set `now` before each move. What people write was `received` then or earlier: workers get to it
    late.
    """

    def __init__(self, received: datetime, priority: Priority, *, in_telegram: bool) -> None:
        self.now = received
        self.told: list[Told] = []
        self.deeds: list[Deed] = []
        self.on_the_way: list[Letter] = []
        self.ticket = Snapshot(
            42,
            0,
            priority,
            TicketStatus.OPEN,
            received,
            received,
            status_since=received,
            unanswered_since=received,
        )
        self._in_telegram = in_telegram
        self._status_before = TicketStatus.OPEN
        self._unanswered_before: datetime | None = None
        self._asked = [received]
        self._touch()
        self._note(priority, received)
        self._note(Act.ASKED, received)
        self._tell()

    @property
    def status(self) -> TicketStatus:
        return self.ticket.status

    def user_writes(self, received: datetime) -> None:
        self._touch()
        was = self.status
        since = self._take_up(received)
        self._asked.append(received)
        self._change(unanswered_since=self.ticket.unanswered_since or since)
        self._note(Act.ASKED, since)
        self._tell(asked_at=None if was is RESOLVED else received)

    def agent_answers(self, agent: AgentView, received: datetime) -> None:
        """In Telegram sla hears of it only once it has arrived."""
        self._touch()
        is_asked_since = any(asked > received for asked in self._asked)
        status = after_answer(self.status, is_asked_since=is_asked_since)
        self._assign_if_nobody_s(agent, received)
        self._become(status, received)
        self._send(Letter(Act.ANSWERED, received))

    def incident_is_linked(self) -> None:
        """Whoever waits for the first answer is told of it; what is unanswered stays so."""
        self._touch()
        if self.ticket.first_response_at is None:
            self._send(Letter(Act.NOTICED, self.now))

    def incident_is_withdrawn(self) -> None:
        """What was said of it, or is on its way, was never so."""
        self._touch()
        self.deeds = [deed for deed in self.deeds if deed.what is not Act.NOTICED]
        self._change(noticed_at=None, unlinked_at=self.now)
        self._tell()

    def letter_arrives(self, place: int) -> None:
        self._touch()
        self._deliver(self.on_the_way.pop(place))

    def telegram_refuses(self, place: int) -> None:
        self._touch()
        if self.on_the_way.pop(place).act is Act.ANSWERED:
            is_assigned = self.ticket.assignee is not None
            self._become(after_refused_delivery(self.status, is_assigned=is_assigned), self.now)
            self._tell()

    def agent_takes(self, agent: AgentView, *, keep_working: bool) -> None:
        self._touch()
        self._become(after_taking(self.status, keep_working=keep_working), self.now)
        self._change(assignee=agent, taken_at=self.now)
        self._tell()

    def agent_prioritises(self, priority: Priority) -> None:
        if priority is not self.ticket.priority:
            self._touch()
            self._change(priority=priority, prioritised_at=self.now)
            self._note(priority, self.now)
            self._tell()

    def agent_notes(self) -> None:
        """Something that moves no clock, such as another category."""
        self._touch()
        self._tell()

    def agent_resolves(self, agent: AgentView) -> None:
        self._touch()
        self._status_before, self._unanswered_before = self.status, self.ticket.unanswered_since
        self._become(after_resolving(self.status), self.now)
        self._change(resolved_at=self.ticket.status_since, unanswered_since=None)
        self._assign_if_nobody_s(agent, self.now)
        self._tell()

    def incident_is_back(self) -> None:
        """Its end had resolved the ticket, which is again what it was. Whoever had asked more than
        the notice told them is owed a word from now on."""
        self._touch()
        since, noticed = self._unanswered_at_end(), self.ticket.noticed_at
        self._become(self._status_before, self.now)
        self._change(resolved_at=None, unanswered_since=since)
        asked = [one for one in self._asked if since is not None and one >= since]
        if any(noticed is None or one > noticed for one in asked):
            self._change(reopened_at=self.now)
            self._note(Act.ASKED, self.now)
        self._tell()

    def _unanswered_at_end(self) -> datetime | None:
        """Unless an answer arrived since."""
        since = self._unanswered_before
        answered = max((deed.at for deed in self.deeds if deed.what is Act.ANSWERED), default=None)
        if since is None or answered is None or answered < since:
            return since
        return min((one for one in self._asked if one > answered), default=None)

    def time_closes(self) -> None:
        self._touch()
        self._become(CLOSED, self.now)
        self._tell()

    def takes_in(self, since: datetime | None) -> None:
        """Another ticket is merged into this one, in which a question has waited since then."""
        self._touch()
        self._change(merged_at=self.now, inherited_since=since)
        if since is not None:
            self._note(Act.INHERITED, self.now, since)
            self._take_up(self.now)
            self._change(unanswered_since=min(self.ticket.unanswered_since or since, since))
        self._tell()

    def goes_into_another(self) -> None:
        self._touch()
        self._become(CLOSED, self.now)
        self._change(unanswered_since=None)
        self._tell()

    def _take_up(self, at: datetime) -> datetime:
        """The ticket is ours again. Since when the user waits for what they wrote at that moment:
        when it reopens, since the end at the earliest."""
        was, is_assigned = self.status, self.ticket.assignee is not None
        self._become(after_user_message(was, is_assigned=is_assigned), at)
        if was is not RESOLVED:
            return at
        self._change(reopened_at=self._status_since, resolved_at=None)
        return self._status_since

    def _send(self, letter: Letter) -> None:
        """In the app it is there at once."""
        if self._in_telegram:
            self.on_the_way.append(letter)
        else:
            self._deliver(letter)

    def _deliver(self, letter: Letter) -> None:
        written, mistake = letter.written, self.ticket.unlinked_at
        if letter.act is Act.NOTICED and mistake is not None and written <= mistake:
            return
        self._note(letter.act, written)
        if letter.act is Act.NOTICED:
            self._change(noticed_at=min(self.ticket.noticed_at or written, written))
            self._tell()
        else:
            self._note_response(written)
            self._tell(answer_at=written)

    def _note_response(self, written: datetime) -> None:
        earliest = min(self.ticket.first_response_at or written, written)
        self._change(first_response_at=earliest)
        since = self.ticket.unanswered_since
        if since is not None and since <= written:
            later = [asked for asked in self._asked if asked > written]
            self._change(unanswered_since=min(later, default=None))

    def _assign_if_nobody_s(self, agent: AgentView, at: datetime) -> None:
        if self.ticket.assignee is None:
            self._change(assignee=agent, taken_at=at)

    def _become(self, status: TicketStatus, at: datetime) -> None:
        if status is not self.status:
            self._change(status=status, status_since=max(at, self._status_since))

    @property
    def _status_since(self) -> datetime:
        assert self.ticket.status_since is not None
        return self.ticket.status_since

    def _touch(self) -> None:
        """A change, before what is told of it."""
        self._change(version=self.ticket.version + 1, updated_at=self.now)

    def _tell(self, answer_at: datetime | None = None, asked_at: datetime | None = None) -> None:
        """A status holds once it is told: by an answer on its way nobody waits for the user yet."""
        before, now = self.told[-1].ticket if self.told else None, self.ticket
        if before is None or (before.status, before.status_since) != (now.status, now.status_since):
            self._note(now.status, self._status_since)
        self.told.append(Told(now, answer_at, asked_at))

    def _note(
        self, what: Act | Priority | TicketStatus, at: datetime, since: datetime | None = None
    ) -> None:
        self.deeds.append(Deed(at, self.ticket.version, what, since))

    def _change(self, **changes: object) -> None:
        self.ticket = replace(self.ticket, **changes)  # type: ignore[arg-type]
