"""Mailboxes: how each folder stands and how far it was read, which mail is which row of ours, and the nightly receipts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.types import UtcDateTime

_LACKING = text("digest = ''")


class Mailbox(Base):
    """A mailbox of the settings. `name` is its key in the tables below, `title` what people call it.

    A personal one is its owner's: `staff_id`. `alarmed_at`: its trouble was told and is not over; `recovered_at`: when
    the last one was over.
    """

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(320), unique=True)
    title: Mapped[str] = mapped_column(String(320))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    active: Mapped[bool] = mapped_column()  # named in the settings now
    alarmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recovered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MailboxFolder(Base):
    """One folder we read, or (`copies`) lay copies of sent mail into, and how that goes."""

    __tablename__ = "mailbox_folder"
    __table_args__ = (UniqueConstraint("mailbox_id", "folder", "copies"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id", ondelete="CASCADE"))
    folder: Mapped[str] = mapped_column(String(200))
    copies: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column()
    since: Mapped[datetime] = mapped_column(UtcDateTime)  # what was sent before is not copied
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last time all went well
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str] = mapped_column(String(40), default="")
    error: Mapped[str] = mapped_column(String(300), default="")  # in the server's words
    synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # everything that lay there at first is in
    receipt_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched: Mapped[int] = mapped_column(default=0)  # by the receipt being drawn up


class MailboxCursor(Base):
    """How far a folder was read: above `uid` under `uidvalidity` is what comes new; what lay below is the receipt's."""

    __tablename__ = "mailbox_cursor"

    mailbox: Mapped[str] = mapped_column(String(320), primary_key=True)
    folder: Mapped[str] = mapped_column(String(200), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger)
    uid: Mapped[int] = mapped_column(BigInteger)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailboxMail(Base):
    """One mail as it lies on a server, and the inbox row that holds it: two mailboxes with the same mail share one row.

    `message_id` is empty where the mail has none, `digest` until the mail was fetched. A copy we laid there has no row.
    """

    __tablename__ = "mailbox_mail"
    __table_args__ = (
        Index("ix_mailbox_mail_lacking", "folder_id", "uid", sqlite_where=_LACKING, postgresql_where=_LACKING),
    )

    folder_id: Mapped[int] = mapped_column(ForeignKey("mailbox_folder.id", ondelete="CASCADE"), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    uid: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of what does not change on the way
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id", ondelete="SET NULL"), index=True)
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailboxReceipt(Base):
    """One comparison of a folder with what we hold: `held` of `on_server`, and how many were fetched to close the gap.

    `error` is why some could not be fetched, in the server's words.
    """

    __tablename__ = "mailbox_receipt"
    __table_args__ = (Index("ix_mailbox_receipt_folder", "folder_id", "at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("mailbox_folder.id", ondelete="CASCADE"))
    on_server: Mapped[int] = mapped_column()
    held: Mapped[int] = mapped_column()
    fetched: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
