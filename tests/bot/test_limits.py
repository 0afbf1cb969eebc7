"""Whatever people are called and whatever they write: every call is a good one, inside Telegram's limits."""

from __future__ import annotations

import importlib.util
import os
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.callbacks import Signer
from bot.context import chat_message
from bot.menu import COMMANDS, OpenMenu
from bot.render import BUTTON_LIMIT, CAPTION_LIMIT, TEXT_LIMIT, TOAST_LIMIT, Card, Press, Reader, escape, fold, length
from bot.writing.letter import NOUN, Letter, Purpose
from crm.client_index import reindex
from storage.models import (
    Channel,
    Direction,
    Draft,
    FollowUp,
    Inbox,
    Interaction,
    InteractionKind,
    InteractionSource,
    Language,
    Role,
    Staff,
    Thread,
)
from tests.bot.conftest import BotTalk
from tests.factories import make_client
from tests.factories.messages import make_file

COUNTERPARTS = Path(os.environ.get("TOUCHLINE_COUNTERPARTS") or Path(__file__).parents[2] / "../shared/counterparts")
VALIDATOR = COUNTERPARTS / "telegram" / "validate_call.py"
HOSTILE = {
    "long": "A very long name " * 240,
    "markup": "<b>Bold & <i>\"quoted\" '<a href='tg://user?id=1'>x</a> </b></code>",
    "right to left": "\u202eevil\u202c \u0645\u062d\u0645\u062f \u200fnot",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 200,
    "invisible": "\u200b\u2060\ufeff\u200e",
    "entities": "&lt;&amp;&#0;&nbsp;" * 300,
    "template": "{ $name } { DATETIME() } %s {0} {{x}}",
    "lines": "a\nb\r\n\tc\n" * 300,
}
_TAGS = {"b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler", "span"}


