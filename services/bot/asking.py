"""What a handler gets, and what it gives back. A handler only asks and answers: the transaction
that settles the update also posts its messages, so a crash in between repeats neither."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from chassis.storage.store import Store
from contracts.incidents import IncidentsClient
from contracts.sla import SlaClient
from contracts.tickets import AgentView, TicketsClient
from services.bot.files.enclosures import Enclosure
from services.bot.files.file_intake import FileIntake
from services.bot.files.sent_files import TakenIn
from services.bot.letters import Edit, Keyboard, Letter, Toast
from services.bot.markup import CAPTION_LENGTH, Html, mention, visible, visible_units
from services.bot.menus import Menus
from services.bot.receiving.parsing import Incoming
from services.bot.receiving.update_store import UpdateStore
from services.bot.roster import Roster
from services.bot.sending.deliveries import Deliveries
from services.bot.settings import Settings
from services.bot.speech import Languages, Speech


@dataclass(frozen=True)
class Office:
    """Whom and what a handler may consult. The clients block: call them with `to_thread`."""

    tickets: TicketsClient
    incidents: IncidentsClient
    sla: SlaClient
    quick_sla: SlaClient
    """This answers within 300 ms or not at all, for what can be left out."""
    store: Store
    updates: UpdateStore
    deliveries: Deliveries
    roster: Roster
    menus: Menus
    languages: Languages
    settings: Settings
    files: FileIntake


@dataclass
class Reply:
    """Everything a handler wants done, all at once, when the update is settled."""

    posts: list[Letter | Edit] = field(default_factory=list)
    toast: Toast | None = None
    writes: list[Callable[[Session], None]] = field(default_factory=list)

    def enclosing(self, files: tuple[Enclosure, ...]) -> "Reply":
        """Let the message carry these files."""
        self.posts = [
            replace(one, files=files) if isinstance(one, Letter) else one for one in self.posts
        ]
        return self

    def to_requester(self) -> "Reply":
        """Let whoever answers the message do so as the one who asked, even if they are an agent."""
        self.posts = [
            replace(one, is_to_requester=True) if isinstance(one, Letter) else one
            for one in self.posts
        ]
        return self

    def also(self, write: Callable[[Session], None]) -> "Reply":
        """Let something be written down in the same transaction."""
        self.writes.append(write)
        return self


@dataclass(frozen=True)
class Ask:
    """One thing a person wants. `argument` follows the command, or the button's code."""

    office: Office
    incoming: Incoming
    words: Speech
    agent: AgentView | None
    received_at: datetime
    now: datetime
    bot_id: int
    row_id: int
    first_tried_at: datetime
    route: str | None = None
    taken_in: TakenIn | None = None
    """What became of its files, when that has been decided."""
    argument: str = ""

    @property
    def agent_id(self) -> str:
        """The agent who asks; only handlers for agents may call it."""
        assert self.agent is not None
        return self.agent.id

    @property
    def requester_id(self) -> str:
        """The id under which the person's tickets stand, whoever else they are in the app."""
        return f"tg:{self.incoming.who.id}"

    @property
    def origin(self) -> str:
        """From where this came, for audit trails."""
        return f"telegram:{self.incoming.chat_id}"

    def command_id(self, step: str = "") -> str:
        """The same for every handling of this update, so that nothing is done twice."""
        incoming = self.incoming
        if incoming.callback_id is not None:
            return f"tg:{self.bot_id}:press:{incoming.callback_id}{step}"
        return self.command_id_of(incoming.message_id, step)

    def command_id_of(self, message_id: int, step: str = "") -> str:
        """The id of what a message of this chat asked for."""
        return f"tg:{self.bot_id}:{self.incoming.chat_id}:{message_id}{step}"

    def with_argument(self, argument: str) -> "Ask":
        return replace(self, argument=argument)

    def say(
        self,
        text: Html,
        buttons: Keyboard = (),
        *,
        ticket_id: int | None = None,
        forces_reply: bool = False,
        is_for_note: bool = False,
        quotes: bool = False,
        toast: str | None = None,
        photo: bytes | None = None,
    ) -> Reply:
        """Answer with a message in the same chat; in a group it always quotes what it answers. The
        field of a forced reply opens there for whoever is named: what a press quotes is ours."""
        incoming = self.incoming
        if forces_reply and not incoming.is_private:
            text = Html(f"{mention(incoming.who.id, incoming.who.name)}\n{text}")
        letter = Letter(
            chat_id=incoming.chat_id,
            text=text,
            buttons=buttons,
            ticket_id=ticket_id,
            reply_to=incoming.message_id if quotes or not incoming.is_private else None,
            forces_reply=forces_reply,
            is_for_note=is_for_note,
            language=self.words.language,
            photo=photo,
            thread_id=incoming.thread_id,
        )
        return Reply([letter], toast=self._toast(toast))

    def change(
        self,
        text: Html,
        buttons: Keyboard = (),
        *,
        ticket_id: int | None = None,
        toast: str | None = None,
    ) -> Reply:
        """Answer a pressed button by giving its message a new face; what is too long to stand
        under a file comes as a message of its own, which speaks of the ticket like the other."""
        incoming = self.incoming
        if incoming.is_caption and visible_units(text) > CAPTION_LENGTH:
            return self.say(text, buttons, ticket_id=ticket_id, quotes=True, toast=toast)
        edit = Edit(incoming.chat_id, incoming.message_id, text, buttons, incoming.is_caption)
        return Reply([edit], toast=self._toast(toast))

    def remark(self, text: str, *, is_alert: bool = True) -> Reply:
        """Answer a pressed button with a passing word alone."""
        return Reply(toast=Toast(visible(text), is_alert))

    def _toast(self, text: str | None) -> Toast | None:
        if self.incoming.callback_id is None:
            return None
        return Toast(visible(text or ""))
