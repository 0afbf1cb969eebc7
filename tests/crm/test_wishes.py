"""STOP reaches every channel at once, HELP is answered once a day, and what is unsure is asked of a person, once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.outbox import suppression
from channels.outbox.delivery import Suppress
from channels.outbox.enqueue import enqueue
from crm import consent, inbound
from crm.errors import NotAllowed
from crm.inbound import Arrival, asking, wishes
from crm.inbound.asking import NothingToDecide
from crm.optout import Wish
from crm.writing import Sender
from storage.files import FileStore
from storage.models import Channel, Client, Interaction, Outbox, Role, Staff, SuppressionReason, Thread
from storage.queries.outbox import Delivery
from tests.crm.test_inbound import mail, take, text
from tests.factories import make_client, make_staff

NUMBER, EMAIL = "+66812345678", "anna@baltic.example"


async def anna(session: AsyncSession, **fields: object) -> tuple[Staff, Client]:
    owner = await make_staff(session)
    return owner, await make_client(session, "Anna", owner=owner, phone=NUMBER, email=EMAIL, **fields)  # type: ignore[arg-type]


async def marketing_goes(session: AsyncSession, client: Client, now: datetime) -> set[Channel]:
    """The channels by which a mailing would still reach the client, by the gate's last word."""
    rows: dict[int, Channel] = {}
    for channel, address in ((Channel.SMS, NUMBER), (Channel.EMAIL, EMAIL)):
        made = await enqueue(
            session,
            channel=channel,
            kind="mailing",
            address=address,
            now=now,
            client_id=client.id,
            marketing=True,
        )
        assert made is not None
        rows[made] = channel
    found = (await session.execute(select(Outbox).where(Outbox.id.in_(rows)))).scalars()
    deliveries = [Delivery(**{name: getattr(row, name) for name in Delivery._fields}) for row in found]
    verdicts = await consent.gate(session, deliveries, now)
    return {channel for key, channel in rows.items() if not isinstance(verdicts.get(key), Suppress)}


async def helps(session: AsyncSession) -> list[Outbox]:
    return list((await session.execute(select(Outbox).where(Outbox.kind == wishes.HELP_KIND))).scalars())


@pytest.mark.parametrize(
    "words",
    ["STOP", "please stop sending me these", "не присылайте мне больше смс", "เลิกส่งข้อความมาได้แล้ว", "remove my number"],
)
async def test_stop_in_any_form_ends_mailings_on_every_channel(
    session: AsyncSession, now: datetime, words: str
) -> None:
    _, client = await anna(session)
    assert await marketing_goes(session, client, now) == {Channel.SMS, Channel.EMAIL}
    await text(session, NUMBER, words, now)
    assert await marketing_goes(session, client, now) == set()
    assert await suppression.is_suppressed(session, channel=Channel.SMS, addresses=[NUMBER], marketing=False)
    # A letter they wait for still goes.
    assert not await suppression.is_suppressed(session, channel=Channel.EMAIL, addresses=[EMAIL], marketing=False)
    assert not await helps(session)


@pytest.mark.parametrize("words", ["cancel my order", "please stop by tomorrow", "не надо доставку", "ยกเลิกออเดอร์"])
async def test_what_only_looks_like_it_changes_nothing(session: AsyncSession, now: datetime, words: str) -> None:
    _, client = await anna(session)
    await text(session, NUMBER, words, now)
    assert await marketing_goes(session, client, now) == {Channel.SMS, Channel.EMAIL}


async def test_stop_by_letter_ends_mailings_on_every_channel_too(session: AsyncSession, now: datetime) -> None:
    _, client = await anna(session)
    machine = mail(EMAIL, text="Unsubscribe me please", is_automatic=True)
    await take(session, machine, now)
    ordinary = await take(session, mail(EMAIL, text="Cancel"), now)
    assert ordinary is not None
    assert await asking.wish_of(session, ordinary, await thread_of(session, ordinary)) is Wish.UNSURE
    assert await marketing_goes(session, client, now) == {Channel.SMS, Channel.EMAIL}
    await take(session, mail(EMAIL, text="Unsubscribe me please\n\nOn 1 Nov 2026, Nina wrote:\n> 20 or 30?\n"), now)
    assert await marketing_goes(session, client, now) == set()


