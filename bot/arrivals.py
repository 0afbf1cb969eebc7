"""What the card of a received mail says beside its text: that it is forged, a machine's, unreadable, or an invitation."""

from __future__ import annotations

from bot import invitations
from bot.render import Html, Press, Reader
from channels.email import authentication
from storage.models import Interaction


def notes(reader: Reader, interaction: Interaction) -> list[Html]:
    """Lines for above the text, the weightiest first."""
    said: list[Html] = []
    if authentication.is_forged(interaction.authentication):
        said.append(reader.t("arrivals-forged"))
    if interaction.damaged:
        known = bool((interaction.recipients or {}).get("from"))
        said.append(reader.t("arrivals-body-unread" if known else "arrivals-unread"))
    if interaction.returns_at is not None:
        said.append(reader.t("arrivals-away", day=reader.day(interaction.returns_at)))
    elif interaction.automatic and interaction.invitation is None:
        said.append(reader.t("arrivals-automatic"))
    return said + invitations.notes(reader, interaction)


def rows(reader: Reader, interaction: Interaction) -> list[list[Press]]:
    """Buttons that belong to what the mail brought."""
    return invitations.rows(reader, interaction)
