"""The Bot API stand-in, spoken to by python-telegram-bot: what it accepts, what it refuses, and in which words."""

from __future__ import annotations

import asyncio
import base64
import time
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    ReplyParameters,
)
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut

from sandbox.server import Sandbox
from tests.sandbox.conftest import REP, STRANGER, Control

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def keyboard(*data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(f"Press {item}", callback_data=item) for item in data]])


async def test_a_message_is_shown_as_it_was_formatted(bot: Bot, control: Control) -> None:
    sent = await bot.send_message(
        REP, "<b>Hi</b> 👋🏽 <i>there &amp; here</i>", parse_mode="HTML", reply_markup=keyboard("a")
    )
    assert sent.text == "Hi 👋🏽 there & here"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 0, 2), ("italic", 8, 12)]
    assert sent.parse_entity(sent.entities[1]) == "there & here"
    (seen,) = await control.get("people/rep/chat")
    assert seen["html"] == "<b>Hi</b> 👋🏽 <i>there &amp; here</i>"
    assert seen["from"] == "bot"
    assert seen["buttons"] == [[{"text": "Press a", "data": "a", "url": None}]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<b>open", "Can't parse entities: can't find end tag"),
        ("<div>no</div>", 'unsupported start tag "div"'),
        ("<b>x</i>", 'expected "</b>", found "</i>"'),
        ("a < b", "unsupported start tag"),
        ("x</b>", "unexpected end tag"),
        ("   ", "message text is empty"),
        ("<b></b>", "message text is empty"),
        ("я" * 4097, "message is too long"),
    ],
)
async def test_text_telegram_would_refuse_is_refused(bot: Bot, text: str, reason: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){reason.split('(')[0]}"):
        await bot.send_message(REP, text, parse_mode="HTML")


async def test_lengths_count_after_formatting(bot: Bot) -> None:
    sent = await bot.send_message(REP, "<b>" + "я" * 4096 + "</b>", parse_mode="HTML")
    assert len(sent.text or "") == 4096
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(REP, b"x", filename="a.txt", caption="я" * 1025)


async def test_markup_limits(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(REP, "x", reply_markup=keyboard("я" * 33))
    await bot.send_message(REP, "x", reply_markup=keyboard("я" * 32))
    crowded = InlineKeyboardMarkup([[InlineKeyboardButton("b", callback_data=str(n))] for n in range(101)])
    with pytest.raises(BadRequest, match="too long"):
        await bot.send_message(REP, "x", reply_markup=crowded)


async def test_edits(bot: Bot, control: Control) -> None:
    sent = await bot.send_message(REP, "one", reply_markup=keyboard("a"))
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("one", REP, sent.message_id, reply_markup=keyboard("a"))
    edited = await bot.edit_message_text("two", REP, sent.message_id)
    assert edited.reply_markup is None
    assert edited.edit_date is not None
    await bot.edit_message_reply_markup(REP, sent.message_id, reply_markup=keyboard("b"))
    (seen,) = await control.get("people/rep/chat")
    assert (seen["text"], seen["edits"], seen["buttons"][0][0]["data"]) == ("two", 2, "b")
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("x", REP, 999)
    said = await control.post("people/rep/say", {"text": "mine"})
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", REP, said["message_id"])
    await bot.delete_message(REP, sent.message_id)
    with pytest.raises(BadRequest, match="to delete not found"):
        await bot.delete_message(REP, sent.message_id)


async def test_who_may_be_written_to(bot: Bot, control: Control) -> None:
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(999, "x")
    with pytest.raises(Forbidden, match="initiate"):
        await bot.send_message(STRANGER, "x")
    await control.post("people/stranger/say", {"text": "/start code"})
    await bot.send_message(STRANGER, "x")
    await control.post("people/stranger/block", {"blocked": True})
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(STRANGER, "x")
    updates = await bot.get_updates()
    assert updates[-1].my_chat_member.new_chat_member.status == "kicked"


async def test_the_wrong_token_opens_nothing(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=sandbox.bot_base_url):
            pass


async def test_long_polling_waits_and_offsets_confirm(bot: Bot, sandbox: Sandbox, control: Control) -> None:
    started = time.monotonic()
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    assert await bot.get_me()
    assert not waiting.done()
    await control.post("people/rep/say", {"text": "/start inv-42 @nobody"})
    (update,) = await waiting
    assert time.monotonic() - started < 5
    assert update.message.text == "/start inv-42 @nobody"
    assert update.message.entities[0].type == "bot_command"
    assert update.message.from_user.language_code == "ru"
    assert abs(update.message.date.timestamp() - sandbox.clock.now().timestamp()) < 2
    assert [u.update_id for u in await bot.get_updates()] == [update.update_id]
    assert await bot.get_updates(offset=update.update_id + 1) == ()
    assert not sandbox.bot.updates.pending


async def test_a_poll_ends_when_its_time_is_over(bot: Bot) -> None:
    started = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert 0.9 < time.monotonic() - started < 10


async def test_a_second_poller_takes_over(bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await bot.get_me()
    second = asyncio.create_task(bot.get_updates(timeout=1))
    with pytest.raises(Conflict, match="terminated by other getUpdates"):
        await first
    assert await second == ()


async def test_no_polling_while_a_webhook_is_set(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/telegram")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    await bot.get_updates()
    with pytest.raises(BadRequest, match=r"(?i)https"):
        await bot.set_webhook("http://example.com/telegram")


async def test_a_webhook_gets_everything_in_order_with_the_secret(bot: Bot, control: Control) -> None:
    got: list[tuple[str | None, str]] = []
    failures = [500, 503]
    finished = asyncio.Event()

    async def receive(request: web.Request) -> web.Response:
        if failures:
            return web.Response(status=failures.pop())
        body = await request.json()
        got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), body["message"]["text"]))
        if len(got) == 5:
            finished.set()
        return web.Response()

    application = web.Application()
    application.router.add_post("/telegram", receive)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/telegram", secret_token="s3cret")
        for number in range(5):
            await control.post("people/rep/say", {"text": f"no {number}"})
        await asyncio.wait_for(finished.wait(), 10)
        assert got == [("s3cret", f"no {number}") for number in range(5)]
        info = await bot.get_webhook_info()
        assert "500" in (info.last_error_message or "")
    finally:
        await bot.delete_webhook()
        await runner.cleanup()


