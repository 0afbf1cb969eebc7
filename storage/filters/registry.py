"""All fields of the vocabulary, and a tree of them as one condition on `Client`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, not_, or_

from storage.filters.clients import CLIENT_FIELDS
from storage.filters.contacts import CONTACT_FIELDS
from storage.filters.context import FilterContext
from storage.filters.fields import NEGATIVE, Field, FilterRefused
from storage.filters.followups import FOLLOWUP_FIELDS
from storage.filters.tree import MAX_DEPTH, MAX_NODES, AllOf, AnyOf, Node, Not, measure

FIELDS: Mapping[str, Field] = MappingProxyType({**CLIENT_FIELDS, **CONTACT_FIELDS, **FOLLOWUP_FIELDS})


def compile_filter(node: Node, context: FilterContext) -> ColumnElement[bool]:
    """The tree as a condition on `Client`. Raises FilterRefused."""
    nodes, depth = measure(node)
    if nodes > MAX_NODES or depth > MAX_DEPTH:
        raise FilterRefused(f"{nodes} nodes, {depth} deep")
    return _compile(node, context)


def _compile(node: Node, context: FilterContext) -> ColumnElement[bool]:
    if isinstance(node, AllOf):
        return and_(*(_compile(part, context) for part in node.parts))
    if isinstance(node, AnyOf):
        return or_(*(_compile(part, context) for part in node.parts))
    if isinstance(node, Not):
        return not_(_compile(node.part, context))
    field = FIELDS.get(node.field)
    if field is None or node.op not in field.ops:
        raise FilterRefused(f"{node.field} {node.op}")
    if field.choices and not field.choices.issuperset(node.values):
        raise FilterRefused(f"{node.field} {node.values}")
    condition = field.condition(node, context)
    return not_(condition) if node.op in NEGATIVE else condition
