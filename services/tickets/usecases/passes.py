"""One-time links: made for somebody, and used by whoever shows the token in Telegram.

Whoever shows one is told neither that it exists nor why it does not do: a link that was found tells
its finder nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from contracts.errors import Invalid, PassRefused
from contracts.passes import INVITE
from contracts.tickets import (
    AcceptInvite,
    AgentView,
    InvitesView,
    InviteView,
    IssuePass,
    LinkAccount,
    LinkedAccount,
    LookAtPass,
    OfferedAccount,
    PassView,
    UnlinkAccount,
    UnlinkedAccount,
)
from contracts.vocabulary import PassPurpose
from services.tickets.domain.passes import GOOD_FOR, hint_of, refuse_unusable
from services.tickets.models import Agent, Pass, Requester
from services.tickets.usecases.people import TELEGRAM, as_name, let_in, remember_requester
from services.tickets.views import agent_view, requester_view

KEPT_AFTERWARDS = timedelta(days=30)
"""So long it can be seen who has used which."""


def issue_pass(session: Session, command: IssuePass, now: datetime) -> PassView:
    """Keep the digest of a token that was made just now. Raises Invalid for a link without a
    requester."""
    requester = None
    if command.purpose == PassPurpose.LINK:
        if command.requester is None:
            raise Invalid("a link is made for somebody", {"requester": "missing"})
        requester = remember_requester(session, command.requester)
    session.execute(delete(Pass).where(Pass.expires_at < now - KEPT_AFTERWARDS))
    issued = Pass(
        digest=command.digest,
        purpose=command.purpose,
        requester_id=requester.id if requester else None,
        note=as_name(command.note),
        issued_by=as_name(command.issued_by),
        issued_at=now,
        expires_at=now + GOOD_FOR[command.purpose],
    )
    session.add(issued)
    return PassView(purpose=command.purpose, expires_at=issued.expires_at)


def accept_invite(session: Session, command: AcceptInvite, now: datetime) -> AgentView:
    """Make somebody an agent; one who is has no need of the pass, and leaves it for another.

    Raises PassRefused, for an agent as well: they are told that it is none any more.
    """
    shown = _find(session, command.digest, PassPurpose.AGENT)
    agent = session.get(Agent, f"{TELEGRAM}{command.telegram_id}")
    if agent is not None and agent.removed_at is None:
        refuse_unusable(used_at=shown.used_at, expires_at=shown.expires_at, now=now)
        return agent_view(agent)
    _use(shown, command.telegram_id, now)
    allowed_by = as_name(f"{INVITE}{shown.issued_by}")
    return let_in(session, command.telegram_id, command.name, allowed_by=allowed_by, now=now)


def look_at_pass(session: Session, query: LookAtPass, now: datetime) -> OfferedAccount:
    """Whose account a pass is for, which it leaves as it is: whoever opens a link is to know that
    before they are joined. Raises PassRefused."""
    shown = session.get(Pass, query.digest)
    if shown is None or shown.purpose != PassPurpose.LINK:
        raise PassRefused("there is no such pass")
    account = _requester_of(session, shown)
    is_joined = query.telegram_id == shown.used_by == account.telegram_id
    if not is_joined:
        refuse_unusable(used_at=shown.used_at, expires_at=shown.expires_at, now=now)
    return OfferedAccount(
        name="" if account.name == account.id else account.name,
        hint=hint_of(account.id, account.email),
        is_joined=is_joined,
    )


def list_invites(session: Session, now: datetime) -> InvitesView:
    """The invites that still let somebody in, the oldest first."""
    is_open = Pass.used_at.is_(None) & (Pass.expires_at > now)
    found = select(Pass).where(Pass.purpose == PassPurpose.AGENT, is_open)
    return InvitesView(
        invites=[
            InviteView(note=one.note, issued_by=one.issued_by, expires_at=one.expires_at)
            for one in session.scalars(found.order_by(Pass.expires_at, Pass.digest))
        ]
    )


def link_account(session: Session, command: LinkAccount, now: datetime) -> LinkedAccount:
    """Join an app user with somebody in Telegram. Either may have been joined with another: what
    they do last holds. Shown once more by the same person a pass says what it did.

    Raises PassRefused.
    """
    shown = _find(session, command.digest, PassPurpose.LINK)
    requester = _requester_of(session, shown)
    if command.telegram_id == shown.used_by == requester.telegram_id:
        return LinkedAccount(requester=requester_view(requester))
    _use(shown, command.telegram_id, now)
    left = _part(session, requester, command.telegram_id)
    former = requester.telegram_id
    requester.telegram_id, requester.linked_at = command.telegram_id, now
    return LinkedAccount(
        requester=requester_view(requester),
        former_telegram_id=former if former != command.telegram_id else None,
        left=left,
    )


def unlink_account(session: Session, command: UnlinkAccount, now: datetime) -> UnlinkedAccount:
    """Take a link back from the side of Telegram: it was somebody else's account. What the host's
    token says stands."""
    row = session.get(Requester, command.requester_id, with_for_update=True)
    if row is None or row.linked_at is None or row.telegram_id != command.telegram_id:
        return UnlinkedAccount(was_linked=False)
    row.telegram_id, row.linked_at = None, None
    return UnlinkedAccount(was_linked=True, name=row.name)


def _find(session: Session, digest: str, purpose: PassPurpose) -> Pass:
    """The pass, locked: of many who show it at once each comes after the other."""
    found = session.get(Pass, digest, with_for_update=True)
    if found is None or found.purpose != purpose:
        raise PassRefused("there is no such pass")
    return found


def _use(shown: Pass, telegram_id: int, now: datetime) -> None:
    refuse_unusable(used_at=shown.used_at, expires_at=shown.expires_at, now=now)
    shown.used_at, shown.used_by = now, telegram_id


def _requester_of(session: Session, shown: Pass) -> Requester:
    assert shown.requester_id is not None
    return session.get_one(Requester, shown.requester_id)


def _part(session: Session, requester: Requester, telegram_id: int) -> str | None:
    """End an earlier link of this somebody in Telegram; the name of whom they were joined with.
    What the host's token says of others stands."""
    is_linked = (Requester.telegram_id == telegram_id) & Requester.linked_at.is_not(None)
    concerned = (
        select(Requester)
        .where(or_(Requester.id == requester.id, is_linked))
        .order_by(Requester.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    others = [one for one in session.scalars(concerned) if one.id != requester.id]
    for one in others:
        one.telegram_id, one.linked_at = None, None
    return others[0].name if others else None
