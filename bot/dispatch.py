"""Works through the stored updates: one chat in order, different chats side by side, each update exactly once.

Steps for one update: who speaks (a stranger gets one line) → files are fetched, outside any transaction → the handler
runs in one unit of work → the effect, `processed_at` and the answers are committed together → the answers are said.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Protocol

import structlog
import telegram
from sqlalchemy import ColumnElement, select
from telegram.error import TelegramError

from bot import access, line
from bot.callbacks import BadPress, Signer
from bot.context import Answer, BotContext, ReceivedFile, Unit
from bot.render import TOAST_LIMIT, Html, plain, translate
from bot.routing import Router
from bot.settings import BotSettings
from bot.speaker import Said, Speaker
from channels import inbox
from channels.message import Outcome
from channels.outbox import edits
from channels.telegram.errors import result_of
from crm.errors import CrmError
from storage.database import Database
from storage.files import FileStore
from storage.models import FormProgress, InboxSource, Staff, UsedPress
from storage.queries import cards
from storage.queries import staff as people

log = structlog.get_logger(__name__)

FILE_LIMIT_MB = 20  # what the Bot API hands out
FETCH_WITHIN = timedelta(minutes=10)
CHATS_AT_ONCE = 32
IDLE_SECONDS = 0.2
RESAY_EVERY_SECONDS = 2.0
RESAY_WITHIN = timedelta(hours=1)
# What another process is saying at this moment is not ours to say; what nobody has said by then was left unsaid.
RESAY_AFTER = timedelta(seconds=10)


Speaks = tuple[Staff, FormProgress | None]  # a colleague, and the form they are in


class _Clock(Protocol):
    def now(self) -> Any: ...


class Dispatcher:
    """Give it a database, a bot and the routers; `run` it until told to stop, `wake` it when something was stored."""

    def __init__(
        self,
        *,
        database: Database,
        files: FileStore,
        bot: telegram.Bot,
        router: Router,
        signer: Signer,
        clock: _Clock,
        settings: BotSettings,
        staff_changed: Callable[[Staff], Awaitable[None]] | None = None,
    ) -> None:
        self._database = database
        self.files = files
        self._bot = bot
        self._router = router
        self._signer = signer
        self._clock = clock
        self.settings = settings
        self._speaker = Speaker(bot, files)
        self._staff_changed = staff_changed
        self._woken = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._said: list[tuple[int, int | None, Said]] = []
        self._left: set[int] = set()
        self._greeted: dict[int, float] = {}

    def wake(self) -> None:
        """Something was stored: look at once."""
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop`; then finishes the updates in hand."""
        resay_at = 0.0
        while not stop.is_set():
            if time.monotonic() >= resay_at:
                resay_at = time.monotonic() + RESAY_EVERY_SECONDS
                await self._guard(self._resay)
            await self._guard(self._note_said)  # before the lanes: a reply to what was just said finds it noted
            await self._guard(self._start_lanes)
            await self._sleep(stop)
        await asyncio.gather(*self._lanes.values(), return_exceptions=True)
        await self._guard(self._note_said)

    async def drain(self) -> int:
        """Handles everything that waits now, lane by lane, and returns how many; for tests and one-off runs."""
        handled = 0
        while turns := await self._look():
            for turn in turns:
                await self._handle(turn)
                handled += 1
        await self._note_said()
        return handled

    async def _guard(self, step: Callable[[], Awaitable[None]]) -> None:
        """One failed round (a locked or full database, say) must not end the loop."""
        try:
            await step()
        except Exception:
            log.exception("a round of the dispatcher failed")
            await asyncio.sleep(IDLE_SECONDS)

    async def _sleep(self, stop: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(self._woken.wait()), asyncio.ensure_future(stop.wait())]
        _done, pending = await asyncio.wait(waits, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        self._woken.clear()

    async def _start_lanes(self) -> None:
        if len(self._lanes) >= CHATS_AT_ONCE:
            return
        for turn in await self._look():
            lane = turn.row.lane
            self._lanes[lane] = asyncio.create_task(self._lane(turn))
            self._lanes[lane].add_done_callback(lambda _task, lane=lane: self._lane_ended(lane))  # type: ignore[misc]

    async def _look(self) -> list[_Turn]:
        """The next update of each chat that none is being handled of, and who speaks: asked for all of them at once."""
        heads = await inbox.next_lanes(
            self._database, source=InboxSource.TELEGRAM, busy=set(self._lanes), limit=CHATS_AT_ONCE - len(self._lanes)
        )
        there = await people.speaking(self._database, [int(row.lane) for row in heads if row.lane.isdecimal()])
        return [_Turn(row, there.get(int(row.lane)) if row.lane.isdecimal() else None) for row in heads]

    def _lane_ended(self, lane: str) -> None:
        self._lanes.pop(lane, None)
        self._woken.set()

    async def _lane(self, turn: _Turn) -> None:
        try:
            await self._handle(turn)
        except Exception:
            log.exception("an update could not be handled", inbox_id=turn.row.id)
            await asyncio.sleep(1.0)

    async def _handle(self, turn: _Turn) -> None:
        row = turn.row
        try:
            update_ = telegram.Update.de_json(row.payload, self._bot)
            handled = await self._effect(turn, update_)
        except _NotFetchedError as error:
            # Telegram's trouble, not the message's: it waits with its lane, and no try is counted.
            log.warning("a file could not be fetched yet", inbox_id=row.id, wait=error.wait)
            await asyncio.sleep(error.wait)
            return
        except line.CardNotNotedError:
            await asyncio.sleep(IDLE_SECONDS)
            return
        except Exception:
            log.exception("a handler failed", inbox_id=row.id)
            await self._failed(row)
            return
        if handled is None:
            return
        said = await self._speaker.say(handled.answers, chat_id=handled.chat_id, query_id=handled.query_id)
        self._said.append((row.id, handled.staff_id, said))
        self._woken.set()

    async def _effect(self, turn: _Turn, update_: telegram.Update) -> _Handled | None:
        """Runs the handler and commits. None when there is nobody to answer."""
        user, chat = update_.effective_user, update_.effective_chat
        row, speaks = turn.row, turn.speaks
        now = self._clock.now()
        if user is None or chat is None or chat.type != "private" or user.is_bot or user.id != chat.id:
            await self._close(row)
            return None
        query_id = update_.callback_query.id if update_.callback_query else None
        unit = Unit(self._database)
        files: list[ReceivedFile] = []
        missed = False
        try:
            if speaks is not None and update_.message is not None and _attachment(update_.message) is not None:
                files, missed = await self._fetch(update_.message, row)
                speaks = await self._speaks(chat.id)  # it may have taken minutes
            if speaks is None:
                answers = await access.stranger(unit, update_, now=now, greeted=self._greeted)
                changed: set[int] = set()
            else:
                context = self._context(speaks, unit, update_, chat.id, files)
                answers = await self._run(context, unit, file_missed=missed)
                changed = context.commands_changed
            async with unit.write() as session:
                if speaks is not None:
                    await line.hang_in_place(session, answers, (chat.id, speaks[0].id), now=now)
                kept = [vars(answer) for answer in answers]
                if not await inbox.mark_processed(session, inbox_id=row.id, now=now, answer=kept or None):
                    raise _TakenError
            await unit.finish()
        except _TakenError as error:
            await unit.abandon(error)
            return None
        except BaseException as error:
            await unit.abandon(error)
            raise
        if speaks is None or changed:
            await self._announce(Staff.telegram_id == user.id if speaks is None else Staff.id.in_(changed))
        return _Handled(kept, chat.id, query_id, speaks[0].id if speaks is not None else None)

    def _context(
        self, speaks: Speaks, unit: Unit, update_: telegram.Update, chat_id: int, files: list[ReceivedFile]
    ) -> BotContext:
        return BotContext(
            staff=speaks[0],
            arrived_in=speaks[1],
            now=self._clock.now(),
            unit=unit,
            signer=self._signer,
            router=self._router,
            settings=self.settings,
            chat_id=chat_id,
            update=update_,
            files=files,
            store=self.files,
        )

    async def _run(self, context: BotContext, unit: Unit, *, file_missed: bool) -> list[Answer]:
        """The handler's answers; a refusal of the business rolls back and becomes the answer."""
        try:
            if file_missed:
                context.say("core-file-missed", limit=FILE_LIMIT_MB)
            if not file_missed or context.text:
                await self._route(context)
        except CrmError as error:
            await unit.abandon(error)
            log.info("refused", code=error.code)
            words = translate(context.language, error.key, **error.params)
            if context.update.callback_query is not None and len(plain(words)) <= TOAST_LIMIT:
                return [Answer("toast", html=plain(words))]
            return [Answer("send", html=words)]
        return context.answers

    async def _route(self, context: BotContext) -> None:
        query = context.update.callback_query
        if query is not None:
            await self._press(context, query.data or "")
        elif context.message is not None:
            await line.on_message(context, self._router)

    async def _press(self, context: BotContext, data: str) -> None:
        try:
            pressed = self._signer.unpack(data, staff_id=context.staff.id, now=context.now)
        except BadPress:
            context.toast("core-press-expired")
            return
        if pressed.key:
            async with context.write() as session:
                known = await session.get(UsedPress, pressed.key)
                if known is not None:
                    context.toast("core-press-used")
                    return
                session.add(UsedPress(key=pressed.key, staff_id=context.staff.id, used_at=context.now))
        async with context.read() as session:
            hanging = await line.hanging(session, context.chat_id, context.pressed_message_id or 0)
        context.pressed_card = hanging.card if hanging else ""
        await self._router.presses[type(pressed.action)](context, pressed.action)

    async def _fetch(self, message: telegram.Message, row: inbox.Waiting) -> tuple[list[ReceivedFile], bool]:
        """Files that came with the message, laid into the store; and whether there was one that cannot be had.

        Raises _NotFetchedError when asking again may help.
        """
        found = _attachment(message)
        if found is None:
            return [], False
        file_id, size, name, media_type, kind = found
        if (size or 0) > FILE_LIMIT_MB * 1024 * 1024:
            return [], True
        try:
            handle = await self._bot.get_file(file_id)
            content = bytes(await handle.download_as_bytearray())
        except TelegramError as error:
            result = result_of(error, repeatable=True)
            if result.outcome is Outcome.PERMANENT or self._clock.now() - row.received_at > FETCH_WITHIN:
                log.warning("a file cannot be fetched", inbox_id=row.id, code=result.code)
                return [], True
            raise _NotFetchedError(result.retry_after or 2.0) from error
        sha256 = await self.files.put(content)
        return [ReceivedFile(name, media_type, len(content), sha256, file_id, kind)], False

    async def _failed(self, row: inbox.Waiting) -> None:
        """Counts the failure; after the last try the row is set aside, its lane goes on, and the person is told."""
        error = traceback.format_exc(limit=8)
        async with self._database.write() as session:
            given_up = await inbox.mark_failed(session, inbox_id=row.id, error=error, now=self._clock.now())
        if not given_up:
            await asyncio.sleep(min(0.1 * 2**row.tries, 2.0))
            return
        with contextlib.suppress(TelegramError, ValueError):
            chat_id = int(row.lane)
            speaks = await self._speaks(chat_id)
            if speaks is not None:
                words: Html = translate(speaks[0].language, "core-failed")
                await self._speaker.say([asdict(Answer("send", html=words))], chat_id=chat_id, query_id=None)

    async def _close(self, row: inbox.Waiting) -> None:
        async with self._database.connect() as unit:
            await inbox.mark_processed(unit, inbox_id=row.id, now=self._clock.now())

    async def _announce(self, whose: ColumnElement[bool]) -> None:
        """Puts the command menus of these colleagues right; a menu that cannot be set now is set at the next start."""
        if self._staff_changed is None:
            return
        async with self._database.read() as session:
            people = (await session.execute(select(Staff).where(whose, Staff.active.is_(True)))).scalars().all()
        for staff in people:
            try:
                await self._staff_changed(staff)
            except TelegramError:
                log.warning("the command menu could not be set", staff_id=staff.id)

    async def _speaks(self, chat_id: int) -> Speaks | None:
        return (await people.speaking(self._database, [chat_id])).get(chat_id)

    async def _note_said(self) -> None:
        """Writes down, in one unit for many updates, what was said and which cards hang where."""
        if not self._said:
            return
        batch, self._said = self._said, []
        try:
            await self._write_down(batch)
        except BaseException:
            self._said = batch + self._said  # or all of it would be said again
            raise

    async def _write_down(self, batch: list[tuple[int, int | None, Said]]) -> None:
        now = self._clock.now()
        async with self._database.connect() as unit:
            done, in_place = list[int](), dict[tuple[int, int], int]()
            for inbox_id, staff_id, said in batch:
                self._left.discard(inbox_id)
                if said.left:
                    self._left.add(inbox_id)
                    await inbox.keep_unsaid(unit, inbox_id=inbox_id, answer=said.left)
                else:
                    done.append(inbox_id)
                in_place |= said.in_place
                for card, card_id, *place in said.hanging:
                    if staff_id is not None:
                        at = (place[0], place[1])
                        await cards.hang(unit, card=card, card_id=card_id, staff_id=staff_id, place=at, now=now)
            await edits.follow(unit, in_place, now=now)  # an answer said late may have hidden a newer edit
            await inbox.mark_answered(unit, ids=done, now=now)

    async def _resay(self) -> None:
        """Says what a crash or a refusal left unsaid; what is older than an hour would only confuse."""
        async with self._database.read() as session:
            rows = await inbox.unanswered(session, source=InboxSource.TELEGRAM)
        for row in rows:
            # Asked anew for each row: a lane may have said its answer while an earlier row of this loop was said.
            if row.lane in self._lanes or any(inbox_id == row.id for inbox_id, _staff_id, _said in self._said):
                continue
            if self._speaker.quiet:
                break
            if row.id not in self._left and self._clock.now() - row.processed_at < RESAY_AFTER:
                continue
            said = Said()
            if self._clock.now() - row.processed_at <= RESAY_WITHIN:
                said = await self._speaker.say(row.answer, chat_id=int(row.lane), query_id=None)
            speaks = await self._speaks(int(row.lane)) if said.hanging else None
            self._said.append((row.id, speaks[0].id if speaks else None, said))
        await self._note_said()


class _NotFetchedError(Exception):
    """A file cannot be had from Telegram at the moment; `wait` is in seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


class _TakenError(Exception):
    """Another process handled the row first."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """An update whose turn it is; `speaks` is None for somebody who does not work here."""

    row: inbox.Waiting
    speaks: Speaks | None


@dataclass(frozen=True, slots=True)
class _Handled:
    """What an update led to: the answers, to be said in the chat; `staff_id` is whose cards hang there."""

    answers: list[dict[str, Any]]
    chat_id: int
    query_id: str | None
    staff_id: int | None


def _attachment(message: telegram.Message) -> tuple[str, int | None, str, str, str] | None:
    """(file id, size, name, media type, kind) of what a message carries."""
    if message.document:
        d = message.document
        return d.file_id, d.file_size, d.file_name or "file", d.mime_type or "application/octet-stream", "document"
    if message.photo:
        largest = message.photo[-1]
        return largest.file_id, largest.file_size, "photo.jpg", "image/jpeg", "photo"
    if message.voice:
        return (
            message.voice.file_id,
            message.voice.file_size,
            "voice.ogg",
            message.voice.mime_type or "audio/ogg",
            "voice",
        )
    if message.audio:
        a = message.audio
        return a.file_id, a.file_size, a.file_name or "audio.mp3", a.mime_type or "audio/mpeg", "audio"
    if message.video:
        v = message.video
        return v.file_id, v.file_size, v.file_name or "video.mp4", v.mime_type or "video/mp4", "video"
    return None
