"""Clients: finding, creating, editing and showing them. Split by verb group; callers use `crm.clients` alone."""

from __future__ import annotations

from crm.clients.card import Address, ClientCard, card
from crm.clients.creating import (
    ClientDraft,
    Duplicate,
    NotOwnClient,
    PossibleDuplicate,
    create,
    find_duplicates,
    undo_create,
)
from crm.clients.editing import EDITABLE, Field, add_tag, archive, assign, edit, needs_source, remove_tag, set_source
from crm.clients.finding import NameMatch, Page, browse, resolve, search
from crm.clients.timeline import Entry, EntryKind, Timeline, timeline

__all__ = [
    "EDITABLE",
    "Address",
    "ClientCard",
    "ClientDraft",
    "Duplicate",
    "Entry",
    "EntryKind",
    "Field",
    "NameMatch",
    "NotOwnClient",
    "Page",
    "PossibleDuplicate",
    "Timeline",
    "add_tag",
    "archive",
    "assign",
    "browse",
    "card",
    "create",
    "edit",
    "find_duplicates",
    "needs_source",
    "remove_tag",
    "resolve",
    "search",
    "set_source",
    "timeline",
    "undo_create",
]
