"""A rule by buttons, from the list to a kept segment; and segments side by side."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm import segments
from crm.client_index import searched
from storage.filters import FIELDS, NOUNS
from storage.folding import fold
from storage.models import (
    Client,
    Direction,
    Interaction,
    InteractionKind,
    InteractionSource,
    Language,
    Purchase,
    Role,
    Segment,
    SegmentKind,
    Staff,
)
from tests.bot.conftest import BotTalk
from tests.factories import make_client, make_staff


async def _boss(talk: BotTalk, language: Language = Language.EN) -> Staff:
    async with talk.database.write() as session:
        return await make_staff(session, Role.MANAGER, telegram_id=900, language=language, timezone="Asia/Bangkok")


async def _client(talk: BotTalk, name: str, city: str, *, calls: int = 0, **fields: object) -> Client:
    text, key, city_key = searched(name=name, city=city)
    now = talk.clock.now()
    async with talk.database.write() as session:
        client = await make_client(
            session,
            name,
            city=city,
            search_text=text,
            name_key=key,
            city_key=city_key,
            **fields,  # type: ignore[arg-type]
        )
        for _ in range(calls):
            session.add(
                Interaction(
                    client_id=client.id,
                    kind=InteractionKind.CALL,
                    direction=Direction.OUT,
                    source=InteractionSource.BUTTONS,
                    at=now - timedelta(days=3),
                    created_at=now,
                )
            )
    return client


async def test_three_taps_and_a_value_make_a_rule(talk: BotTalk) -> None:
    boss = await _boss(talk)
    await _client(talk, "Anna", "Riga", calls=2)
    await _client(talk, "Boris", "Riga")
    await _client(talk, "Chai", "Phuket", calls=1)
    (listed,) = await talk.says("/segments", by=boss)
    (nouns,) = await talk.taps("＋ New by buttons", on=listed, by=boss)
    (fields,) = await talk.taps("Who they are", on=nouns, by=boss)
    (ops,) = await talk.taps("City", on=fields, by=boss)
    (values,) = await talk.taps("City is …", on=ops, by=boss)
    assert [button["text"] for button in values.buttons][:2] == ["Riga · 2", "Phuket · 1"]
    (seen,) = await talk.taps("Riga · 2", on=values, by=boss)
    assert "Understood: <b>city is Riga</b>" in seen.html
    assert "2 clients now: Anna, Boris" in seen.html
    (nouns,) = await talk.taps("＋ and", on=seen, by=boss)
    assert "city is Riga · 2 clients" in nouns.html
    (fields,) = await talk.taps("Calls, meetings, mail", on=nouns, by=boss)
    (ops,) = await talk.taps("Calls", on=fields, by=boss)
    (values,) = await talk.taps("Calls at least …", on=ops, by=boss)
    assert "2 · 1" in [button["text"] for button in values.buttons]
    (since,) = await talk.taps("2 · 1", on=values, by=boss)
    (seen,) = await talk.taps("in the last 30 days · 1", on=since, by=boss)
    assert "city is Riga and calls at least 2 in the last 30 days" in seen.html
    (nouns,) = await talk.taps("＋ or", on=seen, by=boss)
    (fields,) = await talk.taps("Who they are", on=nouns, by=boss)
    (ops,) = await talk.taps("Name", on=fields, by=boss)
    await talk.taps("Name contains “…”", on=ops, by=boss)
    (seen,) = await talk.says("chai", by=boss)
    assert "(city is Riga and calls at least 2 in the last 30 days) or name contains “chai”" in seen.html
    (back,) = await talk.taps("↶ Undo", on=seen, by=boss)
    assert "name contains" not in back.html
    await talk.taps("Save", on=back, by=boss)
    (card,) = await talk.says("Talkative", by=boss)
    assert "1 client now: Anna" in card.html
    async with talk.database.read() as session:
        (segment,), _ = await segments.page(session, actor=boss, limit=5)
        assert segment.rule == "city = Riga and calls >= 2 in 30 days"


async def test_a_segment_is_left_out_and_a_field_of_ones_own_compared(talk: BotTalk) -> None:
    boss = await _boss(talk, Language.RU)
    anna = await _client(talk, "Anna", "Riga", custom_fields={"Скидка": "15 %"})
    await _client(talk, "Boris", "Riga", custom_fields={"Скидка": 5})
    await _client(talk, "Chai", "Riga", custom_fields={"Скидка": 20})
    async with talk.database.write() as session:
        await segments.save_list(session, actor=boss, name="VIP", client_ids=[anna.id], now=talk.clock.now())
    (listed,) = await talk.says("/segments", by=boss)
    (nouns,) = await talk.taps("＋ Собрать кнопками", on=listed, by=boss)
    (own,) = await talk.taps("Свои поля", on=nouns, by=boss)
    (ops,) = await talk.taps("Скидка", on=own, by=boss)
    (asked,) = await talk.taps("«Скидка» не меньше …", on=ops, by=boss)
    assert "Напишите значение" in asked.html
    (refused,) = await talk.says("много", by=boss)
    assert "много" in refused.html
    (seen,) = await talk.says("10", by=boss)
    assert "Сейчас 2 клиента: Anna, Chai" in seen.html
    (nouns,) = await talk.taps("＋ кроме", on=seen, by=boss)
    (values,) = await talk.taps("Другие сегменты", on=nouns, by=boss)
    (seen,) = await talk.taps("VIP · 1", on=values, by=boss)
    assert "«Скидка» не меньше 10 и не в сегменте «VIP»" in seen.html
    assert "Сейчас 1 клиент: Chai" in seen.html


@pytest.mark.long
async def test_every_field_can_be_chosen_and_every_comparison_named(talk: BotTalk) -> None:
    """Whatever stands behind a button can be shown: each field, each of its comparisons, each value offered."""
    boss = await _boss(talk, Language.TH)
    await _client(talk, "Anna", "Riga", calls=1, custom_fields={"Level": "Gold"})
    seen = 0
    (listed,) = await talk.says("/segments", by=boss)
    (nouns,) = await talk.taps("＋ สร้างด้วยปุ่ม", on=listed, by=boss)
    for noun, fields in NOUNS.items():
        for field in fields:
            for op in segments.comparisons_of(field):
                await talk.presses("gb:and:1", message_id=nouns.message_id, by=boss)
                await talk.presses(f"gc:{noun}", message_id=nouns.message_id, by=boss)
                answer = await talk.presses(
                    "go:0" if field == "own" else f"gf:{field}", message_id=nouns.message_id, by=boss
                )
                if len(segments.comparisons_of(field)) > 1:
                    answer = await talk.presses(f"gq:{op.value}", message_id=nouns.message_id, by=boss)
                assert answer, (field, op)
                assert len(answer[-1].html) < 4096
                seen += 1
    assert seen > 2 * len(FIELDS)


async def test_segments_are_compared_measure_by_measure(talk: BotTalk) -> None:
    boss = await _boss(talk)
    now = talk.clock.now()
    anna = await _client(talk, "Anna", "Riga", calls=3, email="anna@example.com")
    await _client(talk, "Boris", "Riga")
    await _client(talk, "Chai", "Phuket", phone="+66812345678")
    async with talk.database.write() as session:
        session.add(
            Purchase(
                client_id=anna.id,
                at=now - timedelta(days=9),
                amount_minor=125_000,
                currency="EUR",
                document="1",
                product_group="Bolts",
                group_key=fold("Bolts"),
                created_at=now,
            )
        )
        for name, rule in (("Riga <b>", "city = Riga"), ("South", "city = Phuket")):
            session.add(Segment(name=name, kind=SegmentKind.RULE, rule=rule, created_at=now))
    (listed,) = await talk.says("/segments", by=boss)
    (which,) = await talk.taps("⚖ Compare", on=listed, by=boss)
    (which,) = await talk.taps("☐ Riga <b>", on=which, by=boss)
    (which,) = await talk.taps("☐ South", on=which, by=boss)
    (table,) = await talk.taps("Compare 2", on=which, by=boss)
    for line in (
        "▰▰▰▰▰▰▰▰ Riga &lt;b&gt;: 2",
        "▰▰▰▰▱▱▱▱ South: 1",
        "Riga &lt;b&gt;: €1,250.00",
        "▰▰▰▰▰▰▰▰ Riga &lt;b&gt;: 3",
        "Riga &lt;b&gt;: 1 (50 %)",
        "▱▱▱▱▱▱▱▱ South: 0 (0 %)",
        "South: 1 (100 %)",
    ):
        assert line in table.html, line
