"""Conversations in the chat: what was said in them, who answers, what nobody has to, and their files."""

from __future__ import annotations

from bot.conversations import deciding, files, thread
from bot.routing import Router

router = Router()
for part in (thread, deciding, files):
    router.include(part.router)