async def test_a_start_by_letter_is_believed_where_it_is_proven(session: AsyncSession, now: datetime) -> None:
    _, client = await anna(session)
    other = await make_client(session, "Boris", email="boris@elsewhere.example")
    await consent.stop(session, channel=Channel.EMAIL, address=EMAIL, client_id=client.id, now=now)
    await consent.stop(session, channel=Channel.EMAIL, address="boris@elsewhere.example", client_id=other.id, now=now)
    for address, proven, goes in (
        (EMAIL, False, set()),
        ("boris@elsewhere.example", True, set()),  # in Anna's conversation, with a letter she forwarded
        (EMAIL, True, {Channel.EMAIL}),
    ):
        wish = await wishes.obey(
            session, channel=Channel.EMAIL, address=address, client=client, text="START", proven=proven, now=now
        )
        assert wish is Wish.START
        assert await marketing_goes(session, client, now) == goes, (address, proven)


async def test_twilios_own_reading_stands_beside_ours(session: AsyncSession, now: datetime) -> None:
    await anna(session)
    fields = {"From": NUMBER, "Body": "ARRET", "MessageSid": "SM1", "OptOutType": "STOP"}
    await inbound.receive_sms(session, fields=fields, arrival=Arrival(None, now), now=now)  # type: ignore[arg-type]
    stopped = await suppression.is_suppressed(session, channel=Channel.SMS, addresses=[NUMBER])
    assert stopped == {NUMBER: SuppressionReason.STOP}


async def test_help_is_answered_once_a_day_in_their_language(session: AsyncSession, now: datetime) -> None:
    await anna(session)
    for words in ("HELP", "help", "Who is this?"):
        await text(session, NUMBER, words, now)
    await text(session, "+79161234567", "Помощь", now)
    await text(session, "+66898765432", "ช่วยเหลือ", now)
    assert [(row.address, row.payload["language"]) for row in await helps(session)] == [
        (NUMBER, "en"),
        ("+79161234567", "ru"),
        ("+66898765432", "th"),
    ]
    await text(session, NUMBER, "HELP", now + timedelta(days=1))
    assert len(await helps(session)) == 4


@pytest.mark.parametrize("language", ["en", "ru", "th"])
async def test_help_says_who_we_are_and_how_to_stop(
    session: AsyncSession, now: datetime, tmp_path: object, language: str
) -> None:
    sender = Sender("crm@us.example", "Baltic Trading", FileStore(tmp_path), "https://us.example/twilio/status")  # type: ignore[arg-type]
    row = Delivery(
        7, Channel.SMS, wishes.HELP_KIND, None, 0, now, NUMBER, {"language": language}, False, None, None, None, None, None, 0, None, now  # type: ignore[arg-type]
    )  # fmt: skip
    message = await wishes.help_composer(sender)(session, row)
    assert "Baltic Trading" in message.text
    assert "STOP" in message.text or "СТОП" in message.text
    assert message.status_callback == "https://us.example/twilio/status?delivery=7"


async def thread_of(session: AsyncSession, interaction: Interaction) -> Thread:
    return await session.get_one(Thread, interaction.thread_id)


async def test_an_unsure_message_is_a_question_that_one_tap_answers(session: AsyncSession, now: datetime) -> None:
    owner, client = await anna(session)
    for stop in (False, True):
        received = await text(session, NUMBER, "Stop. That is not what I ordered", now)
        thread = await thread_of(session, received)
        assert await marketing_goes(session, client, now) == {Channel.SMS, Channel.EMAIL}
        assert await asking.wish_of(session, received, thread) is Wish.UNSURE
        await asking.decide(session, actor=owner, interaction_id=received.id, stop=stop, now=now)
        assert await asking.wish_of(session, received, thread) is Wish.NONE
        for again in (True, False):
            with pytest.raises(NothingToDecide):
                await asking.decide(session, actor=owner, interaction_id=received.id, stop=again, now=now)
    assert await marketing_goes(session, client, now) == set()


async def test_who_may_not_write_to_the_client_does_not_decide(session: AsyncSession, now: datetime) -> None:
    await anna(session)
    received = await text(session, NUMBER, "Don't text me at work", now)
    for role in (Role.REP, Role.WAREHOUSE):
        with pytest.raises(NotAllowed):
            await asking.decide(
                session, actor=await make_staff(session, role), interaction_id=received.id, stop=True, now=now
            )


async def test_a_strangers_wish_is_asked_and_kept_by_their_number(session: AsyncSession, now: datetime) -> None:
    manager = await make_staff(session, Role.MANAGER)
    received = await text(session, "+66899999999", "Отпишитесь", now)
    thread = await thread_of(session, received)
    assert await asking.wish_of(session, received, thread) is Wish.UNSURE
    await asking.decide(session, actor=manager, interaction_id=received.id, stop=True, now=now)
    assert await asking.wish_of(session, received, thread) is Wish.NONE
    assert await suppression.is_suppressed(session, channel=Channel.SMS, addresses=["+66899999999"])
