"""A client's card: everything one wants to know with the phone in one hand, and the buttons of what comes next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.callbacks import Callback
from bot.calls import CallClient
from bot.clients.presses import (
    AskArchive,
    AskSource,
    EditField,
    ShowOwners,
    ShowTags,
    UndoClient,
)
from bot.context import BotContext
from bot.doors import (
    ShowClient,
    ShowConsents,
    ShowHistory,
    ShowParties,
    ShowPersons,
    ShowPoints,
    ShowWhyOf,
    StartFollowUp,
)
from bot.followups import ShowFollowUp
from bot.interactions import StartInteraction
from bot.marketing import source_name
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines
from bot.routing import Router
from bot.writing import StartMessage
from crm import clients, followups, interactions
from crm.access import Action, allows
from crm.clients import Address, ClientCard
from crm.contacts import show_phone
from crm.errors import NotAllowed
from crm.interactions import InteractionDraft, KeptFile
from storage.models import (
    Channel,
    ConsentState,
    ContactKind,
    Interaction,
    InteractionKind,
    InteractionSource,
    SuppressionReason,
)

router = Router()

CARD = "client"
UNDO_FOR = timedelta(minutes=10)
_ICONS = {ContactKind.PHONE: "📱", ContactKind.EMAIL: "✉️", ContactKind.TELEGRAM: "✈️"}


@router.card(CARD)
async def client_card(reader: Reader, card_id: int, facts: dict[str, Any]) -> Card | None:
    """The card; None for what is absent or not the reader's. `facts["page"]` 1 shows what is behind More."""
    try:
        seen = await clients.card(reader.session, actor=reader.staff, client_id=card_id, now=reader.now)
    except NotAllowed:
        return None
    rows = _more_rows(reader, seen) if facts.get("page") == 1 else _rows(reader, seen)
    return Card(await _body(reader, seen), rows, card=CARD, card_id=card_id)


@router.press(ShowClient)
async def on_show(context: BotContext, press: ShowClient) -> None:
    await context.show_card(CARD, press.client_id, page=press.page)


@router.reply(CARD)
async def on_reply(context: BotContext, card_id: int) -> bool:
    """A Telegram reply to a client's card is a note on that client, with whatever files came along."""
    if not context.text and not context.files:
        return False
    files = [
        KeptFile(
            name=f.name,
            media_type=f.media_type,
            size=f.size,
            sha256=f.sha256,
            telegram_file_id=f.telegram_file_id,
        )
        for f in context.files
    ]
    draft = InteractionDraft(
        client_id=card_id,
        kind=InteractionKind.NOTE,
        source=InteractionSource.QUICK_LINE,
        text=context.text,
        files=files,
    )
    async with context.write() as session:
        saved = await interactions.log(session, actor=context.staff, draft=draft, now=context.now)
    await context.show_card(interactions.CARD, saved.id, new=True)
    return True


async def _body(reader: Reader, seen: ClientCard) -> Html:
    client = seen.client
    company = client.company if client.company != client.name else ""
    parties = ", ".join(party.name for party in seen.counterparties)
    persons = ", ".join(
        f"{person.name} ({person.position})" if person.position else person.name for person in seen.persons[:5]
    )
    return lines(
        Html(f"👤 {bold(client.name)}" + (f" · {escape(company)}" if company else "")),
        reader.t("clients-card-facts", facts=_facts(reader, seen)),
        reader.t("clients-card-counterparties", names=parties) if parties else None,
        Html(" "),
        *(_address_line(reader, address) for address in seen.addresses[:8]),
        reader.t("clients-card-people", names=persons) if persons else None,
        reader.t("clients-card-unreachable") if not seen.addresses else None,
        Html(" "),
        _last_contact(reader, seen.last_interaction),
        _next_follow_up(reader, seen),
        _consents(reader, seen),
        reader.t("clients-card-tags", tags=" ".join(f"#{tag.name.replace(' ', '_')}" for tag in seen.tags[:15]))
        if seen.tags
        else None,
        Html(f"<blockquote>{fold(escape(client.notes), 600)}</blockquote>") if client.notes else None,
    )


def _facts(reader: Reader, seen: ClientCard) -> str:
    """City, stage of life, owner and source, as far as known."""
    client = seen.client
    owner = seen.owner.name if seen.owner else reader.t("clients-card-nobodys")
    facts: list[str] = [
        client.city,
        reader.t(f"clients-lifecycle-{client.lifecycle.value}"),
        reader.t("clients-card-owner", name=owner),
    ]
    if client.last_purchase_at is not None:
        facts.append(reader.t("clients-card-purchase", at=reader.day(client.last_purchase_at)))
    if seen.source is not None:
        facts.append(reader.t("clients-card-source", name=source_name(reader, seen.source.code, seen.source.name)))
    # Wording escapes its arguments again, so what is escaped already is joined as Html.
    return Html(" · ".join(escape(fact) for fact in facts if fact))


