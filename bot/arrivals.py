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
        said.append(reader.t("arrivals-unread" if is_nobodys(interaction) else "arrivals-body-unread"))
    if interaction.returns_at is not None:
        said.append(reader.t("arrivals-away", day=reader.day(interaction.returns_at)))
    elif interaction.automatic and interaction.invitation is None:
        said.append(reader.t("arrivals-automatic"))
    return said + invitations.notes(reader, interaction)


def is_nobodys(interaction: Interaction) -> bool:
    """Whether nobody can be told from it who wrote it: there is no address to make a client of."""
    return interaction.damaged and not (interaction.recipients or {}).get("from")


def label(reader: Reader, interaction: Interaction, address: str) -> str:
    """A message of the tray in one line."""
    if is_nobodys(interaction):
        return str(reader.t("arrivals-unread-short"))
    return f"{address}: {interaction.subject or interaction.text[:60]}"


def rows(reader: Reader, interaction: Interaction) -> list[list[Press]]:
    """Buttons that belong to what the mail brought."""
    return invitations.rows(reader, interaction)
