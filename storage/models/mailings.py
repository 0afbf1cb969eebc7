"""Segments, templates with immutable versions, and mailings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import Channel, Language, MailingState, SegmentKind
from storage.types import UtcDateTime, enum_column

_COMPANYS = text("owner_id IS NULL")


class Segment(Base):
    """A set of clients: by a typed rule (as written; parsed each time it is used) or as a list."""

    __tablename__ = "segment"
    __table_args__ = (CheckConstraint("(kind = 'rule') = (rule <> '')", name="rule"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[SegmentKind] = mapped_column(enum_column(SegmentKind))
    rule: Mapped[str] = mapped_column(String(4000), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SegmentMember(Base):
    __tablename__ = "segment_member"

    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), primary_key=True)


class Template(Base):
    """A text with fields. The company's names are its own; a colleague's own answers are named as they like."""

    __tablename__ = "template"
    __table_args__ = (
        UniqueConstraint("owner_id", "name"),
        Index("ix_template_company_name", "name", unique=True, sqlite_where=_COMPANYS, postgresql_where=_COMPANYS),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))  # a rep's own answer; empty: the company's


class TemplateVersion(Base):
    """What a template said in one language from one edit on; never changed afterwards."""

    __tablename__ = "template_version"
    __table_args__ = (UniqueConstraint("template_id", "language", "number"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("template.id", ondelete="CASCADE"))
    language: Mapped[Language] = mapped_column(enum_column(Language))
    number: Mapped[int] = mapped_column()
    subject: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)  # as sent: rendered from `mjml` once, style sheets inlined
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mjml: Mapped[str | None] = mapped_column(Text)


class Mailing(Base):
    """One message to one segment. `cursor` is the last client expanded; `planned` counts the ledger rows made."""

    __tablename__ = "mailing"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id"))
    template_id: Mapped[int] = mapped_column(ForeignKey("template.id"))
    state: Mapped[MailingState] = mapped_column(enum_column(MailingState), index=True)
    state_before_pause: Mapped[MailingState | None] = mapped_column(
        enum_column(MailingState, name="state_before_pause")
    )
    pause_reason: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cursor: Mapped[int] = mapped_column(default=0)
    planned: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Chosen for this mailing; both also have to be switched on for the installation.
    track_clicks: Mapped[bool] = mapped_column(default=False, server_default=false())
    track_opens: Mapped[bool] = mapped_column(default=False, server_default=false())
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
