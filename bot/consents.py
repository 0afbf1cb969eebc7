"""A client's consents in the chat: what they said about mailings, how we know, and writing down what they say now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback
from bot.context import BotContext
from bot.conversations.rows import FetchFile
from bot.deliveries import ICONS
from bot.doors import ShowClient, ShowConsents
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager
from bot.routing import Router
from crm import cards, consent
from crm.access import Action, allows, client_in_scope
from crm.consent import ChannelStanding, How, Told
from crm.interactions import KeptFile
from storage.models import Channel, Client, ConsentState, FormProgress

router = Router()

FORM = "consents"
CLIENT_CARD = "client"
PAGE = 6
ADDRESSES, FILES = 6, 4
SHOWN_WORDS, SHOWN_PROOF = 300, 120
_HOWS = frozenset({*(how.value for how in How), "link", "page", "stop", "start", "complaint"})


@dataclass(frozen=True)
class AskHow(Callback, prefix="qh"):
    """They said yes or no: on what occasion?"""

    client_id: int
    channel: Channel
    state: ConsentState


@dataclass(frozen=True)
class AskProof(Callback, prefix="qp"):
    """A yes is proved by its words or a picture of them."""

    client_id: int
    channel: Channel
    how: How


@dataclass(frozen=True)
class SaveNo(Callback, prefix="qn", writes=True):
    client_id: int
    channel: Channel
    how: How


@dataclass(frozen=True)
class ShowAllSaid(Callback, prefix="qa"):
    client_id: int
    page: int = 0


@router.press(ShowConsents)
async def on_show(context: BotContext, press: ShowConsents) -> None:
    await context.leave_form(FORM)
    async with context.read() as session:
        card = await _card(context, session, press.client_id)
    context.show(card)


@router.press(AskHow)
async def on_ask_how(context: BotContext, press: AskHow) -> None:
    async with context.read() as session:
        client = await _client(session, context, press.client_id)
    granted = press.state is ConsentState.GRANTED
    rows = [
        [
            Press(
                context.t(f"consents-ask-how-{how.value}"),
                AskProof(client.id, press.channel, how) if granted else SaveNo(client.id, press.channel, how),
            )
        ]
        for how in How
    ]
    rows.append([Press(context.t("core-back"), ShowConsents(client.id))])
    key = f"consents-ask-{press.state.value}"
    context.show(Card(context.t(key, name=client.name, channel=press.channel.value), rows))


@router.press(AskProof)
async def on_ask_proof(context: BotContext, press: AskProof) -> None:
    async with context.read() as session:
        client = await _client(session, context, press.client_id)
    fields = {"client_id": client.id, "channel": press.channel.value, "how": press.how.value}
    back = [[Press(context.t("core-back"), ShowConsents(client.id))]]
    await context.ask(FORM, "proof", fields, Card(context.t("consents-ask-proof", name=client.name), back))


@router.step(FORM, "proof")
async def on_proof(context: BotContext, form: FormProgress) -> None:
    """Their words as typed, or files with or without a caption."""
    files = [KeptFile(one.sha256, one.name, one.media_type, one.size, one.telegram_file_id) for one in context.files]
    client_id = int(form.fields["client_id"])
    async with context.write() as session:
        await consent.note(
            session,
            actor=context.staff,
            client_id=client_id,
            channel=Channel(form.fields["channel"]),
            state=ConsentState.GRANTED,
            how=How(form.fields["how"]),
            wording=context.text,
            files=files,
            now=context.now,
        )
    await context.finish_form()
    async with context.read() as session:
        card = await _card(context, session, client_id)
    context.send(card)


@router.press(SaveNo)
async def on_no(context: BotContext, press: SaveNo) -> None:
    async with context.write() as session:
        await consent.note(
            session,
            actor=context.staff,
            client_id=press.client_id,
            channel=press.channel,
            state=ConsentState.WITHDRAWN,
            how=press.how,
            now=context.now,
        )
        await cards.refresh(
            session, CLIENT_CARD, press.client_id, now=context.now, except_message=context.pressed_message
        )
        card = await _card(context, session, press.client_id)
    context.show(card)
    context.toast("consents-stopped", channel=press.channel.value)


@router.press(ShowAllSaid)
async def on_all(context: BotContext, press: ShowAllSaid) -> None:
    async with context.read() as session:
        reader = context.reader(session)
        client, told, count = await consent.history(
            session, actor=context.staff, client_id=press.client_id, limit=PAGE, offset=press.page * PAGE
        )
    parts: list[object] = [reader.t("consents-all-title", name=client.name, count=count)]
    for one in told:
        parts += [Html(" "), told_line(reader, one)]
    rows = [pager(press.page, -(-count // PAGE), lambda page: ShowAllSaid(client.id, page))]
    rows += _proofs(told)
    rows.append([Press(reader.t("core-back"), ShowConsents(client.id))])
    context.show(Card(lines(*parts), [row for row in rows if row]))


async def _card(context: BotContext, session: AsyncSession, client_id: int) -> Card:
    """Where the client stands per channel, and the buttons that change it."""
    reader = context.reader(session)
    client, standings = await consent.standings(session, actor=reader.staff, client_id=client_id)
    _, _, count = await consent.history(session, actor=reader.staff, client_id=client_id, limit=0)
    parts: list[object] = [reader.t("consents-title", name=client.name)]
    for standing in standings:
        parts += [Html(" "), *_standing(reader, standing)]
    rows: list[list[Press]] = []
    if allows(reader.staff, Action.EDIT_CLIENTS):
        rows += [_changes(reader, client, standing) for standing in standings]
    rows += _proofs([standing.told for standing in standings if standing.told])
    last = [Press(reader.t("core-back"), ShowClient(client.id, 1))]
    if count:
        last.insert(0, Press("🕘 " + reader.t("consents-all", count=count), ShowAllSaid(client.id)))
    rows.append(last)
    return Card(lines(*parts), rows)


def _standing(reader: Reader, standing: ChannelStanding) -> list[Html]:
    told = []
    if standing.told is not None:
        told.append(told_line(reader, standing.told))
    else:
        key = "consents-silent-required" if reader.contact.consent_required else "consents-silent"
        told.append(reader.t(key, channel=standing.channel.value))
    if not standing.addresses:
        told.append(reader.t("consents-no-address", channel=standing.channel.value))
    told += [
        reader.t(
            "consents-address-stopped",
            address=fold(escape(address), 60),
            reason=reader.t(f"clients-stopped-{reason.value.replace('_', '-')}"),
        )
        for address, reason in standing.stopped[:ADDRESSES]
    ]
    return told


def told_line(reader: Reader, told: Told) -> Html:
    """One word of theirs with its proof: what, when, how, who wrote it down, in which words."""
    one = told.consent
    known = one.how.casefold()
    how = (
        reader.t(f"consents-how-{known}")
        if known in _HOWS
        else reader.t("consents-how-other", how=fold(escape(one.how), SHOWN_PROOF))
    )
    said = reader.t(
        f"consents-{one.state.value}",
        channel=one.channel.value,
        at=bold(reader.day(one.at)),
        how=how,
    )
    return lines(
        said,
        Html(f"<blockquote>{fold(escape(one.wording), SHOWN_WORDS)}</blockquote>") if one.wording else None,
        reader.t("consents-by", name=told.by) if told.by else None,
    )


def _changes(reader: Reader, client: Client, standing: ChannelStanding) -> list[Press]:
    icon, channel = ICONS[standing.channel], standing.channel
    yes = Press(f"{icon} {reader.t('consents-said-yes')}", AskHow(client.id, channel, ConsentState.GRANTED))
    no = Press(f"{icon} {reader.t('consents-said-no')}", AskHow(client.id, channel, ConsentState.WITHDRAWN))
    refused = standing.told is not None and standing.told.consent.state is ConsentState.WITHDRAWN
    return [yes] if refused else [yes, no]


def _proofs(told: list[Told]) -> list[list[Press]]:
    files = dict.fromkeys(file for one in told for file in one.files)
    return [[Press(f"📎 {name}", FetchFile(number))] for number, name in list(files)[:FILES]]


async def _client(session: AsyncSession, context: BotContext, client_id: int) -> Client:
    return await client_in_scope(session, actor=context.staff, client_id=client_id, action=Action.EDIT_CLIENTS)
