"""An interaction that was understood but not saved yet: its fields, and the card that shows them and asks what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines
from crm.interactions import InteractionDraft, KeptFile, PromiseDraft
from storage.models import CallOutcome, Client, Direction, Draft, InteractionKind, InteractionSource
from storage.queries import clients
from storage.queries.clients import ClientName

NOUN = "interaction"
FORM = "interactions"
SHOWN_TEXT = 1500
CANDIDATES = 8

ICONS = {
    InteractionKind.CALL: "📞",
    InteractionKind.MEETING: "🤝",
    InteractionKind.SMS: "💬",
    InteractionKind.EMAIL: "✉️",
    InteractionKind.NOTE: "📝",
}


class When(StrEnum):
    """When a follow-up is due, by button; `PICK` asks for words."""

    HOUR = "h1"
    TOMORROW = "t9"
    DAYS3 = "d3"
    WEEK = "w1"
    PICK = "pk"
    NONE = "no"


@dataclass(frozen=True)
class SaveDraft(Callback, prefix="is", writes=True):
    draft_id: int


@dataclass(frozen=True)
class DropDraft(Callback, prefix="ix"):
    draft_id: int


@dataclass(frozen=True)
class PickClient(Callback, prefix="ic"):
    """Names the client of a draft; 0 asks for a name."""

    draft_id: int
    client_id: int


@dataclass(frozen=True)
class MakeDraftsClient(Callback, prefix="in", writes=True):
    """Makes a new client by the name that was said or by whom it was forwarded from."""

    draft_id: int


@dataclass(frozen=True)
class SetKind(Callback, prefix="ik"):
    """Changes the kind of a draft; without one, offers the kinds."""

    draft_id: int
    kind: InteractionKind | None = None
    direction: Direction | None = None


@dataclass(frozen=True)
class SetOutcome(Callback, prefix="io"):
    draft_id: int
    outcome: CallOutcome


@dataclass(frozen=True)
class SetWhen(Callback, prefix="iw"):
    """Gives a draft a follow-up; without a choice, offers them."""

    draft_id: int
    when: When | None = None


@dataclass(frozen=True)
class RetellDraft(Callback, prefix="it"):
    """Asks for the text anew."""

    draft_id: int


@dataclass
class DraftFields:
    """What a draft holds, as kept in its row's JSON."""

    kind: InteractionKind
    source: InteractionSource
    direction: Direction | None = None
    outcome: CallOutcome | None = None
    duration_seconds: int | None = None
    text: str = ""
    client_id: int | None = None
    candidates: list[int] = field(default_factory=list)
    named: str = ""
    followup_at: str | None = None
    promise: str = ""
    planned: bool = False  # it has not happened yet: only the follow-up is to be saved
    files: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, draft: Draft) -> Self:
        raw = dict(draft.fields)
        raw["kind"] = InteractionKind(raw["kind"])
        raw["source"] = InteractionSource(raw["source"])
        raw["direction"] = Direction(raw["direction"]) if raw.get("direction") else None
        raw["outcome"] = CallOutcome(raw["outcome"]) if raw.get("outcome") else None
        return cls(**raw)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def complete(self) -> InteractionDraft | None:
        """What crm saves; None while the client is missing."""
        if self.client_id is None:
            return None
        promise = None
        if self.followup_at is not None:
            promise = PromiseDraft(self.promise or self.text[:200] or "…", datetime.fromisoformat(self.followup_at))
        return InteractionDraft(
            client_id=self.client_id,
            kind=self.kind,
            source=self.source,
            direction=self.direction,
            outcome=self.outcome,
            duration_seconds=self.duration_seconds,
            text=self.text,
            files=[KeptFile(**file) for file in self.files],
            followup=promise,
        )


async def draft_card(reader: Reader, draft_id: int, fields: DraftFields, *, known: Sequence[ClientName] = ()) -> Card:
    """The card of an unsaved interaction: what was understood first, then what is missing.

    `known` are clients it speaks of that are at hand; others are looked up.
    """
    spoken_of = await _clients(reader.session, [fields.client_id] if fields.client_id else fields.candidates, known)
    client = spoken_of[0] if fields.client_id and spoken_of else None
    body = lines(
        bold(reader.t("interactions-plan"))
        if fields.planned
        else heading(reader, fields.kind, fields.direction, fields.outcome, fields.duration_seconds),
        client_line(client) if client else None,
        None if fields.planned else quote(fields.text),
        _files_line(reader, fields),
        _promise_line(reader, fields),
        Html(" "),
        _question(reader, fields),
    )
    return Card(body, _rows(reader, draft_id, fields, spoken_of))


