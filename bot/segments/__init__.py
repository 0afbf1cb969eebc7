"""Segments in the chat: listed, made by words, by buttons or by searching, compared, looked at and put away."""

from __future__ import annotations

from bot.routing import Router
from bot.segments import building, comparing, listing, writing

__all__ = ["router"]

router = Router()
router.include(listing.router)
router.include(writing.router)
router.include(building.router)
router.include(comparing.router)
