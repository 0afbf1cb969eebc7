"""Mailings in the chat: put together on one card, looked at, launched, followed to the last figure."""

from __future__ import annotations

from bot.mailings import (
    adding,
    card,
    deciding,
    doing,
    listing,
    missed,
    options,
    results,
    series,
    trial,
    when,
    wizard,
)
from bot.routing import Router

__all__ = ["router"]

router = Router()
router.include(listing.router)
router.include(wizard.router)
router.include(card.router)
router.include(doing.router)
router.include(options.router)
router.include(results.router)
router.include(missed.router)
router.include(when.router)
router.include(series.router)
router.include(deciding.router)
router.include(adding.router)
router.include(trial.router)
