"""Cards as a person sees them: escaped Telegram HTML, buttons, and texts folded to Telegram's limits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from html import escape as _escape
from html import unescape as _unescape
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from bot.callbacks import Callback
from bot.settings import BotSettings
from channels.message import MailFile
from crm import wording as formats
from crm.interactions import KeptFile
from crm.wording import Wording, zone_of
from storage.models import Language, Staff

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
BUTTON_LIMIT = 100
BUTTON_TEXT_LIMIT = 64
TOAST_LIMIT = 200
_TAG = re.compile(r"<(/?)([a-z-]{1,12})([^<>]{0,2048})>")
_INVISIBLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class Html(str):
    """Text that is safe to send in HTML parse mode: made by `escape`, by wording, or by joining such."""

    __slots__ = ()


@cache
def bot_wording() -> Wording:
    """The bot's catalogues, loaded once."""
    return Wording(Path(__file__).parent / "locale")


def escape(text: object) -> Html:
    """What a person typed, made safe: invisible and direction-changing characters dropped, `<>&` escaped."""
    if isinstance(text, Html):
        return text
    return Html(_escape(_INVISIBLE.sub("", str(text)), quote=True))


def join(separator: str, parts: Iterable[object]) -> Html:
    """Escapes what is not Html yet and joins, leaving out empty parts."""
    return Html(escape(separator).join(escape(part) for part in parts if part))


def lines(*parts: object) -> Html:
    """One part per line; empty strings and None are left out, `Html(' ')` makes an empty line."""
    return Html("\n".join(escape(part).strip(" ") for part in parts if part))


def listed(things: Sequence[str], *, shown: int = 6, each: int = 60) -> Html:
    """Addresses in a row, the long and the many cut short: wording takes 2,500 characters to an argument."""
    row = ", ".join(f"<code>{fold(escape(one), each)}</code>" for one in things[:shown])
    return Html(row + (f" +{len(things) - shown}" if len(things) > shown else ""))


def bold(text: object) -> Html:
    return Html(f"<b>{escape(text)}</b>")


def plain(html: str) -> str:
    """The words alone: tags dropped, entities read."""
    return _unescape(_TAG.sub("", html))


def label(text: str) -> str:
    """The words of a button: on one line, without markup or invisible characters, never empty, never too long."""
    words = " ".join(_INVISIBLE.sub("", plain(text) if isinstance(text, Html) else text).split()) or "…"
    return words if len(words) <= BUTTON_TEXT_LIMIT else words[: BUTTON_TEXT_LIMIT - 1] + "…"


def length(html: str) -> int:
    """How long Telegram finds the text: UTF-16 units after the entities are taken out."""
    return _units(plain(html))


def fold(html: Html, limit: int = TEXT_LIMIT) -> Html:
    """The text cut to the limit with `…`, every open tag closed."""
    if length(html) <= limit:
        return html
    kept: list[str] = []
    open_tags: list[str] = []
    left = limit - 1
    position = 0
    for match in [*_TAG.finditer(html), None]:
        piece = html[position : match.start() if match else len(html)]
        cut = _cut(piece, left)
        kept.append(cut)
        left -= _units(_unescape(cut))
        if len(cut) < len(piece) or match is None:
            break
        kept.append(match.group(0))
        if match.group(1):
            if open_tags and open_tags[-1] == match.group(2):
                open_tags.pop()
        else:
            open_tags.append(match.group(2))
        position = match.end()
    kept.append("…")
    kept.extend(f"</{tag}>" for tag in reversed(open_tags))
    return Html("".join(kept))


def _units(text: str) -> int:
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def _cut(escaped: str, units: int) -> str:
    """The longest prefix of an escaped text within `units`, never cutting an entity or a surrogate pair in two."""
    used = 0
    position = 0
    while position < len(escaped):
        end = position + 1
        if escaped[position] == "&":
            semicolon = escaped.find(";", position, position + 10)
            if semicolon > 0:
                end = semicolon + 1
        used += _units(_unescape(escaped[position:end]))
        if used > units:
            return escaped[:position]
        position = end
    return escaped


@dataclass(frozen=True)
class Press:
    """One button: an action of ours, or a link."""

    text: str
    action: Callback | None = None
    url: str = ""


@dataclass(frozen=True)
class Card:
    """One thing on screen. With `card` and `card_id` set, every hanging copy is edited when the thing changes."""

    html: Html
    rows: list[list[Press]] = field(default_factory=list)
    card: str = ""
    card_id: int = 0
    file: MailFile | KeptFile | None = None  # in hand, or still in the file store


class Reader:
    """Who reads a card, when, and from which session: what renderers need to speak the person's language.

    What the installation's settings say of SMS, of contact and of our own addresses is here too.
    """

    def __init__(
        self, session: AsyncSession, *, staff: Staff, now: datetime, settings: BotSettings | None = None
    ) -> None:
        settings = settings or BotSettings()
        self.session = session
        self.staff = staff
        self.now = now
        self.sms = settings.sms
        self.currency = settings.currency
        self.contact = settings.contact
        self.approval = settings.approval
        self.ours = settings.ours
        self.counted = settings.counted
        self.attribution_days = settings.attribution_days
        self.language: Language = staff.language
        self.zone: ZoneInfo = zone_of(staff.timezone)

    def t(self, key: str, **arguments: object) -> Html:
        return translate(self.language, key, **arguments)

    def moment(self, at: datetime) -> str:
        return formats.moment(at, zone=self.zone, language=self.language, now=self.now)

    def day(self, at: datetime) -> str:
        return formats.day(at, zone=self.zone, language=self.language)

    def time(self, at: datetime) -> str:
        return formats.clock_time(at, zone=self.zone, language=self.language)

    def number(self, value: Decimal | int) -> str:
        return formats.number(value, language=self.language)

    def money(self, minor: int, currency: str) -> str:
        return formats.money(minor, currency=currency, language=self.language)

    def price(self, millionths: int) -> str:
        """Money in the installation's currency, from millionths of it."""
        return formats.price(millionths, currency=self.currency, language=self.language)


def translate(language: Language, key: str, **arguments: object) -> Html:
    """A message of the bot's wording with its arguments escaped; numbers keep their type so that plural forms work."""
    safe = {
        name: value if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else escape(value)
        for name, value in arguments.items()
    }
    return Html(bot_wording().text(language, key, safe))


def pager(page: int, pages: int, make: Callable[[int], Callback]) -> list[Press]:
    """‹ 2/7 › as one row of buttons; nothing when there is a single page. Pages count from 0."""
    if pages <= 1:
        return []
    row = []
    if page > 0:
        row.append(Press("‹", make(page - 1)))
    row.append(Press(f"{page + 1}/{pages}", make(page)))
    if page + 1 < pages:
        row.append(Press("›", make(page + 1)))
    return row
