"""Custom fields as rules compare them: text, numbers and days out of whatever people wrote."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from storage.custom_values import field_key, folded_fields, read_day, read_number
from tests.factories import make_client


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("10", 10.0),
        ("-3.5", -3.5),
        ("12,5 %", 12.5),
        ("10 000", 10000.0),
        ("1,000", None),
        ("0,125", 0.125),
        ("1e5", None),
        ("١٠", None),
        ("1234567890123456", None),
        ("", None),
        ("ten", None),
        ("nan", None),
    ],
)
def test_what_is_a_number(said: str, number: float | None) -> None:
    assert read_number(said) == number


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-01-31", date(2026, 1, 31)),
        ("31.01.2026", date(2026, 1, 31)),
        ("31/1/2569", date(2026, 1, 31)),
        ("2026-01-31T10:00:00Z", date(2026, 1, 31)),
        ("31.02.2026", None),
        ("1850-01-01", None),
        ("tomorrow", None),
    ],
)
def test_what_is_a_day(said: str, day: date | None) -> None:
    assert read_day(said) == day


def test_fields_are_folded_with_their_names() -> None:
    found = folded_fields({"Скидка, Ёлки": "10 %", "Since": "2026-01-31", "VIP": True, "Empty": "", "Nested": {"a": 1}})
    discount, since, vip = field_key("  скидка,  ёлки "), field_key("SINCE"), field_key("vip")
    assert found == {
        f"t_{discount}": "10 %",
        f"n_{discount}": 10.0,
        f"t_{since}": "2026-01-31",
        f"d_{since}": "2026-01-31",
        f"t_{vip}": "yes",
    }


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON | st.dictionaries(st.text(), _JSON))
def test_any_json_gives_what_every_database_can_keep(value: Any) -> None:
    found = folded_fields(value)
    kept = json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
    assert b"\x00" not in kept
    assert "\\u0000" not in json.dumps(found)


async def test_the_folded_columns_follow_their_originals(session: AsyncSession) -> None:
    client = await make_client(session, "Ёлкин", company="ЗАО «Ель»", custom_fields={"Discount": "5%"})
    await session.refresh(client)
    assert (client.name_folded, client.company_folded) == ("елкин", "зао «ель»")
    assert client.custom_folded == folded_fields({"Discount": "5%"})
    client.name, client.custom_fields = "Anna", {"Since": 7}
    await session.flush()
    await session.refresh(client)
    assert (client.name_folded, client.custom_folded) == ("anna", folded_fields({"Since": 7}))
