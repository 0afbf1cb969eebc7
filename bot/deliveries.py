"""What became of a message we sent, in words: how far it got, and why it did not arrive.

The ledger keeps reasons of our own as slugs and the providers' as they came: a code, and words nobody translated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.render import Html, Reader, escape, fold
from crm.halts import HELD_BY_CAP
from storage.models import (
    DELIVERY_FROM_WORST,
    DELIVERY_IN_DOUBT,
    RESTORED,
    Channel,
    DeliveryState,
    Outbox,
    SuppressionReason,
)

ICONS = {Channel.EMAIL: "✉️", Channel.SMS: "💬"}
_SHOWN = 160
_NAMED = 8  # recipients
_ENHANCED = re.compile(r"\b[45]\.\d{1,3}\.\d{1,3}\b")

# Reasons the product itself writes into the ledger, before any colon.
_OURS = frozenset(
    {
        *(reason.value.replace("_", "-") for reason in SuppressionReason),
        "mailing-cancelled",
        "client-archived",
        "gone",
        "template-empty",
        "missing-field",
        "not-composed",
        "interrupted",
        "no-consent",
        "topic",
        "quiet-hours",
        "send-window",
        "trial-open",
        "frequency-cap",
        "another-on-its-way",
        "throttled",
        "mailing-paused",
        "automation-paused",
        "automation-left",
        RESTORED,
    }
)

_HELD = frozenset(
    {
        "quiet-hours",
        "send-window",
        "trial-open",
        "frequency-cap",
        "another-on-its-way",
        "throttled",
        "mailing-paused",
        "automation-paused",
    }
)
# Nothing is wrong with the address.
_ENOUGH = frozenset({"frequency-cap", "no-consent", "topic"})

# Twilio's error codes and the codes of our own adapters.
_BY_CODE = {
    "21211": "invalid",
    "21408": "country-off",
    "21608": "trial",
    "21610": "stop",
    "21612": "no-route",
    "21614": "landline",
    "21617": "too-big",
    "21635": "landline",
    "30001": "too-late",
    "30003": "unreachable",
    "30004": "blocked",
    "30005": "number-unknown",
    "30006": "landline",
    "30007": "filtered",
    "30008": "failed",
    "30032": "sender",
    "30034": "sender",
    "30036": "too-late",
    "canceled": "cancelled",
    "country-not-allowed": "country-not-allowed",
    "premium-number": "premium-number",
    "over-day-cap": "over-day-cap",
    "20003": "account",
    "20005": "account",
    "20404": "account",
    "21603": "sender",
    "21606": "sender",
    "21659": "sender",
    "21660": "sender",
    "21703": "sender",
    "30002": "account",
    "30010": "too-dear",
    "bad-address": "invalid",
    "bad-message": "not-composed",
    "connect": "no-line",
    "disconnected": "no-line",
    "dropped": "no-line",
    "no-smtputf8": "invalid",
    "too-big": "too-big",
    "wrong-message": "not-composed",
}

# Codes after which Twilio's network gave one try up and we plan another.
_TRIED_AGAIN = frozenset({"30001", "30003", "30005", "30008", "30036"})

# Enhanced status codes of mail (RFC 3463); the first that the code begins with decides.
_BY_ENHANCED = (
    ("5.1.7", "filtered"),
    ("5.1.8", "filtered"),
    ("5.1.", "hard-bounce"),
    ("5.2.1", "mailbox-off"),
    ("5.2.2", "mailbox-full"),
    ("5.2.3", "too-big"),
    ("5.3.4", "too-big"),
    ("5.4.4", "hard-bounce"),
    ("5.7.", "filtered"),
    ("4.2.2", "mailbox-full"),
    ("4.", "too-late"),
)

_DEAD = frozenset({"hard-bounce", "invalid", "landline", "number-unknown", "mailbox-off", "stop", "complaint"})


def delivery(reader: Reader, *, state: DeliveryState, reason: str, code: str) -> Html:
    """How far a message got, as one line of a card; what is held, and by what, says so."""
    slug = reason.split(":")[0]
    key = f"deliveries-{state.value}"
    if state is DeliveryState.PLANNED:
        if reason.startswith("throttled: "):
            return reader.t("deliveries-planned-cap" if reason == HELD_BY_CAP else "deliveries-planned-pace")
        if code in _TRIED_AGAIN:
            key = "deliveries-planned-again"
        elif slug in _HELD:
            key = "deliveries-held"
    elif state is DeliveryState.SUPPRESSED and slug in _ENOUGH:
        key = "deliveries-kept-back"
    return reader.t(key, reason=why(reader, state=state, reason=reason, code=code))


def explained(reader: Reader, *, reason: str, code: str, final: bool = True) -> Html:
    """The reason in our words; empty where we know none. What is not `final` cannot have come too late yet."""
    slug = _known(reason, code)
    return reader.t(f"deliveries-reason-{slug}") if slug and (final or slug != "too-late") else Html("")


def deliveries(reader: Reader, rows: Sequence[Outbox]) -> list[Html]:
    """The same of a message with one recipient or several: how many got it, and who did not and why."""
    if len(rows) <= 1:
        return [delivery(reader, state=row.state, reason=row.reason or "", code=row.code or "") for row in rows]
    arrived = [row for row in rows if row.state in (DeliveryState.SENT, DeliveryState.DELIVERED)]
    doubtful = sorted(
        (row for row in rows if row.state in DELIVERY_IN_DOUBT),
        key=lambda row: DELIVERY_FROM_WORST.index(row.state),
    )
    told = [reader.t("deliveries-of-several", arrived=len(arrived), count=len(rows))]
    for row in doubtful[:_NAMED]:
        words = delivery(reader, state=row.state, reason=row.reason or "", code=row.code or "")
        told.append(Html(f"<code>{escape(row.address[:80])}</code>: {words}"))
    if len(doubtful) > _NAMED:
        told.append(Html(f"… +{len(doubtful) - _NAMED}"))
    return told


def is_no_good(row: Outbox) -> bool:
    """Whether another try at this address is in vain: it is the address that is at fault."""
    return row.state is DeliveryState.SUPPRESSED or _known(row.reason or "", row.code or "") in _DEAD


def why(reader: Reader, *, state: DeliveryState, reason: str, code: str) -> Html:
    """Why it did not arrive: worded where we know the reason, else the provider's own words in quotes."""
    slug = _known(reason, code)
    if slug:
        return reader.t(f"deliveries-reason-{slug}")
    if " " in reason:
        return reader.t("deliveries-reason-said", text=fold(escape(reason), _SHOWN))
    if code or reason:
        return reader.t("deliveries-reason-code", code=fold(escape(code or reason), _SHOWN))
    slug = {DeliveryState.UNKNOWN: "interrupted", DeliveryState.CANCELLED: "cancelled"}.get(state, "failed")
    return reader.t(f"deliveries-reason-{slug}")


def _known(reason: str, code: str) -> str:
    ours = reason.split(":")[0].replace("_", "-")
    if ours in _OURS:
        return ours
    for given in (code, reason):
        if given in _BY_CODE:
            return _BY_CODE[given]
        enhanced = _ENHANCED.search(given)
        if enhanced:
            return next((slug for prefix, slug in _BY_ENHANCED if enhanced.group(0).startswith(prefix)), "")
    return ""
