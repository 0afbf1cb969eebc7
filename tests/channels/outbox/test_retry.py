"""The retry policy as a table, and what it promises over a delivery's whole life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.message import Outcome, Phase, SendResult
from channels.outbox import retry
from channels.outbox.retry import Decision
from storage.models import Channel, DeliveryState

S = DeliveryState
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def decide(
    outcome: Outcome,
    *,
    channel: Channel = Channel.EMAIL,
    attempts: int = 1,
    age: timedelta = timedelta(),
    park: bool = False,
    retry_after: float | None = None,
) -> Decision:
    return retry.decide(
        result=SendResult(outcome, Phase.ENVELOPE, "x", retry_after=retry_after),
        channel=channel,
        delivery_id=7,
        attempts=attempts,
        created_at=NOW - age,
        now=NOW,
        park=park,
    )


@pytest.mark.parametrize(
    ("outcome", "park", "state", "spare", "suppress"),
    [
        (Outcome.ACCEPTED, False, S.SENT, False, False),
        (Outcome.ACCEPTED, True, S.SENT, False, False),
        (Outcome.PERMANENT, False, S.FAILED, False, False),
        (Outcome.SUPPRESS, False, S.FAILED, False, True),
        (Outcome.RETRY, False, S.PLANNED, False, False),
        (Outcome.RETRY, True, S.PLANNED, False, False),
        (Outcome.LATER, False, S.PLANNED, False, False),
        (Outcome.UNKNOWN, False, S.PLANNED, False, False),
        (Outcome.UNKNOWN, True, S.UNKNOWN, False, False),
        (Outcome.RATE_LIMITED, False, S.PLANNED, True, False),
        (Outcome.RATE_LIMITED, True, S.PLANNED, True, False),
        (Outcome.HALT, False, S.PLANNED, False, False),
    ],
)
def test_every_outcome_has_its_state(
    outcome: Outcome, park: bool, state: DeliveryState, spare: bool, suppress: bool
) -> None:
    decision = decide(outcome, park=park)
    assert (decision.state, decision.spare, decision.suppress) == (state, spare, suppress)


def test_only_limits_and_our_own_faults_pause_the_channel() -> None:
    assert decide(Outcome.RATE_LIMITED, retry_after=30).pause == timedelta(seconds=30)
    assert decide(Outcome.RATE_LIMITED, retry_after=0).pause == timedelta(0)
    assert decide(Outcome.RATE_LIMITED).pause == retry.DEFAULT_PAUSE
    assert decide(Outcome.HALT).pause == retry.HALT_PAUSE
    assert all(decide(one).pause is None for one in Outcome if one not in (Outcome.RATE_LIMITED, Outcome.HALT))


def test_what_alone_meets_our_own_fault_holds_the_others_up_ever_more_rarely() -> None:
    now, tries, pauses = NOW, 0, timedelta(0)
    while True:
        tries += 1
        decision = retry.decide(
            result=SendResult(Outcome.HALT),
            channel=Channel.SMS,
            delivery_id=1,
            attempts=tries,
            created_at=NOW,
            now=now,
            park=True,
        )
        pauses += decision.pause or timedelta(0)
        if decision.state is S.FAILED:
            break
        assert decision.due_at is not None
        assert decision.due_at >= now + retry.HALT_PAUSE
        now = decision.due_at
    assert now - NOW > timedelta(hours=20), "our own fault may take a day to mend"
    assert pauses < timedelta(hours=2)


def test_a_reason_that_allows_few_tries_ends_them() -> None:
    few = SendResult(Outcome.RETRY, tries=2)
    decided = [
        retry.decide(
            result=few, channel=Channel.SMS, delivery_id=1, attempts=tries, created_at=NOW, now=NOW, park=True
        ).state
        for tries in (1, 2)
    ]
    assert decided == [S.PLANNED, S.FAILED]


@pytest.mark.parametrize("channel", list(Channel))
def test_a_delivery_that_never_goes_is_given_up_in_time(channel: Channel) -> None:
    policy, now, tries = retry.POLICIES[channel], NOW, 0
    while True:
        tries += 1
        decision = retry.decide(
            result=SendResult(Outcome.RETRY),
            channel=channel,
            delivery_id=tries,
            attempts=tries,
            created_at=NOW,
            now=now,
            park=False,
        )
        if decision.state is S.FAILED:
            break
        assert decision.due_at is not None
        assert now < decision.due_at <= NOW + policy.give_up_after
        now = decision.due_at
    assert now > NOW + policy.give_up_after - policy.longest * 1.3
    assert 10 < tries < 150


def test_a_lost_answer_at_the_very_end_is_not_called_a_failure() -> None:
    assert decide(Outcome.UNKNOWN, age=timedelta(days=6)).state is S.UNKNOWN
    assert decide(Outcome.RETRY, age=timedelta(days=6)).state is S.FAILED


def test_a_provider_may_ask_for_more_patience_but_not_for_less() -> None:
    patient, hasty = decide(Outcome.RETRY, retry_after=7200), decide(Outcome.RETRY, retry_after=1)
    assert patient.due_at == NOW + timedelta(hours=2)
    assert hasty.due_at == decide(Outcome.RETRY).due_at


def test_what_was_put_off_together_does_not_come_back_together_or_too_soon() -> None:
    waits = {
        retry.decide(
            result=SendResult(Outcome.LATER, Phase.ENVELOPE, "450", retry_after=300),
            channel=Channel.EMAIL,
            delivery_id=one,
            attempts=1,
            created_at=NOW,
            now=NOW,
            park=False,
        ).due_at
        for one in range(1000)
    }
    assert len(waits) > 990
    assert all(due is not None and timedelta(seconds=300) <= due - NOW <= timedelta(seconds=375) for due in waits)


@given(st.sampled_from(Channel), st.integers(1, 2**40), st.integers(1, 200))
def test_delays_are_bounded_spread_and_repeatable(channel: Channel, delivery_id: int, attempts: int) -> None:
    policy = retry.POLICIES[channel]
    wait = retry.delay(channel=channel, delivery_id=delivery_id, attempts=attempts)
    assert wait == retry.delay(channel=channel, delivery_id=delivery_id, attempts=attempts)
    assert policy.first * 0.75 <= wait <= policy.longest * 1.25


def test_deliveries_that_failed_together_do_not_come_back_together() -> None:
    waits = {retry.delay(channel=Channel.EMAIL, delivery_id=one, attempts=3) for one in range(1000)}
    assert len(waits) > 990
