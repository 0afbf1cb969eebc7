"""Whether two shares differ by more than chance would have it: Fisher's exact test for few, the two-proportion test for many.

A difference is claimed below LEVEL only: of a hundred trials of twice the same letter about five would then still "win".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

LEVEL: Final = 0.05
_ENOUGH: Final = 5  # expected in each cell, for the normal curve to be near enough (Cochran)


@dataclass(frozen=True, slots=True)
class Arm:
    """One half: how many it reached, and how many of them did what is measured."""

    reached: int
    did: int

    def __post_init__(self) -> None:
        if not 0 <= self.did <= self.reached:
            raise ValueError("more did it than were reached")

    @property
    def share(self) -> Fraction:
        return Fraction(self.did, self.reached) if self.reached else Fraction(0)


@dataclass(frozen=True, slots=True)
class Finding:
    """How likely a difference as large is by chance alone (two-sided), and by which test."""

    p: float
    exact: bool

    @property
    def claimed(self) -> bool:
        """Whether a difference may be claimed."""
        return self.p < LEVEL


def compare(a: Arm, b: Arm) -> Finding:
    """The test that fits the numbers."""
    total, did = a.reached + b.reached, a.did + b.did
    if not a.reached or not b.reached or did in (0, total):
        return Finding(1.0, exact=True)
    fewest = Fraction(min(a.reached, b.reached) * min(did, total - did), total)
    if fewest < _ENOUGH:
        return Finding(float(fisher(a, b)), exact=True)
    return Finding(two_proportions(a, b), exact=False)


def fisher(a: Arm, b: Arm) -> Fraction:
    """Fisher's exact test: of all ways to share out those who did it, the part that is no likelier than what was seen."""
    did = a.did + b.did
    lowest, highest = max(0, did - b.reached), min(did, a.reached)
    ways = [math.comb(a.reached, k) * math.comb(b.reached, did - k) for k in range(lowest, highest + 1)]
    seen = ways[a.did - lowest]
    return Fraction(sum(one for one in ways if one <= seen), sum(ways))


def two_proportions(a: Arm, b: Arm) -> float:
    """The two-proportion z test with the pooled share."""
    pooled = (a.did + b.did) / (a.reached + b.reached)
    error = math.sqrt(pooled * (1 - pooled) * (1 / a.reached + 1 / b.reached))
    return math.erfc(abs(float(a.share - b.share)) / error / math.sqrt(2)) if error else 1.0
