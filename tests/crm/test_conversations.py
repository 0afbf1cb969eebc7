"""Who reaches into a conversation and how far, who is told of it, and what putting it aside means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import answers, conversations, inbound, tray, writing
from crm.access import Reach, reach
from crm.conversations import Mark, NotForThem
from crm.errors import NotAllowed
from crm.writing import Ours, forwarding
from storage.models import Channel, Client, Direction, Interaction, Outbox, Role, SharedMessage, Staff, Thread
from tests.factories import make_client, make_staff
from tests.factories.messages import make_file, make_message, make_thread


@dataclass
class Scene:
    """A client of Olga's who wrote; Rita is another rep."""

    session: AsyncSession
    now: datetime
    owner: Staff
    rita: Staff
    manager: Staff
    client: Client
    thread: Thread
    mail: Interaction


@pytest.fixture
async def scene(session: AsyncSession, now: datetime) -> Scene:
    owner = await make_staff(session, name="Olga", telegram_id=601)
    rita = await make_staff(session, name="Rita", telegram_id=602)
    manager = await make_staff(session, Role.MANAGER, name="Max", telegram_id=603)
    client = await make_client(session, "Anna", owner=owner, email="anna@baltic.example")
    thread = await make_thread(session, client, now=now)
    mail = await make_message(session, thread, now=now)
    return Scene(session, now, owner, rita, manager, client, thread, mail)


async def _answered(scene: Scene, actor: Staff, mail: Interaction | None = None) -> Interaction:
    return await writing.answer(
        scene.session,
        actor=actor,
        interaction_id=(mail or scene.mail).id,
        text="Yes",
        sender_domain="us.example",
        now=scene.now,
    )


async def _reach(scene: Scene, actor: Staff) -> Reach:
    return await reach(scene.session, actor=actor, interaction=scene.mail, now=scene.now)


async def _told(session: AsyncSession, message: Interaction) -> list[int | None]:
    rows = (await session.execute(select(Outbox).where(Outbox.kind == "card").order_by(Outbox.id))).scalars()
    return [row.staff_id for row in rows if row.payload["card_id"] == message.id]


async def test_owner_manager_and_nobody_else(scene: Scene) -> None:
    assert await _reach(scene, scene.owner) is Reach.OWNS
    assert await _reach(scene, scene.manager) is Reach.OWNS
    assert await _reach(scene, scene.rita) is Reach.NONE
    warehouse = await make_staff(scene.session, Role.WAREHOUSE)
    assert await _reach(scene, warehouse) is Reach.NONE
    with pytest.raises(NotAllowed):
        await _answered(scene, scene.rita)


async def test_whoever_it_is_given_to_answers_this_conversation_alone(scene: Scene) -> None:
    other = await make_message(
        scene.session, await make_thread(scene.session, scene.client, now=scene.now), now=scene.now
    )
    await conversations.assign(
        scene.session, actor=scene.owner, interaction_id=scene.mail.id, staff_id=scene.rita.id, now=scene.now
    )
    assert await _told(scene.session, scene.mail) == [scene.rita.id]
    assert await _reach(scene, scene.rita) is Reach.ANSWERS
    sent = await _answered(scene, scene.rita)
    assert (sent.client_id, sent.thread_id, sent.staff_id) == (scene.client.id, scene.thread.id, scene.rita.id)
    for refused in (
        _answered(scene, scene.rita, other),
        conversations.page(scene.session, actor=scene.rita, interaction_id=other.id, limit=5, now=scene.now),
        writing.addresses(scene.session, actor=scene.rita, client_id=scene.client.id, channel=scene.thread.channel),
        conversations.assign(
            scene.session, actor=scene.rita, interaction_id=scene.mail.id, staff_id=scene.manager.id, now=scene.now
        ),
    ):
        with pytest.raises(NotAllowed):
            await refused
    found = await conversations.message(scene.session, actor=scene.rita, interaction_id=scene.mail.id, now=scene.now)
    assert await forwarding.known_addresses(scene.session, found) == ()


async def test_further_mail_goes_to_who_answers_and_back_again(scene: Scene) -> None:
    async def told() -> list[Staff]:
        return list(await inbound.readers(scene.session, client=scene.client, thread=scene.thread, now=scene.now))

    assert await told() == [scene.owner]
    await conversations.assign(
        scene.session, actor=scene.owner, interaction_id=scene.mail.id, staff_id=scene.rita.id, now=scene.now
    )
    assert await told() == [scene.rita]
    scene.rita.away_until = scene.now + timedelta(days=1)
    assert await told() == [scene.owner]
    scene.rita.away_until = None
    await conversations.give_back(
        scene.session, actor=scene.rita, interaction_id=scene.mail.id, now=scene.now + timedelta(minutes=1)
    )
    assert await told() == [scene.owner]
    assert await _told(scene.session, scene.mail) == [scene.rita.id, scene.owner.id]
    assert await _reach(scene, scene.rita) is Reach.NONE


