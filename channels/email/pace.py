"""How fast mail may go: in all, to each receiving domain, and in the first days of a new sender; shared by all processes.

Settings are words people write (`gmail.com=30/m *=300/m`); here they become charges against allowances. A domain is also
what its own "not so fast" pauses, whether it has a limit or not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from channels.message import OutgoingEmail
from channels.outbox.budgets import Charge
from channels.outbox.delivery import Delivery, Message
from channels.outbox.enqueue import PRIORITY_PERSON

OTHERS: Final = "*"
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DAY: Final = 86_400
_RULE: Final = re.compile(r"([^=\s]+)=(\d{1,7})/([smhd])")
_DOMAIN: Final = re.compile(r"\*|(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_MOST_RAMP_DAYS: Final = 90
_LONGEST_SCOPE: Final = 100


@dataclass(frozen=True, slots=True)
class Allowance:
    """`limit` messages per `seconds`, together for all domains that share the `scope`."""

    scope: str
    limit: int
    seconds: int


@dataclass(frozen=True, slots=True)
class MailPace:
    """`rate` in messages a second over all processes, 0 for no limit; `warmup` has the messages of each first day."""

    rate: float = 0.0
    domains: Mapping[str, Allowance] = field(default_factory=dict)
    warmup: tuple[int, ...] = ()

    def charges(self, delivery: Delivery, message: Message) -> Sequence[Charge]:
        """What one message takes. Somebody's own letter counts in the warm-up, and is not held by it."""
        if not isinstance(message, OutgoingEmail):
            return ()
        domain = message.to_address.rpartition("@")[2].lower()
        if self._is_free:
            return _unlimited(domain)
        taken = [self._domain_charge(domain)]
        if self.rate:
            limit, seconds = _whole(self.rate)
            taken.append(Charge("email:all", 1, limit, seconds))
        if self.warmup:
            ramp = () if delivery.priority == PRIORITY_PERSON else self.warmup
            taken.append(Charge(_scope("warm-up", message.from_address.lower()), 1, 0, _DAY, ramp=ramp))
        return taken

    def _domain_charge(self, domain: str) -> Charge:
        allowance = self.domains.get(domain)
        if allowance is not None:
            return Charge(allowance.scope, 1, allowance.limit, allowance.seconds, of_recipient=True)
        others = self.domains.get(OTHERS)
        if others is not None:  # each of them has as much
            return Charge(_scope("domain", domain), 1, others.limit, others.seconds, of_recipient=True)
        return _unlimited(domain)[0]

    @property
    def _is_free(self) -> bool:
        return not (self.rate or self.warmup or self.domains)


def read_domain_rates(words: str) -> dict[str, Allowance]:
    """`gmail.com=30/m mail.ru,bk.ru=60/m *=300/m`: domains with a comma between them share one allowance.

    Per s(econd), m(inute), h(our) or d(ay). Raises ValueError naming the word that cannot be read.
    """
    allowances: dict[str, Allowance] = {}
    for word in words.split():
        found = _RULE.fullmatch(word.lower())
        domains = found.group(1).split(",") if found else []
        if found is None or not all(_DOMAIN.fullmatch(domain) for domain in domains):
            raise ValueError(f"{word!r} is not domain=number/s, /m, /h or /d")
        if int(found.group(2)) == 0:
            raise ValueError(f"{word!r} lets nothing through; leave the domain out for no limit")
        for domain in domains:
            if domain in allowances:
                raise ValueError(f"{domain!r} stands there twice")
            scope = _scope("domain", domains[0])
            allowances[domain] = Allowance(scope, int(found.group(2)), _SECONDS[found.group(3)])
    return allowances


def read_warmup(words: str) -> tuple[int, ...]:
    """`50 100 200 400`: how many on the first day, the second, and so on; afterwards as many as the other limits let.

    Raises ValueError naming the word that cannot be read.
    """
    days = words.replace(",", " ").split()
    wrong = next((word for word in days if not word.isdecimal() or not 0 < int(word) <= 10_000_000), None)
    if wrong is not None:
        raise ValueError(f"{wrong!r} is not a number of messages")
    if len(days) > _MOST_RAMP_DAYS:
        raise ValueError(f"more than {_MOST_RAMP_DAYS} days")
    return tuple(int(word) for word in days)


@lru_cache(maxsize=10_000)
def _unlimited(domain: str) -> tuple[Charge, ...]:
    """Takes nothing; the domain's own pauses hold it all the same."""
    return (Charge(_scope("domain", domain), 0, 0, 1, of_recipient=True),)


def _scope(kind: str, name: str) -> str:
    plain = f"email:{kind}:{name}" if kind != "domain" else f"email:{name}"
    if len(plain) <= _LONGEST_SCOPE:
        return plain
    return f"email:{kind}:{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


@lru_cache(maxsize=8)
def _whole(rate: float) -> tuple[int, int]:
    """Whole messages in the shortest whole number of seconds, at most a minute."""
    for seconds in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30):
        if rate * seconds >= 1 and abs(rate * seconds - round(rate * seconds)) < 1e-6:
            return round(rate * seconds), seconds
    return max(1, int(rate * 60)), 60 if rate * 60 >= 1 else int(1 / rate)
