"""Invitations in customers' mail: what the card of the message says of them, and the buttons that answer them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.callbacks import Callback
from bot.context import BotContext
from bot.render import Html, Press, Reader, bold, escape, fold
from bot.routing import Router
from channels.email.invitations import Method, Participation
from crm import invitations
from crm.tray import CARD
from storage.models import Interaction

router = Router()

_ANSWERS = (
    (Participation.ACCEPTED, "✅", "invitations-accept"),
    (Participation.TENTATIVE, "❔", "invitations-maybe"),
    (Participation.DECLINED, "✖️", "invitations-decline"),
)
_SHOWN = 200
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AnswerInvitation(Callback, prefix="ra", writes=True):
    """Sends the organiser our answer."""

    interaction_id: int
    answer: Participation


def notes(reader: Reader, interaction: Interaction) -> list[Html]:
    """What the card says of an invitation: what, when, where, who asks, and how it stands."""
    held = interaction.invitation
    if held is None:
        return []
    if held["method"] == Method.REPLY:
        known = {one.value for one in Participation}
        word = held["participation"] if held["participation"] in known else "other"
        return [reader.t(f"invitations-they-{word}", summary=held["summary"][:_SHOWN])]
    cancelled = (
        held["method"] == Method.CANCEL or held["status"] == "cancelled" or held.get("superseded") == "cancelled"
    )
    title = bold(fold(escape(held["summary"] or reader.t("invitations-untitled")), _SHOWN))
    when = _when(reader, held)
    said = [Html(f"📅 {title}")]
    if when:
        said.append(Html(f"🕙 {escape(when)}" + (f" · {reader.t('invitations-repeats')}" if held["recurring"] else "")))
    if held["location"]:
        said.append(Html(f"📍 {fold(escape(held['location']), _SHOWN)}"))
    organizer = held["organizer_name"] or held["organizer"]
    if organizer and held["organizer"] != (interaction.recipients or {}).get("from", "").lower():
        said.append(reader.t("invitations-organizer", name=organizer[:_SHOWN]))
    if cancelled:
        said.append(reader.t("invitations-cancelled"))
    elif held.get("superseded"):
        said.append(reader.t("invitations-updated"))
    elif held.get("answer"):
        said.append(reader.t(f"invitations-we-{held['answer']}"))
    return said


def rows(reader: Reader, interaction: Interaction) -> list[list[Press]]:
    """Accept, Maybe, Decline; the one that was given is left out."""
    if not invitations.can_be_answered(interaction):
        return []
    given = (interaction.invitation or {}).get("answer")
    presses = [
        Press(f"{icon} {reader.t(key)}", AnswerInvitation(interaction.id, answer))
        for answer, icon, key in _ANSWERS
        if answer.value != given
    ]
    return [presses]


@router.press(AnswerInvitation)
async def on_answer(context: BotContext, press: AnswerInvitation) -> None:
    async with context.write() as session:
        await invitations.answer_invitation(
            session,
            actor=context.staff,
            interaction_id=press.interaction_id,
            accept=press.answer,
            sender_domain=context.settings.mail_domain,
            now=context.now,
        )
    await context.show_card(CARD, press.interaction_id)
    context.toast(f"invitations-sent-{press.answer.value}")


def _when(reader: Reader, held: dict[str, Any]) -> str:
    if not held["start"]:
        return ""
    if held["all_day"]:
        first = date.fromisoformat(held["start"])
        last = date.fromisoformat(held["end"]) - _DAY if held["end"] else first
        shown = [reader.day(datetime.combine(one, time(12), tzinfo=reader.zone)) for one in (first, max(first, last))]
        return shown[0] if shown[0] == shown[1] else " – ".join(shown)
    start = _moment(reader, held["start"])
    if not held["end"]:
        return reader.moment(start)
    end = _moment(reader, held["end"])
    same_day = start.astimezone(reader.zone).date() == end.astimezone(reader.zone).date()
    return f"{reader.moment(start)} – {reader.time(end) if same_day else reader.moment(end)}"


def _moment(reader: Reader, iso: str) -> datetime:
    """A bare local time is the reader's own."""
    found = datetime.fromisoformat(iso)
    return found if found.tzinfo is not None else found.replace(tzinfo=reader.zone)
