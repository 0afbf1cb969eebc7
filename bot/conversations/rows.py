"""Buttons that cards of messages share: answer, pass on, the conversation, files, and what to do when something did not arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.callbacks import Callback
from bot.deliveries import is_no_good
from bot.doors import ShowMessage, ShowThread, StartAnswer, StartForward, WriteAgain
from bot.render import Html, Press, Reader, listed
from crm.access import Reach
from crm.conversations import Mark
from storage.models import DELIVERY_IN_DOUBT, Direction, Interaction, InteractionKind, Outbox


@dataclass(frozen=True)
class FetchFile(Callback, prefix="nf"):
    attachment_id: int


@dataclass(frozen=True)
class FetchFiles(Callback, prefix="va"):
    """All files of a message, one document after another."""

    interaction_id: int


@dataclass(frozen=True)
class ShowWhole(Callback, prefix="nq"):
    """All of a mail's text, history included."""

    interaction_id: int


@dataclass(frozen=True)
class FetchOriginal(Callback, prefix="ve"):
    """The mail as it came, as a file for a mail program."""

    interaction_id: int


@dataclass(frozen=True)
class Assign(Callback, prefix="na"):
    """Offers the colleagues a conversation could be given to."""

    interaction_id: int
    page: int = 0


@dataclass(frozen=True)
class AssignTo(Callback, prefix="nt", writes=True):
    interaction_id: int
    staff_id: int


@dataclass(frozen=True)
class GiveBack(Callback, prefix="vb", writes=True):
    interaction_id: int


@dataclass(frozen=True)
class PutAside(Callback, prefix="ns", writes=True):
    interaction_id: int
    mark: Mark


@dataclass(frozen=True)
class TakeBack(Callback, prefix="vu", writes=True):
    interaction_id: int


@dataclass(frozen=True)
class KeepAnswer(Callback, prefix="wo"):
    """Keeps the text of a sent message as a template of one's own."""

    interaction_id: int


def answer_row(reader: Reader, interaction: Interaction, *, others: int) -> list[Press]:
    """Answer, to all where the mail named more than one, and pass on."""
    t = reader.t
    row = [Press("✍️ " + t("conversations-answer"), StartAnswer(interaction.id))]
    if others > 1:
        row.append(Press("👥 " + t("conversations-answer-all", count=others), StartAnswer(interaction.id, True)))
    return [*row, Press("➡️ " + t("conversations-forward"), StartForward(interaction.id))]


def thread_press(reader: Reader, interaction: Interaction) -> Press:
    return Press("🧵 " + reader.t("conversations-thread"), ShowThread(interaction.id))


def more_press(reader: Reader, interaction: Interaction) -> Press:
    return Press(reader.t("core-more"), ShowMessage(interaction.id, 1))


def more_rows(
    reader: Reader, interaction: Interaction, *, reached: Reach, assignee_id: int | None
) -> list[list[Press]]:
    """What is behind More on a received message."""
    t, number = reader.t, interaction.id
    first = []
    if interaction.kind is InteractionKind.EMAIL:
        first.append(Press("📄 " + t("conversations-whole"), ShowWhole(number)))
    if reached is Reach.OWNS:
        first.append(Press("🧑‍💼 " + t("conversations-assign"), Assign(number)))
    if assignee_id is not None and (reached is Reach.OWNS or assignee_id == reader.staff.id):
        first.append(Press("↩︎ " + t("conversations-give-back"), GiveBack(number)))
    rows = [first, [Press(t("core-back"), ShowMessage(number))]]
    return [first, aside_row(reader, interaction), rows[-1]] if interaction.client_id is not None else rows


def aside_row(reader: Reader, interaction: Interaction) -> list[Press]:
    """Nobody has to answer."""
    return [
        Press("🙅 " + reader.t("conversations-not-ours"), PutAside(interaction.id, Mark.NOT_OURS)),
        Press("🚫 " + reader.t("conversations-spam"), PutAside(interaction.id, Mark.SPAM)),
    ]


def sent_rows(reader: Reader, interaction: Interaction, sent: Sequence[Outbox], reached: Reach) -> list[list[Press]]:
    """Under a message of ours: the next tap where it did not arrive, then its conversation."""
    if interaction.thread_id is None or interaction.direction is not Direction.OUT or reached < Reach.ANSWERS:
        return []
    t, rows = reader.t, []
    doubtful = [row for row in sent if row.state in DELIVERY_IN_DOUBT]
    if doubtful and reached is Reach.OWNS and interaction.client_id is not None and len(sent) == 1:
        again = []
        if not is_no_good(doubtful[0]):
            again.append(Press("🔁 " + t("conversations-again"), WriteAgain(interaction.id)))
        again.append(Press("✉️ " + t("conversations-elsewhere"), WriteAgain(interaction.id, True)))
        rows.append(again)
    row = [thread_press(reader, interaction)]
    if interaction.kind is InteractionKind.EMAIL:
        row.append(Press("➡️ " + t("conversations-forward"), StartForward(interaction.id)))
    return [*rows, row, [Press("📋 " + t("conversations-keep"), KeepAnswer(interaction.id))]]


def recipients(reader: Reader, interaction: Interaction) -> list[Html]:
    """To whom a mail went besides the one who reads this, where it showed several people."""
    headers = interaction.recipients or {}
    groups = {
        name: [str(pair[0]) for pair in headers.get(name) or () if str(pair[0]) not in reader.ours]
        for name in ("to", "cc")
    }
    few = 0 if interaction.direction is Direction.IN else 1
    if sum(len(group) for group in groups.values()) <= few:
        return []
    return [reader.t(f"writing-{name}", names=listed(group)) for name, group in groups.items() if group]
