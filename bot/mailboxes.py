"""Mailboxes in the chat: whether they are read, what their receipts say, and the alarm when one cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.callbacks import Callback
from bot.context import BotContext
from bot.render import Card, Html, Press, Reader, bold, bot_wording, escape, fold, join, lines
from bot.routing import Router
from crm import mailboxes
from crm.access import Action, allows
from crm.errors import NotAllowed
from crm.mailboxes import CARD, OVERDUE_AFTER, RECEIPT_CARD, FolderView, MailboxView
from storage.models import Mailbox

router = Router()

RECOVERED_SHOWN = timedelta(days=1)
_ERROR_SHOWN = 200


@dataclass(frozen=True)
class ListMailboxes(Callback, prefix="bl"):
    """All of them."""


@dataclass(frozen=True)
class ShowMailbox(Callback, prefix="bs"):
    mailbox_id: int


@dataclass(frozen=True)
class CompareNow(Callback, prefix="bc", writes=True):
    """Asks for a receipt at once."""

    mailbox_id: int


@router.command("mailboxes")
async def on_mailboxes(context: BotContext, _argument: str) -> None:
    await on_list(context, ListMailboxes())


@router.press(ListMailboxes)
async def on_list(context: BotContext, _press: ListMailboxes) -> None:
    async with context.read() as session:
        found = await mailboxes.listed(session, actor=context.staff)
        reader = context.reader(session)
    told = [lines(Html(" "), bold(one.mailbox.title), _state(reader, one), _sum(reader, one)) for one in found]
    rows = [[Press(one.mailbox.title, ShowMailbox(one.mailbox.id))] for one in found]
    context.show(Card(lines(context.t("mailboxes-list", count=len(found)), *told), rows))


@router.press(ShowMailbox)
async def on_show(context: BotContext, press: ShowMailbox) -> None:
    await context.show_card(CARD, press.mailbox_id)


@router.press(CompareNow)
async def on_compare(context: BotContext, press: CompareNow) -> None:
    async with context.write() as session:
        await mailboxes.ask_receipt(session, actor=context.staff, mailbox_id=press.mailbox_id, now=context.now)
    context.toast("mailboxes-asked")
    await context.show_card(CARD, press.mailbox_id)


@router.card(CARD)
async def mailbox_card(reader: Reader, mailbox_id: int, _facts: dict[str, Any]) -> Card | None:
    """How one mailbox stands; as an alarm and afterwards too."""
    try:
        found = await mailboxes.view(reader.session, actor=reader.staff, mailbox_id=mailbox_id)
    except NotAllowed:
        return None
    owner = found.owner.name if found.owner is not None else ""
    body = lines(
        bold(found.mailbox.title),
        reader.t("mailboxes-personal", name=owner) if owner else None,
        _state(reader, found),
        _recovered(reader, found.mailbox),
        *(_folder(reader, one) for one in found.folders),
    )
    rows = []
    if allows(reader.staff, Action.SEE_MAILBOXES):
        rows = [
            [Press("🔍 " + reader.t("mailboxes-compare"), CompareNow(found.mailbox.id))],
            [Press(reader.t("mailboxes-back"), ListMailboxes())],
        ]
    return Card(body, rows, CARD, found.mailbox.id)


@router.card(RECEIPT_CARD)
async def receipt_card(reader: Reader, receipt_id: int, _facts: dict[str, Any]) -> Card | None:
    """That something was missing, and what became of it."""
    try:
        found = await mailboxes.receipt(reader.session, actor=reader.staff, receipt_id=receipt_id)
    except NotAllowed:
        return None
    receipt = found.receipt
    lacking = receipt.on_server - receipt.held
    body = lines(
        reader.t("mailboxes-gap-title", mailbox=found.mailbox.title, folder=found.folder.folder),
        reader.t("mailboxes-gap-fetched", n=receipt.fetched) if receipt.fetched else None,
        reader.t("mailboxes-gap-left", n=lacking, error=_mail_fault(reader, receipt.error)) if lacking else None,
        _held(reader, receipt.held, receipt.on_server),
    )
    rows = [[Press(found.mailbox.title, ShowMailbox(found.mailbox.id))]]
    return Card(body, rows, RECEIPT_CARD, receipt.id)


def _state(reader: Reader, found: MailboxView) -> Html:
    failing = found.failing
    if failing is not None and failing.folder.failing_since is not None:
        return reader.t(
            "mailboxes-failing",
            what="copies" if failing.folder.copies else "read",
            since=reader.moment(failing.folder.failing_since),
            folder=failing.folder.folder,
            error=_fault(reader, failing.folder.fault, failing.folder.error),
        )
    if found.looked_at is None:
        return reader.t("mailboxes-not-yet")
    return reader.t("mailboxes-read", at=reader.moment(found.looked_at))


def _recovered(reader: Reader, mailbox: Mailbox) -> Html | None:
    over = mailbox.recovered_at
    if mailbox.alarmed_at is not None or over is None or reader.now - over > RECOVERED_SHOWN:
        return None
    return reader.t("mailboxes-recovered", at=reader.moment(over))


def _sum(reader: Reader, found: MailboxView) -> Html | None:
    """The last receipts of all folders together."""
    receipts = [one.receipt for one in found.folders if one.receipt is not None]
    if not receipts:
        return None
    return _held(reader, sum(one.held for one in receipts), sum(one.on_server for one in receipts))


def _held(reader: Reader, held: int, on_server: int) -> Html:
    return reader.t("mailboxes-held", held=reader.number(held), total=reader.number(on_server))


def _folder(reader: Reader, one: FolderView) -> Html:
    folder = one.folder
    if folder.copies:
        auto = folder.folder == "auto"
        return reader.t("mailboxes-copies", how="auto" if auto else "named", folder=folder.folder)
    name = bold(folder.folder)
    if folder.synced_at is None:
        left = reader.t("mailboxes-history", left=reader.number(one.lacking)) if one.lacking else None
        return lines(name, left or reader.t("mailboxes-history-begins"))
    due, receipt = folder.receipt_due_at, one.receipt
    comparing = due is not None and due <= reader.now
    overdue = due if due is not None and due <= reader.now - OVERDUE_AFTER else None
    return lines(
        name,
        _held(reader, receipt.held, receipt.on_server) if receipt is not None else None,
        reader.t("mailboxes-error", error=_mail_fault(reader, receipt.error))
        if receipt is not None and receipt.error
        else None,
        reader.t("mailboxes-uncompared", at=reader.moment(overdue))
        if overdue is not None
        else reader.t("mailboxes-comparing")
        if comparing
        else reader.t("mailboxes-compared", at=reader.moment(receipt.at))
        if receipt is not None
        else None,
    )


def _fault(reader: Reader, fault: str, said: str) -> Html:
    """In the reader's words, and in the server's where it said something."""
    words = reader.t(f"mailboxes-fault-{fault}") if bot_wording().has(f"mailboxes-fault-{fault}") else Html("")
    quoted = reader.t("mailboxes-said", text=fold(escape(said), _ERROR_SHOWN)) if said else Html("")
    return join(" ", (words, quoted))


def _mail_fault(reader: Reader, error: str) -> Html:
    key = f"mailboxes-mail-{error}"
    return (
        reader.t(key) if bot_wording().has(key) else reader.t("mailboxes-said", text=fold(escape(error), _ERROR_SHOWN))
    )
