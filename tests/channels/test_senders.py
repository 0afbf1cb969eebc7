# ruff: noqa: F811  (fixtures of the stand-ins, borrowed by name)
"""The senders of the three channels, over the wire, to the stand-ins."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime

import pytest
from telegram import Bot

from channels.email.sender import EmailSender
from channels.email.signing import Signer
from channels.email.verp import bounce_address
from channels.message import Button, ChatMessage, MailFile, Outcome, OutgoingChat, OutgoingEmail, OutgoingSms
from channels.sms.sender import SmsSender
from channels.sms.terms import SmsTerms
from channels.telegram.sender import TelegramSender
from sandbox.server import Sandbox
from storage.models import Channel, DeliveryState
from storage.queries.outbox import Delivery
from tests.channels.outbox.play import MovedClock
from tests.channels.outbox.test_limits import Hand
from tests.sandbox.conftest import REP, Control, bot, control, sandbox  # noqa: F401  (fixtures)

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def card(html: str, *, message_id: int | None = None, chat_id: int = REP, **fields: object) -> OutgoingChat:
    return OutgoingChat(chat_id, ChatMessage(html, **fields), message_id=message_id)  # type: ignore[arg-type]


async def test_a_card_is_sent_edited_and_an_equal_edit_is_fine(
    sandbox: Sandbox,
    bot: Bot,
    control: Control,
) -> None:
    sender = TelegramSender(bot)
    buttons = ((Button("Done", data="d"), Button("Open", url="https://example.com")),)
    sent = await sender.send(card("<b>Due</b> now", buttons=buttons))
    assert sent.outcome is Outcome.ACCEPTED
    for html in ("<b>Done</b>", "<b>Done</b>"):
        edited = await sender.send(card(html, message_id=int(sent.provider_id)))
        assert edited.outcome is Outcome.ACCEPTED
    (shown,) = await control.get("people/rep/chat")
    assert (shown["text"], shown["message_id"]) == ("Done", int(sent.provider_id))
    gone = await sender.send(card("x", message_id=99_999))
    assert (gone.outcome, gone.code) == (Outcome.PERMANENT, "edit-gone")


async def test_a_file_goes_as_a_document(sandbox: Sandbox, bot: Bot, control: Control) -> None:
    file = MailFile("прайс.csv", "text/csv", b"a,b")
    sent = await TelegramSender(bot).send(card("Price list", file=file))
    assert sent.outcome is Outcome.ACCEPTED
    (shown,) = await control.get("people/rep/chat")
    assert shown["file"]["name"] == "прайс.csv"


async def test_a_chat_gets_one_message_a_second_and_all_of_them_thirty(sandbox: Sandbox, bot: Bot) -> None:
    hand = Hand()
    sender = TelegramSender(bot, monotonic=hand)
    await sender.send(card("one"))
    assert sender.ready_in(card("two")) == 1.0
    assert sender.ready_in(card("other", chat_id=REP + 1)) == 0.0
    hand.at += 1
    assert sender.ready_in(card("two")) == 0.0
    for _ in range(10):
        sender._all.take()
    assert 0 < sender.ready_in(card("other", chat_id=REP + 2)) <= 1 / 30 + 1e-9


async def test_an_email_arrives_with_its_own_message_id(sandbox: Sandbox, control: Control) -> None:
    sender = EmailSender(
        url=sandbox.smtp_url, envelope_from=sandbox.accounts.company_address, clock=MovedClock(NOW), sessions=2
    )
    email = OutgoingEmail(
        to_address="anna@baltic.example",
        subject="Болты",
        text="20 шт",
        message_id="<stable-1@touchline.example>",
        from_address=sandbox.accounts.company_address,
    )
    try:
        assert (await sender.send(email)).outcome is Outcome.ACCEPTED
    finally:
        await sender.close()
    (got,) = await control.get("people/anna/mailbox")
    assert (got["message_id"], got["subject"]) == ("<stable-1@touchline.example>", "Болты")


async def _sent(sandbox: Sandbox, **fields: object) -> list[bytes]:
    """What comes back to our mailbox when one mail is sent to somebody who does not exist, and what left it."""
    signer = Signer(key=_rsa_key(), selector="s1", domain="touchline.example")
    sender = EmailSender(
        url=sandbox.smtp_url, envelope_from="crm@touchline.example", clock=MovedClock(NOW), signer=signer
    )
    sandbox.faults.change({"smtp": {"bounce": ["nobody@*"]}})
    email = OutgoingEmail(
        "nobody@baltic.example",
        "Hello",
        "Text",
        "<one@touchline.example>",
        "crm@touchline.example",
        **fields,  # type: ignore[arg-type]
    )
    try:
        assert (await sender.send(email)).outcome is Outcome.ACCEPTED
    finally:
        await sender.close()
    return [mail.raw for mail in sandbox.office.inbox.mails]


def _rsa_key() -> bytes:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the key")
    return subprocess.run(["openssl", "genrsa", "1024"], check=True, capture_output=True).stdout


async def test_a_bounce_comes_back_to_the_address_of_its_own_delivery_and_the_mail_was_signed(sandbox: Sandbox) -> None:
    address = bounce_address("crm@touchline.example", 4711, b"k" * 32)
    (bounce,) = await _sent(sandbox, envelope_from=address)
    assert f"To: {address}".encode() in bounce
    assert b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=touchline.example" in bounce


@pytest.mark.parametrize(
    ("fields", "back"),
    [
        ({}, 1),
        ({"automatic": True}, 1),  # a mailing: its bounces are wanted
        ({"envelope_from": ""}, 0),
        ({"automatic": True, "in_reply_to": "<a@b.example>", "envelope_from": "crm+b.x@touchline.example"}, 0),
    ],
)
async def test_answers_by_machine_come_from_nowhere(sandbox: Sandbox, fields: dict[str, object], back: int) -> None:
    assert len(await _sent(sandbox, **fields)) == back


@pytest.fixture
def sms_sender(sandbox: Sandbox) -> SmsSender:
    return SmsSender(
        account_sid=sandbox.accounts.twilio_account_sid,
        auth_token=sandbox.accounts.twilio_auth_token,
        terms=SmsTerms(sender=sandbox.accounts.twilio_number, validity=14_400),
        api_url=sandbox.twilio_api_url,
        monotonic=Hand(),
    )


async def test_an_sms_is_sent_and_found_again_unless_it_is_another_deliverys(
    sandbox: Sandbox,
    sms_sender: SmsSender,
    now: datetime,
) -> None:
    message = OutgoingSms("+4915112345678", "20 pcs ready")
    delivery = Delivery(
        1, Channel.SMS, "sms", DeliveryState.UNKNOWN, 0, now, message.to_number, {}, False, 1, 1, None, None, None, 1, None, now
    )  # fmt: skip
    since = datetime(2026, 11, 24, tzinfo=UTC)
    try:
        sent = await sms_sender.send(message)
        assert sent.outcome is Outcome.ACCEPTED
        found = await sms_sender.reconcile(delivery, message, since=since, known=())
        assert found is not None
        assert (found.outcome, found.provider_id) == (Outcome.ACCEPTED, sent.provider_id)
        clock = sms_sender._monotonic
        assert isinstance(clock, Hand)
        assert await sms_sender.reconcile(delivery, message, since=since, known={sent.provider_id}) is None
        clock.at += 61
        never = await sms_sender.reconcile(delivery, message, since=since, known={sent.provider_id})
        assert never is not None
        assert never.outcome is Outcome.RETRY
    finally:
        await sms_sender.close()


async def test_an_sms_nobody_knows_to_that_number_is_a_doubt_though_its_words_are_others(
    sandbox: Sandbox,
    sms_sender: SmsSender,
    now: datetime,
) -> None:
    sent, anew = (OutgoingSms("+4915112345678", f"Dear Anna, last seen {day} Nov") for day in (26, 27))
    delivery = Delivery(
        1, Channel.SMS, "sms", DeliveryState.UNKNOWN, 0, now, sent.to_number, {}, False, 1, 1, None, None, None, 1, None, now
    )  # fmt: skip
    clock = sms_sender._monotonic
    assert isinstance(clock, Hand)
    try:
        sid = (await sms_sender.send(sent)).provider_id
        for _ in range(3):
            assert await sms_sender.reconcile(delivery, anew, since=NOW, known=()) is None
            clock.at += 61
        found = await sms_sender.reconcile(delivery, sent, since=NOW, known=())
    finally:
        await sms_sender.close()
    assert found is not None
    assert (found.outcome, found.provider_id) == (Outcome.ACCEPTED, sid)


async def test_another_channels_message_is_refused_for_good(bot: Bot) -> None:
    result = await TelegramSender(bot).send(OutgoingSms("+4915112345678", "x"))
    assert (result.outcome, result.code) == (Outcome.PERMANENT, "wrong-message")
