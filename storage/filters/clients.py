"""Fields that stand in the client's own row, and its tags."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, false, func, or_, select

from storage.filters.context import FilterContext
from storage.filters.fields import (
    BY_DAY,
    MATCHING,
    MOMENT,
    PRESENCE,
    Field,
    FilterRefused,
    Kind,
    choice,
    moment,
    narrowed,
    reference,
    text,
    words_of,
)
from storage.filters.tree import Age, Op, Test
from storage.models import Client, ClientTag, Tag


def _tag(test: Test, context: FilterContext) -> ColumnElement[bool]:
    hung = narrowed(select(ClientTag.client_id), context, ClientTag.client_id)
    if test.op not in PRESENCE:
        words = words_of(test)
        if not words:
            return false()
        hung = hung.join(Tag, Tag.id == ClientTag.tag_id)
        if test.op is Op.CONTAINS:
            hung = hung.where(or_(*(Tag.key.contains(word, autoescape=True) for word in words)))
        else:
            hung = hung.where(Tag.key.in_(words))
    return Client.id.in_(hung)


def _birthday(test: Test, context: FilterContext) -> ColumnElement[bool]:
    """Who was born on 29 February has their day on the 28th where there is no 29th."""
    if test.op in PRESENCE:
        return Client.birthday.is_not(None)
    (value,) = test.values
    if isinstance(value, Age) and test.op is Op.COMING:
        first = context.now.astimezone(context.zone).date()
        days = value.days
    elif isinstance(value, date) and test.op is Op.ON:
        first, days = value, 0
    else:
        raise FilterRefused(f"{test.field} {test.op} {value!r}")
    if days >= 365:
        return Client.birthday.is_not(None)
    last = first + timedelta(days=days)
    born = func.substr(cast(Client.birthday, String), 6)  # 11-24: both databases write dates as 2026-11-24
    begin, end = f"{first:%m-%d}", f"{last:%m-%d}"
    if end == "02-28" and (last + timedelta(days=1)).day == 1:
        end = "02-29"
    between = and_(born >= begin, born <= end) if begin <= end else or_(born >= begin, born <= end)
    return and_(Client.birthday.is_not(None), between)


_TEXT = MATCHING | PRESENCE | {Op.CONTAINS}
_LANGUAGES, _LIFECYCLES = frozenset({"en", "ru", "th"}), frozenset({"lead", "customer", "dormant", "lost"})

CLIENT_FIELDS: Mapping[str, Field] = {
    "name": Field(Kind.TEXT, MATCHING | {Op.CONTAINS}, text(Client.name_folded)),
    "company": Field(Kind.TEXT, _TEXT, text(Client.company_folded)),
    "city": Field(Kind.TEXT, _TEXT, text(Client.city_key)),
    "tag": Field(Kind.TEXT, _TEXT, _tag),
    "owner": Field(Kind.THING, MATCHING | PRESENCE, reference(Client.owner_id, FilterContext.owner_ids)),
    "source": Field(Kind.THING, MATCHING | PRESENCE, reference(Client.source_id, FilterContext.source_ids)),
    "language": Field(Kind.CHOICE, MATCHING, choice(Client.language), _LANGUAGES),
    "lifecycle": Field(Kind.CHOICE, MATCHING, choice(Client.lifecycle), _LIFECYCLES),
    "last_contact": Field(Kind.MOMENT, MOMENT, moment(Client.last_contact_at)),
    "last_purchase": Field(Kind.MOMENT, MOMENT, moment(Client.last_purchase_at)),
    "created": Field(Kind.MOMENT, BY_DAY | {Op.OLDER, Op.WITHIN}, moment(Client.created_at)),
    "birthday": Field(Kind.DAY, PRESENCE | {Op.ON, Op.COMING}, _birthday),
}
