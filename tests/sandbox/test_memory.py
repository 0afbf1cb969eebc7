"""What a sandbox kept, the next one shows."""

from __future__ import annotations

from pathlib import Path

from telegram import Bot

from sandbox import memory
from sandbox.server import Sandbox
from tests.sandbox.conftest import REP, Control, people
from tests.sandbox.test_mail import deliver, letter
from tests.sandbox.test_telegram import keyboard


async def test_a_restart_forgets_nothing(bot: Bot, sandbox: Sandbox, control: Control, tmp_path: Path) -> None:
    card = await bot.send_message(REP, "<b>Card</b> 👍", parse_mode="HTML", reply_markup=keyboard("a"))
    sent = await bot.send_document(REP, b"hello", filename="a.txt", caption="file")
    await control.post("people/rep/say", {"text": "answer", "reply_to": card.message_id})
    await deliver(sandbox, letter())
    await control.post("people/anna/mailbox/reply", {"message_id": "<offer-1@touchline.example>", "text": "ok"})
    await control.post("people/anna/phone/text", {"text": "STOP"})
    memory.save(sandbox, tmp_path / "memory")
    second = Sandbox()
    people(second)
    assert memory.load(second, tmp_path / "memory")
    rep, anna = second.world.person("rep"), second.world.person("anna")
    before = [message.seen() for message in sandbox.bot.chat_of(rep).messages.values()]
    assert [message.seen() for message in second.bot.chat_of(rep).messages.values()] == before
    assert [item.describe() for item in second.office.mailbox(anna)] == [
        item.describe() for item in sandbox.office.mailbox(anna)
    ]
    assert second.phones.on_phone(anna) == sandbox.phones.on_phone(anna)
    assert second.phones.stopped == {anna.phone}
    assert (second.office.inbox.uid_validity, second.office.inbox.uid_next) == (sandbox.office.inbox.uid_validity, 2)
    assert second.bot.files.by_id(sent.document.file_id).content == b"hello"
    assert list(second.bot.updates.pending) == list(sandbox.bot.updates.pending)
    await second.start()
    try:
        async with Bot(second.bot.token, base_url=second.bot_base_url) as again:
            edited = await again.edit_message_text("Done", REP, card.message_id)
            assert edited.text == "Done"
    finally:
        await second.stop()


async def test_nothing_kept_is_no_trouble(tmp_path: Path) -> None:
    assert not memory.load(Sandbox(), tmp_path / "memory")
