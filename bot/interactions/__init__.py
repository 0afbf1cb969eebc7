"""Interactions in the chat: proposed from what people write or forward, saved by one tap, undone and corrected."""

from __future__ import annotations

from bot.interactions import proposing, saved
from bot.interactions.draft import When
from bot.interactions.proposing import StartInteraction, moment_of
from bot.interactions.saved import ShowInteraction
from bot.routing import Router

__all__ = ["ShowInteraction", "StartInteraction", "When", "moment_of", "router"]

router = Router()
router.include(proposing.router)
router.include(saved.router)
