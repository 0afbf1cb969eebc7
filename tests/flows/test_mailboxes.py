"""Mailboxes over a working day: what is sent lies in the Sent folder too, and trouble with a mailbox is told and its end."""

from __future__ import annotations

import asyncio
from email import message_from_bytes

import pytest
from sqlalchemy import select

from sandbox.mailboxes import StoredMail
from storage.database import Database
from storage.models import MailboxFolder
from tests.flows.conftest import Day

pytestmark = pytest.mark.long


def sent_folder(day: Day) -> list[StoredMail]:
    return day.sandbox.office.folders["Sent"].mails


async def copies_begin(day: Day) -> None:
    """What is sent from the moment the copies' folder is known lies in it."""
    database = Database(day.product.settings.database)
    known = select(MailboxFolder.id).where(MailboxFolder.copies)
    try:
        async with asyncio.timeout(40):
            while True:
                async with database.read() as session:
                    if (await session.execute(known)).first() is not None:
                        return
                await asyncio.sleep(0.05)
    finally:
        await database.close()


async def test_what_the_rep_writes_lies_in_the_sent_folder_once(day: Day) -> None:
    day.product.settings.sent_folder = "auto"
    day.product.settings.__dict__.pop("mailbox_list", None)
    await day.product.restart()
    await copies_begin(day)
    card = await day.rep.asks("Anna", "Anna Schmidt", button="Email")
    await day.rep.taps("Email", on=card)
    await day.rep.sees("What is the subject?")
    await day.rep.asks("Offer 17", "Now the text")
    preview = await day.rep.asks("Dear Anna, 20 pcs today", "anna@baltic.example", button="Send")
    await day.rep.taps("Send", on=preview)
    letter = await day.anna.gets_mail("Offer 17", "20 pcs today", patience=20)
    async with asyncio.timeout(20):
        while not sent_folder(day):
            await asyncio.sleep(0.05)
    copy = message_from_bytes(sent_folder(day)[0].raw)
    assert copy["Message-ID"] == letter["message_id"]
    assert copy["To"] == "Anna Schmidt <anna@baltic.example>"
    await day.product.restart()
    await asyncio.sleep(2.5)
    assert len(sent_folder(day)) == 1


async def test_a_mailbox_that_refuses_us_is_told_to_the_manager_until_it_works_again(day: Day) -> None:
    listed = await day.manager.asks("/mailboxes", "1 mailbox", "crm@127.0.0.1")
    await day.manager.taps("crm@127.0.0.1", on=listed)
    await day.manager.sees("New mail is read", "0 of 0 held", patience=20)
    day.sandbox.faults.change({"imap": {"refuse": 1, "only": "LOGIN", "text": "[AUTHENTICATIONFAILED] no"}})
    day.sandbox.imap.disconnect_all()
    await day.manager.sees("INBOX cannot be read", "user name or password refused", patience=20)
    day.sandbox.faults.change({"imap": {}})
    await day.product.restart()
    await day.manager.sees("Works again", patience=20)
    await day.anna.writes("Offer 18", "Is it still there?")
    await day.rep.sees("Is it still there?", patience=20)
