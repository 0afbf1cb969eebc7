"""Automations as documents: sent out to be edited, taken back as a file or a message, refused with the line and a hint."""

from __future__ import annotations

import re

from bot.automations.card import automation_card, finding_lines
from bot.automations.presses import FORM, AskDocument, Edit, ListAutomations
from bot.automations.saying import starters
from bot.context import BotContext
from bot.doors import ShowAutomation
from bot.render import Card, Html, Press, escape, lines
from bot.routing import Router
from channels.message import MailFile
from crm.access import Action, allows, check
from crm.automations import document, keeping, recipes, showing
from crm.automations.errors import DocumentRefused, NotReady
from crm.automations.markup import LIMIT
from storage.models import FormProgress

router = Router()

_ENDINGS = (".yaml", ".yml", ".txt")
_NAME = re.compile(r"automation-(\d{1,15})\b.*\.ya?ml", re.IGNORECASE)
_EXAMPLE = "welcome"


class NotADocument(Exception):
    """What was sent is no text file."""


@router.press(AskDocument)
async def on_ask(context: BotContext, _press: AskDocument) -> None:
    """What a document looks like, by one that is good."""
    check(context.staff, Action.RUN_AUTOMATIONS)
    recipe = recipes.get(_EXAMPLE)
    example = document.write(recipe.definition(context.language), context.language) if recipe else ""
    body = lines(
        context.t("automations-ask-document"),
        Html(f"<pre>{escape(example)}</pre>"),
        context.t("automations-starters"),
        starters(context.language),
    )
    back = [[Press(context.t("core-cancel"), ListAutomations())]]
    await context.ask(FORM, "document", {"automation": 0}, Card(body, back))


@router.press(Edit)
async def on_edit(context: BotContext, press: Edit) -> None:
    """The document as a file, whose name says which automation it is when it comes back."""
    check(context.staff, Action.RUN_AUTOMATIONS)
    async with context.read() as session:
        automation = await showing.get(session, actor=context.staff, automation_id=press.automation_id)
        text = await showing.document_for(session, automation, reader=context.staff)
    file = MailFile(f"automation-{automation.id}.yaml", "application/yaml", text.encode())
    back = [[Press(context.t("core-cancel"), ShowAutomation(automation.id))]]
    words = context.t("automations-edit-file", number=automation.version_number + 1)
    await context.ask(FORM, "document", {"automation": automation.id}, Card(words, back, file=file))


@router.step(FORM, "document")
async def on_document(context: BotContext, form: FormProgress) -> bool | None:
    """A single line is no document: it is read like any other line."""
    if not context.files and "\n" not in context.text:
        return False
    try:
        text = await _text(context)
    except NotADocument:
        context.say("automations-not-a-document")
        return None
    if await _take(context, int(form.fields["automation"]), text):
        await context.finish_form()
    return None


@router.share
async def on_file(context: BotContext) -> bool:
    """A document sent on its own: one of ours by its name becomes a new version, any other a new automation."""
    file = next((one for one in context.files if one.name.lower().endswith(_ENDINGS[:2])), None)
    if file is None or not allows(context.staff, Action.RUN_AUTOMATIONS):
        return False
    named = _NAME.fullmatch(file.name)
    try:
        await _take(context, int(named.group(1)) if named else 0, await _text(context))
    except NotADocument:
        context.say("automations-not-a-document")
    return True


async def _take(context: BotContext, automation_id: int, text: str) -> bool:
    """Keeps the document; else says what is wrong with it, and where."""
    try:
        async with context.write() as session:
            if automation_id:
                automation, is_new = await keeping.edit(
                    session, actor=context.staff, automation_id=automation_id, text=text, now=context.now
                )
                key = "automations-saved" if is_new else "automations-same"
            else:
                automation = await keeping.create_from_document(
                    session, actor=context.staff, text=text, now=context.now
                )
                key = "automations-saved"
            card = await automation_card(context.reader(session), automation.id, {})
    except DocumentRefused as error:
        words = context.t(error.key, **error.params)
        cause = context.t(error.cause.key, **error.cause.params) if error.cause is not None else None
        context.send(Card(lines(words, cause)))
        return False
    except NotReady as error:
        async with context.read() as session:
            said = finding_lines(context.reader(session), error.findings)
        context.send(Card(lines(context.t("automations-not-ready"), *said)))
        return False
    context.say(key, number=automation.version_number)
    if card is not None:
        context.send(card)
    return True


async def _text(context: BotContext) -> str:
    """What was typed, or what stands in the file. Raises NotADocument."""
    if not context.files:
        return context.text
    file = context.files[0]
    if not file.name.lower().endswith(_ENDINGS) or file.size > 2 * LIMIT:
        raise NotADocument
    try:
        return (await context.store.get(file.sha256)).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotADocument from None
