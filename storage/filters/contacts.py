"""Whether a client can be reached by a channel."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, exists

from storage.filters.context import FilterContext
from storage.filters.fields import PRESENCE, Condition, Field
from storage.filters.tree import Test
from storage.models import Client, ContactKind, ContactPoint


def _reachable(kind: ContactKind) -> Condition:
    def condition(_test: Test, _context: FilterContext) -> ColumnElement[bool]:
        return exists().where(ContactPoint.client_id == Client.id, ContactPoint.kind == kind)

    return condition


CONTACT_FIELDS: Mapping[str, Field] = {
    "email": Field(PRESENCE, _reachable(ContactKind.EMAIL)),
    "phone": Field(PRESENCE, _reachable(ContactKind.PHONE)),
    "telegram": Field(PRESENCE, _reachable(ContactKind.TELEGRAM)),
}
