"""Writing to customers in the chat: new letters, answers to one or all, passing on, and the letter's card before it goes."""

from __future__ import annotations

from bot.routing import Router
from bot.writing import answering, composing, filling, forwarding, letter, sending
from bot.writing.answering import answer
from bot.writing.composing import StartMessage

__all__ = ["StartMessage", "answer", "router"]

router = Router()
for part in (letter, filling, composing, answering, forwarding, sending):
    router.include(part.router)