async def test_pressing_a_button(bot: Bot, control: Control) -> None:
    sent = await bot.send_message(REP, "Save?", reply_markup=keyboard("yes", "no"))
    pressing = asyncio.create_task(
        control.post("people/rep/tap", {"button": "press YES", "message_id": sent.message_id})
    )
    (update,) = await bot.get_updates(timeout=5)
    query = update.callback_query
    assert (query.data, query.from_user.id, query.message.message_id) == ("yes", REP, sent.message_id)
    await bot.answer_callback_query(query.id, "Saved")
    assert await pressing == {"answered": True, "toast": "Saved", "alert": False, "url": None}
    assert (await control.get("people/rep/chat"))[0]["toast"] == "Saved"
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query("12345")
    refused = await control.post("people/rep/tap", {"button": "maybe"}, status=400)
    assert "no button" in refused["error"]


async def test_files_both_ways(bot: Bot, control: Control, sandbox: Sandbox) -> None:
    sent = await bot.send_document(REP, b"price;1", filename="прайс.csv", caption="<b>Prices</b>", parse_mode="HTML")
    assert sent.document.file_name == "прайс.csv"
    assert sent.caption == "Prices"
    again = await bot.send_document(REP, sent.document.file_id)
    assert again.document.file_id == sent.document.file_id
    photo = await bot.send_photo(REP, PNG)
    assert (photo.photo[-1].width, photo.photo[-1].height) == (1, 1)
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(REP, b"no picture")
    edited = await bot.edit_message_media(InputMediaDocument(b"new", filename="b.txt"), REP, photo.message_id)
    assert edited.document.file_name == "b.txt"
    group = await bot.send_media_group(REP, [InputMediaPhoto(PNG), InputMediaPhoto(PNG, caption="two")])
    assert len(group) == 2
    assert group[0].media_group_id == group[1].media_group_id
    content = base64.b64encode(b"hello").decode()
    await control.post(
        "people/rep/say", {"file": {"name": "a.txt", "content_base64": content, "media_type": "text/plain"}}
    )
    await control.post("people/rep/say", {"photo": {"content_base64": base64.b64encode(PNG).decode()}, "text": "look"})
    await control.post("people/rep/say", {"voice": {"duration": 7}})
    document, picture, voice = [update.message for update in await bot.get_updates()]
    file = await document.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"hello"
    assert (picture.caption, voice.voice.duration.total_seconds()) == ("look", 7)
    seen = (await control.get("people/rep/chat"))[0]
    assert seen["file"]["name"] == "прайс.csv"


async def test_contacts_replies_and_forwards(bot: Bot, control: Control) -> None:
    sent = await bot.send_message(REP, "Call them?")
    await control.post(
        "people/rep/say",
        {"contact": {"phone_number": "+66812345678", "first_name": "Ploy"}, "reply_to": sent.message_id},
    )
    await control.post("people/rep/say", {"text": "need 20 pcs, a@b.example", "forward_from": "Kitti W"})
    await control.post("people/rep/say", {"text": "from the boss", "forward_from": "manager"})
    shared, forwarded, known = [update.message for update in await bot.get_updates()]
    assert (shared.contact.phone_number, shared.reply_to_message.text) == ("+66812345678", "Call them?")
    assert forwarded.forward_origin.sender_user_name == "Kitti W"
    assert known.forward_origin.sender_user.id == 102
    reply = await bot.send_message(REP, "ok", reply_parameters=ReplyParameters(shared.message_id))
    assert reply.reply_to_message.message_id == shared.message_id
    with pytest.raises(BadRequest, match="replied not found"):
        await bot.send_message(REP, "ok", reply_parameters=ReplyParameters(9999))


