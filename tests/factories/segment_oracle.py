"""What a rule means, in plain Python over plain values: the oracle that the SQL must agree with.

One function per field, found by the field's name; a field without one fails the test of completeness.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage.custom_values import read_day, read_number
from storage.filters import DAYS_OF, ORDER, Age, AllOf, AnyOf, Money, Node, Not, Op, Test
from storage.folding import fold
from storage.models import Channel, ConsentState, ContactKind, Direction, FollowUpState, InteractionKind
from storage.models import SuppressionReason as Reason
from tests.factories.segment_facts import Company, Facts, Told

ZONE = ZoneInfo("Asia/Bangkok")
Answer = Callable[[Test, Facts, Company], bool]


def holds(node: Node, facts: Facts, company: Company) -> bool:
    """The tree on one client."""
    if isinstance(node, AllOf):
        return all(holds(part, facts, company) for part in node.parts)
    if isinstance(node, AnyOf):
        return any(holds(part, facts, company) for part in node.parts)
    if isinstance(node, Not):
        return not holds(node.part, facts, company)
    return ORACLE[node.field](node, facts, company)


def _turned(test: Test, found: bool) -> bool:
    return found is not (test.op in (Op.IS_NOT, Op.NOT_IN, Op.ABSENT))


def _words(test: Test) -> list[str]:
    return [
        word for word in (fold(str(value)) for value in test.values if isinstance(value, str)) if 0 < len(word) <= 300
    ]


def _texts(get: Callable[[Facts], Sequence[str]]) -> Answer:
    def answer(test: Test, facts: Facts, _company: Company) -> bool:
        known = [text for text in map(fold, get(facts)) if text]
        if test.op in (Op.PRESENT, Op.ABSENT):
            return _turned(test, bool(known))
        if test.op is Op.CONTAINS:
            return any(word in text for word in _words(test) for text in known)
        return _turned(test, any(word in known for word in _words(test)))

    return answer


def _owner(test: Test, facts: Facts, company: Company) -> bool:
    def is_meant(word: str) -> bool:
        if word == "me":
            return facts.owner_id == company.me.id
        return facts.owner is not None and bool(word) and set(word.split()) <= set(fold(facts.owner).split())

    if test.op in (Op.PRESENT, Op.ABSENT):
        return _turned(test, facts.owner is not None)
    return _turned(test, any(is_meant(fold(str(value))) for value in test.values))


def _source(test: Test, facts: Facts, _company: Company) -> bool:
    if test.op in (Op.PRESENT, Op.ABSENT):
        return _turned(test, facts.source is not None)
    known = [fold(text) for text in facts.source or ()]
    return _turned(test, any(fold(str(value)) in known for value in test.values))


def _one_of(get: Callable[[Facts], str]) -> Answer:
    def answer(test: Test, facts: Facts, _company: Company) -> bool:
        return _turned(test, get(facts) in test.values)

    return answer


def _moment(name: str) -> Answer:
    def answer(test: Test, facts: Facts, company: Company) -> bool:
        at = facts.moments[name]
        if test.op in (Op.PRESENT, Op.ABSENT):
            return _turned(test, at is not None)
        (value,) = test.values
        if isinstance(value, Age):
            recent = at is not None and company.now - at < timedelta(days=value.days)
            return {Op.WITHIN: recent, Op.SILENT: not recent, Op.OLDER: at is not None and not recent}[test.op]
        assert isinstance(value, date)
        if at is None:
            return False
        day = at.astimezone(ZONE).date()
        return {
            Op.BEFORE: day < value,
            Op.AFTER: day > value,
            Op.SINCE: day >= value,
            Op.UNTIL: day <= value,
            Op.ON: day == value,
        }[test.op]

    return answer


def _birthday(test: Test, facts: Facts, company: Company) -> bool:
    born = facts.birthday
    if test.op in (Op.PRESENT, Op.ABSENT):
        return _turned(test, born is not None)
    if born is None:
        return False
    (value,) = test.values
    if isinstance(value, Age):
        first = company.now.astimezone(ZONE).date()
        days = [first + timedelta(days=ahead) for ahead in range(min(value.days, 366) + 1)]
    else:
        assert isinstance(value, date)
        days = [value]
    return any(_celebrated(born, day.year) == day for day in days)


def _celebrated(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _own(test: Test, facts: Facts, company: Company) -> bool:
    written = next((value for name, value in facts.own.items() if fold(name) == fold(test.name) != ""), None)
    text = _as_text(written)
    number = None if isinstance(written, bool) else _as_number(written)
    day = read_day(text)
    if test.op in (Op.PRESENT, Op.ABSENT):
        return _turned(test, text != "")
    if test.op is Op.CONTAINS:
        return any(word in text for word in _words(test))
    if test.op is Op.COMING:
        (ahead,) = test.values
        assert isinstance(ahead, Age)
        today = company.now.astimezone(ZONE).date()
        return day is not None and today <= day <= today + timedelta(days=ahead.days)
    if test.op in ORDER:
        (value,) = test.values
        mine: Any = day if isinstance(value, date) else number
        return mine is not None and _ORDER[test.op](mine, value)
    mine = [text if isinstance(value, str) else day if isinstance(value, date) else number for value in test.values]
    asked = [fold(value) if isinstance(value, str) else value for value in test.values]
    return _turned(
        test, any(a == b and a not in (None, "") and len(str(b)) <= 300 for a, b in zip(mine, asked, strict=True))
    )


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    return fold(str(value)) if isinstance(value, str | int | float) else ""


def _as_number(value: Any) -> float | None:
    if isinstance(value, str):
        return read_number(value)
    return float(value) if isinstance(value, int | float) and abs(value) < 10**15 else None


_ORDER: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.MORE: lambda mine, asked: mine > asked,
    Op.LESS: lambda mine, asked: mine < asked,
    Op.AT_LEAST: lambda mine, asked: mine >= asked,
    Op.AT_MOST: lambda mine, asked: mine <= asked,
    Op.IS: lambda mine, asked: mine == asked,
    Op.IS_NOT: lambda mine, asked: mine != asked,
}


def _phone(test: Test, facts: Facts, _company: Company) -> bool:
    numbers = facts.addresses[ContactKind.PHONE]
    if test.op in (Op.PRESENT, Op.ABSENT):
        return _turned(test, bool(numbers))
    asked = ["".join(c for c in word if c.isdigit()).lstrip("0") for word in _words(test)]
    return any(digits and digits in number for digits in asked for number in numbers)


def _consent(channel: Channel) -> Answer:
    def answer(test: Test, facts: Facts, _company: Company) -> bool:
        words = [state for of, state in facts.said if of is channel]
        newest = {ConsentState.GRANTED: "yes", ConsentState.WITHDRAWN: "no"}[words[-1]] if words else "unknown"
        return _turned(test, newest in test.values)

    return answer


def _stopped(channel: Channel, reasons: Sequence[Reason] = tuple(Reason)) -> Answer:
    def answer(_test: Test, facts: Facts, _company: Company) -> bool:
        return any(of is channel and reason in reasons for (of, _), reason in facts.suppressed.items())

    return answer


def _unsubscribed(channel: Channel) -> Answer:
    def answer(test: Test, facts: Facts, company: Company) -> bool:
        by_address = _stopped(channel, (Reason.UNSUBSCRIBE, Reason.STOP, Reason.COMPLAINT))(test, facts, company)
        return by_address or _consent(channel)(Test("", Op.IS, ("no",)), facts, company)

    return answer


def _reachable(channel: Channel, kind: ContactKind) -> Answer:
    def answer(_test: Test, facts: Facts, company: Company) -> bool:
        free = any((channel, value) not in facts.suppressed for value in facts.addresses[kind])
        return free and not _consent(channel)(Test("", Op.IS, ("no",)), facts, company)

    return answer


def _open_followup(test: Test, facts: Facts, _company: Company) -> bool:
    return _turned(test, any(state is FollowUpState.OPEN for state, _ in facts.followups))


def _late_followup(test: Test, facts: Facts, company: Company) -> bool:
    return _turned(test, any(state is FollowUpState.OPEN and due < company.now for state, due in facts.followups))


def _in_window(test: Test, at: datetime, company: Company) -> bool:
    if isinstance(test.window, Age):
        return at > company.now - timedelta(days=test.window.count * DAYS_OF[test.window.unit])
    return test.window is None or at.astimezone(ZONE).date() >= test.window


def _counted(moments: Callable[[Facts], Sequence[datetime]]) -> Answer:
    def answer(test: Test, facts: Facts, company: Company) -> bool:
        number = sum(_in_window(test, at, company) for at in moments(facts))
        if test.op in (Op.PRESENT, Op.ABSENT):
            return _turned(test, number > 0)
        return _ORDER[test.op](number, test.values[0])

    return answer


def _contacts(kind: InteractionKind | None = None, direction: Direction | None = None) -> Answer:
    def moments(facts: Facts) -> list[datetime]:
        return [
            at for of, way, at in facts.interactions if kind in (None, of) and (direction is None or way is direction)
        ]

    return _counted(moments)


def _bought(test: Test, facts: Facts, company: Company) -> bool:
    told, number = facts.told, 0
    if told is not None and told.purchases is not None and told.counted_until is not None:
        number = told.purchases if _whole_in_window(test, told, company) else 0
        if not number and told.purchases and told.last_at is not None and _in_window(test, told.last_at, company):
            number = 1
        later = [at for at, *_ in facts.purchases if at >= told.counted_until]
        number += sum(_in_window(test, at, company) for at in later)
    else:
        number = sum(_in_window(test, at, company) for at, *_ in facts.purchases)
        if told is not None and not number:
            days = [at for at in (told.first_at, told.last_at) if at is not None]
            dated = any(_in_window(test, at, company) for at in days)
            number = int(dated or (test.window is None and (told.amount_minor or 0) > 0))
    if test.op in (Op.PRESENT, Op.ABSENT):
        return _turned(test, number > 0)
    return _ORDER[test.op](number, test.values[0])


def _whole_in_window(test: Test, told: Told, company: Company) -> bool:
    first = told.last_at if told.purchases in (0, 1) and told.last_at is not None else told.first_at
    ways = [at for at in (told.first_at, first) if at is not None]
    return test.window is None or any(_in_window(test, at, company) for at in ways)


def _spent(test: Test, facts: Facts, company: Company) -> bool:
    (asked,) = test.values
    assert isinstance(asked, Money)
    documents = [(at, minor) for at, minor, currency, _ in facts.purchases if currency == asked.currency]
    told, total = facts.told, 0
    if told is not None and told.currency == asked.currency and told.summed_until and told.amount_minor is not None:
        total = told.amount_minor if _whole_in_window(test, told, company) else 0
        documents = [(at, minor) for at, minor in documents if at >= told.summed_until]
    total += sum(minor for at, minor in documents if _in_window(test, at, company))
    return _ORDER[test.op](total, asked.minor)


def _group(test: Test, facts: Facts, company: Company) -> bool:
    groups = [group for at, _, _, group in facts.purchases if group and _in_window(test, at, company)]
    if test.op is Op.CONTAINS:
        return any(word in group for word in _words(test) for group in groups)
    return _turned(test, any(word in groups for word in _words(test)))


def _mailing(what: str) -> Answer:
    def answer(test: Test, facts: Facts, company: Company) -> bool:
        names = [name for of, name, at in facts.got if of == what and _in_window(test, at, company)]
        if test.op in (Op.PRESENT, Op.ABSENT):
            return _turned(test, bool(names))
        return fold(str(test.values[0])) in names

    return answer


def _segment(test: Test, facts: Facts, company: Company) -> bool:
    name = fold(str(test.values[0]))
    found = company.segments.get(name)
    if found is None:
        return False
    return name in facts.listed if isinstance(found, int) else holds(found, facts, company)


ORACLE: Mapping[str, Answer] = {
    "name": _texts(lambda facts: [facts.name]),
    "company": _texts(lambda facts: [facts.company]),
    "city": _texts(lambda facts: [facts.city]),
    "tag": _texts(lambda facts: sorted(facts.tags)),
    "owner": _owner,
    "source": _source,
    "language": _one_of(lambda facts: facts.language),
    "lifecycle": _one_of(lambda facts: facts.lifecycle),
    "last_contact": _moment("last_contact"),
    "last_purchase": _moment("last_purchase"),
    "created": _moment("created"),
    "birthday": _birthday,
    "own": _own,
    "email": _texts(lambda facts: facts.addresses[ContactKind.EMAIL]),
    "phone": _phone,
    "telegram": _texts(lambda facts: facts.addresses[ContactKind.TELEGRAM]),
    "consent_email": _consent(Channel.EMAIL),
    "consent_sms": _consent(Channel.SMS),
    "unsubscribed_email": _unsubscribed(Channel.EMAIL),
    "unsubscribed_sms": _unsubscribed(Channel.SMS),
    "suppressed_email": _stopped(Channel.EMAIL),
    "suppressed_sms": _stopped(Channel.SMS),
    "bounced_email": _stopped(Channel.EMAIL, (Reason.HARD_BOUNCE, Reason.SOFT_BOUNCE, Reason.INVALID)),
    "bounced_sms": _stopped(Channel.SMS, (Reason.HARD_BOUNCE, Reason.SOFT_BOUNCE, Reason.INVALID)),
    "reachable_email": _reachable(Channel.EMAIL, ContactKind.EMAIL),
    "reachable_sms": _reachable(Channel.SMS, ContactKind.PHONE),
    "followup": _open_followup,
    "late_followup": _late_followup,
    "interactions": _contacts(),
    "calls": _contacts(InteractionKind.CALL),
    "calls_in": _contacts(InteractionKind.CALL, Direction.IN),
    "calls_out": _contacts(InteractionKind.CALL, Direction.OUT),
    "meetings": _contacts(InteractionKind.MEETING),
    "emails": _contacts(InteractionKind.EMAIL),
    "emails_in": _contacts(InteractionKind.EMAIL, Direction.IN),
    "emails_out": _contacts(InteractionKind.EMAIL, Direction.OUT),
    "sms": _contacts(InteractionKind.SMS),
    "sms_in": _contacts(InteractionKind.SMS, Direction.IN),
    "sms_out": _contacts(InteractionKind.SMS, Direction.OUT),
    "notes": _contacts(InteractionKind.NOTE),
    "purchases": _bought,
    "purchase_sum": _spent,
    "purchase_group": _group,
    "received": _mailing("received"),
    "returned": _mailing("returned"),
    "answered": _mailing("answered"),
    "clicked": _mailing("clicked"),
    "opened": _mailing("opened"),
    "segment": _segment,
}
