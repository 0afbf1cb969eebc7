"""Conversations: the reply address that leads an answer back to its thread.

The token is 128 random bits: whoever answers to it was written to by us. `From:` proves nothing and never decides alone.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.address import BadAddress, wire_form
from channels.email.verp import read_answer_address
from storage.models import Channel, Thread

NAME_LIMIT = 200
SUBJECT_LIMIT = 500
# Of each byte five bits, as base32 writes them.
_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
_REPLY_LOCAL = re.compile(r"^[^@\s]{1,64}\+t\.([a-z0-9]{26})@")


@dataclass(frozen=True)
class House:
    """We, as mail sees us: the company's own addresses in lower case, what our Message-IDs end in, and what signs the
    addresses at which mailings are answered."""

    addresses: frozenset[str] = frozenset()
    domain: str = "localhost"
    answer_key: bytes = b""

    def owns(self, address: str) -> bool:
        """Whether mail to the address comes to us."""
        return (
            address.strip().lower() in self.addresses
            or token_of(address) is not None
            or self.delivery_of(address) is not None
        )

    def delivery_of(self, address: str) -> int | None:
        """The delivery that is answered by writing to the address."""
        return read_answer_address(address, self.answer_key) if self.answer_key and "+" in address else None


def new_token() -> str:
    """26 letters and digits, 130 bits."""
    return secrets.token_bytes(26).translate(_LETTERS).decode()


def reply_address(mail_from: str, token: str) -> str:
    """`crm@shop.example` and a token → `crm+t.<token>@shop.example`.

    An address without room for a token before its @ stays as it is: Message-IDs lead the answers back.
    """
    local, _, domain = mail_from.rpartition("@")
    address = f"{local}+t.{token}@{domain}"
    try:
        wire_form(address)
    except BadAddress:
        return mail_from
    return address


def token_of(address: str) -> str | None:
    """The thread token in a recipient address, if it is one of our reply addresses."""
    found = _REPLY_LOCAL.match(address.strip().lower())
    return found.group(1) if found else None


async def open_thread(
    session: AsyncSession,
    *,
    client_id: int | None,
    channel: Channel,
    address: str,
    subject: str,
    now: datetime,
    name: str = "",
) -> Thread:
    """A new conversation with an address."""
    thread = Thread(
        client_id=client_id,
        channel=channel,
        address=address,
        name=name[:NAME_LIMIT],
        subject=subject[:SUBJECT_LIMIT],
        token=new_token(),
        created_at=now,
        last_at=now,
        spam=False,
    )
    session.add(thread)
    await session.flush()
    return thread


async def sms_thread(session: AsyncSession, *, client_id: int | None, number: str, now: datetime) -> Thread:
    """The one conversation by SMS with a number: SMS knows no subjects, so there is only one."""
    query = (
        select(Thread)
        .where(Thread.channel == Channel.SMS, Thread.address == number, Thread.client_id == client_id)
        .order_by(Thread.id.desc())
        .limit(1)
    )
    found = (await session.execute(query)).scalar_one_or_none()
    if found is not None:
        found.last_at = now
        return found
    return await open_thread(session, client_id=client_id, channel=Channel.SMS, address=number, subject="", now=now)


async def by_token(session: AsyncSession, token: str) -> Thread | None:
    return (await session.execute(select(Thread).where(Thread.token == token))).scalar_one_or_none()
