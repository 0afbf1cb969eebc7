"""Colleagues: invited by a single-use link, joined from Telegram, their hours and language, and how they leave.

The last admin can neither leave nor step down: somebody must be able to let people in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from channels.sms.terms import is_dear
from crm import events
from crm.access import Action, check
from crm.clients.editing import check_zone
from crm.contacts import DearNumber, read_phone, show_phone
from crm.errors import CrmError, DateInPast, Invalid, NotAllowed, TooLong
from crm.fields import read_line
from crm.merge_fields import check_none
from crm.worktime import next_daily
from storage.models import Language, Role, Staff, StaffInvite
from storage.queries import staff as queries

INVITE_LASTS = timedelta(hours=72)
_TOKEN_BYTES = 24  # 192 bits; 32 characters, well within a deep link's 64
DAY_MINUTES = 24 * 60
SIGNATURE_LIMIT = 1_000


class InviteInvalid(CrmError):
    """Unknown, used or expired: one answer for all three, so that nothing can be learnt by trying."""

    code = "staff.invite_invalid"


class AlreadyJoined(CrmError):
    """That Telegram account works here already."""

    code = "staff.already_joined"


class LastAdmin(CrmError):
    """The only admin cannot be removed or step down."""

    code = "staff.last_admin"


class BadHours(CrmError):
    """Working hours must begin before they end, within one day."""

    code = "staff.bad_hours"


async def invite(
    session: AsyncSession,
    *,
    actor: Staff | None,
    role: Role,
    now: datetime,
    name: str = "",
    ttl: timedelta = INVITE_LASTS,
) -> str:
    """A token for a deep link, shown once and kept only as a hash. `actor` None is the command line on the host itself."""
    if actor is not None:
        check(actor, Action.INVITE_STAFF)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = StaffInvite(
        token_hash=_hash(token),
        role=role,
        name=read_line(name, field="name", limit=120),
        created_by_id=actor.id if actor is not None else None,
        created_at=now,
        expires_at=now + ttl,
    )
    session.add(row)
    await session.flush()
    inviter = actor.id if actor is not None else None
    events.record(session, "staff.invited", now=now, staff_id=inviter, role=role.value, invite_id=row.id)
    return token


async def join(
    session: AsyncSession,
    *,
    token: str,
    telegram_id: int,
    name: str,
    language: Language,
    now: datetime,
    timezone: str = "UTC",
) -> Staff:
    """Uses the invitation up and makes the colleague, in Telegram's language at first.

    `name` and `language` are Telegram's. Raises InviteInvalid (unknown, used or expired alike), AlreadyJoined.
    """
    wanted = _hash(token)
    row = await queries.invite_by_hash(session, wanted)
    good = row is not None and hmac.compare_digest(row.token_hash, wanted)
    if row is None or not good or row.used_at is not None or row.expires_at <= now:
        raise InviteInvalid
    known = await queries.by_telegram(session, telegram_id)
    if known is not None and known.active:
        raise AlreadyJoined
    called = row.name or read_line(name[:120], field="name", limit=120) or f"#{telegram_id}"
    if known is None:
        known = Staff(
            name=called,
            role=row.role,
            telegram_id=telegram_id,
            language=language,
            timezone=check_zone(timezone),
            created_at=now,
        )
        session.add(known)
    else:  # somebody who left comes back: the same person, with the new invitation's role
        known.role, known.active, known.name = row.role, True, row.name or known.name
    await session.flush()
    row.used_at, row.used_by_id = now, known.id
    events.record(session, "staff.joined", now=now, staff_id=known.id, role=known.role.value, invite_id=row.id)
    await session.flush()
    return known


async def everybody(session: AsyncSession, *, actor: Staff, active_only: bool = True) -> Sequence[Staff]:
    """The team, for those who may see it."""
    check(actor, Action.SEE_TEAM)
    return await queries.everybody(session, active_only=active_only)


async def colleague(session: AsyncSession, *, actor: Staff, staff_id: int) -> Staff:
    """One colleague, also one who left, for those who may see the team."""
    return await _to_change(session, actor, staff_id, Action.SEE_TEAM)


async def deactivate(session: AsyncSession, *, actor: Staff, staff_id: int, now: datetime) -> Staff:
    """The colleague may do nothing any more; their clients and history stay. Raises LastAdmin."""
    staff = await _to_change(session, actor, staff_id, Action.EDIT_STAFF)
    await _keep_an_admin(session, staff)
    staff.active = False
    events.record(session, "staff.deactivated", now=now, staff_id=actor.id, colleague_id=staff.id)
    await session.flush()
    return staff


async def change_role(session: AsyncSession, *, actor: Staff, staff_id: int, role: Role, now: datetime) -> Staff:
    """Another role from now on. Raises LastAdmin."""
    staff = await _to_change(session, actor, staff_id, Action.EDIT_STAFF)
    if role is not Role.ADMIN:
        await _keep_an_admin(session, staff)
    before, staff.role = staff.role, role
    events.record(
        session,
        "staff.role_changed",
        now=now,
        staff_id=actor.id,
        colleague_id=staff.id,
        before=before.value,
        after=role.value,
    )
    await session.flush()
    return staff


async def set_language(session: AsyncSession, *, actor: Staff, language: Language, now: datetime) -> Staff:
    """The actor's own language."""
    return await _own(session, actor, now, "language", language.value, language=language)


