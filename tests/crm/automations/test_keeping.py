"""Automations kept: from a recipe in one go, by documents in versions, on only when all is there, with honest figures."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm import segments, templates
from crm.automations import keeping, leaving, recipes, showing
from crm.automations.errors import (
    AutomationNamesIt,
    AutomationNameTaken,
    AutomationNotFound,
    AutomationStartsIt,
    DocumentRefused,
    NotInState,
    NotReady,
    RecipeNotFound,
)
from crm.errors import NotAllowed
from storage.models import (
    Automation,
    AutomationState,
    AutomationVersion,
    Channel,
    DomainEvent,
    Enrolment,
    EnrolmentState,
    Language,
    Role,
    Staff,
    Template,
    TemplateVersion,
)
from tests.factories import make_client, make_staff

UNTIL = "    at most: 1 day\n    if it comes: [stop]\n"
SIMPLE = "name: Care\nwhen: client.tagged\nwhere: {tag: hot}\nagain: always\nsteps:\n  - wait: 1 day  # a breath\n"


@pytest.fixture
async def manager(session: AsyncSession) -> Staff:
    return await make_staff(session, Role.MANAGER)


def codes(error: pytest.ExceptionInfo[NotReady]) -> list[str]:
    return [one.code for one in error.value.findings]


async def kept(session: AsyncSession, manager: Staff, text: str, now: datetime, *, on: bool = True) -> Automation:
    automation = await keeping.create_from_document(session, actor=manager, text=text, now=now)
    if on:
        await keeping.switch_on(session, actor=manager, automation_id=automation.id, now=now)
    return automation


@pytest.mark.parametrize("language", list(Language))
async def test_every_recipe_can_be_switched_on_as_it_comes(
    session: AsyncSession, now: datetime, language: Language
) -> None:
    manager = await make_staff(session, Role.MANAGER, language=language)
    for slug in recipes.SLUGS:
        automation = await keeping.create_from_recipe(session, actor=manager, slug=slug, now=now)
        await keeping.switch_on(session, actor=manager, automation_id=automation.id, now=now)
        assert (automation.state, automation.on_since, automation.recipe) == (AutomationState.ON, now, slug)
    texts = len((await session.execute(select(TemplateVersion))).scalars().all())
    made = (await session.execute(select(Template))).scalars().all()
    assert texts == 3 * len(made)
    assert {one.owner_id for one in made} == {None}
    assert len((await session.execute(select(AutomationVersion))).scalars().all()) == len(recipes.SLUGS)


async def test_a_recipe_taken_twice_uses_the_same_messages(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    first = await keeping.create_from_recipe(session, actor=manager, slug="welcome", now=now)
    second = await keeping.create_from_recipe(session, actor=manager, slug="welcome", now=now)
    assert (first.name, second.name) == ("Welcome", "Welcome 2")
    assert len((await session.execute(select(Template))).scalars().all()) == 1


async def test_a_message_put_away_or_of_another_channel_is_made_anew(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    await templates.create(session, actor=manager, name="Welcome letter", channel=Channel.SMS, now=now)
    automation = await keeping.create_from_recipe(session, actor=manager, slug="welcome", now=now)
    assert "Welcome letter 2" in (await showing.newest(session, automation)).document
    await keeping.switch_on(session, actor=manager, automation_id=automation.id, now=now)


async def test_only_who_may_run_them_changes_them(session: AsyncSession, manager: Staff, now: datetime) -> None:
    rep = await make_staff(session, Role.REP)
    keeper = await make_staff(session, Role.WAREHOUSE)
    automation = await kept(session, manager, SIMPLE, now, on=False)
    with pytest.raises(NotAllowed):
        await keeping.create_from_recipe(session, actor=rep, slug="welcome", now=now)
    with pytest.raises(NotAllowed):
        await keeping.create_from_document(session, actor=rep, text=SIMPLE, now=now)
    for verb in (keeping.switch_on, keeping.pause, keeping.resume, keeping.archive):
        with pytest.raises(NotAllowed):
            await verb(session, actor=rep, automation_id=automation.id, now=now)
    with pytest.raises(NotAllowed):
        await keeping.edit(session, actor=rep, automation_id=automation.id, text=SIMPLE, now=now)
    assert (await showing.page(session, actor=rep, limit=5, now=now))[1] == 1
    with pytest.raises(NotAllowed):
        await showing.page(session, actor=keeper, limit=5, now=now)


async def test_an_edit_is_a_new_version_and_the_old_one_stays(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    automation = await kept(session, manager, SIMPLE, now)
    changed = SIMPLE.replace("1 day", "2 days").replace("Care", "More care")
    _, is_new = await keeping.edit(session, actor=manager, automation_id=automation.id, text=changed, now=now)
    assert is_new
    assert (automation.version_number, automation.name) == (2, "More care")
    documents = (await session.execute(select(AutomationVersion.document).order_by(AutomationVersion.number))).scalars()
    assert list(documents) == [SIMPLE, changed]
    _, is_new = await keeping.edit(
        session, actor=manager, automation_id=automation.id, text=changed + "\n# no change\n", now=now
    )
    assert not is_new
    assert automation.version_number == 2


async def test_the_document_comes_as_it_was_written_or_in_the_readers_language(
    session: AsyncSession, manager: Staff, now: datetime
) -> None:
    automation = await kept(session, manager, SIMPLE, now)
    other = await make_staff(session, Role.MANAGER, language=Language.RU)
    assert await showing.document_for(session, automation, reader=manager) == SIMPLE
    assert "ждать: 1 день" in await showing.document_for(session, automation, reader=other)


async def test_names_are_had_once(session: AsyncSession, manager: Staff, now: datetime) -> None:
    await kept(session, manager, SIMPLE, now)
    with pytest.raises(AutomationNameTaken):
        await keeping.create_from_document(session, actor=manager, text=SIMPLE, now=now)
    other = await kept(session, manager, SIMPLE.replace("Care", "Other"), now, on=False)
    with pytest.raises(AutomationNameTaken):
        await keeping.edit(session, actor=manager, automation_id=other.id, text=SIMPLE, now=now)
    with pytest.raises(RecipeNotFound):
        await keeping.create_from_recipe(session, actor=manager, slug="nothing", now=now)
    with pytest.raises(DocumentRefused):
        await keeping.create_from_document(session, actor=manager, text="name: x", now=now)


async def test_on_paused_on_and_put_away(session: AsyncSession, manager: Staff, now: datetime) -> None:
    automation = await kept(session, manager, SIMPLE, now)
    verbs = {"automation_id": automation.id, "actor": manager}
    with pytest.raises(NotInState):
        await keeping.switch_on(session, **verbs, now=now)
    await keeping.pause(session, **verbs, now=now)
    later = now + timedelta(hours=1)
    assert (await keeping.resume(session, **verbs, now=later)).on_since == later
    client = await make_client(session)
    inside = await enrolled(session, automation, client.id, now)
    await keeping.archive(session, **verbs, now=later)
    await session.refresh(inside)
    assert (inside.state, inside.ended_because) == (EnrolmentState.LEFT, "stopped")
    with pytest.raises(AutomationNotFound):
        await showing.get(session, actor=manager, automation_id=automation.id)
    told = (
        await session.execute(
            select(DomainEvent.name).where(DomainEvent.name.like("automation.%")).order_by(DomainEvent.id)
        )
    ).scalars()
    assert list(told) == [f"automation.{verb}" for verb in ("created", "switched_on", "paused", "resumed", "archived")]


async def enrolled(
    session: AsyncSession, automation: Automation, client_id: int, at: datetime, because: str = ""
) -> Enrolment:
    version = await showing.newest(session, automation)
    row = Enrolment(
        automation_id=automation.id,
        version_id=version.id,
        client_id=client_id,
        entry_key=f"test:{at.isoformat()}",
        state=EnrolmentState.INSIDE if not because else EnrolmentState.LEFT,
        due_at=at if not because else None,
        ended_at=at if because else None,
        ended_because=because,
        entered_at=at,
    )
    session.add(row)
    await session.flush()
    return row


async def test_figures_and_members(session: AsyncSession, manager: Staff, now: datetime) -> None:
    rep = await make_staff(session, Role.REP)
    automation = await kept(session, manager, SIMPLE, now)
    mine, other = await make_client(session, "Mine", owner=rep), await make_client(session, "Other", owner=manager)
    await enrolled(session, automation, mine.id, now)
    await enrolled(session, automation, other.id, now)
    await enrolled(session, automation, other.id, now - timedelta(days=40), "reply")
    await enrolled(session, automation, mine.id, now - timedelta(days=3), "bounce")
    [(one, figures)], total = await showing.page(session, actor=rep, limit=5, now=now)
    assert (one.id, total) == (automation.id, 1)
    assert (figures.inside, figures.entered, figures.answered, figures.left) == (2, 3, 1, {"bounce": 1, "reply": 1})
    people, count = await showing.members(session, actor=rep, automation=automation, limit=5)
    assert ([person.client_name for person in people], count) == (["Mine"], 1)
    assert (await showing.members(session, actor=manager, automation=automation, limit=1))[1] == 2


class TestChecks:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("when: client.created\nsteps: []\n", "no-steps"),
            ("when: stock.back\nsteps: [stop]\n", "needs-rule"),
            ("when: client.created\nsteps:\n  - send email: Nothing\n", "template"),
            ("when: client.created\nsteps:\n  - send email: Empty\n", "template-empty"),
            ("when: client.created\nsteps:\n  - send sms: Empty\n", "template-channel"),
            ("when: client.created\nsteps:\n  - assign to: Nobody\n", "colleague"),
            ("when: client.created\nonly: owner = Nobody\nsteps: [stop]\n", "rule"),
            ("when: client.created\nsteps:\n  - if: owner = Nobody\n    then: [stop]\n", "rule"),
            ("when: client.created\nsteps:\n  - start: Nothing\n", "automation"),
            ("when: segment.entered\nwhere: {segment: Nope}\nsteps: [stop]\n", "segment"),
            ("when: segment.left\nsteps: [stop]\n", "needs-segment"),
            (f"when: client.created\nsteps:\n  - wait for: segment.left\n{UNTIL}", "needs-segment"),
            (
                f"when: client.created\nsteps:\n  - wait for: segment.entered\n    where: {{segment: Nope}}\n{UNTIL}",
                "segment",
            ),
            ("when: client.created\nsteps:\n  - set field: language\n    to: xx\n", "field-value"),
            ("when: client.created\nsteps:\n  - wait: 50 days\n  - wait: 41 days\n", "outlasts"),
            (
                "when: client.created\nexpires: 30 days\nsteps:\n  - wait for: message.received\n    at most: 20 days\n"
                "    if not:\n      - wait: 11 days\n",
                "outlasts",
            ),
        ],
    )
    async def test_what_is_not_there_stops_it(
        self, session: AsyncSession, manager: Staff, now: datetime, text: str, code: str
    ) -> None:
        await templates.create(session, actor=manager, name="Empty", channel=Channel.EMAIL, now=now)
        automation = await kept(session, manager, f"name: A\n{text}", now, on=False)
        with pytest.raises(NotReady) as refused:
            await keeping.switch_on(session, actor=manager, automation_id=automation.id, now=now)
        assert codes(refused) == [code]
        assert automation.state is AutomationState.DRAFT

    async def test_what_is_good_to_know_is_said(self, session: AsyncSession, manager: Staff, now: datetime) -> None:
        template = await templates.create(session, actor=manager, name="Hello", channel=Channel.SMS, now=now)
        await templates.write_version(
            session, actor=manager, template_id=template.id, language=Language.EN, text="Hi", now=now
        )
        await kept(session, manager, SIMPLE, now, on=False)
        await make_client(session)
        text = (
            "name: A\nwhen: posted parcel.lost\nonly: language = en\nsteps:\n  - send sms: Hello\n  - start: Care\n"
            "  - set field: citty\n    to: Riga\n  - set field: colour\n    to: red\n  - set field: city\n    to: Riga\n"
            "  - wait for: message.received\n    at most: 1 day\n    if it comes: [stop]\n"
        )
        automation = await kept(session, manager, text, now, on=False)
        _, found = await keeping.switch_on(session, actor=manager, automation_id=automation.id, now=now)
        assert [(one.code, one.detail, one.more) for one in found.notes] == [
            ("posted", "parcel.lost", ""),
            ("languages", "Hello", "ru th"),
            ("started-is-off", "Care", ""),
            ("own-field", "citty", "city"),
            ("reply-ends-first", "", ""),
        ]
        assert found.means == 1

    async def test_an_edit_of_one_that_is_on_is_checked_at_once(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        automation = await kept(session, manager, SIMPLE, now)
        with pytest.raises(NotReady):
            await keeping.edit(
                session,
                actor=manager,
                automation_id=automation.id,
                text=SIMPLE + "  - send email: Nothing\n",
                now=now,
            )
        assert automation.version_number == 1


class TestPuttingAway:
    """What an automation that is on or paused names stays."""

    @pytest.mark.parametrize(
        "text",
        [
            "when: client.created\nonly: in segment vip\nsteps: [stop]\n",
            "when: client.created\nsteps:\n  - if: not in segment VIP\n    then: [stop]\n",
            "when: segment.entered\nwhere: {segment: VIP}\nsteps: [stop]\n",
            "when: client.created\nsteps:\n  - wait for: segment.left\n    where: {segment: VIP}\n    at most: 1 day\n",
        ],
    )
    async def test_a_segment(self, session: AsyncSession, manager: Staff, now: datetime, text: str) -> None:
        vip = await segments.save_rule(session, actor=manager, name="VIP", rule="city = Riga", now=now)
        automation = await kept(session, manager, f"name: A\n{text}", now)
        with pytest.raises(AutomationNamesIt) as refused:
            await segments.archive(session, actor=manager, segment_id=vip.id, now=now)
        assert refused.value.params == {"name": "A"}
        await keeping.archive(session, actor=manager, automation_id=automation.id, now=now)
        await segments.archive(session, actor=manager, segment_id=vip.id, now=now)

    async def test_a_template_also_while_only_somebody_inside_still_comes_to_it(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        hello = await templates.create(session, actor=manager, name="Hello", channel=Channel.EMAIL, now=now)
        await templates.write_version(
            session, actor=manager, template_id=hello.id, language=Language.EN, subject="Hi", text="Hi", now=now
        )
        automation = await kept(session, manager, SIMPLE + "  - send email: Hello\n", now)
        inside = await enrolled(session, automation, (await make_client(session)).id, now)
        await keeping.edit(session, actor=manager, automation_id=automation.id, text=SIMPLE, now=now)
        await keeping.pause(session, actor=manager, automation_id=automation.id, now=now)
        with pytest.raises(AutomationNamesIt) as refused:
            await templates.archive(session, actor=manager, template_id=hello.id, now=now)
        assert refused.value.params == {"name": "Care"}
        await leaving.leave(session, {inside.id: "stopped"}, now=now)
        await templates.archive(session, actor=manager, template_id=hello.id, now=now)
        again = await templates.create(session, actor=manager, name="Hello", channel=Channel.EMAIL, now=now)
        assert again.id != hello.id

    async def test_drafts_and_a_colleagues_own_template_hold_nothing(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        own = await templates.create(session, actor=manager, name="Own", channel=Channel.EMAIL, own=True, now=now)
        companys = await templates.create(session, actor=manager, name="Own", channel=Channel.EMAIL, own=False, now=now)
        await templates.write_version(
            session, actor=manager, template_id=companys.id, language=Language.EN, subject="Hi", text="Hi", now=now
        )
        text = SIMPLE + "  - send email: Own\n"
        draft = await kept(session, manager, text, now)
        await templates.archive(session, actor=manager, template_id=own.id, now=now)
        await keeping.archive(session, actor=manager, automation_id=draft.id, now=now)
        await kept(session, manager, text, now, on=False)
        await templates.archive(session, actor=manager, template_id=companys.id, now=now)

    async def test_an_automation_that_another_starts_keeps_its_name(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        care = await kept(session, manager, SIMPLE, now)
        first = await kept(session, manager, "name: First\nwhen: client.created\nsteps:\n  - start: Care\n", now)
        renamed = SIMPLE.replace("Care", "Other")
        with pytest.raises(AutomationStartsIt) as refused:
            await keeping.edit(session, actor=manager, automation_id=care.id, text=renamed, now=now)
        assert refused.value.params == {"name": "First"}
        with pytest.raises(AutomationStartsIt):
            await keeping.archive(session, actor=manager, automation_id=care.id, now=now)
        longer = SIMPLE.replace("1 day", "2 days")
        await keeping.edit(session, actor=manager, automation_id=care.id, text=longer, now=now)
        await keeping.archive(session, actor=manager, automation_id=first.id, now=now)
        await keeping.edit(session, actor=manager, automation_id=care.id, text=renamed, now=now)
        assert care.name == "Other"


def doc(name: str, when: str, steps: str, *, again: str = "always") -> str:
    return f"name: {name}\n{when}\nagain: {again}\nsteps:\n{steps}"


ON_HOT = "when: client.tagged\nwhere: {tag: hot}"
ON_COLD = "when: client.tagged\nwhere: {tag: cold}"


class TestLoops:
    async def refused(self, session: AsyncSession, manager: Staff, now: datetime, *texts: str) -> str | None:
        """Switches all on; the loop the last of them was refused for, in words."""
        for text in texts[:-1]:
            await kept(session, manager, text, now)
        automation = await kept(session, manager, texts[-1], now, on=False)
        try:
            await keeping.switch_on(session, actor=manager, automation_id=automation.id, now=now)
        except NotReady as error:
            return next((one.detail for one in error.findings if one.code == "loop"), None)
        return None

    async def test_by_itself(self, session: AsyncSession, manager: Staff, now: datetime) -> None:
        steps = "  - remove tag: hot\n  - wait: 1 day\n  - add tag: Hot\n"
        assert await self.refused(session, manager, now, doc("A", ON_HOT, steps)) == "A → A"
        steps = steps.replace("Hot", '"#Hót"')
        assert await self.refused(session, manager, now, doc("B", ON_HOT, steps)) == "B → B"

    async def test_by_starting_itself(self, session: AsyncSession, manager: Staff, now: datetime) -> None:
        steps = "  - wait: 30 days\n  - start: A\n"
        assert await self.refused(session, manager, now, doc("A", "when: client.created", steps)) == "A → A"

    async def test_over_others(self, session: AsyncSession, manager: Staff, now: datetime) -> None:
        others = (
            doc("B", ON_COLD, "  - if: has email\n    else:\n      - set field: city\n        to: Riga\n"),
            doc("C", "when: client.edited\nwhere: {field: city}", "  - add tag: hot\n"),
        )
        assert (
            await self.refused(session, manager, now, *others, doc("A", ON_HOT, "  - add tag: cold\n"))
            == "A → B → C → A"
        )

    async def test_by_a_segment_its_own_tag_moves_them_into(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        await segments.save_rule(session, actor=manager, name="Warm", rule="not tag = cold", now=now)
        when = "when: segment.entered\nwhere: {segment: Warm}"
        assert await self.refused(session, manager, now, doc("A", when, "  - add tag: cold\n")) == "A → A"
        assert await self.refused(session, manager, now, doc("B", when, "  - add tag: other\n")) is None
        await segments.save_rule(session, actor=manager, name="Outer", rule="segment = Warm and has email", now=now)
        when = "when: segment.left\nwhere: {segment: outer}"
        assert await self.refused(session, manager, now, doc("C", when, "  - remove tag: cold\n")) == "C → C"

    @pytest.mark.parametrize(
        "text",
        [
            doc("A", ON_HOT, "  - add tag: hot\n", again="never"),
            doc("A", ON_HOT, "  - add tag: cold\n"),
            doc("A", ON_HOT, "  - remove tag: hot\n"),
            doc("A", ON_HOT, "  - stop\n  - add tag: hot\n"),
            doc(
                "A",
                ON_HOT,
                "  - wait for: message.received\n    at most: 1 day\n    if it comes:\n      - add tag: hot\n",
            ),
            doc("A", "when: message.received", "  - add tag: hot\n"),
        ],
    )
    async def test_what_ends_is_let_on(self, session: AsyncSession, manager: Staff, now: datetime, text: str) -> None:
        assert await self.refused(session, manager, now, text) is None

    async def test_waiting_for_what_another_automation_causes_is_no_way_out(
        self, session: AsyncSession, manager: Staff, now: datetime
    ) -> None:
        steps = "  - wait for: client.tagged\n    at most: 1 day\n    if it comes:\n      - add tag: hot\n"
        assert await self.refused(session, manager, now, doc("A", ON_HOT, steps)) == "A → A"
