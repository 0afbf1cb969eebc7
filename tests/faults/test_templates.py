"""F23: a template that fails for one of many: the others get theirs, and the one is named, before and after."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crm import mailings
from storage.models import Channel, Client, DeliveryState, Outbox, Staff
from tests.conftest import Figures
from tests.faults.rig import Rig
from tests.faults.smtp_sink import sink

S = DeliveryState


@pytest.mark.crash
@pytest.mark.fault("F23")
async def test_one_client_a_template_fails_for_is_named_and_the_others_get_theirs(rig: Rig, figures: Figures) -> None:
    recipients = figures.size(full=10_000, short=400)
    await rig.company.add_clients(recipients - 3)
    await rig.company.add_clients(1, city="")
    async with rig.company.database.write() as session:
        gap = (await session.execute(select(Client.id).where(Client.city == "").order_by(Client.id.desc()))).scalars()
        odd = next(iter(gap))
        everybody = (await session.execute(select(Client).where(Client.city == "", Client.id != odd))).scalars()
        for client in everybody:
            client.city = "Riga"
    async with sink() as mail:
        mailing = await rig.company.mailing(Channel.EMAIL, rule="has email", text="Hello {name}, news from {city}.")
        async with rig.company.database.read() as session:
            boss = await session.get_one(Staff, 1)
            drafted = await mailings.get(session, actor=boss, mailing_id=mailing)
            found = await mailings.look(session, actor=boss, mailing=drafted, now=rig.sandbox.clock.now())
        await rig.start(TOUCHLINE_SMTP_URL=f"smtp://127.0.0.1:{mail.port}?starttls=never")
        totals = await rig.company.until_done(mailing, recipients, seconds=240)
    async with rig.company.database.read() as session:
        statement = select(Outbox.client_id, Outbox.reason).where(
            Outbox.mailing_id == mailing, Outbox.state == S.FAILED
        )
        named = [tuple(row) for row in await session.execute(statement)]
    listed = [render.client_id for render in found.missing]
    figures.say("sent", f"{totals[S.SENT]} of {recipients}", recipients - 1)
    figures.say("failed and named", named, "the one")
    figures.say("listed before the launch", listed, [odd])
    assert totals == {S.SENT: recipients - 1, S.FAILED: 1}
    assert len(mail.taken) == recipients - 1
    assert named == [(odd, "missing-field: city")]
    assert listed == [odd]
