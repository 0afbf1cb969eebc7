"""What people did with what we sent them: links of templates, touches of deliveries; and what they want to hear of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key
from storage.models.enums import TouchKind
from storage.types import Json, UtcDateTime, enum_column

LONGEST_URL = 2_000

_CLICKS = text("kind = 'click'")
_ONCE = text("kind IN ('open', 'unsubscribe')")
_ANSWERS = text("kind = 'answer'")


class TrackedLink(Base):
    """A link of a template's version as it was written. A click's token names its id: no address travels with the click."""

    __tablename__ = "tracked_link"
    __table_args__ = (
        UniqueConstraint("template_version_id", "url"),
        CheckConstraint("url LIKE 'http://%' OR url LIKE 'https://%'", name="scheme"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    template_version_id: Mapped[int] = mapped_column(ForeignKey("template_version.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(LONGEST_URL))


class Touch(Base):
    """That somebody opened, clicked, answered or left by one delivery, each at most once (an answer: once per message).

    `by_machine`: a scanner, a prefetcher or a proxy did it as far as is known; a person coming later makes it theirs.
    `mailing_id` and `client_id` are the delivery's own, kept here so that figures and rules read one index.
    """

    __tablename__ = "touch"
    __table_args__ = (
        Index("ix_touch_outbox", "outbox_id", "kind"),
        Index("ix_touch_mailing", "mailing_id", "kind", "by_machine", "outbox_id"),
        Index("ix_touch_client", "client_id", "kind", "at"),
        Index("uq_touch_click", "outbox_id", "link_id", unique=True, sqlite_where=_CLICKS, postgresql_where=_CLICKS),
        Index("uq_touch_once", "outbox_id", "kind", unique=True, sqlite_where=_ONCE, postgresql_where=_ONCE),
        Index("uq_touch_answer", "interaction_id", unique=True, sqlite_where=_ANSWERS, postgresql_where=_ANSWERS),
        CheckConstraint("(kind = 'click') = (link_id IS NOT NULL)", name="link_of_clicks"),
        CheckConstraint("kind <> 'answer' OR interaction_id IS NOT NULL", name="message_of_answers"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"))
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"))
    kind: Mapped[TouchKind] = mapped_column(enum_column(TouchKind))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("tracked_link.id", ondelete="CASCADE"), index=True)
    interaction_id: Mapped[int | None] = mapped_column(ForeignKey("interaction.id", ondelete="CASCADE"))
    by_machine: Mapped[bool] = mapped_column(default=False, server_default=false())
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Topic(Base):
    """Something clients may want to hear of or not. `titles` says it to them by language; `name` is the staff's word."""

    __tablename__ = "topic"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    titles: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TopicOptOut(Base):
    """That a client does not want mailings on a topic; taken back, the row goes (the event log remembers both)."""

    __tablename__ = "topic_opt_out"

    client_id: Mapped[int] = mapped_column(ForeignKey("client.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
