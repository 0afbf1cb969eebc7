"""What the SMS of a mailing are billed as: of those looked at by their real texts, of all as if the others were like them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from channels.sms.terms import Quote, SmsTerms
from crm.mailings.composing import link_out, with_stop
from crm.mailings.pacing import Load
from storage.models import Language, TrialSide


@dataclass(frozen=True, slots=True)
class Text:
    """One person's SMS without how to stop. `other` is what version B of a trial would say, `side` the part they are in."""

    address: str
    language: Language
    text: str
    other: str | None = None
    side: TrialSide = TrialSide.A


@dataclass(frozen=True, slots=True)
class _Billed:
    """`a` or `b` alone where it is known which text they get; both where a trial decides."""

    language: Language
    a: Quote | None
    b: Quote | None


@dataclass(frozen=True)
class Bill:
    """What those looked at are billed as, how to stop included; `barred` of them get nothing."""

    barred: int
    _people: tuple[_Billed, ...]

    @property
    def most(self) -> int:
        return max((quote.segments for one in self._people for quote in (one.a, one.b) if quote), default=0)

    @property
    def is_open(self) -> bool:
        """Whether a trial decides which of two texts the rest gets: they are counted at the dearer one."""
        return any(one.a and one.b for one in self._people)

    def for_all(self, reached: int, *, stands_for: Mapping[Language, float]) -> Load:
        """The sum; of more people than were looked at, as if the others wrote alike.

        `stands_for` says for how many of their language each of those looked at stands.
        """
        people = sum(stands_for.get(one.language, 1.0) for one in self._people)
        if not people:
            return Load(0, 0)
        share = max(len(self._people), reached) / people
        segments, money = self._sum(stands_for, lambda quote: quote.segments), None
        if all(quote.money is not None for one in self._people for quote in (one.a, one.b) if quote):
            money = round(self._sum(stands_for, lambda quote: quote.money or 0) * share)
        return Load(round(segments * share), money)

    def _sum(self, stands_for: Mapping[Language, float], amount: Callable[[Quote], int]) -> float:
        known = rest_a = rest_b = 0.0
        for one in self._people:
            weight = stands_for.get(one.language, 1.0)
            a, b = (weight * amount(quote) if quote else 0.0 for quote in (one.a, one.b))
            if one.a and one.b:
                rest_a, rest_b = rest_a + a, rest_b + b
            else:
                known += a + b
        return known + max(rest_a, rest_b)


def bill(texts: Sequence[Text], terms: SmsTerms) -> Bill:
    """Each address once."""
    link = link_out(terms)
    barred, people = 0, []
    for one in {text.address: text for text in texts}.values():
        a = None if one.side is TrialSide.B and one.other is not None else with_stop(one.text, one.language, link)
        b = None if one.side is TrialSide.A or one.other is None else with_stop(one.other, one.language, link)
        if any(terms.refusal(one.address, whole) is not None for whole in (a, b) if whole is not None):
            barred += 1
            continue
        quotes = [None if whole is None else terms.quote(one.address, whole) for whole in (a, b)]
        people.append(_Billed(one.language, *quotes))
    return Bill(barred, tuple(people))


def standing_for(counts: Mapping[Language, int], looked_at: Sequence[Language]) -> dict[Language, float]:
    """For how many of their language each of those looked at stands."""
    seen = Counter(looked_at)
    return {language: max(1.0, counts.get(language, 0) / number) for language, number in seen.items()}
