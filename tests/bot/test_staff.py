"""Staff in the chat: invitations that work once, settings that take effect at once, and the last admin."""

from __future__ import annotations

import re

from sqlalchemy import select

from storage.models import Language, Role, Staff
from tests.bot.conftest import BotTalk
from tests.factories import make_staff


async def _admin(talk: BotTalk) -> Staff:
    async with talk.database.write() as session:
        return await make_staff(session, Role.ADMIN, telegram_id=800, name="Ada Admin")


async def test_a_link_lets_one_stranger_in(talk: BotTalk) -> None:
    admin = await _admin(talk)
    roles = (await talk.says("/invite", by=admin))[0]
    made = (await talk.taps("warehouse", on=roles, by=admin))[0]
    link = re.search(r"https://t\.me/touchline_bot\?start=([\w-]+)", made.html)
    assert link is not None
    first = Staff(id=0, name="Wanda", telegram_id=9001, language=Language.RU)
    second = Staff(id=0, name="Eve", telegram_id=9002, language=Language.EN)
    assert "Добро пожаловать" in (await talk.says(f"/start {link.group(1)}", by=first))[0].html
    assert "no longer valid" in (await talk.says(f"/start {link.group(1)}", by=second))[0].html
    async with talk.database.read() as session:
        joined = (await session.execute(select(Staff).where(Staff.telegram_id == 9001))).scalar_one()
        assert (joined.role, joined.language, joined.name) == (Role.WAREHOUSE, Language.RU, "Wanda")


async def test_only_an_admin_invites(talk: BotTalk) -> None:
    assert "not open to you" in (await talk.says("/invite"))[0].html
    assert "not open to you" in (await talk.says("/staff"))[0].html


async def test_settings_take_effect_at_once(talk: BotTalk) -> None:
    settings = (await talk.says("/settings"))[0]
    languages = (await talk.taps("🌐", on=settings))[0]
    russian = (await talk.taps("Русский", on=languages))[0]
    assert "продажи" in russian.html
    zones = (await talk.taps("🌍", on=russian))[0]
    assert "Asia/Bangkok" in (await talk.taps("Bangkok", on=zones))[0].html
    zones = (await talk.taps("🌍", on=russian))[0]
    assert "Europe/Paris" in (await talk.says("europe/paris"))[0].html
    hours = (await talk.taps("🕘", on=russian))[0]
    assert "не могу" in (await talk.says("whenever"))[0].html.lower()
    assert "10:30–19:00" in (await talk.says("10:30-19"))[0].html
    assert hours.html
    days = (await talk.taps("📅", on=russian))[0]
    assert "Сб" in (await talk.taps("Сб", on=days))[0].html


async def test_a_colleague_changes_role_and_leaves_but_not_the_last_admin(talk: BotTalk) -> None:
    admin = await _admin(talk)
    people = (await talk.says("/staff", by=admin))[0]
    rita = (await talk.taps("Rita Rep", on=people, by=admin))[0]
    assert "manager" in (await talk.taps("manager", on=rita, by=admin))[0].html
    ask = (await talk.taps("🚪", on=rita, by=admin))[0]
    gone = (await talk.taps("Remove", on=ask, by=admin))[0]
    assert "no longer has access" in gone.html
    assert "own assistant" in (await talk.says("anna"))[0].html
    oneself = (await talk.taps("Ada Admin", on=people, by=admin))[0]
    ask = (await talk.taps("🚪", on=oneself, by=admin))[0]
    await talk.taps("Remove", on=ask, by=admin)
    assert "one admin" in talk.toast()
