"""Colleagues in the chat: invitations by deep link, roles, and everybody's own settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.callbacks import Callback
from bot.calls import AskPhone
from bot.context import BotContext
from bot.render import Card, Html, Press, Reader, bold, escape, fold, lines, pager
from bot.routing import Router
from crm import staff, worktime
from crm.access import Action, check
from crm.errors import Invalid
from storage.models import FormProgress, Language, Role, Staff

router = Router()

FORM = "staff"
PAGE = 10
_DAYS = 7
_ZONES = ("Europe/Berlin", "Europe/London", "Europe/Moscow", "Asia/Yekaterinburg", "Asia/Bangkok", "Asia/Dubai")


class Setting(StrEnum):
    """What a colleague sets for themselves."""

    LANGUAGE = "language"
    ZONE = "zone"
    HOURS = "hours"
    DAYS = "days"
    DIGEST = "digest"
    STAND_IN = "stand_in"
    AWAY = "away"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class InviteRole(Callback, prefix="ur", writes=True):
    """Makes an invitation for a role."""

    role: Role


@dataclass(frozen=True)
class ListStaff(Callback, prefix="ul"):
    page: int = 0


@dataclass(frozen=True)
class ShowStaff(Callback, prefix="us"):
    staff_id: int


@dataclass(frozen=True)
class ChangeRole(Callback, prefix="uc", writes=True):
    staff_id: int
    role: Role


@dataclass(frozen=True)
class AskRemove(Callback, prefix="uq"):
    staff_id: int


@dataclass(frozen=True)
class Remove(Callback, prefix="ux", writes=True):
    staff_id: int


@dataclass(frozen=True)
class SetManager(Callback, prefix="um", writes=True):
    staff_id: int
    manager_id: int


@dataclass(frozen=True)
class OpenInvite(Callback, prefix="ui"):
    """Offers the roles of an invitation."""


@dataclass(frozen=True)
class OpenSettings(Callback, prefix="uo"):
    """The settings; with one, its choices."""

    setting: Setting | None = None


@dataclass(frozen=True)
class Choose(Callback, prefix="uv", writes=True):
    setting: Setting
    value: str


@router.command("invite")
async def on_invite(context: BotContext, _argument: str) -> None:
    context.send(_invite_card(context))


@router.press(OpenInvite)
async def on_open_invite(context: BotContext, _press: OpenInvite) -> None:
    context.show(_invite_card(context))


@router.press(InviteRole)
async def on_invite_role(context: BotContext, press: InviteRole) -> None:
    async with context.write() as session:
        token = await staff.invite(session, actor=context.staff, role=press.role, now=context.now)
    link = f"https://t.me/{context.settings.username}?start={token}"
    role = context.t(f"staff-role-{press.role.value}")
    hours = int(staff.INVITE_LASTS.total_seconds() // 3600)
    context.show(Card(lines(context.t("staff-invited", role=role, hours=hours), Html(f"<code>{escape(link)}</code>"))))


@router.command("staff")
async def on_staff(context: BotContext, _argument: str) -> None:
    context.send(await _list(context, 0))


@router.press(ListStaff)
async def on_list(context: BotContext, press: ListStaff) -> None:
    context.show(await _list(context, press.page))


@router.press(ShowStaff)
async def on_show(context: BotContext, press: ShowStaff) -> None:
    await _show(context, press.staff_id)


@router.press(ChangeRole)
async def on_role(context: BotContext, press: ChangeRole) -> None:
    async with context.write() as session:
        await staff.change_role(session, actor=context.staff, staff_id=press.staff_id, role=press.role, now=context.now)
        context.commands_changed.add(press.staff_id)
    await _show(context, press.staff_id)
    context.toast("staff-saved")


@router.press(SetManager)
async def on_manager(context: BotContext, press: SetManager) -> None:
    async with context.write() as session:
        await staff.set_manager(
            session,
            actor=context.staff,
            staff_id=press.staff_id,
            manager_id=press.manager_id or None,
            now=context.now,
        )
    await _show(context, press.staff_id)
    context.toast("staff-saved")


@router.press(AskRemove)
async def on_ask_remove(context: BotContext, press: AskRemove) -> None:
    check(context.staff, Action.EDIT_STAFF)
    async with context.read() as session:
        person = await staff.colleague(session, actor=context.staff, staff_id=press.staff_id)
    rows = [[Press(context.t("staff-remove"), Remove(person.id)), Press(context.t("core-no"), ShowStaff(person.id))]]
    context.show(Card(context.t("staff-ask-remove", name=person.name), rows))


@router.press(Remove)
async def on_remove(context: BotContext, press: Remove) -> None:
    async with context.write() as session:
        person = await staff.deactivate(session, actor=context.staff, staff_id=press.staff_id, now=context.now)
    context.show(
        Card(context.t("staff-removed", name=person.name), [[Press(context.t("core-menu-staff"), ListStaff())]])
    )


@router.command("settings")
async def on_settings(context: BotContext, _argument: str) -> None:
    context.send(await _settings_card(context))


@router.press(OpenSettings)
async def on_open_settings(context: BotContext, press: OpenSettings) -> None:
    await context.leave_form(FORM)
    if press.setting is None:
        context.show(await _settings_card(context))
        return
    rows = await _choices(context, press.setting)
    rows.append([Press(context.t("core-back"), OpenSettings())])
    ask = Card(context.t(f"staff-ask-{press.setting.value.replace('_', '-')}"), rows)
    if press.setting in (Setting.ZONE, Setting.HOURS, Setting.DIGEST, Setting.SIGNATURE):
        await context.ask(FORM, "typed", {"setting": press.setting.value}, ask)
    else:
        context.show(ask)


@router.press(Choose)
async def on_choose(context: BotContext, press: Choose) -> None:
    await context.leave_form(FORM)
    await _set(context, press.setting, press.value)
    context.show(await _settings_card(context))
    context.toast("staff-saved")


@router.step(FORM, "typed")
async def on_typed(context: BotContext, form: FormProgress) -> None:
    await _set(context, Setting(form.fields["setting"]), context.text)
    await context.finish_form()
    context.send(await _settings_card(context))


async def _set(context: BotContext, setting: Setting, value: str) -> None:
    """Reads the value and sets it; the context's own copy of the person follows, so that the answer speaks the new language."""
    actor, now = context.staff, context.now
    async with context.write() as session:
        if setting is Setting.LANGUAGE:
            changed = await staff.set_language(session, actor=actor, language=_language(value), now=now)
            context.commands_changed.add(actor.id)
        elif setting is Setting.ZONE:
            changed = await staff.set_timezone(session, actor=actor, timezone=_zone(value), now=now)
        elif setting is Setting.HOURS:
            start, end = _hours(value)
            changed = await staff.set_hours(
                session, actor=actor, work_from=start, work_until=end, workdays=actor.workdays, now=now
            )
        elif setting is Setting.DAYS:
            days = actor.workdays ^ (1 << _number(value, 0, _DAYS - 1))
            changed = await staff.set_hours(
                session, actor=actor, work_from=actor.work_from, work_until=actor.work_until, workdays=days, now=now
            )
        elif setting is Setting.DIGEST:
            changed = await staff.set_digest(session, actor=actor, minute=_clock(value), now=now)
        elif setting is Setting.SIGNATURE:
            changed = await staff.set_signature(session, actor=actor, text=value, now=now)
        elif setting is Setting.STAND_IN:
            changed = await staff.set_stand_in(session, actor=actor, stand_in_id=int(value) or None, now=now)
        else:
            days_away = _number(value, 0, 365)
            until = worktime.local_moment(
                (now + timedelta(days=days_away)).astimezone(context.zone).date(), 0, context.zone
            )
            changed = await staff.set_away(session, actor=actor, until=until if days_away else None, now=now)
        await session.refresh(changed)
        context.staff = changed


