"""Fields in braces: what is nearly one is taken for a typing error, whatever else stands in braces is left alone."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from crm import staff
from crm.automations import document, keeping
from crm.automations.errors import DocumentRefused
from crm.merge_fields import FIELDS, NoFieldsHere, UnknownField, check_none, check_typing, near, parse
from storage.models import Role
from tests.factories import make_staff

DOCUMENT = """name: Call
when: quote.sent
steps:
  - wait: 1 day
  - follow-up: "{text}"
    in: 1 day
"""


def written(text: str) -> str:
    return DOCUMENT.replace("{text}", text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nmae", "name"),
        ("nam", "name"),
        ("ame", "name"),
        ("naame", "name"),
        ("nane", "name"),
        ("Nmae ", "name"),
        ("nmae|friend", "name"),
        ("сity", "city"),  # a Russian с
        ("citty", "city"),
        ("ocmpany", "company"),
        ("ownr", "owner"),
        ("last purchase", "last_purchase"),
        ("last-contact", "last_contact"),
        ("lastpurchse", "last_purchase"),
    ],
)
def test_what_is_nearly_a_field(typed: str, meant: str) -> None:
    assert near(typed.partition("|")[0]) == meant
    with pytest.raises(UnknownField) as refused:
        check_typing(f"Call {{{typed}}} back")
    assert refused.value.params["hint"] == f"{{{meant}}}"
    with pytest.raises(UnknownField):
        parse(f"Call {{{typed}}} back")


@pytest.mark.parametrize(
    "text",
    [
        "Ask for the {game} and the {pity}",
        "Set {a, b, c} and {1}",
        "Price {order.total} of {номер}",
        '{"json": true}',
        "{} { } }{ {",
        "a {same} {contract} {first_contact} {first_name}",
        "Call {name}, {city|the town}",
    ],
)
def test_what_is_nothing_like_a_field_is_left_alone(text: str) -> None:
    check_typing(text)


@pytest.mark.parametrize("text", ["{{name}}", "{{ nmae }}"])
def test_a_second_pair_of_braces_is_a_typing_error(text: str) -> None:
    with pytest.raises(UnknownField) as refused:
        check_typing(text)
    assert refused.value.params["hint"] == "{name}"


def test_an_unknown_field_that_is_near_none_has_no_hint() -> None:
    with pytest.raises(UnknownField) as refused:
        parse("Dear {client}")
    assert (refused.value.params["has_hint"], refused.value.params["field"]) == ("no", "client")


def test_every_field_is_itself() -> None:
    assert [near(one) for one in FIELDS] == list(FIELDS)


def test_a_follow_up_of_a_document_is_refused_with_its_line_and_what_was_meant() -> None:
    with pytest.raises(DocumentRefused) as refused:
        document.read(written("Call {nmae} about {order}"), is_written=True)
    assert (refused.value.params["problem"], refused.value.params["line"]) == ("text", 5)
    assert isinstance(refused.value.cause, UnknownField)
    assert refused.value.cause.params["hint"] == "{name}"
    assert document.read(written("Call {name} about {order}"), is_written=True).steps


def test_what_is_kept_already_is_walked_as_it_stands() -> None:
    assert document.read(written("Call {nmae}")).steps


async def test_it_is_refused_where_it_is_written(session: AsyncSession, now: datetime) -> None:
    manager = await make_staff(session, Role.MANAGER, telegram_id=8)
    with pytest.raises(DocumentRefused):
        await keeping.create_from_document(session, actor=manager, text=written("Call {nmae}"), now=now)
    made = await keeping.create_from_document(session, actor=manager, text=written("Call {name}"), now=now)
    with pytest.raises(DocumentRefused):
        await keeping.edit(session, actor=manager, automation_id=made.id, text=written("Call {nmae}"), now=now)


@pytest.mark.parametrize("text", ["Rita\n{owner}", "{nmae}", "{Company|us}"])
async def test_a_signature_has_no_fields(session: AsyncSession, now: datetime, text: str) -> None:
    rita = await make_staff(session, name="Rita")
    with pytest.raises(NoFieldsHere):
        await staff.set_signature(session, actor=rita, text=text, now=now)
    kept = await staff.set_signature(session, actor=rita, text="Rita {sales} {:-}", now=now)
    assert kept.email_signature == "Rita {sales} {:-}"


def test_what_is_sent_as_typed_may_have_any_braces_but_fields() -> None:
    check_none("{game} {} {1}")
