"""Calls in the chat: ringing a client from their card, the card of a call that stays true, and the note written under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.callbacks import Callback
from bot.context import BotContext
from bot.doors import ShowClient, StartFollowUp
from bot.render import Card, Html, Press, Reader, bold, escape, lines
from bot.routing import Router
from bot.writing import StartMessage
from crm import calls, staff
from crm.access import Action, allows
from crm.calls import CARD
from crm.contacts import show_phone
from storage.models import Call, CallState, Channel, Client, Direction, FormProgress, Interaction

router = Router()

FORM = "calls"


@dataclass(frozen=True)
class CallClient(Callback, prefix="zc", writes=True):
    """Rings the presser's own phone, then the client's."""

    client_id: int


@dataclass(frozen=True)
class AskPhone(Callback, prefix="zp"):
    """Asks for the presser's own number; with a client, goes on to call them."""

    client_id: int = 0


@router.press(CallClient)
async def on_call(context: BotContext, press: CallClient) -> None:
    if context.settings.calls.on and not context.staff.phone:
        await _ask_phone(context, press.client_id)
        return
    await _place(context, press.client_id)


@router.press(AskPhone)
async def on_ask_phone(context: BotContext, press: AskPhone) -> None:
    await _ask_phone(context, press.client_id)


@router.step(FORM, "phone")
async def on_phone(context: BotContext, form: FormProgress) -> None:
    """Their own number; a call that waited for it is placed at once."""
    async with context.write() as session:
        changed = await staff.set_phone(
            session, actor=context.staff, number=context.text, region=context.settings.region or None, now=context.now
        )
    context.staff.phone = changed.phone
    await context.finish_form()
    context.say("calls-phone-kept", number=show_phone(changed.phone or ""))
    if client_id := int(form.fields.get("client_id", 0)):
        await _place(context, client_id)


@router.card(CARD)
async def call_card(reader: Reader, card_id: int, _facts: dict[str, Any]) -> Card | None:
    """A call as it is now: ringing, on the line, over; with what to do next."""
    call = await calls.readable(reader.session, actor=reader.staff, call_id=card_id)
    if call is None:
        return None
    client = await reader.session.get(Client, call.client_id) if call.client_id else None
    entry = await reader.session.get(Interaction, call.interaction_id) if call.interaction_id else None
    who = client.name if client is not None else reader.t("calls-unknown")
    body = lines(
        Html(f"☎️ {bold(who)}" + (f" · {escape(client.company)}" if client and client.company else "")),
        Html(f"<code>{escape(show_phone(call.number))}</code> · {escape(reader.moment(call.started_at))}"),
        reader.t(_state(call), seconds=call.duration_seconds or 0, length=_length(call)),
        Html(f"<blockquote>{escape(entry.text[:1500])}</blockquote>") if entry is not None and entry.text else None,
        reader.t("calls-how-to-note") if client is not None and call.state is CallState.ENDED else None,
    )
    return Card(body, _rows(reader, call, client), card=CARD, card_id=card_id)


@router.reply(CARD)
async def on_reply(context: BotContext, card_id: int) -> bool:
    """A Telegram reply to a call's card is what was said in it."""
    if not context.text:
        return False
    async with context.write() as session:
        await calls.note(session, actor=context.staff, call_id=card_id, text=context.text, now=context.now)
    await context.show_card(CARD, card_id, new=True)
    return True


async def _ask_phone(context: BotContext, client_id: int) -> None:
    await context.ask(FORM, "phone", {"client_id": client_id}, Card(context.t("calls-ask-phone")))
    context.answers[-1].do = "send"


async def _place(context: BotContext, client_id: int) -> None:
    async with context.write() as session:
        call = await calls.place(
            session, actor=context.staff, client_id=client_id, terms=context.settings.calls, now=context.now
        )
    await context.show_card(CARD, call.id, new=True)


def _state(call: Call) -> str:
    """The message that words how far the call got."""
    way = call.direction.value
    if call.state is CallState.RINGING:
        return "calls-ringing-bridged" if call.outcome == calls.BRIDGED else f"calls-ringing-{way}"
    if call.state is CallState.ANSWERED:
        return "calls-answered"
    if call.state is CallState.ENDED:
        return "calls-ended"
    if call.state is CallState.FAILED:
        return "calls-failed"
    if call.outcome == "voicemail":
        return "calls-voicemail"
    return "calls-busy" if call.outcome == "busy" and call.direction is Direction.OUT else f"calls-missed-{way}"


def _length(call: Call) -> str:
    minutes, seconds = divmod(call.duration_seconds or 0, 60)
    return f"{minutes}:{seconds:02d}"


def _rows(reader: Reader, call: Call, client: Client | None) -> list[list[Press]]:
    rows: list[list[Press]] = []
    if call.recording_url:
        rows.append([Press("▶️ " + reader.t("calls-listen"), url=call.recording_url)])
    if client is None:
        return rows
    if call.state in (CallState.MISSED, CallState.FAILED) and allows(reader.staff, Action.WRITE_TO_CLIENTS):
        again = "calls-again" if call.direction is Direction.OUT else "calls-back"
        rows.append(
            [
                Press("☎️ " + reader.t(again), CallClient(client.id)),
                Press("💬 " + reader.t("clients-sms"), StartMessage(client.id, Channel.SMS)),
            ]
        )
    rows.append(
        [
            Press(reader.t("interactions-followup"), StartFollowUp(client.id)),
            Press(client.name, ShowClient(client.id)),
        ]
    )
    return rows
