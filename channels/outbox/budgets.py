"""Allowances that all processes share: so many messages per domain and minute, segments per number, money per day.

A sender says what a message costs (`Sender.charges`); the pump takes it in the transaction that begins the sending, so
what is spent and what is sent cannot disagree by more than what a crash leaves in doubt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from storage.database import real_now
from storage.queries import budgets as rows
from storage.queries.inbox import Unit

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# From here on a period is counted in product time: a day's allowance belongs to the day people see.
_LONG: Final = 3600
_KEPT: Final = timedelta(days=3)
_KEPT_SHORT: Final = timedelta(hours=1)  # a busy minute has a row for every domain


@dataclass(frozen=True, slots=True)
class Charge:
    """What a message takes of one allowance: `amount` of `limit` per `seconds`, and money in millionths of the currency.

    A limit of 0 means that only the money counts, a `money_limit` of 0 that only the amount does. A `strict` limit is
    never exceeded, not even by a message larger than a whole period's. An amount of 0 takes nothing: the message waits
    for the scope's pauses alone. A `ramp` has the limits of the first periods ever, one by one; after them there is
    none. `of_recipient`: what the recipient's side slows down pauses this scope.
    """

    scope: str
    amount: int
    limit: int
    seconds: int
    money: int = 0
    money_limit: int = 0
    strict: bool = False
    ramp: tuple[int, ...] = ()
    of_recipient: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """An allowance is used up; the next period begins in `seconds`."""

    scope: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken for one message, and when (product time): enough to give it back."""

    charges: Sequence[Charge]
    at: datetime


async def take(
    unit: Unit, wanted: Sequence[Sequence[Charge]], *, now: datetime, returned: Sequence[Taken] = ()
) -> list[Refused | None]:
    """Takes what each message needs, in order, all of its charges or none; None where it may go.

    A message larger than a whole period's limit goes when the period is untouched, unless the limit is strict: it could
    never go otherwise. `returned` is given back first: what was taken for messages that did not go.
    """
    taken = _given_back(returned)
    if not any(wanted) and not taken:
        return [None] * len(wanted)
    paused = await rows.paused(unit)
    wanted = await _on_their_ramps(unit, wanted, now)
    counted = [[charge for charge in charges if charge.amount or charge.money] for charges in wanted]
    if not paused and not any(counted) and not taken:
        return [None] * len(wanted)
    periods = {charge.scope: _period(charge, now) for charges in counted for charge in charges}
    until = {(scope, number): _over(scope, counted, number) for scope, (number, _) in periods.items()}
    used = await rows.used(unit, until.keys() | taken.keys(), until=dict.fromkeys(taken, now + _KEPT) | until)
    behind: dict[str, int] = {}
    answers: list[Refused | None] = []
    for charges, counting in zip(wanted, counted, strict=True):
        refused = _pause_of(charges, paused) or next(
            (one for charge in counting if (one := _refusal(charge, periods, used, taken))), None
        )
        answers.append(_in_line(refused, counting, behind))
        if refused is not None:
            continue
        for charge in counting:
            key = (charge.scope, periods[charge.scope][0])
            amount, money = taken.get(key, (0, 0))
            taken[key] = (amount + charge.amount, money + charge.money)
    await rows.take(unit, taken)
    return answers


def _given_back(returned: Sequence[Taken]) -> dict[rows.Key, tuple[int, int]]:
    """What goes back to long periods; a second or a minute is over before anybody could use what is left of it."""
    back: dict[rows.Key, tuple[int, int]] = {}
    for taken in returned:
        for charge in taken.charges:
            if charge.seconds >= _LONG:
                key = (charge.scope, _period(charge, taken.at)[0])
                amount, money = back.get(key, (0, 0))
                back[key] = (amount - charge.amount, money - charge.money)
    return back


def _pause_of(charges: Sequence[Charge], paused: Mapping[str, datetime]) -> Refused | None:
    """Somebody asked us to leave one of the scopes alone for a while."""
    ends = [(paused[charge.scope], charge.scope) for charge in charges if charge.scope in paused]
    if not ends:
        return None
    until, scope = max(ends)
    return Refused(scope, max(0.0, (until - real_now()).total_seconds()))


def _in_line(refused: Refused | None, charges: Sequence[Charge], behind: dict[str, int]) -> Refused | None:
    """The period in which a message's turn comes, counting those refused before it: they need not all ask again at once."""
    if refused is None:
        return None
    charge = next((one for one in charges if one.scope == refused.scope and one.limit > 0 and one.amount > 0), None)
    if charge is None or charge.ramp:  # a ramp gives more the next day, nobody knows here how much
        return refused
    before = behind.get(refused.scope, 0)
    behind[refused.scope] = before + charge.amount
    return Refused(refused.scope, refused.seconds + before // charge.limit * charge.seconds)


async def _on_their_ramps(unit: Unit, wanted: Sequence[Sequence[Charge]], now: datetime) -> Sequence[Sequence[Charge]]:
    """With the limit of the day a ramp has come to; what is past its ramp is not counted any more."""
    ramps = {charge.scope: charge for charges in wanted for charge in charges if charge.ramp}
    if not ramps:
        return wanted
    day: dict[str, int] = {}
    for scope, charge in sorted(ramps.items()):
        number, _ = _period(charge, now)
        day[scope] = number - await rows.first_period(unit, scope=scope, period=number)
    climbed = {scope for scope, charge in ramps.items() if day[scope] >= len(charge.ramp)}
    return [
        [
            replace(charge, limit=charge.ramp[day[charge.scope]]) if charge.ramp else charge
            for charge in charges
            if charge.scope not in climbed
        ]
        for charges in wanted
    ]


def _refusal(
    charge: Charge,
    periods: dict[str, tuple[int, float]],
    used: dict[rows.Key, tuple[int, int]],
    taken: dict[rows.Key, tuple[int, int]],
) -> Refused | None:
    number, left = periods[charge.scope]
    key = (charge.scope, number)
    before, spent = used.get(key, (0, 0))
    more, dearer = taken.get(key, (0, 0))
    amount, money = before + more, spent + dearer
    touched = amount > 0 or charge.strict
    too_many = charge.limit > 0 and touched and amount + charge.amount > charge.limit
    too_dear = charge.money_limit > 0 and money + charge.money > charge.money_limit
    return Refused(charge.scope, left) if too_many or too_dear else None


def _period(charge: Charge, now: datetime) -> tuple[int, float]:
    """The number of the running period and the seconds until the next one."""
    moment = (now if charge.seconds >= _LONG else real_now()) - _EPOCH
    number, into = divmod(moment.total_seconds(), charge.seconds)
    return int(number), charge.seconds - into


def _over(scope: str, wanted: Sequence[Sequence[Charge]], number: int) -> datetime:
    seconds = next(charge.seconds for charges in wanted for charge in charges if charge.scope == scope)
    return _EPOCH + timedelta(seconds=(number + 1) * seconds) + (_KEPT if seconds >= _LONG else _KEPT_SHORT)
