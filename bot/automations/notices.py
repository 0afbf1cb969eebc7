"""What an automation tells colleagues: a word about a client from one of its steps, and what befell the automation itself."""

from __future__ import annotations

from typing import Any

from bot.automations.presses import ShowAutomation
from bot.doors import ShowClient, StartFollowUp
from bot.render import Card, Press, Reader, bold, escape, lines
from bot.routing import Router
from crm import merge_fields
from crm.access import may_read
from crm.automations.telling import CARD, NOTE_CARD
from storage.models import Automation, Client, Enrolment, EnrolmentEvent, Staff

router = Router()


@router.card(NOTE_CARD)
async def note_card(reader: Reader, line_id: int, _facts: dict[str, Any]) -> Card | None:
    """The text of the step with the client's values of now."""
    line = await reader.session.get(EnrolmentEvent, line_id)
    enrolment = await reader.session.get(Enrolment, line.enrolment_id) if line is not None else None
    if line is None or enrolment is None:
        return None
    client = await reader.session.get_one(Client, enrolment.client_id)
    if client.archived_at is not None or not await may_read(reader.session, actor=reader.staff, client_id=client.id):
        return None
    automation = await reader.session.get_one(Automation, enrolment.automation_id)
    owner = await reader.session.get(Staff, client.owner_id) if client.owner_id else None
    values = merge_fields.values_of(client, owner, zone_name=reader.staff.timezone)
    said = merge_fields.render(merge_fields.parse(str(line.facts.get("text", ""))), values).text
    body = lines(bold(client.name[:80]), escape(said), reader.t("automations-note", automation=automation.name))
    presses = [
        Press(reader.t("automations-note-client"), ShowClient(client.id)),
        Press(reader.t("automations-note-follow-up"), StartFollowUp(client.id)),
    ]
    return Card(body, [presses], NOTE_CARD, line.id)


@router.card(CARD)
async def notice_card(reader: Reader, automation_id: int, facts: dict[str, Any]) -> Card | None:
    automation = await reader.session.get(Automation, automation_id)
    if automation is None or automation.archived_at is not None:
        return None
    client = await reader.session.get(Client, int(facts.get("client_id") or 0))
    cause = str(facts.get("cause") or "")
    body = lines(
        reader.t(
            "automations-notice",
            what=str(facts.get("what", "")),
            name=automation.name,
            client=client.name[:80] if client is not None else "–",
        ),
        reader.t("automations-notice-cause", cause=cause[:200]) if cause else None,
    )
    return Card(body, [[Press(automation.name[:60], ShowAutomation(automation.id))]])
