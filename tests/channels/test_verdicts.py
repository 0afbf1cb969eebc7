"""What SMTP replies mean: the corpus of real replies, the classes as a whole, and that no reply is slow to read."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email import reasons
from channels.email.reasons import Reason
from channels.email.verdicts import Step, verdict
from channels.message import Outcome, Phase
from storage.models import BounceKind
from tests.channels.smtp_replies import REPLIES, Reply


def test_the_corpus_is_large_and_of_many_servers() -> None:
    assert len(REPLIES) >= 200
    assert len({reply.server for reply in REPLIES}) >= 30
    assert len({(reply.step, reply.code, reply.text) for reply in REPLIES}) == len(REPLIES)
    assert all(count >= 10 for count in Counter(reply.outcome for reply in REPLIES).values())


@pytest.mark.parametrize(
    "reply", REPLIES, ids=lambda reply: f"{reply.server}-{reply.step}-{reply.code}-{reply.text[:40]}"
)
def test_each_reply_means_what_it_says(reply: Reply) -> None:
    assert verdict(step=reply.step, code=reply.code, text=reply.text).outcome is reply.outcome


def test_no_reply_of_the_corpus_is_misread() -> None:
    wrong = [
        reply
        for reply in REPLIES
        if verdict(step=reply.step, code=reply.code, text=reply.text).outcome != reply.outcome
    ]
    print(f"{len(wrong)} of {len(REPLIES)} replies misread")
    assert not wrong


@given(st.sampled_from(Step), st.integers(400, 499), st.text(max_size=300))
def test_a_4_is_never_final(step: Step, code: int, text: str) -> None:
    outcome = verdict(step=step, code=code, text=text).outcome
    assert outcome in {Outcome.RETRY, Outcome.LATER, Outcome.RATE_LIMITED}


@given(st.sampled_from(Step), st.integers(500, 599), st.text(max_size=300))
def test_a_5_is_tried_once(step: Step, code: int, text: str) -> None:
    assert verdict(step=step, code=code, text=text).outcome in {Outcome.PERMANENT, Outcome.SUPPRESS, Outcome.HALT}


@pytest.mark.parametrize("step", [Step.GREETING, Step.AUTH, Step.MAIL])
def test_nothing_said_before_the_recipient_was_named_is_held_against_them(step: Step) -> None:
    for code in (500, 550, 551, 552, 553, 554):
        found = verdict(step=step, code=code, text="5.1.1 User unknown, mailbox full, no such domain")
        assert found.outcome is not Outcome.SUPPRESS
        assert found.bounce is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5.1.1 User unknown", BounceKind.HARD),
        ("5.2.2 Mailbox full", BounceKind.SOFT),
        ("5.2.1 The email account is disabled", BounceKind.SOFT),
        ("5.7.1 Message rejected as spam", BounceKind.BLOCK),
        ("5.3.4 Message too big", BounceKind.BLOCK),
    ],
)
def test_a_refusal_says_what_it_says_about_the_address(text: str, kind: BounceKind) -> None:
    assert verdict(step=Step.RCPT, code=550, text=text).bounce is kind


def test_patience_is_asked_for_where_soon_would_be_in_vain() -> None:
    greylisted = verdict(step=Step.RCPT, code=450, text="4.7.1 Greylisted, try again later")
    full = verdict(step=Step.RCPT, code=452, text="4.2.2 Over quota")
    assert (greylisted.outcome, greylisted.retry_after) == (Outcome.LATER, 300)
    assert full.retry_after == 3600
    assert verdict(step=Step.RCPT, code=451, text="4.3.0 Local error").retry_after is None


@pytest.mark.parametrize(
    ("step", "code", "text", "theirs"),
    [
        (Step.RCPT, 452, "4.5.3 Too many recipients received this hour", True),
        (Step.DOT, 421, "4.7.28 Unusual rate of unsolicited mail", True),
        (Step.MAIL, 450, "4.7.1 Too much mail", False),
        (Step.GREETING, 421, "4.7.0 Too many connections", False),
        (Step.DOT, 454, "Throttling failure: Maximum sending rate exceeded.", False),
        (Step.RCPT, 450, "4.7.1 Error: too many recipients from 192.0.2.7", False),
    ],
)
def test_a_limit_is_the_recipients_domain_s_or_our_own(step: Step, code: int, text: str, theirs: bool) -> None:
    found = verdict(step=step, code=code, text=text)
    assert (found.outcome, found.of_recipient) == (Outcome.RATE_LIMITED, theirs)


def test_a_yes_carries_the_queue_s_number() -> None:
    found = verdict(step=Step.DOT, code=250, text="2.0.0 Ok: queued as 4XyZ12345")
    assert (found.outcome, found.phase, found.code, found.provider_id) == (
        Outcome.ACCEPTED,
        Phase.DONE,
        "2.0.0",
        "4XyZ12345",
    )
    assert verdict(step=Step.DOT, code=250, text="OK id=1tABCD-000123-XY").provider_id == "1tABCD-000123-XY"


def test_an_answer_outside_the_protocol_is_in_doubt_after_the_dot_only() -> None:
    assert verdict(step=Step.DOT, code=354, text="go on").outcome is Outcome.UNKNOWN
    assert verdict(step=Step.RCPT, code=199, text="hm").outcome is Outcome.RETRY


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", Reason.REPUTATION),
        ("550 5.1.1 <full.mailbox.quota@spam.example>: User unknown", Reason.NO_SUCH_ADDRESS),
        ("550 host mx.user-unknown.example[192.0.2.1] said: Message too large", Reason.TOO_BIG),
        ("550 пользователь не найден", Reason.NO_SUCH_ADDRESS),
        ("552 กล่องจดหมายเต็ม", Reason.FULL),
        ("550 5.4.4 nonsense", Reason.NO_SUCH_DOMAIN),
        ("550 nonsense", Reason.OTHER),
        ("", Reason.OTHER),
    ],
)
def test_words_first_then_codes_and_no_word_of_an_address(text: str, reason: Reason) -> None:
    assert reasons.read(text) is reason


_HOSTILE = {
    "one letter": "a" * 100_000,
    "blanks": " " * 100_000,
    "dots": "5.1." * 25_000,
    "half phrases": "mailbox quota account " * 5_000,
    "half addresses": "a@" * 50_000,
    "no at": "a.b-c_" * 17_000,
    "links": "https://" * 12_500,
    "hosts": "host a.a.a.a " * 8_000,
    "transcripts": ">>> MAIL From:<" * 7_000,
    "bytes": "".join(map(chr, range(1, 0xD7FF)))[:100_000],
}


@pytest.mark.parametrize("text", _HOSTILE.values(), ids=_HOSTILE.keys())
def test_no_text_is_slow_to_read(text: str) -> None:
    began = time.process_time()
    reasons.weighed(reasons.read(text), text)
    verdict(step=Step.RCPT, code=550, text=text)
    assert time.process_time() - began < 0.1  # two readings of 100 kB, each in at most 50 ms
