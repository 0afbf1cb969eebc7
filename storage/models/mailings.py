"""Segments, templates with immutable versions, and mailings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import (
    Channel,
    Language,
    MailingState,
    MissedPolicy,
    SegmentKind,
    TrialMeasure,
    TrialSide,
    TrialVaries,
)
from storage.types import Json, UtcDateTime, enum_column

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
    """One message to one segment. `cursor` is the last client expanded; `planned` counts the ledger rows made.

    With `sms_template_id` each client gets the cheapest channel they permit: email, else SMS. With `own_time` (a wall
    clock's `2026-11-30T10:00`) each gets it when their own clock shows that. A window is minutes of the recipient's day
    on the weekdays of `window_days` (bit 0 is Monday).
    """

    __tablename__ = "mailing"
    __table_args__ = (
        UniqueConstraint("pattern_id", "occurs_at"),
        CheckConstraint("(pattern_id IS NULL) = (occurs_at IS NULL)", name="occurrence"),
        CheckConstraint("sms_template_id IS NULL OR channel = 'email'", name="cheapest_is_email"),
        CheckConstraint("copied_from_id IS NOT NULL OR NOT leaves_out", name="leaves_out"),
        CheckConstraint(
            "(window_days IS NULL AND window_from IS NULL AND window_until IS NULL) OR (window_days BETWEEN 1 AND 127 "
            "AND window_from >= 0 AND window_from < window_until AND window_until <= 1440)",
            name="window",
        ),
    )

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
    sms_template_id: Mapped[int | None] = mapped_column(ForeignKey("template.id"))
    own_time: Mapped[str | None] = mapped_column(String(16))
    window_days: Mapped[int | None] = mapped_column()
    window_from: Mapped[int | None] = mapped_column()
    window_until: Mapped[int | None] = mapped_column()
    copied_from_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"))
    leaves_out: Mapped[bool] = mapped_column(default=False, server_default=false())  # whom that one reached
    pattern_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"))  # of which series it is an occurrence
    occurs_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    return_reason: Mapped[str] = mapped_column(
        String(500), default="", server_default=""
    )  # of the second person who sent it back


class MailingSeries(Base):
    """When a mailing (its pattern) recurs. `rule` is crm.recurrence's; `next_due_at` moves forward, and is the lock.

    `approved_print`, `approved_for` and `approved_cost` are what a second person said yes to: the texts and the rule, how
    many people, and for how much (millionths of the currency).
    """

    __tablename__ = "mailing_series"

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(120))
    zone: Mapped[str] = mapped_column(String(64))
    each_own_time: Mapped[bool] = mapped_column(default=False)
    missed: Mapped[MissedPolicy] = mapped_column(enum_column(MissedPolicy))
    stops_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    approved_print: Mapped[str | None] = mapped_column(String(64))
    approved_for: Mapped[int | None] = mapped_column()
    approved_cost: Mapped[int | None] = mapped_column(BigInteger)


class MissedOccurrence(Base):
    """A time at which a series did not go out, written down when that was noticed."""

    __tablename__ = "missed_occurrence"

    mailing_id: Mapped[int] = mapped_column(
        ForeignKey("mailing_series.mailing_id", ondelete="CASCADE"), primary_key=True
    )
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    noticed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailingFile(Base):
    """A file that goes with a mailing by email, in the order of the ids; shown in the text where that names it."""

    __tablename__ = "mailing_file"
    __table_args__ = (UniqueConstraint("mailing_id", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    name: Mapped[str] = mapped_column(String(255))


class MailingTrial(Base):
    """Two versions of a mailing on a share of its people; the rest gets the better one (or A, where neither is).

    `share` is per cent of all, both halves together. `subjects` are B's by language. `figures` is what was decided from.
    """

    __tablename__ = "mailing_trial"
    __table_args__ = (
        CheckConstraint("share BETWEEN 1 AND 100", name="share"),
        CheckConstraint("wait_minutes > 0", name="wait"),
        CheckConstraint("(varies = 'text') = (template_b_id IS NOT NULL)", name="text"),
        CheckConstraint("(varies = 'time') = (later_minutes IS NOT NULL)", name="time"),
        CheckConstraint("(decided_at IS NULL) = (winner IS NULL)", name="decided"),
        CheckConstraint("winner IN ('a', 'b')", name="winner"),
    )

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    varies: Mapped[TrialVaries] = mapped_column(enum_column(TrialVaries))
    share: Mapped[int] = mapped_column(default=20)
    measure: Mapped[TrialMeasure] = mapped_column(enum_column(TrialMeasure))
    wait_minutes: Mapped[int] = mapped_column()
    subjects: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    template_b_id: Mapped[int | None] = mapped_column(ForeignKey("template.id"))
    later_minutes: Mapped[int | None] = mapped_column()
    decides_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    winner: Mapped[TrialSide | None] = mapped_column(enum_column(TrialSide))
    figures: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
