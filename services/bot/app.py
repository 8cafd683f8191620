"""The bot process: its parts put together, started in order and ended in good order."""

import asyncio
import signal
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from structlog import get_logger
from telegram import Bot

from chassis.broker.publishing import ConfirmingPublisher
from chassis.clock import clock_for
from chassis.events.durable import DurableQueues
from chassis.events.ladder import Ladder
from chassis.events.listener import Listener
from chassis.files.intake import Intake
from chassis.files.store import FileStore
from chassis.rpc.client import RpcClient
from chassis.rpc.ping import PingResponder
from chassis.storage.database import Database
from chassis.storage.store import Store
from contracts.incidents import IncidentsClient
from contracts.sla import SlaClient
from contracts.tickets import AgentView, TicketsClient
from services.bot import queries
from services.bot.asking import Office
from services.bot.clients import QUICK_SECONDS, BoundCaller
from services.bot.files.file_intake import TelegramFiles
from services.bot.forgetting import Forgetting
from services.bot.group.group_keeper import GroupKeeper
from services.bot.group.topics import Topics
from services.bot.insisting import insist
from services.bot.known_status import StatusWatch
from services.bot.lanes import LONGEST_REST_SECONDS
from services.bot.lease import WorkLease
from services.bot.menus import Menus
from services.bot.receiving.poller import Poller
from services.bot.receiving.update_store import UpdateStore
from services.bot.receiving.web_server import WebServer
from services.bot.receiving.webhook import WebhookDoor, WebhookKeeper
from services.bot.receiving.worker import Worker
from services.bot.roster import Roster
from services.bot.sending.deliveries import Deliveries
from services.bot.sending.sender import SendingGroup
from services.bot.sending.senders import Senders
from services.bot.sending.telegram_sender import BotApiSender
from services.bot.settings import Settings
from services.bot.speech import Languages
from services.bot.telegram_link import introduce, make_bot
from services.bot.telling.audience import Audience
from services.bot.telling.hearing import handlers
from services.bot.telling.parkings import ParkingWatch, Telling
from services.bot.vitals import Vitals

THREADS = 32
WEBHOOK_LOOK_SECONDS = 0.5

log = get_logger()