def heading(
    reader: Reader,
    kind: InteractionKind,
    direction: Direction | None,
    outcome: CallOutcome | None,
    duration_seconds: int | None,
) -> Html:
    """`📞 Outgoing call, 5 min, no answer`."""
    name = f"interactions-kind-{kind.value}" + (f"-{direction.value}" if direction else "")
    parts: list[object] = [bold(reader.t(name))]
    if duration_seconds:
        parts.append(reader.t("interactions-duration", minutes=max(1, round(duration_seconds / 60))))
    if outcome is not None:
        parts.append(reader.t(f"interactions-outcome-{outcome.value.replace('_', '-')}"))
    return Html(f"{ICONS[kind]} " + ", ".join(escape(part) for part in parts))


def client_line(client: Client | ClientName) -> Html:
    """`Anna Schmidt · Baltic Tools`."""
    company = f" · {escape(client.company)}" if client.company and client.company != client.name else ""
    return Html(f"👤 {bold(client.name)}{company}")


def quote(text: str) -> Html | None:
    return Html(f"<blockquote>{fold(escape(text), SHOWN_TEXT)}</blockquote>") if text.strip() else None


def _files_line(reader: Reader, fields: DraftFields) -> Html | None:
    if not fields.files:
        return None
    names = ", ".join(str(file["name"])[:60] for file in fields.files[:5])
    return reader.t("interactions-files", count=len(fields.files), names=names)


def _promise_line(reader: Reader, fields: DraftFields) -> Html | None:
    if fields.followup_at is None:
        return None
    at = reader.moment(datetime.fromisoformat(fields.followup_at))
    return reader.t("interactions-promise", at=at, promise=fields.promise or reader.t("interactions-promise-any"))


def _question(reader: Reader, fields: DraftFields) -> Html:
    if fields.client_id is not None:
        return reader.t("interactions-ask-save")
    if fields.candidates:
        return reader.t("interactions-ask-which", named=fields.named)
    if fields.named:
        return reader.t("interactions-ask-unknown", named=fields.named)
    return reader.t("interactions-ask-who")


def _rows(reader: Reader, draft_id: int, fields: DraftFields, candidates: Sequence[ClientName]) -> list[list[Press]]:
    rows: list[list[Press]] = []
    if fields.client_id is None:
        for client in candidates:
            label = f"{client.name} · {client.company}" if client.company else client.name
            rows.append([Press(label, PickClient(draft_id, client.id))])
        rows.append([Press(reader.t("interactions-other-client"), PickClient(draft_id, 0))])
        if fields.named:
            label = reader.t("interactions-new-client", named=fields.named[:40])
            rows.append([Press("➕ " + label, MakeDraftsClient(draft_id))])
    else:
        rows.append([Press("✅ " + reader.t("core-save"), SaveDraft(draft_id))])
    rows.append(
        [
            Press(reader.t("interactions-kind"), SetKind(draft_id)),
            Press(reader.t("interactions-followup"), SetWhen(draft_id)),
            Press(reader.t("interactions-text"), RetellDraft(draft_id)),
        ]
    )
    last = [Press(reader.t("core-cancel"), DropDraft(draft_id))]
    if fields.client_id is not None:
        last.insert(0, Press(reader.t("interactions-client"), PickClient(draft_id, 0)))
    rows.append(last)
    return rows


def kind_rows(reader: Reader, draft_id: int) -> list[list[Press]]:
    """The kinds, and for calls how they ended."""

    def kind(kind: InteractionKind, direction: Direction | None = None) -> Press:
        name = f"interactions-kind-{kind.value}" + (f"-{direction.value}" if direction else "")
        return Press(f"{ICONS[kind]} " + reader.t(name), SetKind(draft_id, kind, direction))

    outcomes = [
        Press(reader.t(f"interactions-outcome-{outcome.value.replace('_', '-')}"), SetOutcome(draft_id, outcome))
        for outcome in CallOutcome
    ]
    return [
        [kind(InteractionKind.CALL, Direction.OUT), kind(InteractionKind.CALL, Direction.IN)],
        [kind(InteractionKind.MEETING), kind(InteractionKind.NOTE)],
        [kind(InteractionKind.EMAIL, Direction.OUT), kind(InteractionKind.EMAIL, Direction.IN)],
        [kind(InteractionKind.SMS, Direction.OUT), kind(InteractionKind.SMS, Direction.IN)],
        outcomes[:3],
        outcomes[3:],
    ]


def when_rows(reader: Reader, draft_id: int) -> list[list[Press]]:
    """When the follow-up is due."""
    presses = {when: Press(reader.t(f"interactions-when-{when.value}"), SetWhen(draft_id, when)) for when in When}
    return [
        [presses[When.HOUR], presses[When.TOMORROW]],
        [presses[When.DAYS3], presses[When.WEEK]],
        [presses[When.PICK], presses[When.NONE]],
    ]


async def _clients(session: AsyncSession, ids: Sequence[int], known: Sequence[ClientName]) -> list[ClientName]:
    """The clients in the order of their ids, those of them that are there."""
    wanted = ids[:CANDIDATES]
    there = {client.id: client for client in known}
    missing = [client_id for client_id in wanted if client_id not in there]
    if missing:
        there |= await clients.names_of(session, missing)
    return [there[client_id] for client_id in wanted if client_id in there]
