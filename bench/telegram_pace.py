"""How fast the bot speaks at a Bot API server that refuses, fails, hangs and hangs up.

People and groups have messages of every class waiting; what the server saw is judged and counted.
"""

import random
import tempfile
from pathlib import Path

from bench.faults.report import Report, percentile
from chassis.clock import SystemClock
from chassis.storage.database import Database
from chassis.storage.migrate import upgrade
from chassis.storage.store import Store
from services.bot.letters import Rank
from services.bot.sending.pace import GROUP_MINUTE, OVERALL_SECOND
from tests.support.botapi import running_telegram
from tests.support.telegram_traffic import (
    TROUBLES,
    Traffic,
    moments_of,
    most_within,
    shortest_gap,
)

RANKS = (Rank.NOTICE, Rank.ANSWER, Rank.BROADCAST, Rank.ALARM)
GROUPS = 3
OF_A_GROUP = 45
"""Messages, so that the third minute is needed."""
LONGEST_SECONDS = 1_800.0


def run(people: int, messages: int, troubled: float, seed: int) -> bool:
    """Measure; did every promise hold?"""
    report, chance = Report(), random.Random(seed)
    report.tell(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="support-bench-") as directory:
        url = f"sqlite:///{Path(directory) / 'bot.sqlite3'}"
        upgrade("bot", url)
        with running_telegram() as world:
            traffic = Traffic(Store(Database(url), SystemClock()), world)
            _fill(traffic, people=people, messages=messages, troubled=troubled, chance=chance)
            traffic.flows(LONGEST_SECONDS)
            _judge(report, traffic)
            traffic.store.database.close()
    return report.has_held()


def _fill(
    traffic: Traffic, *, people: int, messages: int, troubled: float, chance: random.Random
) -> None:
    """Everybody has messages waiting, and trouble ahead."""
    groups = [-1_000_000_000_000 - number for number in range(1, GROUPS + 1)]
    persons = range(1, people + 1)
    traffic.meets(*groups, *persons)
    for chat_id in groups:
        traffic.posts(chat_id, *chance.choices(RANKS, k=OF_A_GROUP))
    for chat_id in persons:
        met = chance.choices(TROUBLES, k=messages) if chance.random() < troubled else []
        traffic.is_troubled(chat_id, *met, retry_after=chance.randint(1, 5))
        traffic.posts(chat_id, *chance.choices(RANKS, k=messages))


def _judge(report: Report, traffic: Traffic) -> None:
    calls, faults = traffic.calls(), traffic.faults()
    took = calls[-1].at - calls[0].at
    statuses = {status: sum(call.status == status for call in calls) for status in (200, 429, 500)}
    report.tell(f"{len(calls)} calls in {took:.0f} s, {len(calls) / took:.1f} a second: {statuses}")
    busiest = most_within(1.0, moments_of(calls))
    report.promise(
        f"{busiest} calls in the fullest second ({OVERALL_SECOND})", holds=busiest <= OVERALL_SECOND
    )
    gaps = [shortest_gap(moments_of(traffic.calls(chat_id))) for chat_id in traffic.posted]
    report.promise(
        f"{min(gaps):.3f} s between two calls for a chat (about 1)", holds=min(gaps) >= 0.99
    )
    report.tell(f"{percentile(gaps, 0.5):.3f} s is the shortest such gap of the median chat")
    minutes = [
        most_within(60.0, moments_of(traffic.calls(chat_id)))
        for chat_id in traffic.posted
        if chat_id < 0
    ]
    report.promise(
        f"{max(minutes)} calls for a group in the fullest minute ({GROUP_MINUTE})",
        holds=max(minutes) <= GROUP_MINUTE,
    )
    shown = [sent for chat_id in traffic.posted for sent in traffic.shown(chat_id)]
    doubts, repeats = traffic.doubts.total(), sum(sent.is_marked for sent in shown)
    given_up = len(traffic.given_up())
    report.tell(f"{doubts} times in doubt, {repeats} marked repeats seen, {given_up} given up")
    report.faults(faults)
