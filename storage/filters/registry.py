"""All fields of the vocabulary by noun, and a tree of them as one condition on `Client`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, not_, or_

from storage.filters.clients import CLIENT_FIELDS
from storage.filters.contacts import CONTACT_FIELDS
from storage.filters.context import FilterContext
from storage.filters.fields import NEGATIVE, Field, FilterRefused
from storage.filters.followups import FOLLOWUP_FIELDS
from storage.filters.interactions import INTERACTION_FIELDS
from storage.filters.mailings import MAILING_FIELDS
from storage.filters.own import OWN_FIELDS
from storage.filters.purchases import PURCHASE_FIELDS
from storage.filters.segments import segment_fields
from storage.filters.tree import MAX_DEPTH, MAX_NODES, MAX_VALUES, AllOf, AnyOf, Node, Not, measure


def compile_filter(node: Node, context: FilterContext) -> ColumnElement[bool]:
    """The tree as a condition on `Client`. Raises FilterRefused."""
    nodes, depth, values = measure(node, context.segments)
    if nodes > MAX_NODES or depth > MAX_DEPTH or values > MAX_VALUES:
        raise FilterRefused(f"{nodes} nodes, {depth} deep, {values} values")
    return _compile(node, context)


def _compile(node: Node, context: FilterContext) -> ColumnElement[bool]:
    if isinstance(node, AllOf):
        return and_(*(_compile(part, context) for part in node.parts))
    if isinstance(node, AnyOf):
        return or_(*(_compile(part, context) for part in node.parts))
    if isinstance(node, Not):
        return not_(_compile(node.part, context))
    field = FIELDS.get(node.field)
    if field is None or node.op not in field.ops or (node.window is not None and not field.windowed):
        raise FilterRefused(f"{node.field} {node.op}")
    if field.choices and not field.choices.issuperset(node.values):
        raise FilterRefused(f"{node.field} {node.values}")
    condition = field.condition(node, context)
    return not_(condition) if node.op in NEGATIVE else condition


NOUNS: Mapping[str, Mapping[str, Field]] = MappingProxyType(
    {
        "clients": CLIENT_FIELDS,
        "contacts": CONTACT_FIELDS,
        "interactions": INTERACTION_FIELDS,
        "followups": FOLLOWUP_FIELDS,
        "purchases": PURCHASE_FIELDS,
        "mailings": MAILING_FIELDS,
        "segments": segment_fields(_compile),
        "own": OWN_FIELDS,
    }
)
FIELDS: Mapping[str, Field] = MappingProxyType({name: field for noun in NOUNS.values() for name, field in noun.items()})
