"""Segments in the chat: listed, made by words or by searching, looked at and put away."""

from __future__ import annotations

from bot.routing import Router
from bot.segments import listing, writing

__all__ = ["router"]

router = Router()
router.include(listing.router)
router.include(writing.router)