async def set_timezone(session: AsyncSession, *, actor: Staff, timezone: str, now: datetime) -> Staff:
    """The actor's own zone, by IANA name; the next digest moves with it. Raises Invalid."""
    zone = check_zone(timezone)
    return await _own(session, actor, now, "timezone", zone, timezone=zone, digest_due_at=None)


async def set_hours(
    session: AsyncSession, *, actor: Staff, work_from: int, work_until: int, workdays: int, now: datetime
) -> Staff:
    """The actor's own working hours in minutes of the day, and days as a bit mask (Monday 1). Raises BadHours."""
    if not (0 <= work_from < work_until <= DAY_MINUTES and 0 <= workdays <= 127):
        raise BadHours
    shown = f"{work_from}-{work_until}/{workdays}"
    return await _own(
        session, actor, now, "hours", shown, work_from=work_from, work_until=work_until, workdays=workdays
    )


async def set_digest(session: AsyncSession, *, actor: Staff, minute: int, now: datetime) -> Staff:
    """When the actor's morning digest comes, in minutes of the day. Raises BadHours."""
    if not 0 <= minute < DAY_MINUTES:
        raise BadHours
    return await _own(session, actor, now, "digest", str(minute), digest_minute=minute, digest_due_at=None)


async def set_stand_in(session: AsyncSession, *, actor: Staff, stand_in_id: int | None, now: datetime) -> Staff:
    """Who gets the actor's reminders while the actor is away. Raises Invalid for oneself or somebody who left."""
    if stand_in_id is not None:
        stand_in = await session.get(Staff, stand_in_id)
        if stand_in is None or not stand_in.active or stand_in.id == actor.id:
            raise Invalid(field="stand_in", value=str(stand_in_id))
    return await _own(session, actor, now, "stand_in", str(stand_in_id), stand_in_id=stand_in_id)


async def set_away(session: AsyncSession, *, actor: Staff, until: datetime | None, now: datetime) -> Staff:
    """Away until a moment (None: back). Raises DateInPast."""
    if until is not None and until <= now:
        raise DateInPast(until=until)
    return await _own(session, actor, now, "away", until.isoformat() if until else "", away_until=until)


async def set_phone(session: AsyncSession, *, actor: Staff, number: str, region: str | None, now: datetime) -> Staff:
    """The number rung first when the actor calls a client from a card, and by who calls us. Raises BadPhone, DearNumber."""
    phone = read_phone(number, region=region)
    if is_dear(phone):
        raise DearNumber(value=show_phone(phone))
    return await _own(session, actor, now, "phone", phone[-4:], phone=phone)


async def set_signature(session: AsyncSession, *, actor: Staff, text: str, now: datetime) -> Staff:
    """What stands under the actor's emails, in whatever language they write it; empty for nothing. Raises TooLong, NoFieldsHere."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    kept = "\n".join(lines[1:] if lines and lines[0] == "--" else lines).strip()
    if len(kept) > SIGNATURE_LIMIT:
        raise TooLong(field="signature", limit=SIGNATURE_LIMIT)
    check_none(kept)
    return await _own(session, actor, now, "signature", kept[:100], email_signature=kept)


async def set_manager(
    session: AsyncSession, *, actor: Staff, staff_id: int, manager_id: int | None, now: datetime
) -> Staff:
    """To whom a colleague's late promises are escalated. Raises Invalid."""
    staff = await _to_change(session, actor, staff_id, Action.EDIT_STAFF)
    if manager_id is not None:
        manager = await session.get(Staff, manager_id)
        if manager is None or manager.id == staff.id or manager.role not in (Role.MANAGER, Role.ADMIN):
            raise Invalid(field="manager", value=str(manager_id))
    staff.manager_id = manager_id
    events.record(
        session, "staff.manager_set", now=now, staff_id=actor.id, colleague_id=staff.id, manager_id=manager_id
    )
    await session.flush()
    return staff


async def colleagues(session: AsyncSession, *, actor: Staff) -> Sequence[Staff]:
    """Active colleagues by name, for choosing a stand-in or an owner; any colleague may see the names."""
    if not actor.active:
        raise NotAllowed(action=Action.SEE_TEAM.value)
    return [other for other in await queries.everybody(session) if other.id != actor.id]


async def _own(session: AsyncSession, actor: Staff, now: datetime, field: str, shown: str, **columns: object) -> Staff:
    """Changes the actor's own row, read anew in this unit of work."""
    staff = await session.get(Staff, actor.id)
    if staff is None or not staff.active:
        raise NotAllowed(action="settings")
    for column, value in columns.items():
        setattr(staff, column, value)
    if staff.digest_due_at is None:
        staff.digest_due_at = next_daily(staff, staff.digest_minute, now)
    events.record(session, "staff.settings_changed", now=now, staff_id=staff.id, field=field, value=shown)
    await session.flush()
    return staff


async def _to_change(session: AsyncSession, actor: Staff, staff_id: int, action: Action) -> Staff:
    check(actor, action)
    staff = await session.get(Staff, staff_id)
    if staff is None:
        raise NotAllowed(action=action.value)
    return staff


async def _keep_an_admin(session: AsyncSession, staff: Staff) -> None:
    if staff.role is Role.ADMIN and staff.active and not await queries.admins_left(session, without=staff.id):
        raise LastAdmin


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
