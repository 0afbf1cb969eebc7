"""The bot's door: whoever is not staff learns nothing and changes nothing, and no colleague reaches another's clients."""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from datetime import timedelta
from enum import StrEnum
from typing import Any, get_type_hints

import pytest
from sqlalchemy import func, select

from bot.callbacks import Callback
from bot.interactions.draft import SaveDraft
from bot.menu import COMMANDS
from bot.render import translate
from crm import staff as staff_verbs
from crm import templates
from crm.client_index import reindex
from storage.base import Base
from storage.models import (
    Channel,
    Client,
    ContactPoint,
    Draft,
    FollowUp,
    Inbox,
    Interaction,
    Language,
    Outbox,
    Role,
    SharedMessage,
    Staff,
    Template,
    TemplateVersion,
    Thread,
)
from tests.bot.conftest import BotTalk
from tests.bot.updates import deliver, message, press, user
from tests.factories import make_client, make_staff
from tests.factories.messages import make_file, make_message, make_thread

STRANGER = 666
SECRET = "Zebulon Quartermaine"
GROUP = {"id": -100, "type": "supergroup", "title": "Everybody"}
CHANNEL = {"id": -200, "type": "channel", "title": "News"}
FORWARDED = {"type": "user", "sender_user": user(501, "Rita Rep"), "date": 1_795_510_000}


async def _secret_client(talk: BotTalk, owner: Staff, name: str = SECRET) -> Client:
    async with talk.database.write() as session:
        client = await make_client(session, name, owner=owner, email="zeb@quarter.example", phone="+66812345678")
        await reindex(session, client, now=talk.clock.now())
        return client


async def _rows(talk: BotTalk) -> dict[str, int]:
    """How many rows each table has, but for the inbox."""
    async with talk.database.read() as session:
        return {
            table.name: (await session.execute(select(func.count()).select_from(table))).scalar_one()
            for table in Base.metadata.sorted_tables
            if table.name != "inbox"
        }


def _from_outside(data: str) -> dict[str, dict[str, Any]]:
    """Every way somebody who is not staff, or not in a private chat, can reach the bot."""
    post = message(STRANGER, f"call {SECRET}", chat=CHANNEL)
    del post["message"]["from"]
    post["channel_post"] = post.pop("message")
    edited = message(STRANGER, "/clients")
    edited["edited_message"] = edited.pop("message")
    other_bot = message(STRANGER, "/clients")
    other_bot["message"]["from"] = user(STRANGER, "Other", is_bot=True)
    inline = press(STRANGER, data)
    del inline["callback_query"]["message"]
    inline["callback_query"]["inline_message_id"] = "x1"
    return {
        "message": message(STRANGER, f"call {SECRET} agreed, tomorrow 10 send offer"),
        "command": message(STRANGER, "/clients"),
        "bad invitation": message(STRANGER, "/start AAAAAAAAAAAAAAAAAAAAAA"),
        "press": press(STRANGER, data),
        "press of an inline message": inline,
        "forwarded command": message(STRANGER, "/clients", forward_origin=FORWARDED),
        "forwarded invitation": message(STRANGER, "/start AAAA", forward_origin=FORWARDED),
        "channel post": post,
        "group": message(STRANGER, "/clients", chat=GROUP),
        "a colleague in a group": message(501, f"call {SECRET} hello", chat=GROUP),
        "a colleague's press in a group": press(501, data, chat=GROUP),
        "other bot": other_bot,
        "edited": edited,
        "file": message(STRANGER, document={"file_id": "f", "file_unique_id": "f", "file_name": "x.csv"}),
        "contact": message(STRANGER, contact={"phone_number": "+66812345678", "first_name": "Z"}),
        "blocked us": {
            "update_id": 1,
            "my_chat_member": {
                "chat": {"id": STRANGER, "type": "private"},
                "from": user(STRANGER),
                "date": 1_795_510_800,
                "old_chat_member": {"user": user(100, "bot", is_bot=True), "status": "member"},
                "new_chat_member": {"user": user(100, "bot", is_bot=True), "status": "kicked", "until_date": 0},
            },
        },
    }


@pytest.mark.parametrize("kind", sorted(_from_outside("")))
async def test_from_outside_nothing_is_learnt_and_nothing_written(talk: BotTalk, kind: str) -> None:
    await _secret_client(talk, talk.staff)
    [card] = await talk.says(f"call {SECRET} agreed")
    data = next(button["callback_data"] for button in card.buttons if "Save" in button["text"])
    before = await _rows(talk)
    calls = await deliver(talk, _from_outside(data)[kind])
    assert await _rows(talk) == before
    said = [parameters for name, parameters in calls if name != "answerCallbackQuery"]
    assert len(said) <= 1
    assert all(parameters["chat_id"] == STRANGER and "reply_markup" not in parameters for parameters in said)
    assert not any(word in str(calls) for word in (SECRET, "Zebulon", "quarter.example", "Rita"))
    assert all(not parameters.get("text") for name, parameters in calls if name == "answerCallbackQuery")
    # The rep's own card still works: nothing of it was spent.
    await talk.taps("✅ Save", on=card)
    assert (await _rows(talk))["interaction"] == before["interaction"] + 1


