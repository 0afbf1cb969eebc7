"""Mails out of a folder into the inbox: the same mail once, whichever mailbox it lay in, and a note of where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from channels import inbox
from channels.email.identity import Identity, identify
from channels.email.mailbox import Cursor, RawMail
from channels.inbox import Arrival
from storage.models import InboxSource
from storage.queries import inbox as inbox_rows
from storage.queries import mailboxes as rows
from storage.queries.inbox import Unit

# What turns up late in a folder we read already is still told to somebody, unless it is older than this.
STILL_NEWS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a mailbox. `mailbox` is its key in the ledger, `title` what people call it.

    `staff_id` is the owner of a personal mailbox. `named_alone`: some rows may still be called as they were before
    mailboxes shared their mails.
    """

    mailbox: str
    folder: str
    folder_id: int
    title: str
    staff_id: int | None = None
    named_alone: bool = True


class Identified(NamedTuple):
    """A mail and what it is; of a faulty one nothing is known. Digests take a while: made before the transaction.

    `earlier_id` is what its row was called before mailboxes shared their mails, where it may be called so still;
    `raw_file` is where a large one was laid.
    """

    mail: RawMail
    identity: Identity
    external_id: str
    earlier_id: str = ""
    raw_file: str = ""


def identified(mails: Sequence[RawMail], *, place: Place) -> list[Identified]:
    """Mails with their identities."""
    beginning = earlier_names(place.mailbox) if place.named_alone else ""
    return [_identified(mail, beginning) for mail in mails]


def earlier_names(mailbox: str) -> str:
    """How the names of a mailbox's rows began before mailboxes shared their mails; a digest of all bytes followed."""
    return f"{mailbox[:200]}:"


async def store(
    unit: Unit,
    *,
    place: Place,
    mails: Sequence[Identified],
    now: datetime,
    history: bool = False,
    late: bool = False,
) -> int:
    """Writes mails down and returns how many were new to us.

    1. Those we hold already, from this mailbox or another, are only noted as lying here too; one that lay in a
       personal mailbox and now turns up in a shared one is everybody's, if nobody has handled it yet.
    2. The others become inbox rows. `history`: they lay here before we looked first. `late`: they are found afterwards,
       and only what is older than STILL_NEWS counts as history.
    3. A mail the server did not hand over is noted as lacking, for the receipt to fetch.
    """
    whole = [one for one in mails if not one.mail.fault]
    names = {name for one in whole for name in (one.external_id, one.earlier_id) if name}
    held = await inbox_rows.ids_of(unit, source=InboxSource.EMAIL, external_ids=names)
    fresh = {
        one.external_id: _arrival(one, place, history or (late and _is_old(one.mail, now)))
        for one in whole
        if one.external_id not in held and one.earlier_id not in held
    }
    new = await inbox.store_named(unit, source=InboxSource.EMAIL, arrivals=list(fresh.values()), now=now)
    if held and place.staff_id is None:
        await inbox_rows.drop_owner(unit, ids=held.values())
    held |= new
    if overtaken := fresh.keys() - new.keys():  # another process stored them a moment ago
        held |= await inbox_rows.ids_of(unit, source=InboxSource.EMAIL, external_ids=overtaken)
    await rows.keep_mails(
        unit,
        [
            {
                "folder_id": place.folder_id,
                "uidvalidity": one.mail.uidvalidity,
                "uid": one.mail.uid,
                "message_id": one.identity.message_id,
                "digest": one.identity.digest,
                "inbox_id": held.get(one.external_id) or held.get(one.earlier_id),
                "stored_at": now,
            }
            for one in mails
        ],
    )
    return len(new)


async def note_copy(unit: Unit, *, folder_id: int, at: Cursor, message: bytes, now: datetime) -> None:
    """Notes a mail we laid into a folder that is read too: it is known, and no arrival."""
    identity = identify(message)
    note = {"message_id": identity.message_id, "digest": identity.digest, "inbox_id": None, "stored_at": now}
    place = {"folder_id": folder_id, "uidvalidity": at.uidvalidity, "uid": at.uid}
    await rows.keep_mails(unit, [place | note])


def _identified(mail: RawMail, earlier: str) -> Identified:
    if mail.fault:
        return Identified(mail, Identity("", ""), "")
    identity = identify(mail.content, truncated=mail.truncated)
    earlier_id = earlier + sha256(mail.content).hexdigest() if earlier else ""
    return Identified(mail, identity, f"mail:{identity.digest}", earlier_id)


def _arrival(one: Identified, place: Place, history: bool) -> Arrival:
    mail = one.mail
    return Arrival(
        external_id=one.external_id,
        lane=f"mail:{place.mailbox}"[:120],
        payload={
            "mailbox": place.title,
            "folder": place.folder,
            "staff_id": place.staff_id,
            "uid": mail.uid,
            "uidvalidity": mail.uidvalidity,
            "size": mail.size,
            "truncated": mail.truncated,
            "history": history,
            "arrived_at": mail.arrived_at.isoformat() if mail.arrived_at is not None else None,
        }
        | ({inbox.RAW_FILE: one.raw_file} if one.raw_file else {}),
        raw=None if one.raw_file else mail.content,
    )


def _is_old(mail: RawMail, now: datetime) -> bool:
    return mail.arrived_at is not None and mail.arrived_at < now - STILL_NEWS
