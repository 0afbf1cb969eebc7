"""Who may do what: one table of actions by role, and the scope of clients a person sees.

Checked here for every action, whoever calls: chat, HTTP or command line. What does not exist and what is out of scope
get the same answer, so that nobody can probe.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from crm.errors import NotAllowed
from crm.worktime import is_away
from storage.models import Client, Interaction, Mailing, Role, SharedMessage, Staff, Thread


class Action(StrEnum):
    """What can be asked of the business; every verb in crm names one."""

    SEE_CLIENTS = "see_clients"
    EDIT_CLIENTS = "edit_clients"
    ASSIGN_CLIENTS = "assign_clients"
    IMPORT_CLIENTS = "import_clients"
    EXPORT_CLIENTS = "export_clients"
    LOG_INTERACTIONS = "log_interactions"
    WRITE_TO_CLIENTS = "write_to_clients"
    FORWARD_MAIL = "forward_mail"  # to any address
    SEE_TRAY = "see_tray"
    KEEP_FOLLOWUPS = "keep_followups"
    SEE_SEGMENTS = "see_segments"
    EDIT_SEGMENTS = "edit_segments"
    RUN_MAILINGS = "run_mailings"
    APPROVE_MAILINGS = "approve_mailings"
    SEE_AUTOMATIONS = "see_automations"
    RUN_AUTOMATIONS = "run_automations"
    SEE_STOCK = "see_stock"
    EDIT_STOCK = "edit_stock"
    SEE_TEAM = "see_team"
    SEE_MAILBOXES = "see_mailboxes"
    INVITE_STAFF = "invite_staff"
    EDIT_STAFF = "edit_staff"


_REP = frozenset(
    {
        Action.SEE_CLIENTS,
        Action.EDIT_CLIENTS,
        Action.LOG_INTERACTIONS,
        Action.WRITE_TO_CLIENTS,
        Action.FORWARD_MAIL,
        Action.SEE_TRAY,
        Action.KEEP_FOLLOWUPS,
        Action.SEE_SEGMENTS,
        Action.RUN_MAILINGS,
        Action.SEE_AUTOMATIONS,
        Action.SEE_STOCK,
    }
)
_MANAGER = _REP | {
    Action.ASSIGN_CLIENTS,
    Action.IMPORT_CLIENTS,
    Action.EXPORT_CLIENTS,
    Action.EDIT_SEGMENTS,
    Action.APPROVE_MAILINGS,
    Action.RUN_AUTOMATIONS,
    Action.SEE_TEAM,
    Action.SEE_MAILBOXES,
}
ALLOWED: dict[Role, frozenset[Action]] = {
    Role.REP: _REP,
    Role.MANAGER: _MANAGER,
    Role.WAREHOUSE: frozenset({Action.SEE_STOCK, Action.EDIT_STOCK}),
    Role.ADMIN: frozenset(Action),
}
SEES_EVERYTHING = frozenset({Role.MANAGER, Role.ADMIN})


class Reach(IntEnum):
    """How far a colleague reaches into a conversation; each step holds what stands before it."""

    NONE = 0
    SHOWN = 1  # this one message: it was forwarded to them, or came for whom they stand in for
    ANSWERS = 2  # the conversation: it was given to them, or its owner is away and they stand in
    OWNS = 3  # the client is in their scope, or the message lies in the tray


def allows(actor: Staff, action: Action) -> bool:
    """Whether the actor's role covers the action; a person who left may do nothing."""
    return actor.active and action in ALLOWED[actor.role]


def check(actor: Staff, action: Action) -> None:
    """Raises NotAllowed unless the actor's role covers the action."""
    if not allows(actor, action):
        raise NotAllowed(action=action.value)


def client_scope(actor: Staff) -> ColumnElement[bool]:
    """The clients a person sees, as a condition on `Client`: a rep's own and nobody's; managers and admins, all."""
    if actor.role in SEES_EVERYTHING:
        return true()
    return _own_and_nobodys(actor.id)


@lru_cache(maxsize=256)  # the same object for the same colleague: statements made ready are found by it
def _own_and_nobodys(staff_id: int) -> ColumnElement[bool]:
    return or_(Client.owner_id == staff_id, Client.owner_id.is_(None))


def mailing_scope(actor: Staff) -> ColumnElement[bool]:
    """The mailings a person may know of, as a condition on `Mailing`: a rep's own and those managers sent; managers, all."""
    if actor.role in SEES_EVERYTHING:
        return true()
    managers = select(Staff.id).where(Staff.role.in_(SEES_EVERYTHING))
    sent = and_(Mailing.started_at.is_not(None), Mailing.created_by_id.in_(managers))
    return or_(Mailing.created_by_id == actor.id, sent)


async def may_read(session: AsyncSession, *, actor: Staff, client_id: int) -> bool:
    """Whether cards about the client may (still) be shown to a colleague: in scope, or standing in for the owner."""
    if not allows(actor, Action.SEE_CLIENTS):
        return False
    covered = select(Staff.id).where(Staff.stand_in_id == actor.id, Staff.active.is_(True))
    seen = or_(client_scope(actor), Client.owner_id.in_(covered))
    query = select(Client.id).where(Client.id == client_id, seen)
    return (await session.execute(query)).first() is not None


async def client_in_scope(session: AsyncSession, *, actor: Staff, client_id: int, action: Action) -> Client:
    """The client, locked against nothing; raises NotAllowed when absent, archived or another's."""
    check(actor, action)
    query = select(Client).where(Client.id == client_id, Client.archived_at.is_(None), client_scope(actor))
    client = (await session.execute(query)).scalar_one_or_none()
    if client is None:
        raise NotAllowed(action=action.value)
    return client


async def reach(session: AsyncSession, *, actor: Staff, interaction: Interaction, now: datetime) -> Reach:
    """How far the colleague reaches into the conversation of a message; outside a client's scope never further than it."""
    if interaction.client_id is None:
        return Reach.OWNS if allows(actor, Action.SEE_TRAY) else Reach.NONE
    if not allows(actor, Action.WRITE_TO_CLIENTS):
        return Reach.NONE
    live = select(Client.id).where(Client.id == interaction.client_id, Client.archived_at.is_(None))
    if (await session.execute(live.where(client_scope(actor)))).first() is not None:
        return Reach.OWNS
    if (await session.execute(live)).first() is not None and await _answers(session, actor, interaction, now):
        return Reach.ANSWERS
    if await may_read(session, actor=actor, client_id=interaction.client_id):
        return Reach.SHOWN
    shown = await session.get(SharedMessage, (interaction.id, actor.id))
    return Reach.SHOWN if shown is not None else Reach.NONE


async def _answers(session: AsyncSession, actor: Staff, interaction: Interaction, now: datetime) -> bool:
    if interaction.thread_id is not None:
        given = select(Thread.id).where(Thread.id == interaction.thread_id, Thread.assignee_id == actor.id)
        if (await session.execute(given)).first() is not None:
            return True
    covered = select(Staff).join(Client, Client.owner_id == Staff.id)
    query = covered.where(Client.id == interaction.client_id, Staff.stand_in_id == actor.id)
    owner = (await session.execute(query)).scalar_one_or_none()
    return owner is not None and is_away(owner, now)
