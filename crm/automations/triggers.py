"""What can set an automation off, as a registry: a new noun is one entry here, and its words in the chat's locale.

Names with a dot are events of the feed; those without are dates of a client that come. A name that is not here may still be
posted by another program: it is its own word then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from crm.automations import words
from crm.automations.definition import ExitOn, Trigger
from storage.models import BounceKind
from storage.search import fold


class Origin(StrEnum):
    """Where it comes from."""

    INSIDE = "inside"  # a verb of ours records it in its own transaction
    TICK = "tick"  # a comparison that time brings about
    DATE = "date"
    POSTED = "posted"  # another program tells of it


@dataclass(frozen=True, slots=True)
class Kind:
    """`facts` may be asked for; those of a whole-company event name no client, so its automation needs a rule who enters."""

    name: str
    origin: Origin = Origin.INSIDE
    facts: tuple[str, ...] = ()
    ends: frozenset[ExitOn] = frozenset()
    of_client: bool = True

    @property
    def key(self) -> str:
        """The message that names it in the chat's words."""
        return "trigger-" + self.name.replace(".", "-").replace("_", "-")


def _posted(name: str, *facts: str, ends: ExitOn | None = None) -> Kind:
    return Kind(name, Origin.POSTED, facts, frozenset({ends} if ends else ()))


_BUYS: Final = ExitOn.PURCHASE
QUIET: Final = "quiet"
BIRTHDAY: Final = "birthday"
SENDER_KNOWN: Final = "sender.known"  # what they wrote lay in the tray until somebody said whose it is
SEGMENT_ENTERED: Final = "segment.entered"
SEGMENT_LEFT: Final = "segment.left"

_KINDS: Final = (
    Kind("client.created", facts=("imported",)),
    Kind("client.edited", facts=("field", "before", "after")),
    Kind("client.assigned", facts=("before", "after")),
    Kind("client.tagged", facts=("tag",)),
    Kind("client.untagged", facts=("tag",)),
    Kind("client.source_set", facts=("source",)),
    Kind("interaction.logged", facts=("kind", "direction", "outcome")),
    Kind("message.received", facts=("channel", "automatic")),
    Kind("message.written", facts=("channel",), ends=frozenset({ExitOn.CONTACT})),
    Kind("message.bounced", facts=("kind",), ends=frozenset({ExitOn.BOUNCE})),
    Kind("message.failed", facts=("channel", "code"), ends=frozenset({ExitOn.BOUNCE})),
    Kind("message.complained", ends=frozenset({ExitOn.UNSUBSCRIBE})),
    Kind("call.ended", facts=("direction", "seconds"), ends=frozenset({ExitOn.CALL, ExitOn.CONTACT})),
    Kind("call.missed", facts=("direction",)),
    Kind("consent.granted", facts=("channel",)),
    Kind("consent.withdrawn", facts=("channel", "how"), ends=frozenset({ExitOn.UNSUBSCRIBE})),
    Kind("followup.scheduled"),
    Kind("followup.done"),
    Kind("followup.late"),
    Kind("followup.escalated"),
    Kind(SEGMENT_ENTERED, Origin.TICK, ("segment",)),
    Kind(SEGMENT_LEFT, Origin.TICK, ("segment",)),
    Kind("mailing.clicked", facts=("mailing_id",)),
    Kind("mailing.opened", facts=("mailing_id",)),
    Kind("mailing.answered", facts=("mailing_id", "channel")),
    Kind("purchase.recorded", facts=("document", "currency"), ends=frozenset({_BUYS})),
    Kind("stock.back", facts=("product",), of_client=False),
    Kind("stock.out", facts=("product",), of_client=False),
    Kind("stock.low", facts=("product",), of_client=False),
    Kind(BIRTHDAY, Origin.DATE),
    Kind("contract_end", Origin.DATE),
    Kind(QUIET, Origin.DATE),
    _posted("deal.created", "stage"),
    _posted("deal.stage_changed", "stage"),
    _posted("deal.won", "stage", ends=_BUYS),
    _posted("deal.lost", "reason"),
    _posted("quote.sent", "number"),
    _posted("order.created", "number", ends=_BUYS),
    _posted("order.shipped", "number"),
    _posted("order.delivered", "number"),
    _posted("order.paid", "number", ends=_BUYS),
    _posted("order.overdue", "number"),
    _posted("invoice.created", "number"),
    _posted("invoice.due", "number"),
    _posted("invoice.overdue", "number"),
    _posted("invoice.paid", "number", ends=_BUYS),
    _posted("payment.received", "number", ends=_BUYS),
    _posted("reservation.expired", "product"),
    _posted("complaint.opened", "number"),
    _posted("complaint.closed", "number"),
    _posted("survey.answered", "score"),
    Kind("price.changed", Origin.POSTED, ("product", "group"), of_client=False),
    Kind("event.announced", Origin.POSTED, ("name",), of_client=False),
)

REGISTRY: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _KINDS})

