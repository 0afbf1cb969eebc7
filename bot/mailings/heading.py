"""The first lines of a mailing's card, and how it is to go: when, how often, within which hours, by what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from babel.dates import get_day_names

from bot.mailings.listing import STATE_ICONS
from bot.recurrence_words import say_rule
from bot.render import Html, Reader, bold, escape, fold, lines
from bot.templates import ICONS
from crm import mailings
from crm import wording as formats
from crm.contact_hours import SendWindow
from crm.mailings import Standing
from crm.wording import zone_of
from storage.models import Mailing, Segment, Staff, Template

_LOCALES = {"en": "en_GB", "ru": "ru_RU", "th": "th_TH"}


async def head(reader: Reader, mailing: Mailing) -> Html:
    """Its name, what goes to whom where the name does not say so, and who made it.

    One to the missed is called as the list it goes to, which names the mailing they missed.
    """
    segment = await reader.session.get_one(Segment, mailing.segment_id)
    template = await reader.session.get_one(Template, mailing.template_id)
    maker = await reader.session.get_one(Staff, mailing.created_by_id)
    what = reader.t("mailings-what", icon=ICONS[mailing.channel], template=template.name, segment=segment.name)
    to_itself = mailing.name == segment.name and mailing.name.startswith(f"{template.name} → ")
    says_it_all = to_itself or mailing.name == f"{template.name} → {segment.name}"
    return lines(
        Html(f"{STATE_ICONS[mailing.state]} {ICONS[mailing.channel] + ' ' if says_it_all else ''}{bold(mailing.name)}"),
        None if says_it_all else what,
        reader.t("mailings-made-by", name=maker.name) if maker.id != reader.staff.id else None,
    )


async def plan_lines(reader: Reader, mailing: Mailing, standing: Standing | None) -> list[Html]:
    """What was set for it beside the template and the segment."""
    told: list[Html] = []
    if standing is not None:
        told += series_lines(reader, standing)
    wall = mailings.wall_of(mailing)
    if wall is not None:
        told.append(reader.t("mailings-own-time", at=_wall(reader, mailing)))
    window = mailings.window_of(mailing)
    if window is not None:
        told.append(reader.t("mailings-window", hours=hours_of(reader, window)))
    if mailing.sms_template_id is not None:
        template = await reader.session.get_one(Template, mailing.sms_template_id)
        told.append(reader.t("mailings-cheapest", template=template.name))
    files = await mailings.attached(reader.session, mailing_id=mailing.id)
    if files:
        names = ", ".join(fold(escape(one.name), 60) for one in files)
        told.append(reader.t("mailings-files", names=Html(names)))
    return told


def series_lines(reader: Reader, standing: Standing) -> list[Html]:
    """The rule in words, the next times, the stop date, and what happens to a missed time."""
    series = standing.series
    key = "mailings-series-own" if series.each_own_time else "mailings-series"
    told = [Html("🔁 ") + reader.t(key, rule=say_rule(reader.t, standing.rule, reader.language), zone=series.zone)]
    if standing.upcoming:
        told.append(reader.t("mailings-series-next", times=" · ".join(_times(reader, standing))))
    if series.stops_at is not None:
        last = mailings.local_of(standing, series.stops_at - timedelta(minutes=1)).replace(tzinfo=UTC)
        day = formats.day(last, zone=zone_of("UTC"), language=reader.language)
        told.append(reader.t("mailings-series-until", day=day))
    told.append(reader.t("mailings-series-missed-policy", policy=series.missed.value))
    return [Html(line) for line in told]


def hours_of(reader: Reader, window: SendWindow) -> str:
    """ "Mon, Tue 10:00–18:00"."""
    names = get_day_names("abbreviated", locale=_LOCALES[reader.language.value])
    days = ", ".join(str(names[day]) for day in range(7) if window.days >> day & 1)
    said = f"{window.begin // 60:02}:{window.begin % 60:02}–{window.end // 60:02}:{window.end % 60:02}"
    return said if window.days == 127 else f"{days} {said}"


def _times(reader: Reader, standing: Standing) -> list[str]:
    """By the clock of the rule above them: its zone's, or everybody's own."""
    return [by_its_clock(reader, standing, at) for at in standing.upcoming]


def by_its_clock(reader: Reader, standing: Standing, at: datetime) -> str:
    """A moment as the clock of the series shows it, whose zone stands with its rule."""
    return _local(reader, mailings.local_of(standing, at))


def _local(reader: Reader, wall: datetime) -> str:
    """A wall clock's time in the reader's language, in no zone."""
    now = reader.now.astimezone(reader.zone).replace(tzinfo=UTC)
    return formats.moment(wall.replace(tzinfo=UTC), zone=zone_of("UTC"), language=reader.language, now=now)


def _wall(reader: Reader, mailing: Mailing) -> str:
    wall = mailings.wall_of(mailing)
    return "" if wall is None else _local(reader, wall)
