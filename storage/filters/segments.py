"""Being in another segment: its rule compiled in place, or its list."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import ColumnElement, false, or_, select

from storage.filters.context import FilterContext
from storage.filters.fields import Field, Kind, narrowed
from storage.filters.tree import Node, Op, Test
from storage.models import Client, SegmentMember


def segment_fields(compiled: Callable[[Node, FilterContext], ColumnElement[bool]]) -> Mapping[str, Field]:
    """The fields of this noun; `compiled` makes a condition of a segment's rule."""

    def condition(test: Test, context: FilterContext) -> ColumnElement[bool]:
        meant = (context.segments.get(value) for value in test.values if isinstance(value, str))
        return or_(false(), *(_in(segment, context) for segment in meant if segment is not None))

    def _in(segment: Node | int, context: FilterContext) -> ColumnElement[bool]:
        if not isinstance(segment, int):
            return compiled(segment, context)
        listed = select(SegmentMember.client_id).where(SegmentMember.segment_id == segment)
        return Client.id.in_(narrowed(listed, context, SegmentMember.client_id))

    return {"segment": Field(Kind.THING, frozenset({Op.IS}), condition)}
