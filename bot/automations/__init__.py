"""Automations in the chat: ready ones in three taps, own ones as documents, their figures, and a look before they run."""

from __future__ import annotations

from bot.automations import card, documents, doing, listing, trying
from bot.routing import Router

__all__ = ["router"]

router = Router()
for part in (listing, card, doing, documents, trying):
    router.include(part.router)
