"""Fields that stand in the client's own row, and its tags."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, or_, select

from storage.filters.context import FilterContext
from storage.filters.fields import BY_DAY, MATCHING, MOMENT, PRESENCE, Field, choice, moment, reference, words_of
from storage.filters.tree import Op, Test
from storage.models import Client, ClientTag, Tag


def _city(test: Test, _context: FilterContext) -> ColumnElement[bool]:
    if test.op is Op.CONTAINS:
        return or_(*(Client.city_key.contains(word, autoescape=True) for word in words_of(test)))
    if test.op in PRESENCE:
        return Client.city_key != ""
    return Client.city_key.in_(words_of(test))


def _tag(test: Test, _context: FilterContext) -> ColumnElement[bool]:
    hung = select(ClientTag.client_id)
    if test.op not in PRESENCE:
        hung = hung.join(Tag, Tag.id == ClientTag.tag_id)
        if test.op is Op.CONTAINS:
            hung = hung.where(or_(*(Tag.key.contains(word, autoescape=True) for word in words_of(test))))
        else:
            hung = hung.where(Tag.key.in_(words_of(test)))
    return Client.id.in_(hung)


CLIENT_FIELDS: Mapping[str, Field] = {
    "city": Field(MATCHING | PRESENCE | {Op.CONTAINS}, _city),
    "tag": Field(MATCHING | PRESENCE | {Op.CONTAINS}, _tag),
    "owner": Field(MATCHING | PRESENCE, reference(Client.owner_id, FilterContext.owner_ids)),
    "source": Field(MATCHING | PRESENCE, reference(Client.source_id, FilterContext.source_ids)),
    "language": Field(MATCHING, choice(Client.language), frozenset({"en", "ru", "th"})),
    "lifecycle": Field(MATCHING, choice(Client.lifecycle), frozenset({"lead", "customer", "dormant", "lost"})),
    "last_contact": Field(MOMENT, moment(Client.last_contact_at)),
    "last_purchase": Field(MOMENT, moment(Client.last_purchase_at)),
    "created": Field(BY_DAY | {Op.OLDER, Op.WITHIN}, moment(Client.created_at)),
}
