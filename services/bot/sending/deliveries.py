"""Tells tickets what became of agents' answers, until it has taken the news."""

import asyncio
from contextlib import suppress
from time import monotonic

from sqlalchemy import update
from structlog import get_logger

from chassis.storage.store import Store
from contracts.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from contracts.tickets import RecordDelivery, TicketsClient
from services.bot import queries
from services.bot.models import DeliveryReport
from services.bot.patience import Patience

REST_SECONDS = 5.0
PATIENCE = Patience(first=1.0, longest=10.0)

log = get_logger()


class Deliveries:
    """Carries the reports that the sender has written, and lets others wait for one."""

    def __init__(self, store: Store, tickets: TicketsClient, bot_id: int) -> None:
        self._store = store
        self._tickets = tickets
        self._bot_id = bot_id
        self._news = asyncio.Condition()
        self._has_news = asyncio.Event()

    async def note_news(self) -> None:
        """A report has been written."""
        self._has_news.set()
        async with self._news:
            self._news.notify_all()

    async def outcome_of(self, answer_id: int, within: float) -> DeliveryReport | None:
        """What became of an answer, as soon as it is known; None when it is not in time."""
        due = monotonic() + within
        while (left := due - monotonic()) > 0:
            async with self._news:
                report = await asyncio.to_thread(self._store.ask, queries.report_of, answer_id)
                if report is not None:
                    return report
                with suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await self._news.wait()
        return None

    async def run(self) -> None:
        """Tell tickets of every outcome, again and again until it has taken it."""
        failures = 0
        while True:
            self._has_news.clear()
            failures = 0 if await self._tell_all() else failures + 1
            rest = PATIENCE.after(failures) if failures else REST_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._has_news.wait()

    async def _tell_all(self) -> bool:
        """Whether all could be told. One that fails by itself holds up no other."""
        is_all_told = True
        try:
            for report in await asyncio.to_thread(self._store.glance, queries.untold_reports):
                try:
                    await asyncio.to_thread(self._tell, report)
                except Unavailable:
                    raise
                except Exception:
                    log.exception("the outcome of an answer could not be told", id=report.answer_id)
                    is_all_told = False
        except Unavailable as error:
            log.warning("tickets does not take the outcome of an answer yet", error=str(error))
            return False
        return is_all_told

    def _tell(self, report: DeliveryReport) -> None:
        # What was refused may arrive later, and is then told again.
        outcome = "" if report.is_delivered else ":refused"
        command = RecordDelivery(
            command_id=f"tg:{self._bot_id}:delivery:{report.answer_id}{outcome}",
            ticket_id=report.ticket_id,
            message_id=report.answer_id,
            delivered=report.is_delivered,
            refusal=report.refusal,
        )
        try:
            self._tickets.record_delivery(command)
        except (NotFound, Conflict, Invalid, Forbidden) as error:
            # Asking again would bring the same; what failed in any other way may do better.
            log.warning("tickets will not hear of an answer", id=report.answer_id, error=str(error))
        with self._store.writing() as session:
            is_as_told = DeliveryReport.is_delivered == report.is_delivered
            told = update(DeliveryReport).where(DeliveryReport.id == report.id, is_as_told)
            session.execute(told.values(told_at=self._store.now()))