async def test_it_is_given_only_to_who_answers_customers(scene: Scene) -> None:
    warehouse = await make_staff(scene.session, Role.WAREHOUSE, telegram_id=610)
    gone = await make_staff(scene.session, telegram_id=611, active=False)
    never_joined = await make_staff(scene.session, telegram_id=None)
    for person in (warehouse, gone, never_joined):
        for refused in (
            conversations.assign(
                scene.session, actor=scene.owner, interaction_id=scene.mail.id, staff_id=person.id, now=scene.now
            ),
            forwarding.to_colleague(
                scene.session, actor=scene.owner, interaction_id=scene.mail.id, staff_id=person.id, now=scene.now
            ),
        ):
            with pytest.raises(NotForThem):
                await refused
    names = [one.name for one in await conversations.colleagues(scene.session, actor=scene.owner)]
    assert names == ["Max", "Rita"]


async def test_given_to_the_owner_it_is_nobodys_apart(scene: Scene) -> None:
    await conversations.assign(
        scene.session, actor=scene.manager, interaction_id=scene.mail.id, staff_id=scene.owner.id, now=scene.now
    )
    assert scene.thread.assignee_id is None


async def test_a_stand_in_answers_while_the_owner_is_away_and_no_longer(scene: Scene) -> None:
    scene.owner.stand_in_id = scene.rita.id
    await scene.session.flush()
    assert await _reach(scene, scene.rita) is Reach.SHOWN
    with pytest.raises(NotAllowed):
        await _answered(scene, scene.rita)
    scene.owner.away_until = scene.now + timedelta(hours=1)
    await scene.session.flush()
    sent = await _answered(scene, scene.rita)
    assert (sent.staff_id, sent.client_id) == (scene.rita.id, scene.client.id)
    with pytest.raises(NotAllowed):  # answering is not having the client
        await writing.write(
            scene.session,
            actor=scene.rita,
            client_id=scene.client.id,
            letter=writing.Letter(scene.thread.channel, "New"),
            sender_domain="us.example",
            now=scene.now,
        )
    scene.owner.away_until = scene.now
    await scene.session.flush()
    with pytest.raises(NotAllowed):
        await _answered(scene, scene.rita)


async def test_of_an_archived_client_nothing_is_answered(scene: Scene) -> None:
    scene.thread.assignee_id = scene.rita.id
    scene.client.archived_at = scene.now
    await scene.session.flush()
    for actor in (scene.owner, scene.rita):
        with pytest.raises(NotAllowed):
            await _answered(scene, actor)


async def test_a_message_shown_to_a_colleague_is_read_and_not_answered(scene: Scene) -> None:
    later = await make_message(scene.session, scene.thread, now=scene.now)
    file = await make_file(scene.session, scene.mail, now=scene.now)
    await forwarding.to_colleague(
        scene.session, actor=scene.owner, interaction_id=scene.mail.id, staff_id=scene.rita.id, now=scene.now
    )
    assert await _reach(scene, scene.rita) is Reach.SHOWN
    assert await reach(scene.session, actor=scene.rita, interaction=later, now=scene.now) is Reach.NONE
    with pytest.raises(NotAllowed):
        await _answered(scene, scene.rita)
    rows = (await scene.session.execute(select(Outbox).order_by(Outbox.id))).scalars().all()
    assert [(row.staff_id, row.payload["card"], row.payload["card_id"]) for row in rows] == [
        (scene.rita.id, "inbound", scene.mail.id),
        (scene.rita.id, "attachment", file.id),
    ]
    await forwarding.to_colleague(
        scene.session,
        actor=scene.owner,
        interaction_id=scene.mail.id,
        staff_id=scene.rita.id,
        now=scene.now + timedelta(minutes=1),
    )
    assert len((await scene.session.execute(select(SharedMessage))).all()) == 1
    assert len((await scene.session.execute(select(Outbox))).all()) == 4


async def test_what_an_unknown_sender_writes_is_put_aside_as_a_whole_and_taken_back(
    session: AsyncSession, now: datetime
) -> None:
    rep = await make_staff(session, telegram_id=601)
    for mark in Mark:
        address = f"{mark.value}@new.example"
        first = await make_message(session, await make_thread(session, None, address=address, now=now), now=now)
        second = await make_message(session, await make_thread(session, None, address=address, now=now), now=now)
        await conversations.put_aside(session, actor=rep, interaction_id=first.id, mark=mark, now=now)
        listed, _ = await tray.listed(session, actor=rep)
        assert address not in {one.address for one in listed}
        await inbound.timeline.follow_through(session, second, now)
        if mark is Mark.NOT_OURS:
            assert await _told(session, second) == []
        await conversations.take_back(session, actor=rep, interaction_id=second.id, now=now)
        listed, _ = await tray.listed(session, actor=rep)
        assert address in {one.address for one in listed}


