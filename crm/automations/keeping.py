"""Automations in people's hands: made from a recipe or a document, edited by new versions, switched on, paused, put away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import events, templates
from crm.access import Action, check
from crm.automations import document, leaving, recipes, using, versions
from crm.automations.checking import Checked, demand
from crm.automations.definition import Definition
from crm.automations.errors import AutomationNameTaken, NotInState, RecipeNotFound
from crm.automations.showing import definition_of, get, newest
from crm.naming import naming
from storage.models import Automation, AutomationState, AutomationVersion, Channel, Language, Staff, Template
from storage.queries import automation_figures as queries


async def create_from_recipe(session: AsyncSession, *, actor: Staff, slug: str, now: datetime) -> Automation:
    """A draft of a recipe in the actor's language, with its messages as templates of the company.

    Raises NotAllowed, RecipeNotFound.
    """
    check(actor, Action.RUN_AUTOMATIONS)
    recipe = recipes.get(slug)
    if recipe is None:
        raise RecipeNotFound
    names = {message.key: await _template(session, actor, message, now) for message in recipe.messages}
    name = await _free_name(session, recipe.title[actor.language])
    definition = recipe.definition(actor.language, name=name, templates=names)
    return await _create(session, actor, definition, document.write(definition, actor.language), recipe.slug, now)


async def create_from_document(session: AsyncSession, *, actor: Staff, text: str, now: datetime) -> Automation:
    """A draft from a document as it was written. Raises NotAllowed, DocumentRefused, AutomationNameTaken."""
    check(actor, Action.RUN_AUTOMATIONS)
    return await _create(session, actor, document.read(text, is_written=True), text, None, now)


async def edit(
    session: AsyncSession, *, actor: Staff, automation_id: int, text: str, now: datetime
) -> tuple[Automation, bool]:
    """A new version; those inside stay on theirs. Also says whether anything changed.

    One that is on is checked as if it were switched on anew. Raises NotAllowed, AutomationNotFound, DocumentRefused,
    AutomationNameTaken, AutomationStartsIt (of a new name where another starts it by the old one), NotReady.
    """
    check(actor, Action.RUN_AUTOMATIONS)
    automation = await get(session, actor=actor, automation_id=automation_id, lock=True)
    definition = document.read(text, is_written=True)
    before = versions.readable((await newest(session, automation)).document)
    if definition == before:
        return automation, False
    if automation.state is AutomationState.ON:
        await demand(session, actor=actor, definition=definition, automation_id=automation.id, now=now)
    if definition.name != automation.name:
        await using.check_unstarted(session, automation)
    async with naming(session, _name_free(session, definition.name, but=automation.id)):
        automation.version_number += 1
        automation.name = definition.name
        await _add_version(session, automation, actor, text, now)
    events.record(
        session,
        "automation.changed",
        now=now,
        staff_id=actor.id,
        automation_id=automation.id,
        version=automation.version_number,
    )
    return automation, True


async def switch_on(
    session: AsyncSession, *, actor: Staff, automation_id: int, now: datetime
) -> tuple[Automation, Checked]:
    """From now on its events let clients in. Raises NotAllowed, AutomationNotFound, NotInState, NotReady, DocumentRefused."""
    automation = await _in_state(session, actor, automation_id, AutomationState.DRAFT)
    found = await _ready(session, actor, automation, now)
    automation.state, automation.on_since = AutomationState.ON, now
    events.record(session, "automation.switched_on", now=now, staff_id=actor.id, automation_id=automation.id)
    return automation, found


async def pause(session: AsyncSession, *, actor: Staff, automation_id: int, now: datetime) -> Automation:
    """Nobody enters, nobody moves. Raises NotAllowed, AutomationNotFound, NotInState."""
    automation = await _in_state(session, actor, automation_id, AutomationState.ON)
    automation.state = AutomationState.PAUSED
    events.record(session, "automation.paused", now=now, staff_id=actor.id, automation_id=automation.id)
    return automation


async def resume(session: AsyncSession, *, actor: Staff, automation_id: int, now: datetime) -> Automation:
    """Goes on where it stopped; what happened meanwhile let nobody in. Raises what `switch_on` raises."""
    automation = await _in_state(session, actor, automation_id, AutomationState.PAUSED)
    await _ready(session, actor, automation, now)
    automation.state, automation.on_since = AutomationState.ON, now
    events.record(session, "automation.resumed", now=now, staff_id=actor.id, automation_id=automation.id)
    return automation


async def archive(session: AsyncSession, *, actor: Staff, automation_id: int, now: datetime) -> Automation:
    """Puts it away: whoever is inside leaves, and what was planned for them is cancelled.

    Raises NotAllowed, AutomationNotFound, AutomationStartsIt.
    """
    check(actor, Action.RUN_AUTOMATIONS)
    automation = await get(session, actor=actor, automation_id=automation_id, lock=True)
    await using.check_unstarted(session, automation)
    automation.state, automation.archived_at = AutomationState.PAUSED, now
    automation.name = f"{automation.name[:80]} · {automation.id} · {now:%Y-%m-%d}"  # the name is free again
    inside = await queries.inside_ids(session, automation_id=automation.id)
    await leaving.leave(session, dict.fromkeys(inside, leaving.Because.STOPPED.value), now=now)
    events.record(session, "automation.archived", now=now, staff_id=actor.id, automation_id=automation.id)
    return automation


async def _create(
    session: AsyncSession, actor: Staff, definition: Definition, text: str, recipe: str | None, now: datetime
) -> Automation:
    automation = Automation(
        name=definition.name,
        recipe=recipe,
        state=AutomationState.DRAFT,
        version_number=1,
        created_by_id=actor.id,
        created_at=now,
    )
    async with naming(session, _name_free(session, definition.name)):
        session.add(automation)
    await _add_version(session, automation, actor, text, now)
    events.record(session, "automation.created", now=now, staff_id=actor.id, automation_id=automation.id, recipe=recipe)
    return automation


async def _add_version(session: AsyncSession, automation: Automation, actor: Staff, text: str, now: datetime) -> None:
    session.add(
        AutomationVersion(
            automation_id=automation.id,
            number=automation.version_number,
            document=text,
            created_by_id=actor.id,
            created_at=now,
        )
    )
    await session.flush()


async def _in_state(session: AsyncSession, actor: Staff, automation_id: int, state: AutomationState) -> Automation:
    check(actor, Action.RUN_AUTOMATIONS)
    automation = await get(session, actor=actor, automation_id=automation_id, lock=True)
    if automation.state is not state:
        raise NotInState
    return automation


async def _ready(session: AsyncSession, actor: Staff, automation: Automation, now: datetime) -> Checked:
    definition = await definition_of(session, automation)
    return await demand(session, actor=actor, definition=definition, automation_id=automation.id, now=now)


def _name_free(session: AsyncSession, name: str, *, but: int = 0) -> Callable[[], Awaitable[None]]:
    async def check_free() -> None:
        query = select(Automation.id).where(Automation.name == name, Automation.id != but)
        if (await session.execute(query)).first() is not None:
            raise AutomationNameTaken(name=name)

    return check_free


async def _free_name(session: AsyncSession, name: str) -> str:
    """The name, or with the first number that nobody has."""
    taken = set((await session.execute(select(Automation.name).where(Automation.name.startswith(name)))).scalars())
    return _numbered(name, taken)


async def _template(session: AsyncSession, actor: Staff, message: recipes.Message, now: datetime) -> str:
    """The company's template of that name; made with its three texts where there is none in use."""
    name = message.name[actor.language]
    same = Template.name.startswith(name) & Template.owner_id.is_(None)
    there = {one.name: one for one in (await session.execute(select(Template).where(same))).scalars()}
    kept = there.get(name)
    if kept is not None and kept.archived_at is None and kept.channel is message.channel:
        return name
    name = _numbered(name, set(there))
    template = await templates.create(
        session, actor=actor, name=name, channel=Channel(message.channel), own=False, now=now
    )
    for language in Language:
        await templates.write_version(
            session,
            actor=actor,
            template_id=template.id,
            language=language,
            subject=message.subject[language],
            text=message.text[language],
            now=now,
        )
    return name


def _numbered(name: str, taken: set[str]) -> str:
    number = 1
    tried = name
    while tried in taken:
        number += 1
        tried = f"{name} {number}"
    return tried
