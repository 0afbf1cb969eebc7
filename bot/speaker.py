"""Says the answers of a handled update: the one road from `bot/` to Telegram, to the chat that just spoke."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import structlog
import telegram
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.context import Answer
from bot.render import escape, plain
from channels.message import Outcome
from channels.telegram.errors import result_of
from storage.database import assert_no_transaction
from storage.files import FileStore

log = structlog.get_logger(__name__)


@dataclass
class Said:
    """What came of saying: cards that now hang, and what is left to be said later."""

    # card, card id, chat, message: of new messages alone
    hanging: list[tuple[str, int, int, int]] = field(default_factory=list)
    # (chat, message) of cards edited, with the version that was shown
    in_place: dict[tuple[int, int], int] = field(default_factory=dict)
    left: list[dict[str, Any]] = field(default_factory=list)


class Speaker:
    """Turns answers into Bot API calls."""

    def __init__(self, bot: telegram.Bot, files: FileStore) -> None:
        self._bot = bot
        self._files = files
        self._quiet_until = 0.0

    @property
    def quiet(self) -> bool:
        """Telegram asked us to wait: whatever is to be said now waits too."""
        return time.monotonic() < self._quiet_until

    async def say(self, answers: list[dict[str, Any]], *, chat_id: int, query_id: str | None) -> Said:
        """Says all, in order. What Telegram cannot take now is left for later; what may have been said is not said again."""
        assert_no_transaction()
        said = Said()
        parsed = [Answer(**answer) for answer in answers]
        if self.quiet:
            said.left = [asdict(answer) for answer in parsed if answer.do != "toast"]
            return said
        if query_id is not None:
            await self._acknowledge(query_id, parsed)
        rest = [answer for answer in parsed if answer.do != "toast"]
        for index, answer in enumerate(rest):
            try:
                message_id = await self._shown(answer, chat_id)
            except TelegramError as error:
                result = result_of(error)
                if result.outcome in (Outcome.RETRY, Outcome.RATE_LIMITED):
                    self._quiet_until = time.monotonic() + (result.retry_after or 1.0)
                    said.left = [asdict(later) for later in rest[index:]]
                    return said
                if result.outcome is not Outcome.ACCEPTED:
                    log.warning("an answer was not said", outcome=result.outcome.value, code=result.code, do=answer.do)
                continue
            except FileNotFoundError:
                log.exception("a file to be shown is not in the store")
                continue
            in_place = answer.do == "edit" and message_id == answer.message_id  # noted with what the press changed
            if in_place and answer.message_id is not None and answer.version is not None:
                said.in_place[chat_id, answer.message_id] = answer.version
            if message_id and answer.card and not in_place:
                said.hanging.append((answer.card, answer.card_id, chat_id, message_id))
        return said

    async def _acknowledge(self, query_id: str, answers: list[Answer]) -> None:
        toast = next((answer.html for answer in answers if answer.do == "toast"), None)
        try:
            await self._bot.answer_callback_query(query_id, text=toast)
        except RetryAfter as error:
            self._quiet_until = time.monotonic() + (result_of(error).retry_after or 1.0)
            log.info("a press was not acknowledged in time")
        except TelegramError as error:
            log.info("a press was not acknowledged", code=result_of(error).code)

    async def _shown(self, answer: Answer, chat_id: int) -> int | None:
        """Says it as meant; where Telegram refuses the way, not the words, says the words in another way."""
        try:
            return await self._one(answer, chat_id)
        except BadRequest as error:
            code = result_of(error).code
            if code == "edit-gone" and answer.do == "edit":
                return await self._one(replace(answer, do="send", message_id=None), chat_id)
            if code == "markup":
                log.error("Telegram could not read our markup; the words go plainly")  # noqa: TRY400
                return await self._one(replace(answer, html=escape(plain(answer.html))), chat_id)
            raise

    async def _content(self, file: dict[str, str]) -> bytes:
        return bytes.fromhex(file["content"]) if "content" in file else await self._files.get(file["sha256"])

    async def _one(self, answer: Answer, chat_id: int) -> int | None:
        markup = _markup(answer.buttons)
        if answer.file is not None:
            sent = await self._bot.send_document(
                chat_id,
                document=await self._content(answer.file),
                filename=answer.file["name"],
                caption=answer.html or None,
                parse_mode="HTML",
                reply_markup=markup,
            )
            return sent.message_id
        if answer.do == "edit":
            await self._bot.edit_message_text(
                answer.html,
                chat_id=chat_id,
                message_id=answer.message_id,
                parse_mode="HTML",
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )
            return answer.message_id
        sent = await self._bot.send_message(
            chat_id, answer.html, parse_mode="HTML", reply_markup=markup, link_preview_options=_NO_PREVIEW
        )
        return sent.message_id


_NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)


def _markup(rows: list[list[dict[str, str]]]) -> telegram.InlineKeyboardMarkup | None:
    if not rows:
        return None
    return telegram.InlineKeyboardMarkup(
        [
            [
                telegram.InlineKeyboardButton(button["text"], url=button["url"])
                if button["url"]
                else telegram.InlineKeyboardButton(button["text"], callback_data=button["data"])
                for button in row
            ]
            for row in rows
        ]
    )