async def test_a_client_who_writes_again_where_it_was_not_ours_is_heard(scene: Scene) -> None:
    await conversations.put_aside(
        scene.session, actor=scene.owner, interaction_id=scene.mail.id, mark=Mark.NOT_OURS, now=scene.now
    )
    await scene.session.refresh(scene.thread)
    assert scene.thread.dismissed_at == scene.now
    again = await make_message(scene.session, scene.thread, now=scene.now)
    await inbound.timeline.follow_through(scene.session, again, scene.now)
    assert scene.thread.dismissed_at is None
    assert await _told(scene.session, again) == [scene.owner.id]


async def test_spam_of_a_client_silences_that_conversation_only(scene: Scene) -> None:
    other = await make_thread(scene.session, scene.client, now=scene.now)
    await conversations.put_aside(
        scene.session, actor=scene.owner, interaction_id=scene.mail.id, mark=Mark.SPAM, now=scene.now
    )
    for thread in (scene.thread, other):
        await scene.session.refresh(thread)
    assert (scene.thread.spam, other.spam) == (True, False)


async def test_a_conversation_by_pages_from_its_first_message(scene: Scene) -> None:
    for number in range(1, 8):
        await make_message(scene.session, scene.thread, now=scene.now + timedelta(minutes=number), text=f"No {number}")
    last = await make_message(scene.session, scene.thread, now=scene.now + timedelta(hours=1), text="Last")
    found = await conversations.page(scene.session, actor=scene.owner, interaction_id=last.id, limit=4, now=scene.now)
    assert (found.offset, found.total) == (8, 9)
    assert [one.interaction.text for one in found.found] == ["Last"]
    first = await conversations.page(
        scene.session, actor=scene.owner, interaction_id=last.id, limit=4, number=0, now=scene.now
    )
    assert first.found[0].interaction.id == scene.mail.id
    assert first.found[1].interaction.text == "No 1"


async def test_verbs_of_conversations_are_closed_to_other_reps(scene: Scene) -> None:
    sent = await _answered(scene, scene.owner)
    ours, now, session, rita = Ours.of("crm@us.example"), scene.now, scene.session, scene.rita
    absent = 10**9
    for number in (scene.mail.id, sent.id, absent):
        for refused in (
            conversations.message(session, actor=rita, interaction_id=number, now=now, needs=Reach.SHOWN),
            conversations.page(session, actor=rita, interaction_id=number, limit=5, now=now),
            conversations.assign(session, actor=rita, interaction_id=number, staff_id=rita.id, now=now),
            conversations.give_back(session, actor=rita, interaction_id=number, now=now),
            conversations.put_aside(session, actor=rita, interaction_id=number, mark=Mark.SPAM, now=now),
            conversations.take_back(session, actor=rita, interaction_id=number, now=now),
            writing.answer(session, actor=rita, interaction_id=number, text="x", sender_domain="us", now=now),
            writing.answer_all(
                session, actor=rita, interaction_id=number, text="x", sender_domain="us", ours=ours, now=now
            ),
            forwarding.to_colleague(session, actor=rita, interaction_id=number, staff_id=scene.manager.id, now=now),
            forwarding.by_email(
                session,
                actor=rita,
                interaction_id=number,
                address="x@y.example",
                letter=writing.Letter(scene.thread.channel, "x"),
                sender_domain="us",
                ours=ours,
                now=now,
            ),
            answers.keep(session, actor=rita, interaction_id=number, name="Mine", now=now),
        ):
            with pytest.raises(NotAllowed) as told:
                await refused
            assert set(told.value.params) == {"action"}


async def test_a_stand_in_ends_nobodys_assignment(scene: Scene) -> None:
    scene.owner.stand_in_id, scene.owner.away_until = scene.rita.id, scene.now + timedelta(days=1)
    scene.thread.assignee_id = scene.manager.id
    await scene.session.flush()
    with pytest.raises(NotAllowed):
        await conversations.give_back(scene.session, actor=scene.rita, interaction_id=scene.mail.id, now=scene.now)


async def test_what_we_sent_on_from_the_tray_is_no_unknown_sender(session: AsyncSession, now: datetime) -> None:
    rep = await make_staff(session, telegram_id=601)
    mail = await make_message(session, await make_thread(session, None, address="who@new.example", now=now), now=now)
    sent = await forwarding.by_email(
        session,
        actor=rep,
        interaction_id=mail.id,
        address="books@accounts.example",
        letter=writing.Letter(Channel.EMAIL, ""),
        sender_domain="us.example",
        ours=Ours(),
        now=now,
    )
    assert sent.direction is Direction.OUT
    listed, total = await tray.listed(session, actor=rep)
    assert ([one.address for one in listed], total) == (["who@new.example"], 1)
