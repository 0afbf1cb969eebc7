"""Segments under a name: who may keep them, who is in them, and that nobody sees beyond their scope."""

from __future__ import annotations

import contextlib
import time
from datetime import datetime

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from crm import segments
from crm.errors import CrmError, Missing, NotAllowed, TooLong
from crm.segments.limits import in_time
from storage.database import Database
from storage.filters import FIELDS, FilterContext, FilterRefused, Not, Op, Test, compile_filter
from storage.models import (
    Channel,
    Client,
    DomainEvent,
    Mailing,
    MailingState,
    Role,
    Segment,
    SegmentKind,
    SegmentMember,
    Staff,
    Template,
)
from storage.search import fold
from tests.factories import make_client, make_staff
from tests.factories.segment_trees import HOSTILE


async def _in_city(session: AsyncSession, city: str, **fields: object) -> Client:
    return await make_client(session, city=city, city_key=fold(city), **fields)  # type: ignore[arg-type]


async def _first(session: AsyncSession, actor: Staff, segment: Segment, now: datetime) -> list[tuple[int, str, str]]:
    return await segments.first_members(session, actor=actor, segment=segment, now=now, limit=9)


async def test_a_rule_is_previewed_saved_and_used(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    here = await _in_city(session, "Москва", name="Anna")
    await _in_city(session, "Тула")
    await _in_city(session, "Москва", archived_at=now)
    looked = await segments.preview(session, actor=boss, rule=" город = москва ", now=now)
    assert (looked.count, looked.first) == (1, ((here.id, "Anna", ""),))
    segment = await segments.save_rule(session, actor=boss, name=" In  Moscow ", rule=looked.rule, now=now)
    assert (segment.name, segment.kind) == ("In Moscow", SegmentKind.RULE)
    assert await segments.count(session, actor=boss, segment=segment, now=now) == 1
    chosen = await segments.members(session, actor=boss, segment=segment, now=now)
    assert list((await session.execute(chosen)).scalars()) == [here.id]
    await session.flush()
    names = list((await session.execute(select(DomainEvent.name))).scalars())
    assert names == ["segment.created"]


async def test_a_rep_counts_their_own_clients_only(session: AsyncSession, now: datetime) -> None:
    boss, rep, other = [await make_staff(session, role) for role in (Role.MANAGER, Role.REP, Role.REP)]
    mine = await _in_city(session, "Phuket", owner=rep)
    nobodys = await _in_city(session, "Phuket")
    theirs = await _in_city(session, "Phuket", owner=other)
    rule = await segments.save_rule(session, actor=boss, name="South", rule="city = Phuket", now=now)
    everybody = await segments.save_list(
        session, actor=boss, name="All", client_ids=[mine.id, nobodys.id, theirs.id, theirs.id, 999_999], now=now
    )
    for segment in (rule, everybody):
        assert await segments.count(session, actor=boss, segment=segment, now=now) == 3
        chosen = await segments.members(session, actor=rep, segment=segment, now=now)
        assert set((await session.execute(chosen)).scalars()) == {mine.id, nobodys.id}
        first = await segments.first_members(session, actor=rep, segment=segment, now=now, limit=9)
        assert {key for key, _, _ in first} == {mine.id, nobodys.id}
    looked = await segments.preview(session, actor=rep, rule="city = Phuket or not city = Phuket", now=now)
    assert looked.count == 2


async def test_members_can_be_inserted_by_one_statement(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    clients = [await _in_city(session, "Riga") for _ in range(3)]
    rule = await segments.save_rule(session, actor=boss, name="Riga", rule="city = Riga", now=now)
    target = await segments.save_list(session, actor=boss, name="Copy", client_ids=[], now=now)
    chosen = (await segments.members(session, actor=boss, segment=rule, now=now)).add_columns(
        select(type(target).id).where(type(target).id == target.id).scalar_subquery()
    )
    await session.execute(insert(SegmentMember).from_select(["client_id", "segment_id"], chosen))
    assert await segments.count(session, actor=boss, segment=target, now=now) == len(clients)


async def test_a_list_grows_and_shrinks(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    one, two, gone = [await make_client(session, archived_at=at) for at in (None, None, now)]
    kept = await segments.save_list(session, actor=boss, name="Kept", client_ids=[one.id], now=now)
    ids = [one.id, two.id, gone.id]
    assert await segments.add_to_list(session, actor=boss, segment_id=kept.id, client_ids=ids, now=now) == 1
    assert await segments.add_to_list(session, actor=boss, segment_id=kept.id, client_ids=ids, now=now) == 0
    await segments.remove_from_list(session, actor=boss, segment_id=kept.id, client_ids=[one.id, 77], now=now)
    assert await segments.first_members(session, actor=boss, segment=kept, now=now, limit=5) == [(two.id, two.name, "")]
    rule = await segments.save_rule(session, actor=boss, name="Rule", rule="has email", now=now)
    with pytest.raises(segments.NotAList):
        await segments.add_to_list(session, actor=boss, segment_id=rule.id, client_ids=ids, now=now)
    assert [segment.name for segment in await segments.lists(session, actor=boss)] == ["Kept"]


async def test_names_are_asked_for_and_single(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    first = await segments.save_rule(session, actor=boss, name="A", rule="has email", now=now)
    for name, refusal in (("A", segments.SegmentNameTaken), ("  ", Missing), ("x" * 121, TooLong)):
        with pytest.raises(refusal):
            await segments.save_rule(session, actor=boss, name=name, rule="has email", now=now)
    await segments.archive(session, actor=boss, segment_id=first.id, now=now)
    with pytest.raises(segments.SegmentNotFound):
        await segments.get(session, actor=boss, segment_id=first.id)
    await segments.save_rule(session, actor=boss, name="A", rule="has phone", now=now)
    assert (await segments.page(session, actor=boss, limit=5))[1] == 1


async def test_a_segment_a_mailing_needs_stays(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    segment = await segments.save_rule(session, actor=boss, name="A", rule="has email", now=now)
    template = Template(name="T", channel=Channel.EMAIL, created_at=now)
    session.add(template)
    await session.flush()
    mailing = Mailing(
        name="M",
        channel=Channel.EMAIL,
        segment_id=segment.id,
        template_id=template.id,
        state=MailingState.RUNNING,
        created_by_id=boss.id,
        created_at=now,
    )
    session.add(mailing)
    await session.flush()
    with pytest.raises(segments.SegmentInUse):
        await segments.archive(session, actor=boss, segment_id=segment.id, now=now)
    mailing.state = MailingState.FINISHED
    await session.flush()
    await segments.archive(session, actor=boss, segment_id=segment.id, now=now)


async def test_a_name_nobody_has_is_said_not_silently_empty(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER, name="Nadia Orlova")
    with pytest.raises(segments.SegmentUnknownValue) as refusal:
        await segments.preview(session, actor=boss, rule="has email or not owner = Nadia Orlovo", now=now)
    assert refusal.value.params["suggestion"] == "nadia orlova"
    looked = await segments.preview(session, actor=boss, rule="owner = orlova or owner = me", now=now)
    assert looked.count == 0


async def test_a_kept_exclusion_of_whom_nobody_knows_any_more_is_no_exclusion_of_no_one(
    session: AsyncSession, now: datetime
) -> None:
    boss, ivan = await make_staff(session, Role.MANAGER), await make_staff(session, Role.REP, name="Ivan")
    for owner in (ivan, boss, boss):
        await _in_city(session, "Riga", owner=owner)
    kept = await segments.save_rule(session, actor=boss, name="Not his", rule="not owner = Ivan", now=now)
    assert await segments.count(session, actor=boss, segment=kept, now=now) == 2
    ivan.name = "Vanya"
    await session.flush()
    with pytest.raises(segments.SegmentUnknownValue) as refusal:
        await segments.count(session, actor=boss, segment=kept, now=now)
    assert (refusal.value.params["field"], refusal.value.params["value"]) == ("owner", "Ivan")


async def test_segments_stand_on_segments(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    riga, oslo = await _in_city(session, "Riga"), await _in_city(session, "Oslo")
    await _in_city(session, "Tartu")
    await segments.save_rule(session, actor=boss, name="Riga", rule="city = Riga", now=now)
    await segments.save_list(session, actor=boss, name="By hand", client_ids=[oslo.id], now=now)
    both = await segments.save_rule(
        session, actor=boss, name="Both", rule='in segment riga or in segment "By Hand"', now=now
    )
    assert {key for key, _, _ in await _first(session, boss, both, now)} == {riga.id, oslo.id}
    without = await segments.save_rule(session, actor=boss, name="Rest", rule="not in segment Both", now=now)
    assert await segments.count(session, actor=boss, segment=without, now=now) == 1
    with pytest.raises(segments.SegmentUnknownValue) as unknown:
        await segments.preview(session, actor=boss, rule="in segment Rigga", now=now)
    assert unknown.value.params == {"field": "segment", "value": "Rigga", "suggestion": "Riga", "has_suggestion": "yes"}


@pytest.mark.parametrize(("first", "second"), [("VIP", "vip"), ("Чай", "Чаи"), ("Ёлки", "елки"), ("Café", "cafe")])
async def test_a_name_that_only_looks_other_is_taken(
    session: AsyncSession, now: datetime, first: str, second: str
) -> None:
    boss = await make_staff(session, Role.MANAGER)
    await segments.save_rule(session, actor=boss, name=first, rule="city = Riga", now=now)
    with pytest.raises(segments.SegmentNameTaken) as taken:
        await segments.save_rule(session, actor=boss, name=second, rule="city = Oslo", now=now)
    assert taken.value.params == {"name": first}


async def test_of_names_kept_alike_before_the_one_spelled_is_meant(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    riga, oslo = await _in_city(session, "Riga"), await _in_city(session, "Oslo")
    for name, rule in (("VIP", "city = Riga"), ("vip", "city = Oslo")):
        session.add(Segment(name=name, kind=SegmentKind.RULE, rule=rule, created_at=now))
    await session.flush()
    for rule, chosen in (
        ("in segment VIP", {riga.id}),
        ("in segment vip", {oslo.id}),
        ("in segment vip or in segment VIP", {riga.id, oslo.id}),
    ):
        looked = await segments.preview(session, actor=boss, rule=rule, now=now)
        assert {key for key, _, _ in looked.first} == chosen, rule
    with pytest.raises(segments.SegmentUnknownValue):
        await segments.preview(session, actor=boss, rule="in segment Vip", now=now)
    kept = await segments.save_rule(session, actor=boss, name="Both", rule="in segment vip", now=now)
    lower, upper = [
        (await session.execute(select(Segment).where(Segment.name == name))).scalar_one() for name in ("vip", "VIP")
    ]
    assert await segments.stands_on(session, segment=kept, now=now) == [kept, lower]
    await segments.archive(session, actor=boss, segment_id=upper.id, now=now)
    with pytest.raises(segments.SegmentMentioned):
        await segments.archive(session, actor=boss, segment_id=lower.id, now=now)


async def test_a_circle_of_segments_is_refused_with_its_path(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    first = await segments.save_rule(session, actor=boss, name="A", rule="city = Riga", now=now)
    await segments.save_rule(session, actor=boss, name="B", rule="in segment A", now=now)
    await segments.save_rule(session, actor=boss, name="C", rule="has email and in segment B", now=now)
    with pytest.raises(segments.SegmentCircle) as circle:
        await segments.change_rule(session, actor=boss, segment_id=first.id, rule="not in segment C", now=now)
    assert circle.value.params == {"path": "A → C → B → A"}
    with pytest.raises(segments.SegmentCircle):
        await segments.change_rule(session, actor=boss, segment_id=first.id, rule="in segment A", now=now)


async def test_a_segment_that_another_names_stays(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    vip = await segments.save_list(session, actor=boss, name="VIP", client_ids=[], now=now)
    rest = await segments.save_rule(session, actor=boss, name="Rest", rule="not in segment vip", now=now)
    with pytest.raises(segments.SegmentMentioned) as mentioned:
        await segments.archive(session, actor=boss, segment_id=vip.id, now=now)
    assert mentioned.value.params == {"name": "Rest"}
    await segments.archive(session, actor=boss, segment_id=rest.id, now=now)
    await segments.archive(session, actor=boss, segment_id=vip.id, now=now)


async def test_what_a_rule_names_counts_towards_its_limits(session: AsyncSession, now: datetime) -> None:
    boss = await make_staff(session, Role.MANAGER)
    forty = " or ".join(f"city = a{number}" for number in range(40))
    for name in ("one", "two", "three"):
        await segments.save_rule(session, actor=boss, name=name, rule=forty, now=now)
    await segments.preview(session, actor=boss, rule="in segment one or in segment two", now=now)
    with pytest.raises(segments.SegmentTooComplex):
        await segments.preview(
            session, actor=boss, rule="in segment one or in segment two or in segment three", now=now
        )


async def test_doubling_segments_are_refused_at_once(session: AsyncSession, now: datetime) -> None:
    """Each names the one before twice: followed blindly that were a thousand readings of the first."""
    boss = await make_staff(session, Role.MANAGER)
    session.add(Segment(name="s0", kind=SegmentKind.RULE, rule="has email", created_at=now))
    for level in range(1, 30):
        rule = " or ".join([f"in segment s{level - 1}"] * 40)
        session.add(Segment(name=f"s{level}", kind=SegmentKind.RULE, rule=rule, created_at=now))
    await session.flush()
    started = time.process_time()
    with pytest.raises(segments.SegmentTooComplex):
        await segments.preview(session, actor=boss, rule="in segment s29", now=now)
    assert time.process_time() - started < 2


async def test_counting_is_stopped_at_its_limit(database: Database) -> None:
    slow = {
        True: "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n",
        False: "SELECT pg_sleep(30)",
    }[database.is_sqlite]
    started = time.monotonic()
    with pytest.raises(segments.SegmentTooSlow) as refusal:
        async with database.read() as session, in_time(session, seconds=0.2):
            await session.execute(text(slow))
    assert time.monotonic() - started < 5
    assert refusal.value.code == "segments.too_slow"
    async with database.write() as session:
        with pytest.raises(segments.SegmentTooSlow):
            async with in_time(session, seconds=0.2):
                await session.execute(text(slow))
        await make_client(session, "After it")  # the unit goes on
    async with database.read() as session:  # the limit does not outlive its block
        counted = (
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 900000) SELECT count(*) FROM n"
        )
        assert (await session.execute(text(counted))).scalar_one() == 900_000


@pytest.mark.parametrize("hostile", [text[:3000] for text in HOSTILE], ids=repr)
async def test_hostile_text_is_a_text_or_refused(session: AsyncSession, now: datetime, hostile: str) -> None:
    """As a value, as a field's name, as the whole rule, as a segment's name: nothing but our own refusals."""
    boss = await make_staff(session, Role.MANAGER)
    await make_client(
        session, "Anna", custom_fields={hostile[:50].replace("\0", "") or "x": "y"} if _is_text(hostile) else {}
    )
    written = hostile.replace('"', '""')
    rules = (hostile, f'city = "{written}" or name ~ "{written}"', f'field "{written}" = "{written}" and has email')
    kept = []
    for rule in (*rules, f'not tag in ("{written}", x) or owner = "{written}"', f'in segment "{written}"'):
        with contextlib.suppress(CrmError):
            kept.append(await segments.save_rule(session, actor=boss, name=f"S{len(kept)}", rule=rule, now=now))
        await session.flush()
    for segment in kept:
        assert await segments.count(session, actor=boss, segment=segment, now=now) in (0, 1)


def _is_text(text: str) -> bool:
    return text.isprintable() and text.isascii()


@pytest.mark.parametrize("role", [Role.REP, Role.WAREHOUSE])
async def test_who_may_not_keep_segments(session: AsyncSession, now: datetime, role: Role) -> None:
    boss, actor = await make_staff(session, Role.ADMIN), await make_staff(session, role)
    kept = await segments.save_list(session, actor=boss, name="L", client_ids=[], now=now)
    refused = [
        segments.save_rule(session, actor=actor, name="x", rule="has email", now=now),
        segments.change_rule(session, actor=actor, segment_id=kept.id, rule="has email", now=now),
        segments.save_list(session, actor=actor, name="x", client_ids=[], now=now),
        segments.add_to_list(session, actor=actor, segment_id=kept.id, client_ids=[], now=now),
        segments.remove_from_list(session, actor=actor, segment_id=kept.id, client_ids=[], now=now),
        segments.archive(session, actor=actor, segment_id=kept.id, now=now),
        segments.lists(session, actor=actor),
    ]
    if role is Role.WAREHOUSE:
        refused += [
            segments.preview(session, actor=actor, rule="has email", now=now),
            segments.page(session, actor=actor, limit=5),
            segments.get(session, actor=actor, segment_id=kept.id),
            segments.count(session, actor=actor, segment=kept, now=now),
            segments.members(session, actor=actor, segment=kept, now=now),
            segments.first_members(session, actor=actor, segment=kept, now=now, limit=1),
        ]
    for verb in refused:
        with pytest.raises(NotAllowed):
            await verb


def test_only_what_the_registry_allows_is_compiled(now: datetime) -> None:
    from zoneinfo import ZoneInfo

    context = FilterContext(now=now, zone=ZoneInfo("UTC"), actor_id=None)
    deep = Test("city", Op.IS, ("a",))
    for _ in range(10):
        deep = Not(deep)  # type: ignore[assignment]
    for tree in (
        Test("password", Op.IS, ("x",)),
        Test("email", Op.IS, ("x",)),
        Test("language", Op.IS, ("xx",)),
        Test("last_contact", Op.ON, ("'; DROP TABLE client",)),
        deep,
    ):
        with pytest.raises(FilterRefused):
            compile_filter(tree, context)
    assert "password" not in FIELDS
