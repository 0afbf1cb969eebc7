"""Why a message did not arrive is said in the reader's words; a provider's code alone is never the whole answer."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.deliveries import _BY_CODE, _BY_ENHANCED, _OURS, delivery, why
from bot.render import Reader, bot_wording
from channels.sms.verdicts import VERDICTS
from storage.models import DeliveryState, Language
from tests.factories.staff import make_staff


@pytest.fixture
async def reader(session: AsyncSession, now: datetime) -> Reader:
    return Reader(session, staff=await make_staff(session, language=Language.EN), now=now)


@pytest.mark.parametrize(
    ("reason", "code", "said"),
    [
        ("hard_bounce", "", "the address does not exist"),
        ("not-composed: KeyError", "", "the message could not be put together"),
        ("smtp; 550 5.1.1 <a@x.example>: no such user", "5.1.1", "the address does not exist"),
        ("552 5.2.2 over quota", "552 5.2.2", "the mailbox is full"),
        ("550 5.7.26 unauthenticated", "550 5.7.26", "turned away as unwanted mail or spam"),
        ("30003", "30003", "the phone is off or out of reach"),
        ("Attempt to send to unsubscribed recipient", "21610", "wrote STOP"),
        ("ClientConnectorError", "connect", "the server could not be reached"),
        ("550 <b>go away</b>", "550", "“550 &lt;b&gt;go away&lt;/b&gt;”"),
        ("59999", "59999", "refused (code 59999)"),
        ("", "", "refused without a reason"),
    ],
)
def test_the_reason_is_worded(reader: Reader, reason: str, code: str, said: str) -> None:
    assert why(reader, state=DeliveryState.FAILED, reason=reason, code=code) == said


@pytest.mark.parametrize("state", DeliveryState)
def test_every_state_has_its_line(reader: Reader, state: DeliveryState) -> None:
    assert delivery(reader, state=state, reason="", code="")


def test_every_known_reason_has_words() -> None:
    slugs = {*_OURS, *_BY_CODE.values(), *(slug for _, slug in _BY_ENHANCED)}
    assert [slug for slug in sorted(slugs) if not bot_wording().has(f"deliveries-reason-{slug}")] == []


def test_codes_of_twilio_are_codes_we_act_on() -> None:
    assert {int(code) for code in _BY_CODE if code.isdigit()} <= set(VERDICTS)
