"""What an event says, in a person's words: `(invoice Q-7, sum €120.00)`. What we have no words for stays `name = value`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from babel.numbers import get_currency_precision

from bot.render import Reader, bot_wording, plain, translate
from crm import wording as formats
from crm.automations import triggers, words
from crm.automations.triggers import as_text
from storage.models import Channel, Language

SHOWN, SHOWN_VALUE = 4, 60
_YES_NO = words.meanings(words.YES_NO)
# Said by another fact, or by the story itself.
_UNTOLD: Final = frozenset({"happened_at"})
_UNTOLD_OF: Final = {"message.bounced": frozenset({"hard"})}
# These go on with the sentence: the client wrote by email, a call from the client.
_OUTSIDE: Final = frozenset({"channel", "imported", "direction"})
_SUMS: Final = ("amount_minor", "amount")
_DAYS: Final = {"at": "at", "due": "due", "due_at": "due", "due_date": "due", "due_on": "due"}
# Facts of few values, each with a word of its own.
_CHOSEN: Final = {
    "kind": frozenset({"meeting", "call", "sms", "email", "note", "hard", "soft", "complaint"}),
    "direction": frozenset({"in", "out"}),
    "outcome": frozenset({"reached", "no_answer", "busy", "wrong_number", "voicemail"}),
}


def told(reader: Reader, event: str, facts: Mapping[str, Any]) -> str:
    """The first few facts that say something to a person, as plain text to stand behind the event's own words."""
    said = _in_order(reader, event, facts)[:SHOWN]
    outside = [one for name, one in said if name in _OUTSIDE and " = " not in one]
    inside = [one for name, one in said if one not in outside]
    return " ".join([*outside, f"({', '.join(inside)})"] if inside else outside)


def _in_order(reader: Reader, event: str, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each with its name, in an order that no database changes."""
    kind = triggers.REGISTRY.get(event)
    first = ("channel", "direction", *(kind.facts if kind else ()), *_SUMS, "currency", *_DAYS)
    rank = {name: number for number, name in reversed(list(enumerate(first)))}
    left = {name: value for name, value in facts.items() if _tells(event, name, value)}
    said = []
    for name in sorted(left, key=lambda name: (rank.get(name, len(rank)), name)):
        if name == "currency" and _currency(left) and any(one in left for one in _SUMS):
            continue
        value = as_text(left[name])[:SHOWN_VALUE]
        in_words = _reckoned(reader, name, left) if kind is not None else ""
        in_words = in_words or fact_words(reader.language, event, name, value)
        said.append((name, in_words or f"{name} = {value}"))
    return said


def fact_words(language: Language, event: str, name: str, value: str) -> str:
    """What an event says or must say, where we have words for it; else nothing."""
    folded = value.casefold()
    meaning = {"true": "yes", "false": "no"}.get(folded) or _YES_NO.get(words.normal(value))
    if name == "channel":
        return _said(language, name, folded) if folded in set(Channel) else ""
    if name in ("imported", "automatic"):
        return _said(language, name, meaning) if meaning else ""
    kind = triggers.REGISTRY.get(event)
    if kind is None or name not in kind.facts:
        return ""
    if name in _CHOSEN:
        return _said(language, name, folded.replace("_", "-")) if folded in _CHOSEN[name] else ""
    if name == "field" and bot_wording().has(f"clients-field-{folded}"):
        value = plain(translate(language, f"clients-field-{folded}"))
    return _said(language, name, value, of=event.partition(".")[0])


def _said(language: Language, name: str, value: str, of: str = "") -> str:
    key = f"trigger-fact-{name.replace('_', '-')}"
    return plain(translate(language, key, value=value, of=of)) if bot_wording().has(key) else ""


def _tells(event: str, name: str, value: object) -> bool:
    if name in _UNTOLD or name in _UNTOLD_OF.get(event, ()) or name.endswith("_id"):
        return False
    return value is not False and isinstance(value, str | int | float) and bool(as_text(value))


def _reckoned(reader: Reader, name: str, facts: Mapping[str, Any]) -> str:
    """A sum or a day as the reader writes them; nothing where it is none."""
    if name in _SUMS:
        sum_ = _sum(reader, facts[name], _currency(facts), is_minor=name == "amount_minor")
        return _said(reader.language, "sum", sum_) if sum_ else ""
    if name in _DAYS:
        day = _day(reader, str(facts[name]))
        return _said(reader.language, _DAYS[name], day) if day else ""
    return ""


def _sum(reader: Reader, told_: object, currency: str, *, is_minor: bool) -> str:
    try:
        amount = Decimal(str(told_))
    except InvalidOperation:
        return ""
    if isinstance(told_, bool) or not amount.is_finite() or abs(amount.adjusted()) > 15:
        return ""
    if not currency:
        return "" if is_minor else formats.number(amount, language=reader.language)
    minor = amount if is_minor else amount.scaleb(get_currency_precision(currency))
    if minor != int(minor):
        return f"{formats.number(amount, language=reader.language)} {currency}"
    return formats.money(int(minor), currency=currency, language=reader.language)


def _currency(facts: Mapping[str, Any]) -> str:
    """The code of the currency a sum is in; empty where there is none that is one."""
    code = str(facts.get("currency", "")).strip().upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else ""


def _day(reader: Reader, told_: str) -> str:
    try:
        if len(told_) <= len("2026-12-31"):
            return reader.day(datetime.combine(date.fromisoformat(told_), time(12), reader.zone))
        at = datetime.fromisoformat(told_)
    except (ValueError, OverflowError):
        return ""
    return reader.day(at if at.tzinfo is not None else at.replace(tzinfo=reader.zone))