async def test_a_person_writes_more_than_fits(bot: Bot, control: Control) -> None:
    await control.post("people/rep/say", {"text": "слово " * 1500})
    texts = [update.message.text for update in await bot.get_updates()]
    assert len(texts) == 3
    assert all(len(text) <= 4096 for text in texts)
    assert " ".join(texts).split() == ["слово"] * 1500


async def test_commands_by_scope_and_language(bot: Bot, control: Control) -> None:
    await bot.set_my_commands([BotCommand("help", "Help")])
    await bot.set_my_commands([BotCommand("help", "Помощь")], language_code="ru")
    assert [c["description"] for c in await control.get("people/rep/commands")] == ["Помощь"]
    await bot.set_my_commands([BotCommand("today", "Сегодня")], scope=BotCommandScopeChat(REP))
    assert [c["command"] for c in await control.get("people/rep/commands")] == ["today"]
    assert [c["command"] for c in await control.get("people/manager/commands")] == ["help"]
    await bot.delete_my_commands(scope=BotCommandScopeChat(REP))
    assert (await bot.get_my_commands(language_code="ru"))[0].description == "Помощь"
    with pytest.raises(BadRequest, match=r"(?i)command_invalid"):
        await bot.set_my_commands([BotCommand("Bad-Name", "x")])


async def test_the_small_methods(bot: Bot, sandbox: Sandbox) -> None:
    assert (await bot.get_me()).username == sandbox.accounts.bot_username
    assert await bot.set_my_name("Touchline")
    assert await bot.set_my_description("CRM", language_code="en")
    assert await bot.set_chat_menu_button(REP)
    assert (await bot.get_chat(REP)).first_name == "Nina"
    assert await bot.send_chat_action(REP, "typing")
    assert (await bot.send_location(REP, 13.75, 100.5)).location.latitude == 13.75
    assert (await bot.send_contact(REP, "+6621234567", "Ploy")).contact.first_name == "Ploy"
    sent = await bot.send_voice(REP, b"OggS...")
    assert sent.voice is not None
    assert await bot.pin_chat_message(REP, sent.message_id)
    assert list(sandbox.world.violations) == []


async def test_faults(bot: Bot, sandbox: Sandbox, control: Control) -> None:
    await control.post("faults", {"telegram": {"rate_limit": 3}})
    with pytest.raises(RetryAfter) as limited:
        await bot.send_message(REP, "x")
    assert limited.value.retry_after.total_seconds() == 3
    await control.post("faults", {"telegram": {"refuse": 502, "times": 1}})
    with pytest.raises(NetworkError):
        await bot.send_message(REP, "x")
    await bot.send_message(REP, "fine again")
    await control.post("faults", {"telegram": {"accept_then_drop": True, "only": ["sendMessage"]}})
    with pytest.raises(NetworkError):
        await bot.send_message(REP, "arrived all the same")
    await control.post("faults", {"telegram": {"delay": 5, "times": 1}})
    with pytest.raises(TimedOut):
        await bot.get_me(read_timeout=0.2)
    assert await control.post("faults", {"telegram": None}) == {"telegram": {}, "smtp": {}, "imap": {}, "twilio": {}}
    assert [m["text"] for m in await control.get("people/rep/chat")] == ["fine again", "arrived all the same"]
    wrong = await control.post("faults", {"telegram": {"explode": True}}, status=400)
    assert "explode" in wrong["error"]
    statuses = [
        call["status"] for call in await control.get("calls?server=telegram") if call["method"] == "sendMessage"
    ]
    assert statuses == [429, 502, 200, "dropped"]


async def test_calls_are_held_against_the_published_description(sandbox: Sandbox, control: Control) -> None:
    if sandbox.spec_missing:
        pytest.skip("the Bot API description is not here (TOUCHLINE_COUNTERPARTS)")
    answers: list[dict[str, Any]] = []
    async with aiohttp.ClientSession() as http:
        for body in ({"chat_id": REP, "text": "x", "colour": "red"}, {"text": "x"}, {"chat_id": REP, "text": 5}):
            async with http.post(f"{sandbox.bot_base_url}{sandbox.bot.token}/sendMessage", json=body) as response:
                answers.append(await response.json())
    assert [answer["error_code"] for answer in answers] == [400, 400, 400]
    found = await control.get("violations")
    assert [violation["faults"] for violation in found] == [
        ["colour: unknown parameter"],
        ["chat_id: required"],
        ["text: not String"],
    ]
