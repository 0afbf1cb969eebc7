"""The tests behind a trial's winner, against counting every case there is."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import comb
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.mailings.significance import LEVEL, Arm, compare, fisher, two_proportions


@st.composite
def arms(draw: st.DrawFn, most: int) -> tuple[Arm, Arm]:
    first, second = draw(st.integers(1, most)), draw(st.integers(1, most))
    return Arm(first, draw(st.integers(0, first))), Arm(second, draw(st.integers(0, second)))


@settings(max_examples=60, deadline=None)
@given(arms(6))
def test_fisher_is_what_dealing_people_out_in_every_way_gives(pair: tuple[Arm, Arm]) -> None:
    """Everybody is dealt into the first half in every possible way; how often is the deal as odd as the one seen?"""
    a, b = pair
    people = [1] * (a.did + b.did) + [0] * (a.reached + b.reached - a.did - b.did)
    deals = [sum(people[one] for one in chosen) for chosen in combinations(range(len(people)), a.reached)]
    often = {k: deals.count(k) for k in set(deals)}
    assert fisher(a, b) == Fraction(sum(n for n in often.values() if n <= often[a.did]), len(deals))


@given(arms(5_000))
def test_the_large_test_is_the_chi_square_of_the_table(pair: tuple[Arm, Arm]) -> None:
    a, b = pair
    total, did = a.reached + b.reached, a.did + b.did
    if did in (0, total):
        assert two_proportions(a, b) == 1.0
        return
    crossed = a.did * (b.reached - b.did) - b.did * (a.reached - a.did)
    chi = Fraction(total * crossed**2, a.reached * b.reached * did * (total - did))
    assert two_proportions(a, b) == pytest.approx(2 * (1 - NormalDist().cdf(float(chi) ** 0.5)), abs=1e-9)


@given(arms(3_000))
def test_neither_half_is_favoured(pair: tuple[Arm, Arm]) -> None:
    a, b = pair
    assert compare(a, b) == compare(b, a)
    assert 0 <= compare(a, b).p <= 1
    others = Arm(a.reached, a.reached - a.did), Arm(b.reached, b.reached - b.did)
    assert compare(*others).p == pytest.approx(compare(a, b).p)


@pytest.mark.parametrize(("reached", "share"), [(20, 0.1), (20, 0.5), (60, 0.05), (60, 0.3), (150, 0.1)])
def test_twice_the_same_letter_wins_about_as_seldom_as_is_said(reached: int, share: float) -> None:
    """Every result two equal halves can have, with its probability: those in which a difference would be claimed."""
    chance = [comb(reached, k) * share**k * (1 - share) ** (reached - k) for k in range(reached + 1)]
    wrong = sum(
        chance[first] * chance[second]
        for first in range(reached + 1)
        for second in range(reached + 1)
        if chance[first] * chance[second] > 1e-12 and compare(Arm(reached, first), Arm(reached, second)).claimed
    )
    assert wrong < LEVEL * 1.3


@pytest.mark.parametrize(
    ("a", "b", "claimed", "exact"),
    [
        (Arm(100, 5), Arm(100, 16), True, False),
        (Arm(100, 8), Arm(100, 12), False, False),
        (Arm(10, 0), Arm(10, 3), False, True),
        (Arm(30, 0), Arm(30, 8), True, True),
        (Arm(0, 0), Arm(10, 3), False, True),
        (Arm(50, 0), Arm(50, 0), False, True),
        (Arm(100_000, 3), Arm(100_000, 4), False, True),
        (Arm(100_000, 99_999), Arm(100_000, 99_980), True, False),
    ],
)
def test_examples(a: Arm, b: Arm, claimed: bool, exact: bool) -> None:
    found = compare(a, b)
    assert (found.claimed, found.exact) == (claimed, exact)


def test_more_cannot_have_done_it_than_were_reached() -> None:
    with pytest.raises(ValueError, match="more did it"):
        Arm(3, 4)
