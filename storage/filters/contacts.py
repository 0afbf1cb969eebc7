"""By what a client can be reached, and whether they want to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, Exists, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import aliased

from storage.filters.context import FilterContext
from storage.filters.fields import PRESENCE, Condition, Field, Kind, narrowed, words_of
from storage.filters.tree import Op, Test
from storage.folding import digits
from storage.models import Channel, Client, Consent, ConsentState, ContactKind, ContactPoint, Suppression
from storage.models import SuppressionReason as Reason

_CHANNELS = {ContactKind.EMAIL: Channel.EMAIL, ContactKind.PHONE: Channel.SMS}
# In `unsubscribed` it was the client who said so; the others are suppressed without a word of theirs.
_OWN_WISH = frozenset({Reason.UNSUBSCRIBE, Reason.STOP, Reason.COMPLAINT})
_CAME_BACK = frozenset({Reason.HARD_BOUNCE, Reason.SOFT_BOUNCE, Reason.INVALID})


def _has(kind: ContactKind) -> Exists:
    """A column is named, so that the index alone answers: `EXISTS (SELECT * …)` reads the table."""
    return exists(ContactPoint.client_id).where(ContactPoint.client_id == Client.id, ContactPoint.kind == kind)


def _point(kind: ContactKind) -> Condition:
    def condition(test: Test, _context: FilterContext) -> ColumnElement[bool]:
        has = _has(kind)
        if test.op in PRESENCE:
            return has
        if kind is ContactKind.PHONE:  # 081…, +66 81… and 66-81… are one number's end
            parts = [part for part in (digits(word).lstrip("0") for word in words_of(test)) if part]
        else:
            parts = words_of(test)
        if not parts:
            return false()
        value = func.lower(ContactPoint.value)
        return has.where(or_(*(value.contains(part, autoescape=True) for part in parts)))

    return condition


def _consent(channel: Channel) -> Condition:
    def said(context: FilterContext, state: ConsentState | None) -> ColumnElement[bool]:
        """Whose newest word about the channel is this one; with None: who ever said a word."""
        mine = narrowed(select(Consent.client_id).where(Consent.channel == channel), context, Consent.client_id)
        if state is None:
            return Client.id.in_(mine)
        later = aliased(Consent)
        newer = exists(later.id).where(
            later.client_id == Consent.client_id, later.channel == channel, later.id > Consent.id
        )
        return Client.id.in_(mine.where(Consent.state == state, not_(newer)))

    def condition(test: Test, context: FilterContext) -> ColumnElement[bool]:
        (value,) = test.values
        if value == "unknown":
            return not_(said(context, None))
        return said(context, ConsentState.GRANTED if value == "yes" else ConsentState.WITHDRAWN)

    return condition


def _withdrawn(channel: Channel, context: FilterContext) -> ColumnElement[bool]:
    return _consent(channel)(Test("consent", Op.IS, ("no",)), context)


def _stopped(kind: ContactKind, context: FilterContext, reasons: Collection[Reason] = ()) -> ColumnElement[bool]:
    """Who has an address of the kind that is suppressed, for one of the reasons where any are given."""
    stopped = select(ContactPoint.client_id).join(Suppression, Suppression.address_hash == ContactPoint.address_hash)
    stopped = stopped.where(ContactPoint.kind == kind, Suppression.channel == _CHANNELS[kind])
    if reasons:
        stopped = stopped.where(Suppression.reason.in_(sorted(reasons)))
    return Client.id.in_(narrowed(stopped, context, ContactPoint.client_id))


def _unsubscribed(kind: ContactKind) -> Condition:
    def condition(_test: Test, context: FilterContext) -> ColumnElement[bool]:
        return or_(_withdrawn(_CHANNELS[kind], context), _stopped(kind, context, _OWN_WISH))

    return condition


def _suppressed(kind: ContactKind, reasons: Collection[Reason] = ()) -> Condition:
    def condition(_test: Test, context: FilterContext) -> ColumnElement[bool]:
        return _stopped(kind, context, reasons)

    return condition


def _reachable(kind: ContactKind) -> Condition:
    """Has an address nobody stopped, and did not take back their consent to the channel.

    Few have a stopped address: only theirs are looked at one by one.
    """

    def condition(_test: Test, context: FilterContext) -> ColumnElement[bool]:
        stopped = exists(Suppression.id).where(
            Suppression.channel == _CHANNELS[kind], Suppression.address_hash == ContactPoint.address_hash
        )
        any_point = _has(kind)
        none_left = and_(_stopped(kind, context), not_(any_point.where(not_(stopped))))
        return and_(any_point, not_(none_left), not_(_withdrawn(_CHANNELS[kind], context)))

    return condition


_FLAG, _SAID = frozenset({Op.PRESENT}), frozenset({"yes", "no", "unknown"})


def _of_channel(kind: ContactKind) -> dict[str, Field]:
    channel = _CHANNELS[kind]
    return {
        f"consent_{channel}": Field(Kind.CHOICE, frozenset({Op.IS, Op.IS_NOT}), _consent(channel), _SAID),
        f"unsubscribed_{channel}": Field(Kind.FLAG, _FLAG, _unsubscribed(kind)),
        f"suppressed_{channel}": Field(Kind.FLAG, _FLAG, _suppressed(kind)),
        f"bounced_{channel}": Field(Kind.FLAG, _FLAG, _suppressed(kind, _CAME_BACK)),
        f"reachable_{channel}": Field(Kind.FLAG, _FLAG, _reachable(kind)),
    }


CONTACT_FIELDS: Mapping[str, Field] = {
    "email": Field(Kind.TEXT, PRESENCE | {Op.CONTAINS}, _point(ContactKind.EMAIL)),
    "phone": Field(Kind.TEXT, PRESENCE | {Op.CONTAINS}, _point(ContactKind.PHONE)),
    "telegram": Field(Kind.FLAG, PRESENCE, _point(ContactKind.TELEGRAM)),
    **_of_channel(ContactKind.EMAIL),
    **_of_channel(ContactKind.PHONE),
}
