"""F3 to F6: mail servers that cut the line, lose their answers, refuse, or are away."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections import Counter

import pytest

from storage.models import Channel, DeliveryState
from tests.conftest import Figures
from tests.faults.rig import IN_MOTION, Rig
from tests.faults.smtp_sink import SmtpSink, sink

S = DeliveryState


def share(recipient: str, percent: float, *, of: str) -> bool:
    """Whether a recipient belongs to a share that is the same in every run."""
    return zlib.crc32(f"{of}:{recipient}".encode()) % 10_000 < percent * 100


async def run_mailing(rig: Rig, mail: SmtpSink, recipients: int) -> tuple[int, dict[S, int]]:
    """Sends to everybody; the clock moves on by a day whenever all that is left waits for a retry."""
    await rig.company.add_clients(recipients - 2)
    await rig.start(TOUCHLINE_SMTP_URL=f"smtp://127.0.0.1:{mail.port}?starttls=never")
    mailing = await rig.company.mailing(Channel.EMAIL, rule="has email")
    async with asyncio.timeout(240):
        while sum((await rig.company.totals(mailing)).values()) < recipients:
            await asyncio.sleep(0.1)
        while IN_MOTION & set(await _settled(rig, mailing)):
            await rig.sandbox_moves(hours=24)
    return mailing, await rig.company.until_done(mailing, recipients, seconds=240)


async def _settled(rig: Rig, mailing: int) -> Counter[S]:
    """The states once nothing has changed for a while: what is left in motion waits for its time."""
    last, since = Counter[S](), time.monotonic()
    while time.monotonic() - since < 1.5:
        await rig.company.resume_paused(mailing)
        totals = await rig.company.totals(mailing)
        if totals != last:
            last, since = totals, time.monotonic()
        await asyncio.sleep(0.1)
    return last


@pytest.mark.crash
@pytest.mark.fault("F3")
async def test_a_server_that_cuts_the_line_within_the_message(rig: Rig, figures: Figures) -> None:
    recipients = figures.size(full=2_000, short=300)

    def at_data(recipient: str, tries: int) -> str:
        return "cut in data" if tries == 0 and share(recipient, 10, of="F3") else ""

    async with sink(at_data=at_data) as mail:
        _, totals = await run_mailing(rig, mail, recipients)
        cut = sum(share(one, 10, of="F3") for one in mail.taken)
    figures.say("cut within DATA", cut)
    figures.say("delivered", f"{len(mail.taken)} of {recipients}", "all")
    figures.say("twice", mail.duplicates, 0)
    assert cut > 0
    assert len(mail.taken) == recipients
    assert mail.duplicates == 0
    assert totals == {S.SENT: recipients}


@pytest.mark.crash
@pytest.mark.fault("F4")
async def test_a_server_that_takes_the_message_and_loses_its_answer(rig: Rig, figures: Figures) -> None:
    recipients = figures.size(full=10_000, short=600)

    def at_data(recipient: str, tries: int) -> str:
        return "cut before reply" if tries == 0 and share(recipient, 1, of="F4") else ""

    async with sink(at_data=at_data) as mail:
        _, totals = await run_mailing(rig, mail, recipients)
        lost_answers = sum(share(one, 1, of="F4") for one in mail.taken)
    figures.say("lost answers", lost_answers)
    figures.say("lost mails", recipients - len(mail.taken), 0)
    figures.say("twice, under one Message-ID", mail.duplicates, f"unknown or twice: {lost_answers}")
    assert lost_answers > 0
    assert len(mail.taken) == recipients
    assert mail.duplicates <= lost_answers
    assert all(len(identifiers) == 1 for identifiers in mail.identifiers.values())
    assert totals[S.SENT] + totals.get(S.UNKNOWN, 0) == recipients


@pytest.mark.crash
@pytest.mark.fault("F5")
async def test_refusals_for_now_and_for_good(rig: Rig, figures: Figures) -> None:
    recipients = figures.size(full=2_000, short=300)

    def at_rcpt(recipient: str, tries: int) -> str:
        if share(recipient, 5, of="F5 gone"):
            return "550 5.1.1 No such user here"
        if tries == 0 and share(recipient, 20, of="F5 busy"):
            return "450 4.2.1 Mailbox busy, try again later"
        return ""

    async with sink(at_rcpt=at_rcpt) as mail:
        _, totals = await run_mailing(rig, mail, recipients)
        gone = {one for one in mail.tried if share(one, 5, of="F5 gone")}
        busy = {one for one in mail.tried if share(one, 20, of="F5 busy")} - gone
    again = {one for one in gone if mail.tried[one] > 1}
    figures.say("refused for good", f"{len(gone)}, tried twice {len(again)}", 0)
    figures.say("refused for now", f"{len(busy)}, delivered {len(busy & set(mail.taken))}", "all")
    figures.say(
        "in a wrong state", abs(totals[S.FAILED] - len(gone)) + abs(totals[S.SENT] - (recipients - len(gone))), 0
    )
    assert gone
    assert busy
    assert not again
    assert busy <= set(mail.taken)
    assert totals == {S.SENT: recipients - len(gone), S.FAILED: len(gone)}


# Of product time, while a server is away: three days, well before mail is given up. It is back on the fourth, at the same
# hour of the day, which is nobody's quiet hour.
HOURS_AWAY, BACK_AFTER_H = 72, 96


@pytest.mark.crash
@pytest.mark.fault("F6")
async def test_a_server_that_says_421_and_then_is_gone(rig: Rig, figures: Figures) -> None:
    """421 in the middle, then every connection is turned away; afterwards all of it arrives."""
    recipients, away = 200, figures.size(full=600, short=62)

    def busy_from_fifty(_recipient: str, _tries: int) -> str:
        return "421 4.3.2 Going down" if len(mail.taken) >= 50 else ""

    async with sink(at_rcpt=busy_from_fifty) as mail:
        await rig.company.add_clients(recipients - 2)
        await rig.start(TOUCHLINE_SMTP_URL=f"smtp://127.0.0.1:{mail.port}?starttls=never")
        mailing = await rig.company.mailing(Channel.EMAIL, rule="has email")
        async with asyncio.timeout(60):
            while len(mail.taken) < 50:
                await asyncio.sleep(0.05)
        mail.greeting = "421 4.3.2 Not now"
        await asyncio.sleep(2)  # sessions that stood are told
        mail.connects.clear()
        began, moved = time.monotonic(), 0
        while time.monotonic() - began < away:
            moved += 1
            await rig.sandbox_moves(hours=1)  # so that due times are no reason to stay away
            await asyncio.sleep(max(1, away / HOURS_AWAY))
        tries = len(mail.connects)
        mail.greeting, mail.at_rcpt = "220 sink ESMTP", lambda _recipient, _tries: ""
        mail.first_at = None
        healed = time.monotonic()
        await rig.sandbox_moves(hours=BACK_AFTER_H - moved)
        async with asyncio.timeout(90):
            while mail.first_at is None:
                await asyncio.sleep(0.1)
        recovered = mail.first_at - healed
        totals = await rig.company.until_done(mailing, recipients, seconds=240)
    figures.say("away for", f"{away} s")
    figures.say("connections meanwhile", tries, f"one in 30 s: {away // 30 + 1}")
    figures.say("sends again after", f"{recovered:.0f} s", "60 s")
    figures.say("lost", recipients - len(mail.taken), 0)
    assert tries <= away // 30 + 1
    assert recovered <= 60
    assert len(mail.taken) == recipients
    assert totals == {S.SENT: recipients}
