"""The ready automations: each can be read, says everything in three languages, and sends only what it brings along."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from crm import clients
from crm.automations import keeping, places, recipes, showing, triggers
from crm.automations.definition import Send, SendBy
from crm.automations.document import read, write
from crm.merge_fields import parse
from crm.templates import NAME_LIMIT, SMS_LIMIT, SUBJECT_LIMIT
from storage.models import Channel, DeliveryState, Language, Lifecycle, Outbox
from tests.crm.automations.engine import Engine
from tests.factories import make_client


def test_there_is_a_dozen_and_each_has_its_file() -> None:
    assert len(recipes.every()) == len(recipes.SLUGS) >= 12
    assert recipes.get("../welcome") is None


@pytest.mark.parametrize("slug", recipes.SLUGS)
@pytest.mark.parametrize("language", list(Language))
def test_it_is_whole_in_every_language(slug: str, language: Language) -> None:
    recipe = recipes.get(slug)
    assert recipe is not None
    definition = recipe.definition(language)
    assert read(write(definition, language)) == definition
    assert definition.name == recipe.title[language]
    assert definition.trigger.event in triggers.REGISTRY
    assert definition.only or not triggers.needs_rule(definition.trigger), "whom it means must be said"
    sent = {step.template: step for _, step in places.every(definition) if isinstance(step, Send)}
    assert set(sent) == {message.name[language] for message in recipe.messages}
    for message in recipe.messages:
        step = sent[message.name[language]]
        assert step.by is (SendBy.EMAIL if message.channel is Channel.EMAIL else SendBy.SMS)
        assert 0 < len(message.name[language]) <= NAME_LIMIT
        assert bool(message.subject[language]) == (message.channel is Channel.EMAIL)
        assert len(message.subject[language]) <= SUBJECT_LIMIT
        assert len(message.text[language]) <= (SMS_LIMIT if message.channel is Channel.SMS else 5_000)
        for text in (message.subject[language], message.text[language]):
            # A field without a fallback that is empty keeps the whole message from going out: only the name is sure.
            assert all(piece.field in ("", "name") or piece.fallback is not None for piece in parse(text))


def test_an_imported_list_is_not_welcomed() -> None:
    recipe = recipes.get("welcome")
    assert recipe is not None
    trigger = recipe.definition(Language.RU).trigger
    assert triggers.holds(trigger.facts, {})
    assert not triggers.holds(trigger.facts, {"imported": True})


def test_no_two_messages_are_called_the_same() -> None:
    for language in Language:
        names = [message.name[language] for recipe in recipes.every() for message in recipe.messages]
        titles = [recipe.title[language] for recipe in recipes.every()]
        assert len(set(names)) == len(names)
        assert len(set(titles)) == len(titles)


# What brings a client into each: facts of an event of theirs or of the company's, or what is true of them.
CAUSES: dict[str, dict[str, str]] = {"after_meeting": {"kind": "meeting"}}


@pytest.mark.long
@pytest.mark.parametrize("slug", recipes.SLUGS)
async def test_it_is_walked_to_its_end_with_every_message_planned(engine: Engine, slug: str) -> None:
    """Switched on as it comes, then lived day by day with a client who never answers."""
    recipe = recipes.get(slug)
    assert recipe is not None
    tags = [recipe.texts["tag"][Language.EN]] if "tag" in recipe.texts else ["A"]
    async with engine.database.write() as session:
        made = await keeping.create_from_recipe(session, actor=engine.manager, slug=slug, now=engine.now)
        await keeping.switch_on(session, actor=engine.manager, automation_id=made.id, now=engine.now)
        definition = await showing.definition_of(session, made)
        client = await make_client(
            session,
            "Anna",
            email="anna@x.example",
            phone="+4915112345678",
            owner=engine.manager,
            lifecycle=Lifecycle.CUSTOMER if slug == "price_change" else Lifecycle.LEAD,
            birthday=engine.now.date().replace(year=1980),
            last_contact_at=engine.now - timedelta(days=60),
        )
        for tag in tags:
            await clients.add_tag(session, actor=engine.manager, client_id=client.id, name=tag, now=engine.now)
    engine.now += timedelta(hours=1)
    if triggers.is_date(definition.trigger):
        await engine.days_come()
    else:
        whose = None if triggers.needs_rule(definition.trigger) else client
        await engine.happens(definition.trigger.event, whose, **CAUSES.get(slug, {}))
    await engine.run()
    assert (await engine.standing())[0][0] == "inside"
    for _ in range(45):
        await engine.later(days=1)
        await sent(engine)
    assert [(state, because) for state, _, because in await engine.standing()] == [("finished", "finished")]
    planned = [row.channel for row in await engine.outbox("automation")]
    expected = [
        Channel.EMAIL if step.by is SendBy.EMAIL else Channel.SMS
        for place, step in places.every(definition)
        if isinstance(step, Send) and ".no." not in place
    ]
    assert planned == expected


async def sent(engine: Engine) -> None:
    """The worker's part: what is planned has gone out."""
    async with engine.database.write() as session:
        await session.execute(
            update(Outbox)
            .where(Outbox.state == DeliveryState.PLANNED)
            .values(state=DeliveryState.SENT, sent_at=engine.now, settled_at=engine.now)
        )
