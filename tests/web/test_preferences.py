"""The page of preferences: GET shows, POST acts, three languages, no script, and no link but the real one opens it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select

from channels.outbox.suppression import is_suppressed
from crm.consent import topics, ways_out
from storage.database import Database
from storage.models import Channel, Client, Consent, Language, Role, Suppression, TopicOptOut
from tests.factories import make_client, make_staff
from tests.web.conftest import Doors

KEY = b"k" * 32
ADDRESS, PHONE = "anna@example.com", "+4915112345678"


async def opened(database: Database, now: datetime, language: Language = Language.EN) -> tuple[str, int]:
    """Their link, and a topic."""
    async with database.write() as session:
        client = await make_client(session, "Anna", email=ADDRESS, phone=PHONE, language=language)
        manager = await make_staff(session, Role.MANAGER)
        titles = {Language.EN: "Prices & <offers>", Language.RU: "Цены", Language.TH: "ราคา"}
        topic = await topics.create(session, actor=manager, name="Prices", titles=titles, now=now)
        _, token = ways_out(key=KEY, channel=Channel.EMAIL, address=ADDRESS, client_id=client.id)
        return token, topic.id


async def written(database: Database) -> int:
    async with database.read() as session:
        counts = [
            (await session.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (Consent, Suppression, TopicOptOut)
        ]
        return sum(counts)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, ("What you get from us", "Prices &amp; &lt;offers&gt;")),
        (Language.RU, ("Что вы от нас получаете", "Цены")),
        (Language.TH, ("ข่าวสารที่คุณได้รับจากเรา", "ราคา")),
    ],
)
async def test_looking_changes_nothing(
    doors: Doors, database: Database, now: datetime, language: Language, words: tuple[str, ...]
) -> None:
    token, _ = await opened(database, now, language)
    async with doors(sender_name="Shop & Co") as client:
        page = await client.get(f"/p/{token}", headers={"accept-language": "de"})
        assert page.status_code == 200
        assert all(word in page.text for word in words)
        assert f'<html lang="{language.value}">' in page.text
        assert "Shop &amp; Co" in page.text
        assert page.text.count("checked") == 4  # two channels, a topic, the language
        assert "<script" not in page.text
        assert "anna" not in page.text.lower(), "whoever was forwarded the mail learns no more than it said"
        assert (await client.head(f"/p/{token}")).status_code == 200
    assert await written(database) == 0


async def test_what_is_saved_is_what_stands(doors: Doors, database: Database, now: datetime) -> None:
    token, topic_id = await opened(database, now)
    async with doors() as client:
        form = {"language": "ru", "channel": "email"}
        page = await client.post(f"/p/{token}", data=form)
        assert page.status_code == 200
        assert not page.history
        assert "Сохранено" in page.text
        async with database.read() as session:
            assert (await session.execute(select(Client.language))).scalar_one() is Language.RU
            assert (await session.execute(select(TopicOptOut.topic_id))).scalars().all() == [topic_id]
            assert await is_suppressed(session, channel=Channel.SMS, addresses=[PHONE])
            assert not await is_suppressed(session, channel=Channel.EMAIL, addresses=[ADDRESS])
        before = await written(database)
        await client.post(f"/p/{token}", data=form)
        assert await written(database) == before
        await client.post(
            f"/p/{token}",
            data={"language": "xx", "channel": ["email", "sms", "telegram"], "topic": [str(topic_id), "9" * 30, "-1"]},
        )
        async with database.read() as session:
            assert (await session.execute(select(Client.language))).scalar_one() is Language.RU
            assert (await session.execute(select(TopicOptOut.topic_id))).scalars().all() == []
            assert not await is_suppressed(session, channel=Channel.SMS, addresses=[PHONE])


async def test_one_button_stops_everything(doors: Doors, database: Database, now: datetime) -> None:
    token, topic_id = await opened(database, now)
    async with doors() as client:
        page = await client.post(
            f"/p/{token}", data={"channel": ["email", "sms"], "topic": str(topic_id), "nothing": "1"}
        )
    assert "Saved" in page.text
    async with database.read() as session:
        assert await is_suppressed(session, channel=Channel.SMS, addresses=[PHONE])
        assert await is_suppressed(session, channel=Channel.EMAIL, addresses=[ADDRESS])


async def test_no_other_link_opens_it(doors: Doors, database: Database, now: datetime) -> None:
    token, _ = await opened(database, now)
    leave, _ = ways_out(key=KEY, channel=Channel.EMAIL, address=ADDRESS, client_id=1)
    foreign = ways_out(key=b"x" * 32, channel=Channel.EMAIL, address=ADDRESS, client_id=1)[1]
    changed = [
        token[:place] + chr(ord(token[place]) ^ (1 << bit)) + token[place + 1 :]
        for place in range(len(token))
        for bit in range(7)
    ]
    changed = [one for one in changed if one.isprintable() and not set(one) & set("/?#%\\")]
    accepted = 0
    async with doors() as client:
        for one in (*changed, leave, foreign, token[:-1], token + "A", "x"):
            answer = await client.post(f"/p/{one}", data={"nothing": "1"})
            accepted += answer.status_code != 404
            assert "<form" not in answer.text
        assert (await client.post(f"/u/{token}")).status_code == 404, "nor does this one anything else"
    assert accepted == 0
    assert await written(database) == 0


async def test_a_broken_form_and_a_forgotten_client(doors: Doors, database: Database, now: datetime) -> None:
    token, _ = await opened(database, now)
    _, gone = ways_out(key=KEY, channel=Channel.EMAIL, address="other@example.com", client_id=999_999)
    async with doors() as client:
        assert (await client.post(f"/p/{token}", content=b"\xff\xfe=1")).status_code == 400
        many = "&".join(["topic=1"] * 200)
        assert (await client.post(f"/p/{token}", content=many)).status_code == 400
        answer = await client.get(f"/p/{gone}", headers={"accept-language": "ru"})
        assert answer.status_code == 404
        assert "Здесь нечего выбирать" in answer.text
        assert (await client.post(f"/p/{gone}", data={"nothing": "1"})).status_code == 404
    async with database.read() as session:
        assert await is_suppressed(session, channel=Channel.EMAIL, addresses=["other@example.com"])
