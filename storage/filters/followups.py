"""Whether something is promised to a client, and whether it is late."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, exists

from storage.filters.context import FilterContext
from storage.filters.fields import PRESENCE, Field, Kind
from storage.filters.tree import Test
from storage.models import Client, FollowUp, FollowUpState

_OPEN = exists(FollowUp.client_id).where(FollowUp.client_id == Client.id, FollowUp.state == FollowUpState.OPEN)


def _open(_test: Test, _context: FilterContext) -> ColumnElement[bool]:
    return _OPEN


def _late(_test: Test, context: FilterContext) -> ColumnElement[bool]:
    return _OPEN.where(FollowUp.due_at < context.now)


FOLLOWUP_FIELDS: Mapping[str, Field] = {
    "followup": Field(Kind.FLAG, PRESENCE, _open),
    "late_followup": Field(Kind.FLAG, PRESENCE, _late),
}
