"""What the bot knew before an upgrade is known after it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from chassis.clock import SystemClock
from chassis.storage.migrate import differences, upgrade
from services.bot import queries
from services.bot.models import Base, KnownVersion
from tests.support.migrated import KINDS

BEFORE = "0007"


@pytest.fixture(params=KINDS)
def old_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> str:
    """Where a database of an older schema can be made."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.sqlite3'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


def in_transaction(url: str, act: Callable[[Session], object]) -> object:
    engine = create_engine(url)
    with Session(engine) as session:
        found = act(session)
        session.commit()
    engine.dispose()
    return found


def fill(session: Session) -> None:
    """Ivan has asked, his answers are refused; Anna is known and silent; a group talks of one."""
    for chat_id in (9001, 9002, -100):
        session.execute(
            text("INSERT INTO mentions (chat_id, message_id, ticket_id) VALUES (:chat, 1, 42)"),
            {"chat": chat_id},
        )
    for chat_id, is_dead in ((9001, True), (501, False)):
        session.execute(
            text(
                "INSERT INTO chats (chat_id, is_dead, wants_new_ticket) "
                "VALUES (:chat, :dead, false)"
            ),
            {"chat": chat_id, "dead": is_dead},
        )


def test_whoever_a_message_about_a_ticket_has_reached_has_started_the_bot(old_url: str) -> None:
    upgrade("bot", old_url, BEFORE)
    in_transaction(old_url, fill)

    upgrade("bot", old_url)

    def met(session: Session) -> dict[int, bool]:
        return {chat: queries.is_met(session, chat) for chat in (9001, 9002, -100, 501)}

    assert in_transaction(old_url, met) == {9001: False, 9002: True, -100: False, 501: False}
    assert in_transaction(old_url, lambda session: queries.thread_message(session, 9002, 1)) is None
    assert differences(old_url, Base.metadata) == []


def test_what_is_known_of_a_clock_is_remembered_for_a_month_from_the_upgrade_on(
    old_url: str,
) -> None:
    upgrade("bot", old_url, "0014")
    in_transaction(
        old_url,
        lambda session: session.execute(
            text("INSERT INTO known_versions (subject, version) VALUES ('cycle:1', 5)")
        ),
    )

    upgrade("bot", old_url)

    def known_at(session: Session) -> datetime | None:
        return session.get_one(KnownVersion, "cycle:1").known_at

    at = in_transaction(old_url, known_at)
    assert isinstance(at, datetime)
    assert abs(SystemClock().now() - at) < timedelta(minutes=10)


def wait_for_chats(session: Session) -> None:
    """A notice, an incident and a reply wait for a group, a notice for Anna."""
    for number, (chat_id, rank) in enumerate([(-100, 5), (-100, 2), (-100, 1), (501, 5)]):
        session.execute(
            text(
                "INSERT INTO outgoing (id, key, chat_id, rank, text, language, forces_reply,"
                " is_last_part, state, is_repeat, tries, created_at) VALUES (:id, :key, :chat,"
                " :rank, 'x', 'ru', false, true, 'waiting', false, 0, '2026-03-02 09:00:00')"
            ),
            {"id": number + 1, "key": f"k{number}", "chat": chat_id, "rank": rank},
        )


def test_what_waits_for_a_group_can_still_be_told_in_private(old_url: str) -> None:
    upgrade("bot", old_url, "0014")
    in_transaction(old_url, wait_for_chats)

    upgrade("bot", old_url)

    def whose(session: Session) -> list[str | None]:
        return list(session.scalars(text("SELECT stands_for FROM outgoing ORDER BY id")))

    assert in_transaction(old_url, whose) == ["on_duty", "all", None, None]