_YES_NO: Final = words.meanings(words.YES_NO)
OLD_NEWS: Final = timedelta(days=7)

# What may end an enrolment. Of these the facts decide, and not every one of them does.
_BY_FACTS: Final = frozenset({"message.received", SENDER_KNOWN, "interaction.logged", "call.missed"})
ENDING: Final = frozenset({kind.name for kind in _KINDS if kind.ends} | _BY_FACTS | {"client.archived"})
_SUMS: Final = ("amount_minor", "amount")
_MET: Final = frozenset({"meeting", "call", "email", "sms"})
_NOBODY: Final = frozenset({"no_answer", "busy", "wrong_number", "voicemail"})


def is_date(trigger: Trigger) -> bool:
    """Whether it is a date that comes, not an event of the feed."""
    return "." not in trigger.event


def needs_rule(trigger: Trigger) -> bool:
    """Whether the event is the whole company's: who enters must then be said by a rule."""
    kind = REGISTRY.get(trigger.event)
    return kind is not None and not kind.of_client


def is_of_client(event: str) -> bool:
    """Whether the event always happens to one client: without one it brings nobody. Another program's own words may do either."""
    kind = REGISTRY.get(event)
    return kind is not None and kind.of_client


def turn(trigger: Trigger) -> str:
    """When those whom the rule means enter: each on a `day` of their own, each at an `event` of theirs, or `all` together."""
    if is_date(trigger):
        return "day"
    return "all" if needs_rule(trigger) else "event"


def as_text(value: object) -> str:
    """A fact as it is compared: `true`, `12`, `paid`; nothing for none."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def holds(wanted: tuple[tuple[str, str], ...], facts: Mapping[str, object]) -> bool:
    """Whether an event has all the facts asked for, however they are spelled. What an event does not say is a no."""
    return all(_agrees(name, facts.get(name), value) for name, value in wanted)


def _agrees(fact: str, told: object, asked: str) -> bool:
    meaning = _YES_NO.get(words.normal(asked))
    if meaning is not None and (told is None or isinstance(told, bool)):
        return bool(told) == (meaning == "yes")
    return is_same(fact, as_text(told), asked)


def is_same(fact: str, one: str, other: str) -> bool:
    """Whether two values of a fact are one, whatever their case and accents; a tag may be written with its #."""
    if fact == "tag":
        one, other = one.lstrip("#"), other.lstrip("#")
    return fold(one) == fold(other)


def happened_at(facts: Mapping[str, object]) -> datetime | None:
    """The moment an event tells of, where that is another one than its own."""
    told = facts.get("happened_at") or facts.get("at")
    try:
        happened = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return happened if happened.tzinfo is not None else None


def is_old_news(event_at: datetime, facts: Mapping[str, object]) -> bool:
    """Whether an event tells of something long past: years of purchases read in, not somebody who buys now."""
    happened = happened_at(facts)
    return happened is not None and happened < event_at - OLD_NEWS


def is_past(name: str, event_at: datetime, facts: Mapping[str, object], *, entered_at: datetime) -> bool:
    """Whether an event tells of what was over when somebody entered, so that it ends nothing; told late it still does.

    A message has its exact moment; other programs often know no more than a day, so of theirs only what is long past counts.
    """
    happened = happened_at(facts)
    if happened is None or happened >= entered_at:
        return False
    return name == SENDER_KNOWN or is_old_news(event_at, facts)


def ends_by(name: str, facts: Mapping[str, object]) -> frozenset[ExitOn]:
    """What an event of a client ends. A machine's answer (out of office) ends nothing, nor does a call nobody took."""
    if name in ("message.received", SENDER_KNOWN):
        return frozenset() if facts.get("automatic") else frozenset({ExitOn.REPLY})
    if name == "call.missed":
        return frozenset({ExitOn.CALL}) if facts.get("direction") == "in" else frozenset()
    if name == "interaction.logged":
        return _logged(facts)
    if name == "message.bounced" and facts.get("kind") == BounceKind.SOFT:
        return frozenset()  # a full mailbox: the next one may get through
    kind = REGISTRY.get(name)
    ends = kind.ends if kind is not None else frozenset()
    return ends - {_BUYS} if _is_given_back(facts) else ends


def _is_given_back(facts: Mapping[str, object]) -> bool:
    """Whether the sum an event names is less than nothing: goods or money went back."""
    return any(as_text(facts.get(name)).strip().startswith(("-", "\u2212")) for name in _SUMS)


def _logged(facts: Mapping[str, object]) -> frozenset[ExitOn]:
    """Of what a colleague wrote down: a meeting or message is a contact, a call one besides, a note or a busy line is none."""
    kind = facts.get("kind")
    if kind not in _MET or facts.get("outcome") in _NOBODY:
        return frozenset()
    found = {ExitOn.CONTACT}
    if kind == "call":
        found.add(ExitOn.CALL)
    elif facts.get("direction") == "in" and kind in ("email", "sms"):
        found.add(ExitOn.REPLY)
    return frozenset(found)
