"""The figures of a mailing that was launched: how far, how fast, who did what with it; they always add up to the plan."""

from __future__ import annotations

from collections.abc import Sequence

from bot.deliveries import why
from bot.mailings import picture
from bot.mailings.result_presses import FetchPicture, ShowAnswers, ShowMissedBy, ShowResults, ShowSlices
from bot.render import Html, Press, Reader, escape, lines
from crm import mailings
from crm.access import Action, allows
from crm.mailings import Failing, Held, Progress, results
from crm.mailings.results import Delivered
from storage.models import DeliveryState, Mailing, MailingState, TouchKind

BAR = 10
LOST = (DeliveryState.FAILED, DeliveryState.SUPPRESSED, DeliveryState.UNKNOWN, DeliveryState.CANCELLED)
ENDED = (MailingState.FINISHED, MailingState.CANCELLED)
_HOUR, _DAY = 60, 24 * 60


async def figures(reader: Reader, mailing: Mailing) -> tuple[list[Html | None], list[list[Press]]]:
    """The lines of a card after its head, and the buttons that lead to results and to those who did not get it."""
    found = await mailings.progress(reader.session, mailing=mailing, now=reader.now)
    told = [
        _bar(reader, found),
        reader.t("mailings-sent", sent=reader.number(found.sent), planned=reader.number(found.planned)),
        *delivered_lines(reader, await results.delivered(reader.session, mailing=mailing, figures=found)),
        *(_counted(reader, state.value, found.counts[state]) for state in LOST),
        _counted(reader, "waiting", found.waiting),
        *(_held(reader, one) for one in found.held),
        sums_line(reader, found),
        _pace(reader, found),
        *people_lines(reader, mailing, found),
        reader.t("mailings-started", at=reader.moment(mailing.started_at)) if mailing.started_at else None,
        reader.t("mailings-ended", at=reader.moment(mailing.finished_at)) if mailing.finished_at else None,
    ]
    rows = [[Press("📊 " + reader.t("results-open"), ShowResults(mailing.id))]] if found.sent else []
    if mailing.state in ENDED:
        rows += result_rows(reader, mailing, found)
    elif missed := missed_press(reader, mailing, found):
        rows.append([missed])
    return told, rows


def result_rows(reader: Reader, mailing: Mailing, found: Progress) -> list[list[Press]]:
    """What one does with a mailing's results, two to a row."""
    presses = []
    if found.sent and picture.can_draw():
        presses.append(Press("🖼 " + reader.t("results-picture"), FetchPicture(mailing.id)))
    if found.answered:
        answers = reader.t("results-answers-open", n=reader.number(found.answered))
        presses.append(Press("💬 " + answers, ShowAnswers(mailing.id)))
    if found.planned and allows(reader.staff, Action.EDIT_SEGMENTS):
        presses.append(Press("🎯 " + reader.t("results-slices"), ShowSlices(mailing.id)))
    missed = missed_press(reader, mailing, found)
    rows = [presses[at : at + 2] for at in range(0, len(presses), 2)]
    return [*rows, [missed]] if missed else rows


def missed_press(reader: Reader, mailing: Mailing, found: Progress) -> Press | None:
    """To those who did not get it, where there are any."""
    lost = sum(found.counts[state] for state in LOST)
    return Press(reader.t("mailings-missed", n=reader.number(lost)), ShowMissedBy(mailing.id)) if lost else None


def delivered_lines(reader: Reader, found: Sequence[Delivered]) -> list[Html]:
    """What is known to have arrived; by channel, and of how many, where there are two."""
    return [
        reader.t(
            f"mailings-count-delivered-{one.by}" if one.by else "mailings-count-delivered",
            n=reader.number(one.count),
            of=reader.number(one.of),
        )
        for one in found
    ]


def people_lines(reader: Reader, mailing: Mailing, found: Progress) -> list[Html | None]:
    """What came of it: returned, answered, clicked, opened (at least), left."""
    machines = found.touches.get((TouchKind.CLICK, True), 0)
    return [
        _counted(reader, "bounced", found.bounced),
        _counted(reader, "answered", found.answered),
        reader.t("results-clicked", n=reader.number(found.clicked), machines=machines)
        if mailing.track_clicks
        else None,
        reader.t("results-opened", n=reader.number(found.opened)) if mailing.track_opens else None,
        _counted(reader, "unsubscribed", found.unsubscribed),
    ]


def sums_line(reader: Reader, found: Progress) -> Html | None:
    """The sum as a sum, so that everybody can check it; a missing one is said, and of nothing nothing is."""
    if found.adds_up and not found.planned_rows:
        return None
    if not found.adds_up:
        missing = found.planned_rows - sum(found.sums.values())
        return reader.t("results-sums-wrong", n=reader.number(missing), planned=reader.number(found.planned_rows))
    parts = " + ".join(reader.number(count) for count in found.sums.values() if count) or "0"
    return reader.t("results-sums", planned=reader.number(found.planned_rows), parts=parts)


def halted_line(reader: Reader, mailing: Mailing) -> Html | None:
    """Why nothing can be said of its segment any more; None where something else stopped it."""
    code = mailings.read_halt(mailing.pause_reason)
    if code is None:
        return None
    cause = reader.t("enrolments-because-" + code.replace(".", "-").replace("_", "-"))
    return reader.t("results-paused-unreadable", cause=cause)


def failing_line(reader: Reader, failing: Failing) -> Html:
    """Why it stopped itself."""
    cause = why(reader, state=DeliveryState.FAILED, reason=failing.reason, code=failing.code)
    told = reader.t("results-paused-failing", count=reader.number(failing.count), of=reader.number(failing.of))
    return lines(told, Html(f"  · {cause}"))


def _bar(reader: Reader, found: Progress) -> Html:
    """▓▓▓░░░░░░░ 30%: what no longer waits."""
    done = found.planned - found.waiting
    filled = done * BAR // found.planned if found.planned else 0
    percent = done * 100 // found.planned if found.planned else 0
    return Html(f"{'▓' * filled}{'░' * (BAR - filled)} {escape(reader.number(percent))}%")


def _pace(reader: Reader, found: Progress) -> Html | None:
    """How many a minute, and how long the rest takes at that."""
    if found.per_minute is None:
        return None
    left = found.minutes_left
    if left is None:
        return reader.t("results-pace", n=found.per_minute)
    hours, minutes = divmod(left, _HOUR)
    return reader.t("results-pace-left", n=found.per_minute, hours=hours, minutes=minutes)


def _held(reader: Reader, held: Held) -> Html:
    """Who waits for what, and when the first of them goes."""
    key = f"mailings-held-{held.reason}" if held.is_all else f"mailings-held-{held.reason}-many"
    return Html("  · " + reader.t(key, n=held.count, at=reader.moment(held.until)))


def _counted(reader: Reader, what: str, count: int) -> Html | None:
    return reader.t(f"mailings-count-{what}", n=reader.number(count)) if count else None
