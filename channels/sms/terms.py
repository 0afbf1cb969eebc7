"""On what terms SMS go out: from whom, how fast, to which countries, at what price, and how much a day may cost.

Built once from the settings; asked when a message is composed (crm, to say the price or a kind no) and again when it is
sent (channels/sms/sender.py), so that nothing leaves by another door. Money is in millionths of the installation's
currency: a segment costs less than a cent in some countries.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Final

from channels.outbox.budgets import Charge
from channels.sms import segments

ELSEWHERE: Final = "*"
MILLION: Final = 1_000_000
DAY_SCOPE: Final = "sms:day"
_DAY: Final = 86_400
# Twilio takes bodies of 1,600 characters: 24 segments of UCS-2 and no more.
_LARGEST: Final = 24
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_SERVICE: Final = re.compile(r"MG[0-9a-fA-F]{32}")
_SHORT_CODE: Final = re.compile(r"[0-9]{3,8}")
_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


class Refusal(StrEnum):
    """Why no SMS goes to a number whatever the hour; the ledger's code for it."""

    COUNTRY = "country-not-allowed"
    PREMIUM = "premium-number"
    LARGE = "over-day-cap"  # the message alone is more than a whole day may have


@dataclass(frozen=True, slots=True)
class Quote:
    """What one message is billed as. `money` is None where no price is set."""

    segments: int
    money: int | None


@dataclass(frozen=True)
class SmsTerms:
    """`rate` is segments per second of the sender; `prices` go by country, `*` for all others; a cap of 0 is none.

    `public_url` begins the links that messages carry.
    """

    sender: str = ""
    rate: float = 10.0
    validity: int | None = None  # seconds
    prices: Mapping[str, int] = field(default_factory=dict)
    countries: frozenset[str] = frozenset()
    day_segments: int = 0
    day_money: int = 0
    public_url: str = ""

    @property
    def takes_replies(self) -> bool:
        """Whether people can answer: to a name shown instead of a number they cannot."""
        return not is_name(self.sender)

    def quote(self, number: str, text: str) -> Quote:
        """Segments and price of a text to an E.164 number."""
        parts = segments.count(text).segments
        price = self.prices.get(_region(number), self.prices.get(ELSEWHERE))
        return Quote(parts, None if price is None else price * parts)

    def refusal(self, number: str, text: str = "") -> Refusal | None:
        """Why this may never go; None when it may."""
        if is_dear(number):
            return Refusal.PREMIUM
        if self.countries and _region(number) not in self.countries:
            return Refusal.COUNTRY
        quoted = self.quote(number, text)
        too_many = 0 < self.day_segments < quoted.segments
        too_dear = 0 < self.day_money < (quoted.money or 0)
        return Refusal.LARGE if too_many or too_dear else None

    def charges(self, number: str, text: str) -> tuple[Charge, ...]:
        """What a message takes of what all processes share: the sender's pace, and the day's segments and money.

        One second alone would let a long message through each second of a slow sender; the longer window, large enough
        for the longest message, keeps the average.
        """
        quoted = self.quote(number, text)
        pace = f"sms:{self.sender}"
        window = math.ceil(_LARGEST / self.rate)
        taken = [Charge(pace, quoted.segments, max(1, math.floor(self.rate)), 1)]
        if window > 1:
            taken.append(Charge(f"{pace}:average", quoted.segments, max(1, math.floor(self.rate * window)), window))
        if self.day_segments or self.day_money:
            money = quoted.money or 0
            taken.append(
                Charge(DAY_SCOPE, quoted.segments, self.day_segments, _DAY, money, self.day_money, strict=True)
            )
        return tuple(taken)


def is_sender(text: str) -> bool:
    """Whether Twilio could send from it: a number, a messaging service, a short code or a name of 11 characters."""
    return any(shape.fullmatch(text) for shape in (_NUMBER, _SERVICE, _SHORT_CODE, _NAME))


def is_number(sender: str) -> bool:
    """A number or a short code: texts come in to the very thing we send from."""
    return any(shape.fullmatch(sender) for shape in (_NUMBER, _SHORT_CODE))


def is_name(sender: str) -> bool:
    """A name shown instead of a number ("TOUCHLINE"): nobody can answer it, so STOP cannot come back either."""
    return bool(_NAME.fullmatch(sender)) and not _SERVICE.fullmatch(sender)


def read_prices(text: str) -> dict[str, int]:
    """`TH=0.03 DE=0.09 *=0.08` as millionths by country. Raises ValueError that names the part."""
    prices: dict[str, int] = {}
    for part in text.replace(",", " ").split():
        country, _, amount = part.partition("=")
        try:
            price = Decimal(amount) * MILLION
        except InvalidOperation:
            raise ValueError(f"not a price: {part}") from None
        if not price.is_finite() or not 0 <= price <= 1000 * MILLION:
            raise ValueError(f"not a price: {part}")
        prices[ELSEWHERE if country == ELSEWHERE else read_country(country)] = int(price.to_integral_value())
    return prices


def read_countries(text: str) -> frozenset[str]:
    """`DE TH, RU` as ISO codes. Raises ValueError that names the odd one."""
    return frozenset(read_country(part) for part in text.replace(",", " ").split())


def read_country(text: str) -> str:
    """An ISO 3166 code that has phone numbers, in capitals. Raises ValueError."""
    import phonenumbers

    code = text.strip().upper()
    if code not in phonenumbers.SUPPORTED_REGIONS:
        hint = " (the United Kingdom is GB)" if code == "UK" else ""
        raise ValueError(f"not a country: {text}{hint}")
    return code


@lru_cache(maxsize=4096)
def is_dear(number: str) -> bool:
    """Premium-rate, shared-cost and personal (+44 70) numbers: whoever holds one may earn by what reaches it."""
    import phonenumbers

    kinds = phonenumbers.PhoneNumberType
    dear = (kinds.PREMIUM_RATE, kinds.SHARED_COST, kinds.PERSONAL_NUMBER)
    try:
        return phonenumbers.number_type(phonenumbers.parse(number)) in dear
    except phonenumbers.NumberParseException:
        return False


@lru_cache(maxsize=4096)
def _region(number: str) -> str:
    """The ISO code of a number's country; empty where it has none."""
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""
