"""How often marketing may reach one client over all channels together, and who of a batch would be one too many.

What is on its way counts as much as what was sent: a row is claimed (and that committed) before it is judged, so of two
workers that would use up the same client's last message at least one sees the other's, whichever came first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.outbox.delivery import Delivery, Hold, Suppress, Verdict
from storage.queries.consents import Reached

CAPPED = "frequency-cap"
CROWDED = "another-on-its-way"
# A mailing is news: what could go only later than this after it was planned is not sent at all.
PATIENCE = timedelta(days=3)
# Several at once for a client's last message: the oldest row looks again first, the others after it.
_LOOK_AGAIN = timedelta(seconds=2)
_SPELLING = re.compile(r"([1-9]\d{0,2})\s*/\s*([1-9]\d{0,2})\s*([hdw])")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """At most `limit` messages to a client within any `period`."""

    limit: int
    period: timedelta

    @classmethod
    def read(cls, text: str) -> FrequencyCap | None:
        """`5/7d` (hours h, days d, weeks w), or None for `off`. Raises ValueError."""
        if text.strip().casefold() == "off":
            return None
        found = _SPELLING.fullmatch(text.strip().casefold())
        if found is None:
            raise ValueError("not a number of messages and a period such as 5/7d")
        return cls(int(found[1]), int(found[2]) * _UNITS[found[3]])


def judge(
    cap: FrequencyCap,
    deliveries: Sequence[Delivery],
    reached: Mapping[int, Sequence[Reached]],
    *,
    now: datetime,
) -> dict[int, Verdict]:
    """Verdicts by delivery id on those that may not go (yet), in the order of `deliveries`.

    `reached` is what each client at or over the cap got in the period or is about to get; clients missing there are free.
    """
    ours = {one.id for one in deliveries}
    passed: dict[int, int] = {}
    verdicts: dict[int, Verdict] = {}
    for one in deliveries:
        if one.client_id is None or one.client_id not in reached:
            continue
        rows = [row for row in reached[one.client_id] if row.id not in ours]
        sent = sorted(row.at for row in rows if row.at is not None)
        on_the_way = [row.id for row in rows if row.at is None]
        going = passed.get(one.client_id, 0)
        if len(sent) + going + len(on_the_way) < cap.limit:
            passed[one.client_id] = going + 1
        elif len(sent) + going < cap.limit:
            rank = 1 + sum(other < one.id for other in on_the_way)
            verdicts[one.id] = Hold(until=now + rank * _LOOK_AGAIN, reason=CROWDED)
        else:
            verdicts[one.id] = _over(one, cap, sent, going, now)
    return verdicts


def _over(delivery: Delivery, cap: FrequencyCap, sent: Sequence[datetime], going: int, now: datetime) -> Verdict:
    """Held until enough of what was sent is out of the period; what goes now stays in it for all of it."""
    must_leave = len(sent) + going - cap.limit
    since = sent[must_leave] if must_leave < len(sent) else now
    until = since + cap.period
    if until > delivery.created_at + PATIENCE:
        return Suppress(CAPPED)
    return Hold(until=until, reason=CAPPED)
