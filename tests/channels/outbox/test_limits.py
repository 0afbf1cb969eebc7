"""How fast a channel goes, in a time that only the test moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.outbox.limits import Bucket, Spacing


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_bucket_lets_a_burst_pass_and_then_its_rate() -> None:
    hand = Hand()
    bucket = Bucket(rate=10, burst=5, monotonic=hand)
    for _ in range(5):
        assert bucket.ready_in() == 0
        bucket.take()
    assert round(bucket.ready_in(), 6) == 0.1
    hand.at += 0.1
    assert round(bucket.ready_in(), 6) == 0
    hand.at += 3600
    assert bucket.ready_in(5) == 0
    bucket.take(5)
    assert bucket.ready_in() > 0, "an idle hour saves no more than one burst"


def test_something_larger_than_the_burst_still_goes_and_is_paid_for_afterwards() -> None:
    hand = Hand()
    bucket = Bucket(rate=1, burst=1, monotonic=hand)
    assert bucket.ready_in(4) == 0
    bucket.take(4)
    assert bucket.ready_in() == 4


@given(st.lists(st.floats(0, 2), min_size=1, max_size=200))
def test_no_window_carries_more_than_burst_and_rate(waits: list[float]) -> None:
    hand = Hand()
    bucket = Bucket(rate=30, burst=10, monotonic=hand)
    taken: list[float] = []
    for wait in waits:
        hand.at += wait
        while bucket.ready_in() <= 1e-9 and len(taken) < 2000:
            bucket.take()
            taken.append(hand.at)
    for start in taken:
        assert sum(start <= one < start + 1 for one in taken) <= 30 + 10 + 1


def test_keys_are_spaced_each_for_itself() -> None:
    hand = Hand()
    chats = Spacing(interval=1.0, monotonic=hand)
    chats.take("a")
    assert (chats.ready_in("a"), chats.ready_in("b")) == (1.0, 0.0)
    hand.at += 0.4
    assert round(chats.ready_in("a"), 6) == 0.6
    chats.take("group", interval=3.0)
    assert chats.ready_in("group") == 3.0


def test_keys_that_are_free_again_are_forgotten() -> None:
    hand = Hand()
    chats = Spacing(interval=1.0, monotonic=hand, keep=100)
    for number in range(1000):
        chats.take(number)
        hand.at += 0.5
    assert len(chats._free_at) <= 100