class BotProcess:
    """Everything the process consists of."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = Store(Database(settings.database_url), clock_for(settings.clock_file))
        self._lease = WorkLease(self._store)
        self._languages = Languages(settings.locale, settings.file)
        self._rpc = RpcClient(settings.amqp_url, "bot")
        caller = BoundCaller(self._rpc)
        self._tickets = TicketsClient(caller)
        self._incidents = IncidentsClient(caller)
        self._sla = SlaClient(caller)
        self._quick_sla = SlaClient(BoundCaller(self._rpc, QUICK_SECONDS))
        self._files = FileStore(settings.files_at)
        self._roster = Roster(self._store, self._tickets, settings.agent_ids)
        self._deliveries = Deliveries(self._store, self._tickets, settings.bot_id)
        self._audience = Audience(self._languages.own, self._store.clock, settings.agents_chat_id)
        self._listener = _listener(settings, self._store, self._languages)
        self._vitals = Vitals(settings, self._store, self._listener)
        self._ping = PingResponder(settings.amqp_url, "bot", self._vitals.tell)
        self._menus: Menus | None = None
        self._senders = Senders(
            self._store, self._languages, self._deliveries, files=self._files, lease=self._lease
        )
        self._updates = UpdateStore(self._store, settings.bot_id, self._lease)
        self._door = WebhookDoor(settings, self._updates)

    async def run(self) -> None:
        """Work until told to stop."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="bot"))
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        beating = asyncio.create_task(self._vitals.beat())
        self._vitals.start()
        web_server = await self._open_door()
        working = asyncio.create_task(self._work())
        told = asyncio.create_task(stopping.wait())
        await asyncio.wait((working, told), return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping")
        if web_server is not None:
            await web_server.stop()
        await self._end([working, told])
        beating.cancel()
        if not working.cancelled():
            working.result()
        log.info("stopped")

    async def _open_door(self) -> WebServer | None:
        """Take in what Telegram brings, in whichever replica."""
        settings = self._settings
        if settings.webhook_url is None or settings.support_bot_token is None:
            return None
        web_server = WebServer(self._door, settings.webhook_host, settings.webhook_port)
        await web_server.start()
        return web_server

    async def _work(self) -> None:
        """Do the work, once no other replica does."""
        await self._lease.take(self._stand_by)
        self._vitals.note_standing_by(False)
        self._ping.start()
        keeping = asyncio.create_task(self._lease.keep())
        tasks = [asyncio.create_task(part) for part in self._parts()]
        try:
            await _first_end([keeping, *tasks])
        finally:
            await _end_all(tasks)
            await _end_all([keeping])  # last: what is in hand ends while the work is ours

    def _stand_by(self) -> None:
        log.info("another replica does the work; this one stands by")
        self._vitals.note_standing_by(True)

    def _parts(self) -> list[Coroutine[Any, Any, None]]:
        telling = Telling(self._languages.own, self._audience)
        parts = [
            self._roster.keep(self._show_menus),
            self._listen_once_agents_are_known(),
            self._deliveries.run(),
            ParkingWatch(self._store, telling, self._settings.amqp_url).run(),
            self._forgetting().run(),
        ]
        if (main_bot := self._settings.main_bot) is not None:
            base_url = self._settings.base_url
            parts.append(self._senders.send_as_main_bot(main_bot.token, base_url))
        if self._settings.support_bot_token is None:
            log.warning("idle: SUPPORT_BOT_TOKEN is not set, so nobody is spoken to in Telegram")
            return parts
        return [*parts, self._serve(self._settings.support_bot_token)]

    async def _serve(self, token: str) -> None:
        """Speak to Telegram as the support bot."""
        bot = make_bot(token, self._settings.base_url)
        try:
            await self._speak(bot, await introduce(bot, self._vitals.note_refused))
        finally:
            await bot.shutdown()

    async def _speak(self, bot: Bot, username: str) -> None:
        self._vitals.note_username(username)
        self._menus = Menus(bot, self._languages)
        telegram = BotApiSender(bot)
        group_of_agents = self._group(telegram)
        sender = self._senders.add(telegram, group_of_agents)
        office = self._office(bot, self._updates, self._menus)
        worker = self._worker(office, telegram, username)
        log.info("ready", username=username)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._get_updates(bot, worker))
            group.create_task(worker.run())
            group.create_task(sender.run())
            group.create_task(StatusWatch(self._store, self._incidents).run())
            group.create_task(self._show_menus(self._roster.agents))
            if group_of_agents is not None:
                group.create_task(group_of_agents.keeper.run(bot))

    def _group(self, telegram: BotApiSender) -> SendingGroup | None:
        group_id = self._settings.agents_chat_id
        if group_id is None:
            return None
        keeper = GroupKeeper(self._store, self._languages.own, self._audience, group_id)
        return SendingGroup(keeper, Topics(self._store, telegram, group_id))

    def _worker(self, office: Office, telegram: BotApiSender, username: str) -> Worker:
        """With a webhook any replica may have stored what there is to do."""
        often = WEBHOOK_LOOK_SECONDS if self._settings.webhook_url else LONGEST_REST_SECONDS
        bot_id = self._settings.bot_id
        return Worker(office, telegram, bot_id, username, lease=self._lease, look_seconds=often)

    async def _get_updates(self, bot: Bot, worker: Worker) -> None:
        if self._settings.webhook_url is None:
            await Poller(bot, self._updates, worker.wake, self._lease).run()
        self._door.on_stored = worker.wake
        await WebhookKeeper(bot, self._settings, self._lease).run()

    def _forgetting(self) -> Forgetting:
        is_idle = self._settings.support_bot_token is None
        return Forgetting(self._store, self._settings.handled_kept, is_idle=is_idle)

    async def _show_menus(self, agents: list[AgentView]) -> None:
        if self._menus is not None:
            await self._menus.show(agents, self._roster.gone)

    def _office(self, bot: Bot, updates: UpdateStore, menus: Menus) -> Office:
        rules = self._settings.file.attachments
        intake = Intake(self._files, rules.types, rules.largest_bytes)
        return Office(
            tickets=self._tickets,
            incidents=self._incidents,
            sla=self._sla,
            quick_sla=self._quick_sla,
            store=self._store,
            updates=updates,
            deliveries=self._deliveries,
            roster=self._roster,
            menus=menus,
            languages=self._languages,
            settings=self._settings,
            files=TelegramFiles(bot, intake, rules.largest_megabytes),
        )

    async def _listen_once_agents_are_known(self) -> None:
        """News that nobody is told of is lost, so first there must be somebody to tell."""
        while not await insist(self._store.ask, queries.known_agents):
            if self._roster.is_loaded:
                break
            await asyncio.sleep(0.2)
        self._vitals.note_listening(is_to_listen=True)
        self._listener.start()
        await asyncio.Event().wait()

    async def _end(self, tasks: list[asyncio.Task[Any]]) -> None:
        await _end_all(tasks)
        self._vitals.note_listening(is_to_listen=False)
        await asyncio.to_thread(self._listener.stop)
        await asyncio.to_thread(self._ping.close)
        self._rpc.close()
        await self._lease.give_up()
        self._store.database.close()


def _listener(settings: Settings, store: Store, languages: Languages) -> Listener:
    heard = handlers(
        languages,
        store.clock,
        settings.lead_ids,
        settings.agents_chat_id,
        main_bot=settings.main_bot,
    )
    ladder = Ladder(ConfirmingPublisher(settings.amqp_url), store.clock)
    return Listener(settings.amqp_url, "bot", DurableQueues(store, ladder, heard))


async def _end_all(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _first_end(tasks: list[asyncio.Task[None]]) -> None:
    """No part of the process may end by itself; when one does, all end, and it is said why."""
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()