class _Nesting(HTMLParser):
    """Telegram's rules: only known tags, each closed in turn."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"{tag} is left open" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.faults.append(f"unknown {tag}")
        self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"{tag} closes nothing")


def faults_of(method: str, parameters: dict[str, Any]) -> list[str]:
    """What Telegram would refuse in the call."""
    faults = []
    html = str(parameters.get("text") or parameters.get("caption") or "")
    if method in ("sendMessage", "editMessageText"):
        faults += [] if html.strip() else ["no text"]
        faults += [] if length(html) <= TEXT_LIMIT else [f"{length(html)} long"]
    if "caption" in parameters and length(html) > CAPTION_LIMIT:
        faults.append(f"caption {length(html)} long")
    if method == "answerCallbackQuery" and len(html) > TOAST_LIMIT:
        faults.append(f"toast {len(html)} long")
    if parameters.get("parse_mode") == "HTML":
        nesting = _Nesting(html)
        faults += nesting.faults + [f"a foreign link: {link}" for link in nesting.links]
    buttons = [button for row in (parameters.get("reply_markup") or {}).get("inline_keyboard", []) for button in row]
    faults += [] if len(buttons) <= BUTTON_LIMIT else [f"{len(buttons)} buttons"]
    for button in buttons:
        if not button["text"].strip() or "\x00" in button["text"] or "\u202e" in button["text"]:
            faults.append(f"button {button['text']!r}")
        if not 1 <= len(button.get("callback_data", "x").encode()) <= 64:
            faults.append(f"data {button['callback_data']!r}")
    return faults


def _check(talk: BotTalk) -> None:
    bad = [(method, found, p) for method, p in talk.recorder.calls if (found := faults_of(method, p))]
    assert not bad, bad[:3]


async def _company(talk: BotTalk, name: str, *, text: str) -> dict[str, int]:
    """A client called so, with a call, a promise and a message from them."""
    now = talk.clock.now()
    async with talk.database.write() as session:
        stored = name[:200]
        client = await make_client(
            session,
            stored,
            owner=talk.staff,
            company=stored,
            city=stored[:100],
            email="a@b.example",
            phone="+66812345678",
        )
        thread = Thread(
            channel=Channel.EMAIL,
            address="a@b.example",
            token="t1",
            client_id=client.id,
            subject=stored,
            created_at=now,
            last_at=now,
        )
        session.add(thread)
        await session.flush()
        call = Interaction(
            client_id=client.id,
            staff_id=talk.staff.id,
            kind=InteractionKind.CALL,
            source=InteractionSource.BUTTONS,
            text=text,
            at=now,
            created_at=now,
        )
        mail = Interaction(
            client_id=client.id,
            thread_id=thread.id,
            kind=InteractionKind.EMAIL,
            direction=Direction.IN,
            source=InteractionSource.CHANNEL,
            subject=stored,
            text=text,
            quoted=text,
            recipients={
                "from": "a@b.example",
                "from_name": name,
                "to": [[name, name], ["c@d.example", name]],
                "cc": [],
            },
            at=now,
            created_at=now,
        )
        promise = FollowUp(client_id=client.id, owner_id=talk.staff.id, promise=text[:300], due_at=now, created_at=now)
        session.add_all([call, mail, promise])
        await session.flush()
        await reindex(session, client, now=now)
        file = await make_file(session, mail, now=now, name=stored)
        letter = Letter(
            Channel.EMAIL,
            Purpose.ANSWER_ALL,
            interaction_id=mail.id,
            subject=name,
            text=text,
            gaps=["city"],
            files=[{"sha256": "0" * 64, "name": name, "media_type": "x/y", "size": 9}] * 20,
        )
        draft = Draft(staff_id=talk.staff.id, noun=NOUN, fields=letter.as_json(), created_at=now)
        session.add(draft)
        await session.flush()
        ids = {"client": client.id, "interaction": call.id, "inbound": mail.id, "followup": promise.id}
        return ids | {"attachment": file.id, "letter": draft.id, "letter_files": draft.id}


async def _speak(talk: BotTalk, language: Language, role: Role, name: str) -> None:
    async with talk.database.write() as session:
        staff = await session.get_one(Staff, talk.staff.id)
        staff.language, staff.role, staff.name = language, role, name


@pytest.mark.long
@pytest.mark.parametrize("kind", sorted(HOSTILE))
async def test_every_card_and_command_is_sound_with_hostile_names(talk: BotTalk, kind: str) -> None:
    hostile = HOSTILE[kind]
    ids = await _company(talk, hostile, text=hostile)
    router = talk.application.router
    for language in Language:
        await _speak(talk, language, Role.ADMIN, hostile[:120])
        async with talk.database.read() as session:
            staff = await session.get_one(Staff, talk.staff.id)
        for name, renderer in router.cards.items():
            async with talk.database.read() as session:
                reader = Reader(session, staff=staff, now=talk.clock.now())
                card = await renderer(reader, ids.get(name, ids["followup"]), {})
            if card is None or card.file is not None:
                continue
            message = chat_message(card, signer=talk.application.signer, staff=staff, now=talk.clock.now())
            keyboard = [[{"text": b.text, "callback_data": b.data or "x"} for b in row] for row in message.buttons]
            call = {"text": message.html, "parse_mode": "HTML", "reply_markup": {"inline_keyboard": keyboard}}
            assert not faults_of("sendMessage", call), (name, faults_of("sendMessage", call))
        for data in (
            f"vt:{ids['inbound']}:",
            f"vo:{ids['inbound']}:1",
            f"wf:{ids['inbound']}:0",
            f"nq:{ids['inbound']}",
        ):
            await talk.presses(data, message_id=77)
        for command, _action in COMMANDS:
            await talk.says(f"/{command}")
        await talk.says(f"/new {hostile[:3000]}")
        await talk.says("/cancel")
        await talk.says(hostile[:4096])
        await talk.says(f"call {hostile[:4000]}")
        await talk.says(f"/stock {hostile[:3000]}")
    _check(talk)
    async with talk.database.read() as session:
        errors = (await session.execute(select(Inbox.error).where(Inbox.error.is_not(None)))).scalars().all()
    assert errors == []


async def test_every_call_of_a_day_agrees_with_the_published_description(talk: BotTalk) -> None:
    if not VALIDATOR.is_file():
        pytest.skip("the Bot API description is not here: calls were not held against it (TOUCHLINE_COUNTERPARTS)")
    described = importlib.util.spec_from_file_location("validate_call", VALIDATOR)
    assert described
    assert described.loader
    validator = importlib.util.module_from_spec(described)
    described.loader.exec_module(validator)
    await _company(talk, "Anna Schmidt", text="bolts")
    [card] = await talk.says("call Anna agreed 20 pcs, tomorrow 10 send offer")
    [saved] = await talk.taps("✅ Save", on=card)
    await talk.taps("↩︎", on=saved)
    for command, _action in COMMANDS:
        await talk.says(f"/{command}")
    assert len(talk.recorder.calls) > len(COMMANDS)
    faults = [(method, found) for method, p in talk.recorder.calls if (found := validator.validate(method, p))]
    assert faults == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300), st.integers(5, 200))
def test_any_text_folds_into_sound_html(text: str, limit: int) -> None:
    folded = fold(escape(text), limit)
    assert length(folded) <= limit
    assert _Nesting(folded).faults == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=130), st.text(max_size=5000))
def test_any_card_fits_the_wire(labels: list[str], text: str) -> None:
    staff = Staff(id=1, language=Language.EN)
    card = Card(escape(text), [[Press(label, OpenMenu("menu"))] for label in labels])
    message = chat_message(card, signer=Signer("s"), staff=staff, now=datetime(2026, 11, 24, tzinfo=UTC))
    keyboard = [[{"text": b.text, "callback_data": b.data} for b in row] for row in message.buttons]
    call = {"text": message.html or "x", "parse_mode": "HTML", "reply_markup": {"inline_keyboard": keyboard}}
    assert [fault for fault in faults_of("sendMessage", call) if fault != "no text"] == []
