"""Cards to colleagues as the outbox sends them: at Telegram's pace, edited where they hang already."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from datetime import datetime

import telegram
from telegram.error import TelegramError

from channels.message import Button, ChatMessage, Outcome, OutgoingChat, Phase, SendResult
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Delivery, Message
from channels.outbox.limits import Bucket, Monotonic, Spacing
from channels.sender import Ambiguity, wrong_message
from channels.telegram.errors import result_of
from storage.database import assert_no_transaction
from storage.models import Channel

# Telegram: "avoid sending more than one message per second" in a chat, 20 a minute in a group, about 30 a second in all.
CHAT_INTERVAL_S = 1.0
GROUP_INTERVAL_S = 3.0
MESSAGES_PER_SECOND = 30.0
_NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)


class TelegramSender:
    """Wraps a ready `telegram.Bot`; whoever made the bot closes it."""

    channel = Channel.TELEGRAM
    ambiguous = Ambiguity.PARK
    concurrency = 8
    reconciles = False
    spacing = CHAT_INTERVAL_S

    def __init__(self, bot: telegram.Bot, *, monotonic: Monotonic = time.monotonic) -> None:
        self._bot = bot
        self._all = Bucket(rate=MESSAGES_PER_SECOND, burst=MESSAGES_PER_SECOND / 3, monotonic=monotonic)
        self._chats = Spacing(interval=CHAT_INTERVAL_S, monotonic=monotonic)

    def ready_in(self, message: Message) -> float:
        if not isinstance(message, OutgoingChat):
            return 0.0
        return max(self._all.ready_in(), self._chats.ready_in(message.chat_id))

    def charges(self, delivery: Delivery, message: Message) -> Sequence[Charge]:
        return ()

    async def send(self, message: Message) -> SendResult:
        if not isinstance(message, OutgoingChat):
            return wrong_message(message)
        self._all.take()
        # Groups have negative ids.
        self._chats.take(message.chat_id, interval=GROUP_INTERVAL_S if message.chat_id < 0 else None)
        assert_no_transaction()
        editing = message.message_id is not None
        try:
            message_id = await (self._edit(message) if editing else self._send(message))
        except TelegramError as error:
            return result_of(error, repeatable=editing)
        return SendResult(Outcome.ACCEPTED, Phase.DONE, "ok", provider_id=str(message_id))

    async def reconcile(
        self, delivery: Delivery, message: Message, *, since: datetime, known: Collection[str]
    ) -> SendResult | None:
        return None  # the Bot API cannot be asked what it delivered

    async def close(self) -> None:
        """The bot belongs to the application."""

    async def _send(self, outgoing: OutgoingChat) -> int:
        message, markup = outgoing.message, _markup(outgoing.message)
        reply = None
        if outgoing.reply_to_message_id is not None:
            reply = telegram.ReplyParameters(outgoing.reply_to_message_id, allow_sending_without_reply=True)
        attached = message.photo or message.file
        if attached is None:
            sent = await self._bot.send_message(
                outgoing.chat_id,
                message.html,
                parse_mode="HTML",
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
                disable_notification=message.silent,
                reply_parameters=reply,
            )
            return sent.message_id
        send = self._bot.send_photo if message.photo is not None else self._bot.send_document
        sent = await send(
            outgoing.chat_id,
            telegram.InputFile(attached.content, filename=attached.name),
            caption=message.html or None,
            parse_mode="HTML",
            reply_markup=markup,
            disable_notification=message.silent,
            reply_parameters=reply,
        )
        return sent.message_id

    async def _edit(self, outgoing: OutgoingChat) -> int:
        message, markup, message_id = outgoing.message, _markup(outgoing.message), outgoing.message_id
        assert message_id is not None
        if message.photo is not None or message.file is not None:
            await self._bot.edit_message_caption(
                outgoing.chat_id, message_id, caption=message.html or None, parse_mode="HTML", reply_markup=markup
            )
        else:
            await self._bot.edit_message_text(
                message.html,
                chat_id=outgoing.chat_id,
                message_id=message_id,
                parse_mode="HTML",
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )
        return message_id


def _markup(message: ChatMessage) -> telegram.InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return telegram.InlineKeyboardMarkup([[_button(one) for one in row] for row in message.buttons])


def _button(button: Button) -> telegram.InlineKeyboardButton:
    if button.url:
        return telegram.InlineKeyboardButton(button.text, url=button.url)
    return telegram.InlineKeyboardButton(button.text, callback_data=button.data)
