"""Filling a letter: its subject, its text, files one after another, and templates of the company and one's own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.context import BotContext
from bot.render import Card, Html, Press, escape, fold, label, lines, pager
from bot.routing import Router
from bot.writing.letter import (
    CARD,
    FILES_CARD,
    FORM,
    SHOWN,
    AddFiles,
    DropFiles,
    DropLetter,
    EditSubject,
    EditText,
    Letter,
    ListAnswers,
    Purpose,
    ShowLetter,
    UseAnswer,
    begin,
    change,
    draft_of,
    files_limits,
    own,
    received,
    show,
    unsent,
)
from crm import answers, cards, conversations, writing
from crm.access import Action, Reach, client_in_scope
from crm.errors import NotAllowed, TooLong
from storage.models import Channel, Client, FormProgress, Template

router = Router()

OFFERED = 4  # templates beside the question for a text
PAGE = 8
STILL_SPOKEN_OF = timedelta(minutes=10)


async def ask_subject(context: BotContext, draft_id: int, letter: Letter, head: Html) -> None:
    """Asks for the subject; a template brings its own along."""
    rows = [*await _offers(context, draft_id, letter), [Press(context.t("core-cancel"), DropLetter(draft_id))]]
    await context.ask(FORM, "subject", {"draft_id": draft_id}, Card(head, rows))
    context.answers[-1].do = "send"


async def ask_text(context: BotContext, draft_id: int, letter: Letter, head: Html, *, new: bool = False) -> None:
    """Asks for the text; files may come along, and are said how large they may be."""
    body = lines(head, files_limits(context, letter) if letter.channel is Channel.EMAIL else None)
    rows = [*await _offers(context, draft_id, letter), [Press(context.t("core-cancel"), DropLetter(draft_id))]]
    await context.ask(FORM, "text", {"draft_id": draft_id}, Card(body, rows))
    if new:
        context.answers[-1].do = "send"


@router.step(FORM, "subject")
async def on_subject(context: BotContext, form: FormProgress) -> None:
    subject = " ".join(context.text.split())
    if len(subject) > writing.SUBJECT_LIMIT:
        raise TooLong(field="subject", limit=writing.SUBJECT_LIMIT)
    draft_id = await _begun(context, form)

    def how(letter: Letter) -> None:
        letter.subject = subject
        letter.add(received(context.files))

    letter = await change(context, draft_id, how)
    if letter.text:
        await show(context, draft_id)
        return
    await ask_text(context, draft_id, letter, context.t("writing-ask-body"))


@router.step(FORM, "text")
async def on_text(context: BotContext, form: FormProgress) -> None:
    """The text with its files: shown once more before it goes."""
    draft_id = await _begun(context, form)

    def how(letter: Letter) -> None:
        letter.add(received(context.files))
        if letter.channel is Channel.SMS and len(context.text) > writing.SMS_LIMIT:
            raise TooLong(field="text", limit=writing.SMS_LIMIT)
        if context.text:
            letter.text, letter.gaps = context.text, []
        letter.album = album_of(context)

    letter = await change(context, draft_id, how)
    if not letter.text and context.files:
        await ask_text(context, draft_id, letter, context.t("writing-ask-body"))
        return
    await show(context, draft_id)


@router.step(FORM, SHOWN, "album")
async def on_shown(context: BotContext, form: FormProgress) -> bool | None:
    """While the letter is the last thing spoken of: more of what was sent together, and files that come without a word.

    Anything else is not for the letter, and neither is what follows it. ("album" is what an earlier release called it.)
    """
    draft_id = draft_of(form)
    if await take_more(context, draft_id):
        return None
    async with context.read() as session:
        draft = await own(session, context.staff, draft_id)
    for_it = draft.saved_id is None and Letter.of(draft.fields).channel is Channel.EMAIL
    if not (for_it and context.files and not context.text and context.now - form.updated_at <= STILL_SPOKEN_OF):
        await context.finish_form()
        return False

    def how(letter: Letter) -> None:
        letter.add(received(context.files))
        letter.album = album_of(context)

    await change(context, draft_id, how)
    await show(context, draft_id, new=True)
    return None


@router.press(EditSubject)
async def on_edit_subject(context: BotContext, press: EditSubject) -> None:
    async with context.read() as session:
        _, letter = await unsent(session, context.staff, press.draft_id)
    rows = [[Press(context.t("core-back"), ShowLetter(press.draft_id))]]
    head = context.t("writing-ask-new-subject", subject=letter.subject or "–")
    await context.ask(FORM, "subject", {"draft_id": press.draft_id}, Card(head, rows))


@router.press(EditText)
async def on_edit_text(context: BotContext, press: EditText) -> None:
    """The text as it stands, ready to be copied, and a new one asked for."""
    async with context.read() as session:
        _, letter = await unsent(session, context.staff, press.draft_id)
    head = Html(f"{context.t('writing-ask-new-text')}\n\n<code>{_copied(letter.text)}</code>") if letter.text else None
    rows = [[Press(context.t("core-back"), ShowLetter(press.draft_id))]]
    await context.ask(FORM, "text", {"draft_id": press.draft_id}, Card(head or context.t("writing-ask-body"), rows))


@router.press(AddFiles)
async def on_add_files(context: BotContext, press: AddFiles) -> None:
    async with context.read() as session:
        _, letter = await unsent(session, context.staff, press.draft_id)
    body = lines(context.t("writing-ask-files"), files_limits(context, letter))
    rows = [[Press("✅ " + context.t("writing-done"), ShowLetter(press.draft_id))]]
    await context.ask(FORM, "files", {"draft_id": press.draft_id}, Card(body, rows))


@router.step(FORM, "files")
async def on_file(context: BotContext, form: FormProgress) -> bool | None:
    """One file after another, each counted; a line of words is not for the letter."""
    draft_id = draft_of(form)
    if not context.files:
        return False
    if await take_more(context, draft_id):
        return None

    def how(letter: Letter) -> None:
        letter.add(received(context.files))
        letter.album = album_of(context)
        if context.text:
            letter.text = f"{letter.text}\n\n{context.text}".strip()

    await change(context, draft_id, how)
    await context.show_card(FILES_CARD, draft_id, new=True)
    return None


@router.press(DropFiles)
async def on_drop_files(context: BotContext, press: DropFiles) -> None:
    await change(context, press.draft_id, lambda letter: letter.files.clear())
    await show(context, press.draft_id)


@router.press(ShowLetter)
async def on_show(context: BotContext, press: ShowLetter) -> None:
    await show(context, press.draft_id)


@router.press(ListAnswers)
async def on_list(context: BotContext, press: ListAnswers) -> None:
    async with context.read() as session:
        _, letter = await unsent(session, context.staff, press.draft_id)
        found, count = await answers.choices(
            session, actor=context.staff, channel=letter.channel, limit=PAGE, offset=press.page * PAGE
        )
    rows = [[_offer(context, press.draft_id, template)] for template in found]
    rows.append(pager(press.page, -(-count // PAGE), lambda page: ListAnswers(press.draft_id, page)))
    rows.append([Press(context.t("core-back"), ShowLetter(press.draft_id))])
    context.show(Card(context.t("writing-which-template", count=count), [row for row in rows if row]))


@router.press(UseAnswer)
async def on_use(context: BotContext, press: UseAnswer) -> None:
    """The template, filled for this client, after what is written already; then one look."""
    async with context.write() as session:
        draft, letter = await unsent(session, context.staff, press.draft_id)
        client, reach = await _client_of(context, session, letter)
        filled = await answers.filled(
            session, actor=context.staff, template_id=press.template_id, client=client, reach=reach
        )
        if letter.purpose is Purpose.NEW and not letter.subject:
            letter.subject = filled.subject
        letter.text = f"{letter.text}\n\n{filled.text}".strip()
        letter.gaps = list(filled.missing)
        draft.fields = letter.as_json()
    await show(context, press.draft_id)


async def take_more(context: BotContext, draft_id: int) -> bool:
    """Adds the next picture of an album to the letter that has its first; False for anything else."""
    group = album_of(context)
    if not group or not context.files:
        return False
    async with context.write() as session:
        draft = await own(session, context.staff, draft_id)
        letter = Letter.of(draft.fields)
        if draft.saved_id is not None or letter.album != group:
            return False
        letter.add(received(context.files))
        letter.text = letter.text or context.text
        draft.fields = letter.as_json()
        for card in (CARD, FILES_CARD):
            await cards.refresh(session, card, draft_id, now=context.now)
    return True


def album_of(context: BotContext) -> str:
    """What ties pictures together that were sent as one."""
    return (context.message.media_group_id or "") if context.message is not None else ""


async def _begun(context: BotContext, form: FormProgress) -> int:
    """The letter the form fills; one begun by an earlier release holds its fields itself."""
    fields: dict[str, Any] = form.fields
    return draft_of(form) if "draft_id" in fields else await begin(context, Letter.of(fields))


async def _offers(context: BotContext, draft_id: int, letter: Letter) -> list[list[Press]]:
    async with context.read() as session:
        found, count = await answers.choices(session, actor=context.staff, channel=letter.channel, limit=OFFERED)
    presses = [_offer(context, draft_id, template) for template in found]
    rows = [presses[start : start + 2] for start in range(0, len(presses), 2)]
    if count > OFFERED:
        rows.append([Press(context.t("writing-more-templates"), ListAnswers(draft_id))])
    return rows


def _offer(context: BotContext, draft_id: int, template: Template) -> Press:
    icon = "👤" if template.owner_id == context.staff.id else "📋"
    return Press(f"{icon} {label(template.name)}", UseAnswer(draft_id, template.id))


async def _client_of(context: BotContext, session: AsyncSession, letter: Letter) -> tuple[Client | None, Reach]:
    """Whose values fill a template. Raises NotAllowed."""
    if letter.purpose is Purpose.NEW:
        client = await client_in_scope(
            session, actor=context.staff, client_id=letter.client_id, action=Action.WRITE_TO_CLIENTS
        )
        return client, Reach.OWNS
    found = await conversations.message(
        session, actor=context.staff, interaction_id=letter.interaction_id, now=context.now
    )
    if found.client is None and letter.purpose is not Purpose.FORWARD:
        raise NotAllowed(action=Action.WRITE_TO_CLIENTS.value)
    return found.client, found.reach


def _copied(text: str) -> Html:
    return fold(escape(text), 3500)
