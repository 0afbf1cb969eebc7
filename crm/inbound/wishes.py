"""What a customer's message asks of our messages, obeyed before anything else: STOP, START, HELP.

STOP is not confirmed: a confirmation would be a message after it, and Twilio confirms its own words by itself. HELP is
answered once a day and number, with who we are, which Twilio's own answer to it does not say.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import OutgoingSms
from channels.outbox import suppression
from channels.outbox.delivery import Delivery
from channels.outbox.enqueue import PRIORITY_PERSON, enqueue
from crm import consent, keys
from crm.mailings import tracking
from crm.mailings.composing import say
from crm.optout import Wish, read
from crm.writing import Sender
from storage.models import Channel, Client, Language
from storage.queries import tracking as touches

HELP_KIND: Final = "sms_help"


async def obey(
    session: AsyncSession,
    *,
    channel: Channel,
    address: str,
    client: Client | None,
    text: str,
    now: datetime,
    told: str = "",
    proven: bool = False,
    overtaken: bool = False,
) -> Wish:
    """Reads the wish in a message and does what it says at once; UNSURE is asked of a person by the message's card.

    `told` is what the provider understood already (Twilio's OptOutType): its word stands beside ours. A letter names
    any sender it likes, so its START is obeyed only where `proven`: the sender's domain vouches for it (DMARC passed), or it
    answers what we sent to that address. A STOP needs no proof. A START that is `overtaken` (found late, and they wrote
    again since) is not obeyed: the later text may have been a STOP.
    """
    understood = told.lower() in (Wish.STOP, Wish.START, Wish.HELP)
    wish = Wish(told.lower()) if understood else read(text, in_letter=channel is Channel.EMAIL)
    if wish is Wish.STOP:
        client_id = client.id if client else None
        await consent.stop(session, channel=channel, address=address, client_id=client_id, wording=text, now=now)
    elif wish is Wish.START and not overtaken and (proven or channel is not Channel.EMAIL):
        await consent.start(session, channel=channel, address=address, wording=text, now=now)
    elif wish is Wish.HELP and channel is Channel.SMS:
        await _help(session, address, client, text, now)
    return wish


async def credit(session: AsyncSession, wish: Wish, *, outbox_id: int, interaction_id: int, now: datetime) -> None:
    """What a message means for the mailing it answers: an answer, or that they left by it."""
    if wish is Wish.STOP:
        await touches.left(session, outbox_id=outbox_id, now=now)
    else:
        await tracking.answered(session, outbox_id=outbox_id, interaction_id=interaction_id, now=now)


def help_composer(sender: Sender) -> Callable[[AsyncSession, Delivery], Awaitable[OutgoingSms]]:
    """What turns ledger rows of kind `sms_help` into the answer: who we are, and how to stop."""

    async def compose(_session: AsyncSession, row: Delivery) -> OutgoingSms:
        text = say(Language(row.payload["language"]), "inbound-help", company=sender.name or sender.mail_from)
        return OutgoingSms(to_number=row.address, text=text, status_callback=sender.status_url(row.id))

    return compose


async def _help(session: AsyncSession, number: str, client: Client | None, text: str, now: datetime) -> None:
    language = client.language if client is not None else _language_of(text)
    await enqueue(
        session,
        channel=Channel.SMS,
        kind=HELP_KIND,
        address=number,
        now=now,
        priority=PRIORITY_PERSON,
        dedupe_key=keys.help_answer(suppression.address_hash(Channel.SMS, number), now.date()),
        payload={"language": language.value},
        client_id=client.id if client else None,
    )


def _language_of(text: str) -> Language:
    """By its letters: all we know of a stranger."""
    if any("ก" <= char <= "๛" for char in text):
        return Language.TH
    return Language.RU if any("а" <= char <= "ё" for char in text.lower()) else Language.EN
