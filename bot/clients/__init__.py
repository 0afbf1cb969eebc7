"""Clients in the chat: found by typing, made from a line, their card and everything that is changed from it."""

from __future__ import annotations

from bot.clients import card, changing, listing, making
from bot.clients.listing import search
from bot.doors import ShowClient
from bot.routing import Router

__all__ = ["ShowClient", "router", "search"]

router = Router()
router.include(card.router)
router.include(changing.router)
router.include(making.router)
router.include(listing.router)
