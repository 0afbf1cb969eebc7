"""The menu: start, help, and the commands each role sees in its own language."""

from __future__ import annotations

from dataclasses import dataclass

import telegram

from bot.callbacks import Callback
from bot.context import BotContext
from bot.render import Card, Press, translate
from bot.routing import Router
from crm.access import Action, allows
from storage.models import Language, Staff

router = Router()

# In the order of the menu: command, the action it needs (None: everybody's).
COMMANDS: tuple[tuple[str, Action | None], ...] = (
    ("today", Action.KEEP_FOLLOWUPS),
    ("clients", Action.SEE_CLIENTS),
    ("new", Action.EDIT_CLIENTS),
    ("stock", Action.SEE_STOCK),
    ("tray", Action.SEE_TRAY),
    ("segments", Action.SEE_SEGMENTS),
    ("mailings", Action.RUN_MAILINGS),
    ("automations", Action.SEE_AUTOMATIONS),
    ("templates", Action.RUN_MAILINGS),
    ("why", Action.SEE_CLIENTS),
    ("team", Action.SEE_TEAM),
    ("mailboxes", Action.SEE_MAILBOXES),
    ("staff", Action.EDIT_STAFF),
    ("invite", Action.INVITE_STAFF),
    ("settings", None),
    ("menu", None),
    ("help", None),
    ("cancel", None),
)
_BUTTONS = frozenset(
    {
        "today",
        "clients",
        "new",
        "stock",
        "tray",
        "segments",
        "mailings",
        "automations",
        "templates",
        "why",
        "team",
        "mailboxes",
        "staff",
    }
)


@dataclass(frozen=True)
class OpenMenu(Callback, prefix="mn"):
    """Runs a command of the menu by button."""

    command: str


def menu_card(staff: Staff) -> Card:
    """The whole product, at most three taps from here."""
    presses = [
        Press(translate(staff.language, f"core-menu-{name}"), OpenMenu(name))
        for name, action in COMMANDS
        if (name in _BUTTONS or name == "settings") and (action is None or allows(staff, action))
    ]
    rows = [presses[start : start + 2] for start in range(0, len(presses), 2)]
    key = "core-menu" if allows(staff, Action.LOG_INTERACTIONS) else "core-menu-warehouse"
    return Card(translate(staff.language, key, name=staff.name), rows)


@router.command("start")
@router.command("menu")
async def on_menu(context: BotContext, _argument: str) -> None:
    context.send(menu_card(context.staff))


@router.press(OpenMenu)
async def on_open_menu(context: BotContext, press: OpenMenu) -> None:
    if press.command in {name for name, _action in COMMANDS}:
        await context.run_command(press.command)


@router.command("help")
async def on_help(context: BotContext, _argument: str) -> None:
    key = "core-help" if allows(context.staff, Action.LOG_INTERACTIONS) else "core-help-warehouse"
    context.send(Card(context.t(key), [[Press(context.t("core-menu-menu"), OpenMenu("menu"))]]))


@router.command("cancel")
async def on_cancel(context: BotContext, _argument: str) -> None:
    form = await context.form()
    await context.finish_form()
    context.say("core-cancelled" if form else "core-nothing-to-cancel")


def commands_for(staff: Staff) -> list[telegram.BotCommand]:
    """What the Telegram menu shows this person."""
    return [
        telegram.BotCommand(name, translate(staff.language, f"core-command-{name}"))
        for name, action in COMMANDS
        if action is None or allows(staff, action)
    ]


async def announce(bot: telegram.Bot, staff: Staff) -> None:
    """Puts the person's commands into their chat's menu."""
    if staff.telegram_id is not None and staff.active:
        await bot.set_my_commands(commands_for(staff), scope=telegram.BotCommandScopeChat(staff.telegram_id))


async def announce_to_strangers(bot: telegram.Bot) -> None:
    """Everybody else sees /start alone, in their language."""
    for language in Language:
        command = telegram.BotCommand("start", translate(language, "core-command-start"))
        code = None if language is Language.EN else language.value
        await bot.set_my_commands([command], language_code=code)
