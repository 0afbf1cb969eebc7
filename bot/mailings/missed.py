"""Who did not get a mailing and why: by reason, one by one, as a file, and once more to those who may get it."""

from __future__ import annotations

import asyncio
import zlib

from bot.context import BotContext
from bot.deliveries import why
from bot.doors import ShowWhy
from bot.mailings.presses import ShowMailing
from bot.mailings.result_presses import FetchMissed, SendMissed, ShowMissedBy, ShowMissedFor
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager, plain
from bot.routing import Router
from crm import mailings
from crm.access import Action, allows
from crm.exports import write_csv, write_xlsx
from crm.interactions import KeptFile
from crm.mailings import CARD, slices
from storage.queries.slices import Person, Reason

router = Router()

PAGE = 10
_MEDIA = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@router.press(ShowMissedBy)
async def on_reasons(context: BotContext, press: ShowMissedBy) -> None:
    """By reason; where there is only one, its people at once."""
    async with context.read() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
        found = await slices.missing(session, actor=context.staff, mailing_id=mailing.id)
        reader = context.reader(session)
    if len(found.reasons) == 1:
        await on_people(context, ShowMissedFor(mailing.id, number_of(found.reasons[0])))
        return
    body = lines(
        context.t("mailings-missed-title", name=mailing.name, count=found.count),
        *(Html(f"  · {escape(reader.number(one.people))}: {_why(reader, one)}") for one in found.reasons),
    )
    rows = [
        [
            Press(
                f"{reader.number(one.people)} · {plain(_why(reader, one))[:40]}",
                ShowMissedFor(mailing.id, number_of(one)),
            )
        ]
        for one in found.reasons[:6]
    ]
    rows.append([Press(context.t("results-missed-all"), ShowMissedFor(mailing.id))])
    rows += _last_rows(context, mailing.id, found.again)
    context.show(Card(body, rows))


@router.press(ShowMissedFor)
async def on_people(context: BotContext, press: ShowMissedFor) -> None:
    async with context.read() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
        found = await slices.missing(session, actor=context.staff, mailing_id=mailing.id)
        reason = next((one for one in found.reasons if number_of(one) == press.reason), None)
        people = await slices.people(
            session,
            actor=context.staff,
            mailing_id=mailing.id,
            reason=reason,
            limit=PAGE,
            offset=press.page * PAGE,
        )
        reader = context.reader(session)
    count = reason.people if reason is not None else found.count
    body = lines(
        context.t("mailings-missed-title", name=mailing.name, count=count),
        *(_line(reader, number, person) for number, person in enumerate(people, start=1)),
    )
    opened = [Press(str(number), ShowWhy(one.outbox_id)) for number, one in enumerate(people, start=1) if one.client_id]
    rows = [
        opened[:5],
        opened[5:],
        pager(press.page, -(-count // PAGE), lambda page: ShowMissedFor(mailing.id, press.reason, page)),
    ]
    if len(found.reasons) > 1:
        rows.append([Press(context.t("results-by-reason"), ShowMissedBy(mailing.id))])
    rows += _last_rows(context, mailing.id, found.again)
    context.show(Card(body, [row for row in rows if row]))


@router.press(FetchMissed)
async def on_file(context: BotContext, press: FetchMissed) -> None:
    """The list as a file, written in a thread: it may be long."""
    async with context.read() as session:
        people = await slices.everybody(session, actor=context.staff, mailing_id=press.mailing_id)
        reader = context.reader(session)
        headers = [reader.t(f"results-column-{name}") for name in ("client", "company", "address", "state", "reason")]
        rows = [_cells(reader, one) for one in people]
    await context.release()
    ending = "csv" if press.as_csv else "xlsx"
    content = await asyncio.to_thread(write_csv if press.as_csv else write_xlsx, headers, rows)
    sha256 = await context.store.put(content)
    async with context.write() as session:
        slices.note_export(session, actor=context.staff, mailing_id=press.mailing_id, rows=len(rows), now=context.now)
    name = f"mailing-{press.mailing_id}-missed-{context.now:%Y-%m-%d}.{ending}"
    context.send(
        Card(
            context.t("results-missed-file", count=len(rows)),
            [[Press(context.t("core-back"), ShowMissedBy(press.mailing_id))]],
            file=KeptFile(sha256, name, _MEDIA[ending], len(content), ""),
        )
    )


@router.press(SendMissed)
async def on_send(context: BotContext, press: SendMissed) -> None:
    async with context.write() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
        name = f"{mailing.name[:80]}: {context.t('results-slice-missed')}"
        again, _ = await slices.send_again(
            session, actor=context.staff, mailing_id=mailing.id, name=name, now=context.now
        )
    await context.show_card(CARD, again.id)


def number_of(reason: Reason) -> int:
    """What a button names a reason by; never 0."""
    return zlib.crc32(f"{reason.state}:{reason.key}".encode()) or 1


def _last_rows(context: BotContext, mailing_id: int, again: int) -> list[list[Press]]:
    rows = []
    if again:
        rows.append([Press("🔁 " + context.t("results-send-missed", n=again), SendMissed(mailing_id))])
    if allows(context.staff, Action.EXPORT_CLIENTS):
        rows.append([Press("📄 XLSX", FetchMissed(mailing_id)), Press("📄 CSV", FetchMissed(mailing_id, as_csv=True))])
    rows.append([Press(context.t("core-back"), ShowMailing(mailing_id))])
    return rows


def _why(reader: Reader, one: Reason | Person) -> Html:
    return why(reader, state=one.state, reason=one.reason or "", code=one.code or "")


def _line(reader: Reader, number: int, person: Person) -> Html:
    who = bold(fold(escape(person.name), 60)) if person.name else Html("–")
    where = Html(" " + fold(escape(person.address), 60)) if person.address else Html("")
    return Html(f"{number}. {who}{where}: {_why(reader, person)}")


def _cells(reader: Reader, person: Person) -> list[str]:
    return [
        person.name or "",
        person.company or "",
        person.address,
        plain(reader.t(f"results-state-{person.state.value}")),
        plain(_why(reader, person)),
    ]
