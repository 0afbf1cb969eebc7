"""The ready automations: each can be read, says everything in three languages, and sends only what it brings along."""

from __future__ import annotations

import pytest

from crm.automations import places, recipes, triggers
from crm.automations.definition import Send, SendBy
from crm.automations.document import read, write
from crm.merge_fields import parse
from crm.templates import NAME_LIMIT, SMS_LIMIT, SUBJECT_LIMIT
from storage.models import Channel, Language


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


def test_no_two_messages_are_called_the_same() -> None:
    for language in Language:
        names = [message.name[language] for recipe in recipes.every() for message in recipe.messages]
        titles = [recipe.title[language] for recipe in recipes.every()]
        assert len(set(names)) == len(names)
        assert len(set(titles)) == len(titles)
