"""How often there was contact, by kind and direction. What was undone, and what a machine wrote, is no contact."""

from __future__ import annotations

from collections.abc import Mapping

from storage.filters.counting import Happening
from storage.filters.fields import Field
from storage.models import Direction, Interaction, InteractionKind

_REAL = (Interaction.undone_at.is_(None), Interaction.automatic.is_(False))


def _of(kind: InteractionKind | None = None, direction: Direction | None = None) -> Field:
    which = [Interaction.kind == kind] if kind is not None else []
    which += [Interaction.direction == direction] if direction is not None else []
    return Happening(Interaction.client_id, Interaction.at, (*_REAL, *which)).counted()


INTERACTION_FIELDS: Mapping[str, Field] = {
    "interactions": _of(),
    "calls": _of(InteractionKind.CALL),
    "calls_in": _of(InteractionKind.CALL, Direction.IN),
    "calls_out": _of(InteractionKind.CALL, Direction.OUT),
    "meetings": _of(InteractionKind.MEETING),
    "emails": _of(InteractionKind.EMAIL),
    "emails_in": _of(InteractionKind.EMAIL, Direction.IN),
    "emails_out": _of(InteractionKind.EMAIL, Direction.OUT),
    "sms": _of(InteractionKind.SMS),
    "sms_in": _of(InteractionKind.SMS, Direction.IN),
    "sms_out": _of(InteractionKind.SMS, Direction.OUT),
    "notes": _of(InteractionKind.NOTE),
}
