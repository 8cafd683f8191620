"""One-time links: each lets in once, in time, and for what it was made."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from contracts.errors import AgentNotFound, Invalid, PassRefused
from contracts.event import to_milliseconds
from contracts.tickets import FindAgent, Person
from contracts.vocabulary import PassPurpose
from services.tickets import queries
from services.tickets.models import Pass, Requester
from services.tickets.usecases import passes
from tests.service.tickets.test_at_once import at_once
from tests.support.tickets_desk import ANNA, TicketsDesk

LINK, AGENT = PassPurpose.LINK, PassPurpose.AGENT
OLGA = Person(id="olga", name="Ольга")
IN_TELEGRAM = Person(id="tg:9", name="Аня", telegram_id=9)


def is_agent(desk: TicketsDesk, telegram_id: int) -> bool:
    try:
        desk.store.ask(queries.find_agent, FindAgent(telegram_id=telegram_id))
    except AgentNotFound:
        return False
    return True


def is_let_in(act: Callable[[], object]) -> bool:
    try:
        act()
    except PassRefused:
        return False
    return True


def seen_by(desk: TicketsDesk, requester_id: str) -> list[int]:
    return sorted(one.id for one in desk.lists(requester_id=requester_id).results)


def test_an_invite_makes_an_agent_who_says_who_invited(desk: TicketsDesk) -> None:
    digest, issued = desk.issues(note="Пётр из смены")

    agent = desk.accepts(digest)

    assert issued.expires_at == to_milliseconds(desk.now + timedelta(hours=24))
    assert (agent.id, agent.name) == ("tg:7", "Пётр")
    [listed] = desk.store.ask(queries.list_agents).agents
    assert (listed.allowed_by, listed.allowed_at) == ("invite:root", to_milliseconds(desk.now))


def test_an_invite_used_by_fifty_at_once_admits_one(desk: TicketsDesk) -> None:
    digest, _ = desk.issues()

    def shows(telegram_id: int) -> Callable[[], bool]:
        return lambda: is_let_in(lambda: desk.accepts(digest, by=telegram_id))

    admitted = at_once(*[shows(telegram_id) for telegram_id in range(100, 150)])

    assert sum(admitted) == 1
    assert sum(is_agent(desk, telegram_id) for telegram_id in range(100, 150)) == 1


@pytest.mark.parametrize(
    ("purpose", "good_for"), [(LINK, timedelta(minutes=10)), (AGENT, timedelta(hours=24))]
)
def test_a_pass_is_good_until_its_time_is_over(
    desk: TicketsDesk, purpose: PassPurpose, good_for: timedelta
) -> None:
    show = desk.links if purpose is LINK else desk.accepts
    in_time, too_late = desk.issues(purpose)[0], desk.issues(purpose)[0]

    desk.clock.advance(seconds=good_for.total_seconds() - 0.001)
    assert is_let_in(lambda: show(in_time, by=9))
    desk.clock.advance(seconds=0.001)
    assert not is_let_in(lambda: show(too_late, by=10))


def test_a_pass_is_good_only_for_what_it_was_made_for(desk: TicketsDesk) -> None:
    assert not is_let_in(lambda: desk.links(desk.issues(AGENT)[0]))
    assert not is_let_in(lambda: desk.accepts(desk.issues(LINK)[0]))
    assert not is_let_in(lambda: desk.accepts("0" * 64))
    assert not is_agent(desk, 7)


def test_the_same_command_again_finds_its_first_result(desk: TicketsDesk) -> None:
    invite, link = desk.issues(AGENT)[0], desk.issues(LINK)[0]

    assert desk.accepts(invite, command_id="a") == desk.accepts(invite, command_id="a")
    assert desk.links(link, command_id="l") == desk.links(link, command_id="l")


def test_an_agent_does_not_use_an_invite_up(desk: TicketsDesk) -> None:
    desk.lets_in(7)
    digest, _ = desk.issues()

    desk.accepts(digest, by=7)

    assert is_let_in(lambda: desk.accepts(digest, by=8))


def test_an_agent_is_refused_what_would_let_nobody_in(desk: TicketsDesk) -> None:
    used, over = desk.issues()[0], desk.issues()[0]
    desk.accepts(used)

    assert not is_let_in(lambda: desk.accepts(used))
    desk.clock.advance(hours=24)
    assert not is_let_in(lambda: desk.accepts(over))


def test_the_invites_that_are_open_are_listed(desk: TicketsDesk) -> None:
    def listed() -> list[str]:
        return [one.note for one in desk.store.ask(passes.list_invites, desk.now).invites]

    used = desk.issues(note="Пётр")[0]
    desk.clock.advance(hours=1)
    _, issued = desk.issues(note="Ольга")
    desk.issues(LINK)
    assert listed() == ["Пётр", "Ольга"]

    desk.accepts(used)

    (left,) = desk.store.ask(passes.list_invites, desk.now).invites
    assert (left.note, left.issued_by, left.expires_at) == ("Ольга", "root", issued.expires_at)
    desk.clock.advance(hours=24)
    assert listed() == []


def test_a_removed_agent_does_not_come_back_by_an_invite_used_before(desk: TicketsDesk) -> None:
    digest, _ = desk.issues()
    desk.accepts(digest)
    desk.removes()

    assert not is_let_in(lambda: desk.accepts(digest))
    assert not is_agent(desk, 7)
    assert is_let_in(lambda: desk.accepts(desk.issues()[0]))
    assert is_agent(desk, 7)


def test_a_link_joins_the_histories(desk: TicketsDesk) -> None:
    in_app, in_telegram = desk.opens(), desk.opens(by=IN_TELEGRAM)
    digest, _ = desk.issues(LINK)

    linked = desk.links(digest, by=9)

    both = [in_app.id, in_telegram.id]
    assert (linked.requester.name, linked.former_telegram_id, linked.left) == ("Анна", None, None)
    assert seen_by(desk, "anna") == seen_by(desk, "tg:9") == both


def test_a_look_at_a_link_tells_whose_account_it_is_and_uses_nothing_up(desk: TicketsDesk) -> None:
    requester = ANNA.model_copy(update={"email": "anna@example.com"})
    digest, _ = desk.issues(LINK, requester=requester)
    annas = desk.opens()

    seen = desk.looks_at(digest, by=9)

    assert (seen.name, seen.hint, seen.is_joined) == ("Анна", "a…@example.com", False)
    assert seen_by(desk, "tg:9") == []
    desk.links(digest, by=9)
    assert seen_by(desk, "tg:9") == [annas.id]


def test_a_link_used_by_whoever_looks_is_told_to_be_and_to_others_is_nothing(
    desk: TicketsDesk,
) -> None:
    digest, _ = desk.issues(LINK)
    desk.links(digest, by=9)
    desk.clock.advance(hours=1)

    assert desk.looks_at(digest, by=9).is_joined
    assert not is_let_in(lambda: desk.looks_at(digest, by=10))
    desk.unlinks(by=9)
    assert not is_let_in(lambda: desk.looks_at(digest, by=9))


def test_a_look_at_an_invite_an_old_link_or_nothing_is_refused(desk: TicketsDesk) -> None:
    invite, link = desk.issues()[0], desk.issues(LINK)[0]
    desk.clock.advance(minutes=10)

    assert not is_let_in(lambda: desk.looks_at(invite))
    assert not is_let_in(lambda: desk.looks_at(link))
    assert not is_let_in(lambda: desk.looks_at("0" * 64))


def test_a_second_showing_by_the_same_person_says_the_same_and_by_another_is_refused(
    desk: TicketsDesk,
) -> None:
    digest, _ = desk.issues(LINK)
    desk.links(digest, by=9)
    desk.clock.advance(hours=1)

    assert desk.links(digest, by=9).requester.name == "Анна"
    assert not is_let_in(lambda: desk.links(digest, by=10))


def test_a_newer_link_wins_on_the_side_of_the_app(desk: TicketsDesk) -> None:
    desk.links(desk.issues(LINK)[0], by=9)
    former = desk.opens(by=IN_TELEGRAM)

    linked = desk.links(desk.issues(LINK)[0], by=10)

    assert linked.former_telegram_id == 9
    assert seen_by(desk, "anna") == []
    assert seen_by(desk, "tg:9") == [former.id]


def test_a_newer_link_wins_on_the_side_of_telegram(desk: TicketsDesk) -> None:
    in_telegram, annas = desk.opens(by=IN_TELEGRAM), desk.opens()
    desk.links(desk.issues(LINK)[0], by=9)

    linked = desk.links(desk.issues(LINK, requester=OLGA)[0], by=9)

    assert linked.left == "Анна"
    assert seen_by(desk, "anna") == [annas.id]
    assert seen_by(desk, "olga") == seen_by(desk, "tg:9") == [in_telegram.id]


def test_what_a_link_has_joined_no_token_parts(desk: TicketsDesk) -> None:
    desk.links(desk.issues(LINK)[0], by=9)

    desk.opens(by=ANNA.model_copy(update={"telegram_id": 11}))

    with desk.store.reading() as session:
        assert session.get_one(Requester, "anna").telegram_id == 9


def test_a_link_is_taken_back_by_whoever_is_joined_and_by_nobody_else(desk: TicketsDesk) -> None:
    in_telegram = desk.opens(by=IN_TELEGRAM)
    desk.links(desk.issues(LINK)[0], by=9)
    assert not desk.unlinks(by=10).was_linked
    assert not desk.unlinks(account="nobody").was_linked

    ended = desk.unlinks()

    assert (ended.was_linked, ended.name) == (True, "Анна")
    assert seen_by(desk, "anna") == []
    assert seen_by(desk, "tg:9") == [in_telegram.id]
    assert not desk.unlinks().was_linked


def test_what_the_hosts_token_says_is_not_taken_back(desk: TicketsDesk) -> None:
    desk.opens(by=ANNA.model_copy(update={"telegram_id": 9}))

    assert not desk.unlinks().was_linked
    assert len(seen_by(desk, "tg:9")) == 1


def test_a_link_is_made_for_somebody(desk: TicketsDesk) -> None:
    with pytest.raises(Invalid):
        desk.issues(LINK, requester=None)


def test_the_desk_keeps_no_token(desk: TicketsDesk) -> None:
    digest, _ = desk.issues(LINK)

    with desk.store.reading() as session:
        kept = session.scalars(select(Pass)).one()
    columns = {column.name for column in inspect(Pass).columns}
    assert kept.digest == digest
    assert columns == {
        "digest",
        "purpose",
        "requester_id",
        "note",
        "issued_by",
        "issued_at",
        "expires_at",
        "used_at",
        "used_by",
    }


def test_old_passes_are_let_go_of(desk: TicketsDesk) -> None:
    desk.issues()
    desk.clock.advance(days=32)
    digest, _ = desk.issues()

    with desk.store.reading() as session:
        assert list(session.scalars(select(Pass.digest))) == [digest]