async def test_a_stranger_hears_one_polite_line_in_a_day(talk: BotTalk) -> None:
    calls = []
    for text in ("hello", "/start", "/help", "who are you?", "/clients"):
        calls += await deliver(talk, message(STRANGER, text))
    assert [name for name, _ in calls] == ["sendMessage"]
    assert "only talk to its staff" in calls[0][1]["text"]


async def test_an_invitation_lets_one_colleague_in_once(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        token = await staff_verbs.invite(session, actor=None, role=Role.REP, now=talk.clock.now(), name="Ben")
    forwarded = await deliver(talk, message(STRANGER, f"/start {token}", forward_origin=FORWARDED))
    assert "Welcome" not in str(forwarded)
    welcome = await deliver(talk, message(STRANGER, f"/start {token}"))
    assert "Welcome, Ben" in str(welcome)
    assert any(name == "setMyCommands" for name, _ in welcome)
    assert "Ben" in str(await deliver(talk, message(STRANGER, "/menu")))
    assert "Welcome" not in str(await deliver(talk, message(STRANGER + 1, f"/start {token}")))


async def test_an_old_invitation_lets_nobody_in(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        token = await staff_verbs.invite(session, actor=None, role=Role.ADMIN, now=talk.clock.now())
    talk.advance(days=30)
    before = await _rows(talk)
    await deliver(talk, message(STRANGER, f"/start {token}"))
    assert await _rows(talk) == before


async def test_a_colleague_who_left_is_a_stranger(talk: BotTalk) -> None:
    await _secret_client(talk, talk.staff)
    [card] = await talk.says(f"call {SECRET} agreed")
    async with talk.database.write() as session:
        (await session.get_one(Staff, talk.staff.id)).active = False
    before = await _rows(talk)
    assert await talk.taps("✅ Save", on=card) == []
    [line] = await talk.says(f"call {SECRET} agreed")
    assert "only talk to its staff" in line.html
    assert await _rows(talk) == before


async def test_a_press_works_once_and_for_its_person_alone(talk: BotTalk) -> None:
    await _secret_client(talk, talk.staff)
    async with talk.database.write() as session:
        boss = await make_staff(session, Role.MANAGER, name="Max", telegram_id=502)
    [card] = await talk.says(f"call {SECRET} agreed")
    before = await _rows(talk)
    assert await talk.taps("✅ Save", on=card, by=boss) == []
    assert "out of date" in talk.toast()
    assert await _rows(talk) == before
    await talk.taps("✅ Save", on=card)
    assert await talk.taps("✅ Save", on=card) == []
    assert talk.toast() == translate(Language.EN, "core-press-used")
    assert (await _rows(talk))["interaction"] == before["interaction"] + 1


async def test_an_old_press_is_refused(talk: BotTalk) -> None:
    await _secret_client(talk, talk.staff)
    [card] = await talk.says(f"call {SECRET} agreed")
    talk.advance(days=15)
    assert await talk.taps("✅ Save", on=card) == []
    assert "out of date" in talk.toast()


async def test_forged_presses_get_a_toast_and_change_nothing(talk: BotTalk) -> None:
    await _secret_client(talk, talk.staff)
    [card] = await talk.says(f"call {SECRET} agreed")
    data = next(button["callback_data"] for button in card.buttons if "Save" in button["text"])
    forged = [
        data[:-1] + ("A" if data[-1] != "A" else "B"),
        data.partition("~")[0],
        "is:1",
        "is:2" + data[4:],
        "ic:1",
        "ic:1:99999999999999999999",
        "ic:x:y",
        "zz:1",
        "",
        "~",
        "::::",
        "is:1~" + "0" * 30,
        "\u0e01" * 20,
    ]
    before = await _rows(talk)
    for wrong in forged:
        talk.recorder.calls.clear()
        assert await talk.presses(wrong, message_id=77) == []
        assert "out of date" in talk.toast(), wrong
    assert await _rows(talk) == before


def _reaching(kind: type[Callback], numbers: dict[str, int]) -> Callback:
    """The action with every id that might be another's."""
    values: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        if name in ("prefix", "writes") or name not in {field.name for field in dataclass_fields(kind)}:  # type: ignore[arg-type]
            continue
        if hint is int:
            values[name] = 0 if name == "page" else numbers.get(name, 1)
        elif hint is bool:
            values[name] = True
        elif isinstance(hint, type) and issubclass(hint, StrEnum):
            values[name] = next(iter(hint))
        elif hint is str:
            values[name] = ""
        else:
            values[name] = None
    return kind(**values)


async def _written(talk: BotTalk, client: Client, other: Staff) -> dict[str, int]:
    """A mail of a colleague's client with a file, a letter the colleague is writing, and a template of theirs alone."""
    now = talk.clock.now()
    async with talk.database.write() as session:
        thread = await make_thread(session, client, address="zeb@quarter.example", subject="Quartermaine", now=now)
        mail = await make_message(session, thread, now=now, text="agreed on 20", quoted="66812345678")
        file = await make_file(session, mail, now=now, name="Quartermaine.pdf")
        template = await templates.create(session, actor=other, name="draft only", channel=Channel.EMAIL, now=now)
        await templates.write_version(
            session, actor=other, template_id=template.id, language=Language.EN, subject="x", text="draft only", now=now
        )
    await talk.presses(f"wa:{mail.id}:0", message_id=70, by=other)
    await talk.says("draft only", by=other)
    async with talk.database.read() as session:
        return {
            "client_id": client.id,
            "interaction_id": mail.id,
            "attachment_id": file.id,
            "template_id": template.id,
            "draft_id": (await session.execute(select(func.max(Draft.id)))).scalar_one(),
            "contact_point_id": (await session.execute(select(func.max(ContactPoint.id)))).scalar_one(),
            "owner_id": other.id,
            "staff_id": other.id,
        }


@pytest.mark.long
async def test_a_rep_reaches_nothing_of_another_reps(talk: BotTalk) -> None:
    """Every press and command there is, with the ids of a colleague's client, follow-up, call and draft, then of their mail."""
    async with talk.database.write() as session:
        other = await make_staff(session, Role.REP, name="Bob", telegram_id=503)
    client = await _secret_client(talk, other)
    [card] = await talk.says(f"call {SECRET} agreed on 20 pcs, tomorrow 10 send offer", by=other)
    await talk.taps("✅ Save", on=card, by=other)
    await talk.says(f"call {SECRET} draft only", by=other)
    async with talk.database.read() as session:
        logged = {
            "client_id": client.id,
            "interaction_id": (await session.execute(select(Interaction.id))).scalar_one(),
            "followup_id": (await session.execute(select(FollowUp.id))).scalar_one(),
            "draft_id": (await session.execute(select(func.max(Draft.id)))).scalar_one(),
            "owner_id": other.id,
            "staff_id": other.id,
        }
    written = await _written(talk, client, other)
    await talk.says("/cancel")
    router = talk.application.router
    before = await _others(talk, client)
    talk.recorder.calls.clear()
    for numbers in (logged, written):
        for kind in router.presses:
            data = talk.application.signer.pack(_reaching(kind, numbers), staff_id=talk.staff.id, now=talk.clock.now())
            await talk.presses(data, message_id=77)
            await talk.says("tomorrow 10 Zebulon")
    for command, _action in COMMANDS:
        await talk.says(f"/{command}")
        await talk.says(f"/{command} Zebulon")
        await talk.says("/cancel")
    said = str(talk.recorder.calls)
    for secret in ("Quartermaine", "quarter.example", "66812345678", "agreed on 20", "draft only"):
        assert secret not in said, [call for call in talk.recorder.calls if secret in str(call)]
    assert await _others(talk, client) == before
    assert not await _quarantined(talk)


async def _quarantined(talk: BotTalk) -> list[str]:
    async with talk.database.read() as session:
        return list((await session.execute(select(Inbox.error).where(Inbox.error.is_not(None)))).scalars())


async def _others(talk: BotTalk, client: Client) -> list[Any]:
    """All that is another's, as it stands."""
    async with talk.database.read() as session:
        mine = (await session.execute(select(Client.name, Client.owner_id).where(Client.id == client.id))).all()
        calls = select(Interaction.id, Interaction.text, Interaction.undone_at).where(
            Interaction.client_id == client.id
        )
        promises = select(FollowUp.id, FollowUp.state, FollowUp.due_at).where(FollowUp.client_id == client.id)
        drafts = select(Draft.id, Draft.fields, Draft.saved_id).where(Draft.staff_id == client.owner_id)
        letters = select(Thread.id, Thread.spam, Thread.dismissed_at, Thread.assignee_id).where(
            Thread.client_id == client.id
        )
        texts = select(Template.id, Template.archived_at, TemplateVersion.number).join(
            TemplateVersion, TemplateVersion.template_id == Template.id
        )
        texts = texts.where(Template.owner_id == client.owner_id)
        sent = select(Outbox.id).where(Outbox.client_id == client.id)
        queries = (calls, promises, drafts, letters, texts, sent, select(SharedMessage.interaction_id))
        return [mine, *[(await session.execute(query)).all() for query in queries]]


async def test_a_draft_is_its_writers_alone(talk: BotTalk) -> None:
    """Even a press signed for the thief does nothing with another's draft."""
    async with talk.database.write() as session:
        other = await make_staff(session, Role.REP, name="Bob", telegram_id=503)
    await _secret_client(talk, other)
    await talk.says(f"call {SECRET} agreed", by=other)
    async with talk.database.read() as session:
        draft_id = (await session.execute(select(Draft.id))).scalar_one()
    data = talk.application.signer.pack(
        SaveDraft(draft_id), staff_id=talk.staff.id, now=talk.clock.now() + timedelta(minutes=1)
    )
    before = await _rows(talk)
    await talk.presses(data, message_id=77)
    assert talk.toast() == translate(Language.EN, "error-access-not-allowed")
    assert await _rows(talk) == before
