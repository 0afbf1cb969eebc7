"""Mailboxes: how far each folder was read, which mail on the server is which row of ours, and the nightly receipts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.types import UtcDateTime


class MailboxCursor(Base):
    """How far a folder was read: everything up to `uid` under `uidvalidity` is in the inbox."""

    __tablename__ = "mailbox_cursor"

    mailbox: Mapped[str] = mapped_column(String(320), primary_key=True)
    folder: Mapped[str] = mapped_column(String(200), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailboxMail(Base):
    """One mail as it lies on a server, and the inbox row that holds it: two mailboxes with the same mail share one row.

    `message_id` is the mail's own, or a digest of the mail where it has none.
    """

    __tablename__ = "mailbox_mail"
    __table_args__ = (Index("ix_mailbox_mail_message_id", "message_id"),)

    mailbox: Mapped[str] = mapped_column(String(320), primary_key=True)
    folder: Mapped[str] = mapped_column(String(200), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uid: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of what does not change on the way: from the Date on
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id", ondelete="SET NULL"), index=True)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailboxReceipt(Base):
    """One comparison of a folder with what we hold: `held` of `on_server`, and how many were fetched to close the gap."""

    __tablename__ = "mailbox_receipt"
    __table_args__ = (Index("ix_mailbox_receipt_mailbox", "mailbox", "folder", "at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(320))
    folder: Mapped[str] = mapped_column(String(200))
    on_server: Mapped[int] = mapped_column()
    held: Mapped[int] = mapped_column()
    fetched: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
