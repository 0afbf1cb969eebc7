"""People at a client, and the phones, addresses and consents by which they are reached."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.addresses import address_hash
from storage.models.enums import Channel, ConsentState, ContactKind
from storage.types import UtcDateTime, enum_column


class ContactPerson(Base):
    __tablename__ = "contact_person"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


CHANNEL_OF = {
    ContactKind.EMAIL: Channel.EMAIL,
    ContactKind.PHONE: Channel.SMS,
    ContactKind.TELEGRAM: Channel.TELEGRAM,
}


def _address_hash(context: Any) -> str:
    given = context.get_current_parameters()
    return address_hash(CHANNEL_OF[ContactKind(given["kind"])], given["value"])


class ContactPoint(Base):
    """A phone (E.164), email (lower-cased domain, normalised) or Telegram id of a client or of a person there.

    A point's value never changes. `address_hash` is what `suppression` knows it by.
    """

    __tablename__ = "contact_point"
    __table_args__ = (
        UniqueConstraint("client_id", "kind", "value"),
        Index("ix_contact_point_value", "kind", "value"),
        Index("ix_contact_point_hash", "address_hash"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("contact_person.id", ondelete="SET NULL"))
    kind: Mapped[ContactKind] = mapped_column(enum_column(ContactKind))
    value: Mapped[str] = mapped_column(String(320))
    label: Mapped[str] = mapped_column(String(60), default="")
    is_primary: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    address_hash: Mapped[str] = mapped_column(String(64), default=_address_hash, server_default="")


class Consent(Base):
    """A consent given or withdrawn, with its proof. The newest row per client and channel is in force; rows are only added.

    `how` is a word of ours (form, phone, meeting, letter, link, STOP, START) or as it was written down; a proof on paper
    is a file of the note `interaction_id`.
    """

    __tablename__ = "consent"
    __table_args__ = (
        Index("ix_consent_client_channel", "client_id", "channel", "id"),
        Index("ix_consent_state", "channel", "state", "client_id", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    state: Mapped[ConsentState] = mapped_column(enum_column(ConsentState))
    how: Mapped[str] = mapped_column(String(200))
    wording: Mapped[str] = mapped_column(String(1000), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id", ondelete="SET NULL"))
