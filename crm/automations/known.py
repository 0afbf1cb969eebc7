"""Which events an automation may name without a word: what happens in the CRM itself, and dates that come."""

from __future__ import annotations

DATES = frozenset({"birthday", "contract_end", "quiet"})
EVENTS = DATES | {
    "client.created",
    "client.tagged",
    "client.untagged",
    "client.edited",
    "client.assigned",
    "interaction.logged",
    "message.received",
    "call.ended",
    "call.missed",
    "consent.granted",
    "consent.withdrawn",
    "followup.scheduled",
    "message.bounced",
    "stock.back",
}
