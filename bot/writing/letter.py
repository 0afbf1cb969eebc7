"""A letter before it is sent: what it holds, kept with every change, and the card that shows it as it will go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncSession

from bot import forms
from bot.callbacks import Callback
from bot.context import BotContext, ReceivedFile
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, listed
from bot.routing import Router
from crm import conversations, writing
from crm import wording as formats
from crm.access import Action, Reach, client_in_scope
from crm.errors import CrmError, NotAllowed
from crm.interactions import KeptFile
from crm.writing import People
from crm.writing.forwarding import FILE_CARD
from storage.models import Attachment, Channel, Draft, FormProgress, Staff, StoredFile

router = Router()

FORM = "writing"
SHOWN = "shown"
NOUN = "letter"
CARD = "letter"
FILES_CARD = "letter_files"
FILES_SHOWN = 10
_MB = 1024 * 1024


class Purpose(StrEnum):
    """What a letter is for; it says which verb sends it."""

    NEW = "new"
    ANSWER = "answer"
    ANSWER_ALL = "answer_all"
    FORWARD = "forward"


@dataclass(frozen=True)
class SendLetter(Callback, prefix="wl", writes=True):
    draft_id: int


@dataclass(frozen=True)
class DropLetter(Callback, prefix="wx"):
    draft_id: int


@dataclass(frozen=True)
class ShowLetter(Callback, prefix="wd"):
    """The letter as it stands: nothing more is to be typed or added."""

    draft_id: int


@dataclass(frozen=True)
class EditSubject(Callback, prefix="wb"):
    draft_id: int


@dataclass(frozen=True)
class EditText(Callback, prefix="wk"):
    draft_id: int


@dataclass(frozen=True)
class AddFiles(Callback, prefix="wn"):
    draft_id: int


@dataclass(frozen=True)
class DropFiles(Callback, prefix="wr"):
    """Takes all files off again."""

    draft_id: int


@dataclass(frozen=True)
class ListAnswers(Callback, prefix="wt"):
    """Templates for a letter."""

    draft_id: int
    page: int = 0


@dataclass(frozen=True)
class UseAnswer(Callback, prefix="wp"):
    draft_id: int
    template_id: int


@dataclass
class Letter:
    """What a letter holds, as kept in its draft's JSON. `interaction_id` is answered, forwarded or written anew."""

    channel: Channel
    purpose: Purpose = Purpose.NEW
    client_id: int = 0
    interaction_id: int = 0
    point_id: int = 0
    address: str = ""
    subject: str = ""
    text: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)
    album: str = ""  # pictures sent together come as messages of their own
    gaps: list[str] = field(default_factory=list)  # fields of a template that stayed empty

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Self:
        # A copy: what is changed in place would look unchanged to the row it came from.
        known = deepcopy({name: fields[name] for name in cls.__dataclass_fields__ if name in fields})
        known["channel"] = Channel(known["channel"])
        known["purpose"] = Purpose(known.get("purpose", Purpose.NEW))
        return cls(**known)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def kept(self) -> list[KeptFile]:
        return [KeptFile(**file) for file in self.files]

    def add(self, files: Sequence[KeptFile]) -> None:
        """Raises FilesTooLarge, with the letter as it was."""
        if sum(file.size for file in (*self.kept, *files)) > writing.FILES_LIMIT:
            raise writing.FilesTooLarge(limit=writing.FILES_LIMIT // _MB)
        self.files += [asdict(file) for file in files]


async def begin(context: BotContext, letter: Letter) -> int:
    """Keeps a new letter and returns its id."""
    async with context.write() as session:
        draft = Draft(staff_id=context.staff.id, noun=NOUN, fields=letter.as_json(), created_at=context.now)
        session.add(draft)
        await session.flush()
        return draft.id


async def own(session: AsyncSession, staff: Staff, draft_id: int) -> Draft:
    """The person's own letter, sent or not. Raises NotAllowed."""
    draft: Draft | None = await session.get(Draft, draft_id)
    if draft is None or draft.staff_id != staff.id or draft.noun != NOUN:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    return draft


async def unsent(session: AsyncSession, staff: Staff, draft_id: int) -> tuple[Draft, Letter]:
    """The person's own letter, not sent yet. Raises NotAllowed."""
    draft = await own(session, staff, draft_id)
    if draft.saved_id is not None:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    return draft, Letter.of(draft.fields)


async def change(context: BotContext, draft_id: int, how: Callable[[Letter], None]) -> Letter:
    """Changes the person's unsent letter. Raises NotAllowed, and what `how` raises."""
    async with context.write() as session:
        draft, letter = await unsent(session, context.staff, draft_id)
        how(letter)
        draft.fields = letter.as_json()
    return letter


def received(files: Sequence[ReceivedFile]) -> list[KeptFile]:
    """Files that came with a message, as crm keeps them."""
    return [KeptFile(file.sha256, file.name, file.media_type, file.size, file.telegram_file_id) for file in files]


def draft_of(form: FormProgress) -> int:
    return int(form.fields["draft_id"])


async def show(context: BotContext, draft_id: int, *, new: bool = False) -> None:
    """The letter as it will go. What is typed next is not for it; a bare file sent next is."""
    form = await context.form()
    if form is None or form.form == FORM:
        async with context.write() as session:
            fields, staff_id = {"draft_id": draft_id}, context.staff.id
            await forms.put(session, staff_id=staff_id, form=FORM, step=SHOWN, fields=fields, now=context.now)
    await context.show_card(CARD, draft_id, new=new)


@router.card(CARD)
async def letter_card(reader: Reader, card_id: int, _facts: dict[str, Any]) -> Card | None:
    """The letter as it will go, and what can be done with it; None once it went, or where it may not go any more."""
    try:
        draft, letter = await unsent(reader.session, reader.staff, card_id)
        head = await _head(reader, letter)
    except CrmError:
        return None
    signature = reader.staff.email_signature if letter.channel is Channel.EMAIL else ""
    refused, costs = await _costs(reader, letter)
    body = lines(
        *head,
        bold(letter.subject) if letter.subject else None,
        Html(f"<blockquote>{fold(escape(letter.text), 2500)}</blockquote>") if letter.text else None,
        Html(f"<i>{escape(writing.SIGNATURE_MARK.strip())}\n{fold(escape(signature), 300)}</i>")
        if signature and not letter.text.strip().endswith(signature)
        else None,
        *_files(reader, letter),
        reader.t("writing-original-follows") if letter.purpose is Purpose.FORWARD else None,
        *costs,
        reader.t("writing-gaps", fields=", ".join(letter.gaps)) if letter.gaps else None,
    )
    return Card(body, _rows(reader, draft.id, letter, refused=refused), card=CARD, card_id=card_id)


@router.card(FILES_CARD)
async def files_card(reader: Reader, card_id: int, _facts: dict[str, Any]) -> Card | None:
    """What a letter carries so far, while files are sent one after another."""
    try:
        draft, letter = await unsent(reader.session, reader.staff, card_id)
    except NotAllowed:
        return None
    body = lines(*_files(reader, letter), files_limits(reader, letter))
    rows = [[Press("✅ " + reader.t("writing-done"), ShowLetter(draft.id))]]
    return Card(body, rows, card=FILES_CARD, card_id=card_id)


@router.card(FILE_CARD)
async def file_card(reader: Reader, card_id: int, _facts: dict[str, Any]) -> Card | None:
    """One file of a message, for whoever may read the message."""
    attachment = await reader.session.get(Attachment, card_id)
    if attachment is None:
        return None
    try:
        await conversations.message(
            reader.session,
            actor=reader.staff,
            interaction_id=attachment.interaction_id,
            now=reader.now,
            needs=Reach.SHOWN,
        )
    except NotAllowed:
        return None
    stored = await reader.session.get_one(StoredFile, attachment.file_id)
    return Card(Html(""), file=KeptFile(stored.sha256, attachment.name, stored.media_type, stored.size))


def files_limits(reader: Reader | BotContext, letter: Letter) -> Html:
    """How much more the letter takes, said before anything is sent."""
    left = writing.FILES_LIMIT - sum(file.size for file in letter.kept)
    return reader.t("writing-files-left", left=_megabytes(left), limit=writing.FILES_LIMIT // _MB)


async def _head(reader: Reader, letter: Letter) -> list[Html | None]:
    """To whom, checked anew: a letter to somebody who is not the reader's any more is not shown. Raises CrmError."""
    session, actor = reader.session, reader.staff
    if letter.purpose is Purpose.NEW:
        client = await client_in_scope(session, actor=actor, client_id=letter.client_id, action=Action.WRITE_TO_CLIENTS)
        return [reader.t("writing-preview", name=client.name, address=letter.address)]
    if letter.purpose is Purpose.FORWARD:
        await conversations.message(session, actor=actor, interaction_id=letter.interaction_id, now=reader.now)
        return [reader.t("writing-preview-forward", address=letter.address)]
    if letter.purpose is Purpose.ANSWER_ALL:
        found, people = await writing.everybody(
            session, actor=actor, interaction_id=letter.interaction_id, ours=reader.ours, now=reader.now
        )
        return [_to_all(reader, people)]
    found = await writing.answerable(session, actor=actor, interaction_id=letter.interaction_id, now=reader.now)
    name = found.client.name if found.client is not None else found.thread.name
    return [reader.t("writing-preview-answer", name=name, address=found.thread.address)]


def _to_all(reader: Reader, people: People) -> Html:
    parts: list[object] = [reader.t("writing-preview-all", count=len(people.everybody))]
    for key, group in (("writing-to", people.to), ("writing-cc", people.cc)):
        if group:
            parts.append(reader.t(key, names=listed([one.address for one in group])))
    return lines(*parts)


def _files(reader: Reader, letter: Letter) -> list[Html]:
    shown = [Html(f"📎 {escape(file.name[:80])} · {_size(reader, file.size)}") for file in letter.kept[:FILES_SHOWN]]
    rest = len(letter.files) - FILES_SHOWN
    return [*shown, Html(f"📎 +{rest}")] if rest > 0 else shown


async def _costs(reader: Reader, letter: Letter) -> tuple[bool, list[Html]]:
    """What an SMS is billed as, in segments and, where a price is set, in money; or that it cannot go, and why."""
    if letter.channel is not Channel.SMS or not letter.text:
        return False, []
    number = letter.address
    if not number:
        found = await writing.answerable(
            reader.session, actor=reader.staff, interaction_id=letter.interaction_id, now=reader.now
        )
        number = found.thread.address
    refusal = reader.sms.refusal(number, letter.text)
    if refusal is not None:
        return True, [Html("⚠️ " + reader.t("error-writing-sms-refused", reason=refusal.value))]
    quoted = reader.sms.quote(number, letter.text)
    if quoted.money is None:
        return False, [reader.t("writing-parts", count=quoted.segments)]
    money = formats.price(quoted.money, currency=reader.currency, language=reader.language)
    return False, [reader.t("writing-parts-cost", count=quoted.segments, money=money)]


def _rows(reader: Reader, draft_id: int, letter: Letter, *, refused: bool) -> list[list[Press]]:
    t, is_email = reader.t, letter.channel is Channel.EMAIL
    rows = [] if refused else [[Press("📤 " + t("writing-send"), SendLetter(draft_id))]]
    edits = [Press("✏️ " + t("writing-edit-text"), EditText(draft_id))]
    if is_email and letter.purpose in (Purpose.NEW, Purpose.FORWARD):
        edits.insert(0, Press("✏️ " + t("writing-edit-subject"), EditSubject(draft_id)))
    rows.append(edits)
    adds = [Press("📋 " + t("writing-template"), ListAnswers(draft_id))]
    if is_email:
        adds.insert(0, Press("📎 " + t("writing-add-files"), AddFiles(draft_id)))
    rows.append(adds)
    last = [Press(t("core-cancel"), DropLetter(draft_id))]
    if letter.files:
        last.insert(0, Press(t("writing-drop-files"), DropFiles(draft_id)))
    return [*rows, last]


def _size(reader: Reader, size: int) -> Html:
    if size < _MB // 10:
        return reader.t("writing-size-small", size=max(1, round(size / 1024)))
    return reader.t("writing-size", size=_megabytes(size))


def _megabytes(size: int) -> Decimal:
    """To one decimal."""
    return (Decimal(max(size, 0)) / _MB).quantize(Decimal("0.1"))