async def _choices(context: BotContext, setting: Setting) -> list[list[Press]]:
    t = context.t
    if setting is Setting.LANGUAGE:
        names = {Language.EN: "English", Language.RU: "Русский", Language.TH: "ไทย"}
        return [[Press(names[language], Choose(setting, language.value)) for language in Language]]
    if setting is Setting.ZONE:
        presses = [Press(zone.partition("/")[2], Choose(setting, str(number))) for number, zone in enumerate(_ZONES)]
        return [presses[:3], presses[3:]]
    if setting is Setting.HOURS:
        return [
            [
                Press(hours, Choose(setting, hours.replace(":00", "")))
                for hours in ("8:00-17:00", "9:00-18:00", "10:00-19:00")
            ]
        ]
    if setting is Setting.DAYS:
        marks = [("✓ " if context.staff.workdays >> day & 1 else "") + t(f"staff-day-{day}") for day in range(_DAYS)]
        presses = [Press(mark, Choose(setting, str(day))) for day, mark in enumerate(marks)]
        return [presses[:4], presses[4:]]
    if setting is Setting.DIGEST:
        return [[Press(f"{hour}:00", Choose(setting, str(hour))) for hour in (7, 8, 9, 10)]]
    if setting is Setting.AWAY:
        presses = [Press(t("staff-away-days", days=days), Choose(setting, str(days))) for days in (1, 3, 7, 14)]
        return [presses[:2], presses[2:], [Press(t("staff-away-back"), Choose(setting, "0"))]]
    if setting is Setting.SIGNATURE:
        return [[Press(t("staff-no-signature"), Choose(setting, ""))]] if context.staff.email_signature else []
    async with context.read() as session:
        people = await staff.colleagues(session, actor=context.staff)
    rows = [[Press(person.name, Choose(setting, str(person.id)))] for person in people[:30]]
    return [*rows, [Press(t("staff-nobody"), Choose(setting, "0"))]]


