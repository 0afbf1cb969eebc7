"""What an event says, in the words of whoever reads its story."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.automations.facts import fact_words, told
from bot.automations.saying import event_words
from bot.render import Reader, bot_wording
from crm.automations import triggers
from crm.why.enrolments import entry_of
from storage.models import DomainEvent, Enrolment, Language, Role, Staff
from tests.factories import make_staff

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
EN, RU, TH = Language.EN, Language.RU, Language.TH


def reader(session: AsyncSession, language: Language = EN) -> Reader:
    staff = Staff(name="Rita", role=Role.REP, language=language, timezone="Europe/Berlin")
    return Reader(session, staff=staff, now=NOW)


@pytest.mark.parametrize(
    ("event", "facts", "said"),
    [
        ("invoice.due", {"number": "Q-7"}, ("(invoice Q-7)", "(счёт Q-7)", "(ใบแจ้งหนี้ Q-7)")),
        (
            "invoice.due",
            {"number": "2026-118", "amount": 1250.5, "currency": "EUR", "due": "2026-12-03"},
            (
                "(invoice 2026-118, sum €1,250.50, due 3 Dec 2026)",
                "(счёт 2026-118, сумма 1\u202f250,50\xa0€, срок 3 дек. 2026)",
                "(ใบแจ้งหนี้ 2026-118, ยอด €1,250.50, ครบกำหนด 3 ธ.ค. 2026)",
            ),
        ),
        ("payment.received", {"number": 7}, ("(payment 7)", "(оплата 7)", "(การชำระเงิน 7)")),
        ("stock.low", {"product": "A-1", "product_id": 3}, ("(product A-1)", "(товар A-1)", "(สินค้า A-1)")),
        (
            "purchase.recorded",
            {"document": "D-1", "amount_minor": 12550, "currency": "THB", "at": "2026-11-20T23:30:00+00:00"},
            (
                "(document D-1, sum THB125.50, of 21 Nov 2026)",
                "(документ D-1, сумма 125,50\xa0฿, от 21 нояб. 2026)",
                "(เอกสาร D-1, ยอด ฿125.50, วันที่ 21 พ.ย. 2026)",
            ),
        ),
        (
            "message.received",
            {"channel": "sms", "automatic": True},
            ("by SMS (an automatic answer)", "по SMS (автоответ)", "ทาง SMS (คำตอบอัตโนมัติ)"),
        ),
        (
            "interaction.logged",
            {"kind": "call", "direction": "out", "outcome": "no_answer"},
            ("to the client (a call, no answer)", "клиенту (звонок, нет ответа)", "ถึงลูกค้า (โทร, ไม่รับสาย)"),
        ),
    ],
)
def test_known_facts_have_words(event: str, facts: dict[str, Any], said: tuple[str, str, str]) -> None:
    found = tuple(told(reader(AsyncSession(), language), event, facts) for language in (EN, RU, TH))
    assert tuple(one.replace("\u202f", " ").replace("\xa0", " ") for one in found) == tuple(
        one.replace("\u202f", " ").replace("\xa0", " ") for one in said
    )


@pytest.mark.parametrize(
    ("event", "facts", "said"),
    [
        ("invoice.due", {"state": "open", "number": "Q-7"}, "(invoice Q-7, state = open)"),
        ("erp.exported", {"number": "Q-7", "amount": 5}, "(amount = 5, number = Q-7)"),
        ("invoice.due", {"amount": "<b>", "due": "soon"}, "(amount = <b>, due = soon)"),
        ("invoice.due", {"amount": 10.005, "currency": "EUR"}, "(sum 10.005 EUR)"),
        ("invoice.due", {"amount": 10, "currency": "apples"}, "(sum 10, currency = apples)"),
        (
            "invoice.due",
            {"amount": "1e999999", "due_at": "2026-12-03T23:30:00Z"},
            "(amount = 1e999999, due 4 Dec 2026)",
        ),
        ("invoice.due", {"amount": "NaN", "due_date": "9999-99-99"}, "(amount = NaN, due_date = 9999-99-99)"),
        ("message.bounced", {"kind": "hard", "hard": True, "status": "5.1.1"}, "(refused for good, status = 5.1.1)"),
        ("interaction.logged", {"kind": "pigeon"}, "(kind = pigeon)"),
        ("client.edited", {"field": "city", "before": "Riga", "after": "Ulm"}, "(field: City, before: Riga, now: Ulm)"),
        ("invoice.due", {"mailing_id": 4, "happened_at": "2026-12-03", "paid": False, "lines": None}, ""),
        ("invoice.due", {}, ""),
    ],
)
def test_others_stay_as_they_came(event: str, facts: dict[str, Any], said: str) -> None:
    found = told(reader(AsyncSession()), event, facts).replace("\xa0", " ")
    assert found == said


def test_every_fact_of_the_registry_has_words_in_three_languages() -> None:
    asked = {name for kind in triggers.REGISTRY.values() for name in kind.facts if not name.endswith("_id")}
    missing = [name for name in sorted(asked) if not bot_wording().has(f"trigger-fact-{name}")]
    assert missing == []
    sample = {"channel": "email", "imported": "yes", "automatic": "no", "kind": "call", "direction": "in"}
    sample["outcome"] = "busy"
    for kind in triggers.REGISTRY.values():
        for name in kind.facts:
            if not name.endswith("_id"):
                said = {fact_words(language, kind.name, name, sample.get(name, "x")) for language in Language}
                assert "" not in said, (kind.name, name)


def test_what_an_automation_asks_of_an_event_is_said_with_the_same_words() -> None:
    assert event_words(EN, "stock.low", (("product", "A-1"),)) == "a product is running low (product A-1)"
    assert event_words(RU, "invoice.due", (("state", "open"),)) == "подошёл срок счёта (state: open)"


async def test_a_new_owner_is_named(session: AsyncSession) -> None:
    rita, mia = await make_staff(session, name="Rita"), await make_staff(session, name="Mia", telegram_id=9)
    facts = {"before": rita.id, "after": mia.id}
    event = DomainEvent(name="client.assigned", facts=facts, at=NOW)
    session.add(event)
    await session.flush()
    entry = await entry_of(session, Enrolment(entry_key=f"event:{event.id}", facts=facts))
    assert told(reader(session), entry.name, entry.facts) == "(before: Rita, now: Mia)"
