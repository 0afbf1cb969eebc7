"""Which handler answers what: commands, presses, form steps and card renderers, one router per noun."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from bot.callbacks import Callback
from bot.render import Card, Reader

if TYPE_CHECKING:
    from bot.context import BotContext
    from storage.models import FormProgress

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

CommandHandler = Callable[["BotContext", str], Awaitable[None]]
PressHandler = Callable[["BotContext", Any], Awaitable[None]]
StepHandler = Callable[["BotContext", "FormProgress"], Awaitable[bool | None]]
CardRenderer = Callable[[Reader, int, dict[str, Any]], Awaitable[Card | None]]
ReplyHandler = Callable[["BotContext", int], Awaitable[bool]]
MessageHandler = Callable[["BotContext"], Awaitable[bool]]


class Router:
    """The doors of one noun."""

    def __init__(self) -> None:
        self.commands: dict[str, CommandHandler] = {}
        self.presses: dict[type[Callback], PressHandler] = {}
        self.steps: dict[tuple[str, str], StepHandler] = {}
        self.cards: dict[str, CardRenderer] = {}
        self.replies: dict[str, ReplyHandler] = {}
        self.shared: list[MessageHandler] = []
        self.readings: list[MessageHandler] = []

    def command(self, name: str) -> Callable[[CommandHandler], CommandHandler]:
        def add(handler: CommandHandler) -> CommandHandler:
            self.commands[name] = handler
            return handler

        return add

    def press(self, *kinds: type[Callback]) -> Callable[[PressHandler], PressHandler]:
        def add(handler: PressHandler) -> PressHandler:
            for kind in kinds:
                self.presses[kind] = handler
            return handler

        return add

    def step(self, form: str, *steps: str) -> Callable[[StepHandler], StepHandler]:
        """Called with what the person typed (`context.text`, `context.files`) while the form waits at the step.

        False says that it was not for the form: it is read like any other line.
        """

        def add(handler: StepHandler) -> StepHandler:
            for step in steps:
                self.steps[form, step] = handler
            return handler

        return add

    def card(self, name: str) -> Callable[[CardRenderer], CardRenderer]:
        """The renderer of a kind of card, for the outbox and for `context.show_card`; None means it is gone."""

        def add(renderer: CardRenderer) -> CardRenderer:
            self.cards[name] = renderer
            return renderer

        return add

    def reply(self, card: str) -> Callable[[ReplyHandler], ReplyHandler]:
        """Takes a Telegram reply to a card of this kind; returns whether it was for it."""

        def add(handler: ReplyHandler) -> ReplyHandler:
            self.replies[card] = handler
            return handler

        return add

    def share(self, handler: MessageHandler) -> MessageHandler:
        """Takes forwarded and shared things (contacts, files, voice); returns whether it did."""
        self.shared.append(handler)
        return handler

    def reading(self, handler: MessageHandler) -> MessageHandler:
        """Takes a plain line (an interaction, a stock question, a search), in the order the nouns are collected."""
        self.readings.append(handler)
        return handler

    def include(self, other: Router) -> None:
        """Takes over all doors of another router. Raises ValueError when one is taken already."""
        _merge(self.commands, other.commands)
        _merge(self.presses, other.presses)
        _merge(self.steps, other.steps)
        _merge(self.cards, other.cards)
        _merge(self.replies, other.replies)
        self.shared += other.shared
        self.readings += other.readings


def _merge(mine: dict[_Key, _Value], theirs: dict[_Key, _Value]) -> None:
    taken = mine.keys() & theirs.keys()
    if taken:
        raise ValueError(f"two handlers for {taken}")
    mine.update(theirs)