def _address_line(reader: Reader, address: Address) -> Html:
    shown = show_phone(address.value) if address.kind is ContactKind.PHONE else address.value
    label = f" · {escape(address.label)}" if address.label else ""
    stopped = _stopped(reader, address.suppressed, only_mailings=address.suppressed_for_mailings_only)
    return Html(f"{_ICONS[address.kind]} {escape(shown)}{label}{stopped}")


def _stopped(reader: Reader, reason: SuppressionReason | None, *, only_mailings: bool) -> str:
    if reason is None:
        return ""
    key = "clients-card-stopped-mailings" if only_mailings else "clients-card-stopped"
    return " · " + reader.t(key, reason=reader.t(f"clients-stopped-{reason.value.replace('_', '-')}"))


def _last_contact(reader: Reader, last: Interaction | None) -> Html:
    if last is None:
        return reader.t("clients-card-no-contact")
    kind = reader.t(f"interactions-kind-{last.kind.value}" + (f"-{last.direction.value}" if last.direction else ""))
    said = fold(escape(" ".join((last.subject or last.text).split())), 140)
    return reader.t("clients-card-last", at=reader.moment(last.at), kind=kind, said=said)


def _next_follow_up(reader: Reader, seen: ClientCard) -> Html:
    promise = seen.next_follow_up
    if promise is None:
        return reader.t("clients-card-no-followup")
    key = "clients-card-followup-late" if followups.is_late(promise, reader.now) else "clients-card-followup"
    return reader.t(key, at=reader.moment(promise.due_at), promise=fold(escape(promise.promise), 200))


def _consents(reader: Reader, seen: ClientCard) -> Html | None:
    said = [
        reader.t(f"clients-consent-{state.value}", channel=reader.t(f"clients-channel-{channel.value}"))
        for channel, state in sorted(seen.consents.items())
        if state in ConsentState
    ]
    return Html(" · ".join(said)) if said else None


def _rows(reader: Reader, seen: ClientCard) -> list[list[Press]]:
    client, t = seen.client, reader.t
    rows: list[list[Press]] = []
    can_log = allows(reader.staff, Action.LOG_INTERACTIONS)
    if can_log:
        rows.append(
            [
                Press("📞 " + t("clients-call"), StartInteraction(client.id, InteractionKind.CALL)),
                Press("🤝 " + t("clients-meeting"), StartInteraction(client.id, InteractionKind.MEETING)),
            ]
        )
    written: list[Press] = []
    if seen.reached_by(ContactKind.PHONE):
        if allows(reader.staff, Action.WRITE_TO_CLIENTS):
            written.append(Press("☎️ " + t("calls-now"), CallClient(client.id)))
        written.append(Press("💬 " + t("clients-sms"), StartMessage(client.id, Channel.SMS)))
    if seen.reached_by(ContactKind.EMAIL):
        written.append(Press("✉️ " + t("clients-email"), StartMessage(client.id, Channel.EMAIL)))
    promise: Callback = (
        ShowFollowUp(seen.next_follow_up.id) if seen.next_follow_up is not None else StartFollowUp(client.id)
    )
    written.append(Press("⏰ " + t("clients-followup"), promise))
    rows.append(written)
    if clients.needs_source(client):
        rows.append([Press("⌁ " + t("clients-ask-source"), AskSource(client.id))])
    last = [Press("🗂 " + t("clients-history"), ShowHistory(client.id)), Press(t("core-more"), ShowClient(client.id, 1))]
    if client.created_by_id == reader.staff.id and reader.now - client.created_at <= UNDO_FOR and not seen.interactions:
        last.insert(0, Press("↩︎ " + t("core-undo"), UndoClient(client.id)))
    rows.append(last)
    return rows


def _more_rows(reader: Reader, seen: ClientCard) -> list[list[Press]]:
    client, t = seen.client, reader.t
    rows = [
        [
            Press("✏️ " + t("clients-edit"), EditField(client.id)),
            Press("📱 " + t("clients-points"), ShowPoints(client.id)),
        ],
        [
            Press("👥 " + t("clients-people"), ShowPersons(client.id)),
            Press("🏛 " + t("clients-parties"), ShowParties(client.id)),
        ],
        [Press("🏷 " + t("clients-tags"), ShowTags(client.id)), Press("⌁ " + t("clients-source"), AskSource(client.id))],
        [
            Press("✋ " + t("consents-button"), ShowConsents(client.id)),
            Press("❓ " + t("why-button-messages"), ShowWhyOf(client.id)),
        ],
    ]
    if allows(reader.staff, Action.ASSIGN_CLIENTS) or client.owner_id is None:
        rows.append([Press("🧑‍💼 " + t("clients-owner"), ShowOwners(client.id))])
    rows[-1].append(Press("🗄 " + t("clients-archive"), AskArchive(client.id)))
    if seen.next_follow_up is not None:
        rows.append([Press("⏰ " + t("clients-another-followup"), StartFollowUp(client.id))])
    rows.append([Press(t("core-back"), ShowClient(client.id))])
    return rows
