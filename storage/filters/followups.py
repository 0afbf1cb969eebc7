"""Whether something is promised to a client."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, exists

from storage.filters.context import FilterContext
from storage.filters.fields import PRESENCE, Field
from storage.filters.tree import Test
from storage.models import Client, FollowUp, FollowUpState


def _open_followup(_test: Test, _context: FilterContext) -> ColumnElement[bool]:
    return exists().where(FollowUp.client_id == Client.id, FollowUp.state == FollowUpState.OPEN)


FOLLOWUP_FIELDS: Mapping[str, Field] = {"followup": Field(PRESENCE, _open_followup)}
