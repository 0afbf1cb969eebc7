"""Allowances that all processes share: so many messages per domain and minute, segments per number, money per day.

A sender says what a message costs (`Sender.charges`); the pump takes it in the transaction that begins the sending, so
what is spent and what is sent cannot disagree by more than what a crash leaves in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from storage.database import real_now
from storage.queries import budgets as rows
from storage.queries.inbox import Unit

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# From here on a period is counted in product time: a day's allowance belongs to the day people see.
_LONG: Final = 3600
_KEPT: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Charge:
    """What a message takes of one allowance: `amount` of `limit` per `seconds`, and money in millionths of the currency.

    A limit of 0 means that only the money counts, a `money_limit` of 0 that only the amount does. A `strict` limit is
    never exceeded, not even by a message larger than a whole period's.
    """

    scope: str
    amount: int
    limit: int
    seconds: int
    money: int = 0
    money_limit: int = 0
    strict: bool = False


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
    periods = {charge.scope: _period(charge, now) for charges in wanted for charge in charges}
    until = {(scope, number): _over(scope, wanted, number) for scope, (number, _) in periods.items()}
    used = await rows.used(unit, until.keys() | taken.keys(), until=dict.fromkeys(taken, now + _KEPT) | until)
    answers: list[Refused | None] = []
    for charges in wanted:
        refused = next((one for charge in charges if (one := _refusal(charge, periods, used, taken))), None)
        answers.append(refused)
        if refused is not None:
            continue
        for charge in charges:
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
    return _EPOCH + timedelta(seconds=(number + 1) * seconds) + _KEPT
