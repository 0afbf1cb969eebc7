"""Colleagues come by an invitation that works once; everybody sets their own language."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from babel.dates import format_date

from tests.flows.conftest import Day
from tests.flows.players import Staff


async def test_an_invitation_lets_one_colleague_in_and_nobody_else(day: Day) -> None:
    await day.stranger.asks("/start", "only talk to its staff")
    card = await day.admin.asks("/invite", button="sales")
    await day.admin.taps("sales", on=card)
    invited = await day.admin.sees("t.me/", "sales")
    token = re.search(r"\?start=(\S+)", invited["text"])
    assert token is not None
    await day.stranger.asks(f"/start {token[1]}", "Welcome, Joe Doe")
    await day.stranger.asks("/menu", "Joe Doe", button="Clients")
    day.sandbox.add_person("second", "Jane Doe", "customer", telegram_id=798, started=False)
    second = Staff(day.control, "second")
    await second.asks(f"/start {token[1]}", "no longer valid")
    quiet = await second.says("call Anna agreed 20 pcs")
    await day.rep.asks("/today", "Today")
    assert not [one for one in await second.chat() if one["from"] == "bot" and "Anna" in one["text"]], quiet


async def test_an_invitation_grows_old(day: Day) -> None:
    await day.admin.taps("warehouse", on=await day.admin.asks("/invite", button="warehouse"))
    token = re.search(r"\?start=(\S+)", (await day.admin.sees("t.me/"))["text"])
    assert token is not None
    await day.clock.advance(hours=73)
    await day.stranger.asks(f"/start {token[1]}", "no longer valid")


async def test_only_an_admin_invites(day: Day) -> None:
    refused = await day.rep.asks("/invite", "")
    assert refused["buttons"] == []
    assert "t.me/" not in refused["text"]


async def test_a_new_language_speaks_at_once_everywhere(day: Day) -> None:
    card = await day.rep.asks("/settings", "Nina Orlova", button="Language")
    await day.rep.taps("Language", on=card)
    await day.rep.taps("Русский", on=await day.rep.sees(button="Русский"))
    settings = await day.rep.sees("Nina Orlova", button="Язык")
    assert settings["message_id"] == card["message_id"]
    today = day.sandbox.clock.now().astimezone(ZoneInfo("Asia/Bangkok"))
    await day.rep.asks("/today", "Сегодня, " + format_date(today, "d MMM", locale="ru"))
    proposed = await day.rep.asks(
        "звонок Анна договорились, завтра в 10 отправить КП", "Anna Schmidt", button="Сохранить"
    )
    assert "отправить КП" in proposed["text"]

    async def menu_speaks_russian() -> bool | None:
        commands = await day.control.get("people/rep/commands")
        return True if any("клиент" in one["description"].lower() for one in commands) else None

    async def otherwise() -> str:
        return str(await day.control.get("people/rep/commands"))

    assert await day.control.until(menu_speaks_russian, patience=10, otherwise=otherwise)