async def _settings_card(context: BotContext) -> Card:
    person = context.staff
    async with context.read() as session:
        reader = context.reader(session)
        stand_in = await session.get(Staff, person.stand_in_id) if person.stand_in_id else None
    days = " ".join(reader.t(f"staff-day-{day}") for day in range(_DAYS) if person.workdays >> day & 1)
    away = person.away_until is not None and person.away_until > context.now
    body = lines(
        reader.t("staff-settings", name=person.name, role=reader.t(f"staff-role-{person.role.value}")),
        reader.t("staff-settings-zone", zone=person.timezone, time=reader.time(context.now)),
        reader.t(
            "staff-settings-hours", since=_shown(person.work_from), until=_shown(person.work_until), days=days or "–"
        ),
        reader.t("staff-settings-digest", at=_shown(person.digest_minute)),
        reader.t("staff-settings-stand-in", name=stand_in.name if stand_in else reader.t("staff-nobody")),
        reader.t("staff-settings-away", at=reader.moment(person.away_until)) if away and person.away_until else None,
        reader.t("staff-settings-signature") if person.email_signature else None,
        Html(f"<blockquote>{fold(escape(person.email_signature), 400)}</blockquote>")
        if person.email_signature
        else None,
    )
    presses = [
        Press(reader.t(f"staff-set-{setting.value.replace('_', '-')}"), OpenSettings(setting)) for setting in Setting
    ]
    presses.append(Press("☎️ " + reader.t("calls-set-phone"), AskPhone()))
    return Card(body, [presses[start : start + 2] for start in range(0, len(presses), 2)])


def _invite_card(context: BotContext) -> Card:
    check(context.staff, Action.INVITE_STAFF)
    presses = [Press(context.t(f"staff-role-{role.value}"), InviteRole(role)) for role in Role]
    return Card(context.t("staff-ask-role"), [presses[:2], presses[2:]])


