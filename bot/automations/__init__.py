"""Automations in the chat: ready ones in three taps, own ones as documents, their figures, and a look before they run."""

from __future__ import annotations

from bot.automations import card, documents, doing, listing, notices, trying
from bot.routing import Router

__all__ = ["router"]

router = Router()
for part in (listing, card, doing, documents, trying, notices):
    router.include(part.router)
