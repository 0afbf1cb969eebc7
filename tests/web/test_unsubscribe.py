"""Leaving by one press: POST acts and answers 200, GET only shows, forged links open nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from channels.outbox.suppression import is_suppressed
from crm import consent
from crm.consent import unsubscribe_token
from storage.database import Database
from storage.models import Channel, Consent, ConsentState, DomainEvent, Language, Suppression, SuppressionReason
from tests.factories import make_client
from tests.web.conftest import Doors

KEY = b"k" * 32
ADDRESS = "anna@example.com"


async def suppressed(database: Database) -> set[str]:
    async with database.read() as session:
        return set(await is_suppressed(session, channel=Channel.EMAIL, addresses=[ADDRESS]))


async def token_for_client(database: Database, language: Language = Language.EN) -> str:
    async with database.write() as session:
        client = await make_client(session, "Anna", email=ADDRESS, language=language)
        return unsubscribe_token(key=KEY, channel=Channel.EMAIL, address=ADDRESS, client_id=client.id)


@pytest.mark.parametrize(
    ("language", "word"), [(Language.EN, "Unsubscribe"), (Language.RU, "Отписаться"), (Language.TH, "หยุดรับข่าวสาร")]
)
async def test_get_and_head_show_and_change_nothing(
    doors: Doors, database: Database, language: Language, word: str
) -> None:
    token = await token_for_client(database, language)
    async with doors() as client:
        page = await client.get(f"/u/{token}", headers={"accept-language": "de"})
        assert page.status_code == 200
        assert word in page.text
        assert f'lang="{language.value}"' in page.text
        assert "style-src 'self'" in page.headers["content-security-policy"]
        assert (await client.head(f"/u/{token}")).status_code == 200
    assert await suppressed(database) == set()


async def test_one_post_is_enough_and_two_do_no_harm(doors: Doors, database: Database) -> None:
    token = await token_for_client(database)
    async with doors() as client:
        for _ in range(2):
            answer = await client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
            assert not answer.history
            assert "set-cookie" not in answer.headers
    assert await suppressed(database) == {ADDRESS}
    async with database.read() as session:
        [row] = (await session.execute(select(Suppression))).scalars()
        assert (row.reason, row.marketing_only) == (SuppressionReason.UNSUBSCRIBE, True)
        [said] = (await session.execute(select(Consent))).scalars()
        assert (said.channel, said.state) == (Channel.EMAIL, ConsentState.WITHDRAWN)
        assert [one.name for one in (await session.execute(select(DomainEvent))).scalars()] == ["consent.withdrawn"]


async def test_a_link_works_after_its_client_is_gone(doors: Doors, database: Database) -> None:
    token = unsubscribe_token(key=KEY, channel=Channel.EMAIL, address=ADDRESS, client_id=999_999)
    async with doors() as client:
        answer = await client.post(f"/u/{token}", headers={"accept-language": "ru-RU,ru;q=0.9"})
    assert answer.status_code == 200
    assert "Готово" in answer.text
    assert await suppressed(database) == {ADDRESS}


async def test_every_changed_bit_is_refused(doors: Doors, database: Database) -> None:
    token = unsubscribe_token(key=KEY, channel=Channel.EMAIL, address=ADDRESS, client_id=7)
    refused = 0
    for place in range(len(token)):
        for bit in range(7):
            changed = token[:place] + chr(ord(token[place]) ^ (1 << bit)) + token[place + 1 :]
            try:
                consent.read_token(changed, key=KEY)
            except consent.BadUnsubscribeToken:
                refused += 1
    assert refused == len(token) * 7
    async with doors() as client:
        for bad in ("x", token[:-1], token + "A", "%00", "ü", "A" * 5000):
            answer = await client.post(f"/u/{bad}")
            assert answer.status_code == 404
            assert "<form" not in answer.text
    assert await suppressed(database) == set()


def test_keys_and_purposes_are_apart() -> None:
    token = unsubscribe_token(key=KEY, channel=Channel.EMAIL, address=ADDRESS)
    with pytest.raises(consent.BadUnsubscribeToken):
        consent.read_token(token, key=b"x" * 32)
    assert len(token) == 87


async def test_an_erased_wish_is_not_undone_by_age(doors: Doors, database: Database, now: datetime) -> None:
    token = await token_for_client(database)
    async with database.write() as session:
        await consent.unsubscribe(session, leaving=consent.read_token(token, key=KEY), now=now - timedelta(days=999))
    assert await suppressed(database) == {ADDRESS}