async def _list(context: BotContext, page: int) -> Card:
    check(context.staff, Action.EDIT_STAFF)
    async with context.read() as session:
        reader = context.reader(session)
        people = await staff.everybody(session, actor=context.staff)
    shown = people[max(page, 0) * PAGE : (max(page, 0) + 1) * PAGE]
    rows = [
        [Press(f"{person.name} · {reader.t(f'staff-role-{person.role.value}')}", ShowStaff(person.id))]
        for person in shown
    ]
    if row := pager(page, max(1, -(-len(people) // PAGE)), ListStaff):
        rows.append(row)
    rows.append([Press("➕ " + reader.t("core-command-invite"), OpenInvite())])
    return Card(reader.t("staff-list", count=len(people)), rows)


async def _show(context: BotContext, staff_id: int) -> None:
    check(context.staff, Action.EDIT_STAFF)
    async with context.read() as session:
        reader = context.reader(session)
        person = await staff.colleague(session, actor=context.staff, staff_id=staff_id)
        everybody = await staff.everybody(session, actor=context.staff)
    context.show(_person_card(reader, person, list(everybody)))


def _person_card(reader: Reader, person: Staff, everybody: list[Staff]) -> Card:
    manager = next((other.name for other in everybody if other.id == person.manager_id), reader.t("staff-nobody"))
    body = lines(
        Html(f"{bold(person.name)} · {reader.t(f'staff-role-{person.role.value}')}"),
        reader.t("staff-settings-zone", zone=person.timezone, time=reader.time(reader.now)),
        reader.t("staff-manager", name=manager),
        None if person.active else reader.t("staff-has-left"),
    )
    if not person.active:
        return Card(body, [[Press(reader.t("core-back"), ListStaff())]])
    roles = [
        Press(reader.t(f"staff-role-{role.value}"), ChangeRole(person.id, role))
        for role in Role
        if role is not person.role
    ]
    managers = [
        Press("⇡ " + other.name, SetManager(person.id, other.id))
        for other in everybody
        if other.role in (Role.MANAGER, Role.ADMIN) and other.id not in (person.id, person.manager_id)
    ]
    rows = [roles, *([press] for press in managers[:6])]
    rows.append(
        [Press("🚪 " + reader.t("staff-remove"), AskRemove(person.id)), Press(reader.t("core-back"), ListStaff())]
    )
    return Card(body, rows)


def _language(value: str) -> Language:
    try:
        return Language(value)
    except ValueError:
        raise Invalid(field="language", value=value[:20]) from None


def _zone(value: str) -> str:
    """One of the offered zones by number, else an IANA name as typed (spaces and case forgiven)."""
    if value.isascii() and value.isdigit() and int(value) < len(_ZONES):
        return _ZONES[int(value)]
    return "/".join(part.strip().replace(" ", "_").title() for part in value[:64].split("/")) if "/" in value else value


def _hours(value: str) -> tuple[int, int]:
    """`9-18`, `9:30–18`: minutes of the day."""
    start, dash, end = value.replace("–", "-").replace("—", "-").partition("-")
    if not dash:
        raise Invalid(field="hours", value=value[:20])
    return _clock(start), _clock(end)


def _clock(value: str) -> int:
    """`9`, `9:30`, `0930`: the minute of the day. Raises Invalid."""
    hour, _, minute = value.strip().replace(".", ":").partition(":")
    if not (hour.isascii() and hour.isdigit() and (minute or "0").isascii() and (minute or "0").isdigit()):
        raise Invalid(field="hours", value=value[:20])
    if int(hour) > 24 or int(minute or 0) > 59:
        raise Invalid(field="hours", value=value[:20])
    return int(hour) * 60 + int(minute or 0)


def _number(value: str, low: int, high: int) -> int:
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise Invalid(field="number", value=value[:20])
    return int(value)


def _shown(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"
