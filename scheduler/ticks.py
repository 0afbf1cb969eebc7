"""The table of ticks: what happens because time passed, and the loop that fires them.

APScheduler is only the ticker (memory store, one run at a time, missed runs merged): what is due is a column in the
database, so a restart forgets nothing and two schedulers that run anyway do nothing twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Select

from crm import calls, halts, mailboxes, reminding, writing
from crm.automations import calling, dates, feed, leaving, presence, walking
from crm.contact_rules import ContactRules
from crm.deliveries import doubt
from crm.inbound import media
from crm.mailings import Terms, expanding, failing, following, guarding, recurring, trials
from scheduler import housekeeping
from scheduler.clock import Clock
from storage.database import Database
from storage.queries import leases

log = structlog.get_logger("touchline.scheduler")

LEASE = "scheduler"
LEASE_SECONDS = 30.0
BATCHES_AT_ONCE = 20  # then the other ticks get their turn; the rest follows a moment later
MOMENT_S = 0.3  # of a tick that comes more seldom


@dataclass(frozen=True)
class Tick:
    """One thing that time brings about: a verb that does one batch in the unit of work it is handed and says how much.

    `every` is in seconds of the host; what is due is asked of product time.
    """

    name: str
    every: float
    verb: Callable[..., Awaitable[int]]  # (session, *, now) -> how many it moved
    look: Callable[[datetime], Select[Any]] | None = None  # a quiet tick only looks, and leaves the writer to others
    # What takes long to find out, asked in a read unit and handed to the verb as `known`: nobody's writing waits for it.
    weigh: Callable[..., Awaitable[Any]] | None = None


TICKS: tuple[Tick, ...] = (
    Tick("reminders", 0.5, reminding.remind_due, reminding.due_reminders),
    Tick("late follow-ups", 1, reminding.mark_late, reminding.turning_late),
    Tick("escalations", 1, reminding.escalate_due, reminding.due_escalations),
    Tick("digests", 2, reminding.send_digests, reminding.due_digests),
    Tick("delivery cards", 1, writing.show_progress, writing.changed_cards),
    Tick("cards of pictures", 1, media.refresh_late, media.late_cards),
    Tick("messages in doubt", 30, doubt.ask, doubt.unasked),
    Tick("channels that stand still", 5, halts.tell_of_halts, halts.standing_channels),
    Tick("SMS beyond the day's cap", 30, halts.tell_of_cap, halts.held_by_cap),
    Tick("arrivals set aside", 30, halts.tell_of_set_aside, halts.set_aside),
    Tick("mailboxes not compared", 300, mailboxes.tell_overdue, mailboxes.overdue_folders),
    Tick("stuck calls", 5, calls.give_up, calls.stuck),
    Tick("housekeeping", 600, housekeeping.tidy),
)


def mailing_ticks(mail_domain: str, rules: ContactRules | None = None, terms: Terms | None = None) -> tuple[Tick, ...]:
    """What moves mailings; the domain is what their Message-IDs end in, `rules` when and whether people may be reached."""
    return (
        Tick("series due", 0.5, recurring.maker(terms), recurring.due_series),
        Tick(
            "mailings due",
            0.5,
            partial(expanding.start_due, terms=terms),
            expanding.due_mailings,
            partial(expanding.weigh_due, terms=terms),
        ),
        Tick("mailings expanding", 0.2, expanding.expander(mail_domain, rules=rules), expanding.expanding_mailings),
        Tick("trials decided", 1, trials.decide, trials.open_trials),
        Tick("mailings done", 1, expanding.finish_done, expanding.done_mailings),
        Tick("mailings guarded", 1, guarding.guard, guarding.watched_mailings),
        Tick("mailings that fail", 1, failing.stop, failing.watched_mailings),
        Tick("mailing cards", 1, following.show_progress, following.followed_mailings),
        Tick("cards of mailings that ended", 60, following.show_late_progress, following.lately_ended),
    )


def automation_ticks(mail_domain: str) -> tuple[Tick, ...]:
    """What moves automations: the feed is read before anybody walks, so that an answer comes before the next letter."""
    return (
        Tick("events read", 0.5, feed.read_events, feed.unread_events),
        Tick("automations walked", 0.5, walking.walker(mail_domain), walking.due_enrolments),
        Tick("messages of automations returned", 5, leaving.end_by_bounces, leaving.returned_messages),
        Tick("calls given up", 10, calling.tell_of_given_up, calling.untold),
        Tick("segments watched", 20, presence.compare),
        Tick("dates of clients", 30, dates.enter_by_dates),
    )


class Ticker:
    """Fires the ticks while this process holds the scheduler's lease. `planned()` is called after a tick moved anything."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        owner: str,
        planned: Callable[[], None],
        ticks: Sequence[Tick] = TICKS,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._database = database
        self._clock = clock
        self._owner = owner[:80]
        self._planned = planned
        self._ticks = ticks
        self._lease_seconds = lease_seconds
        self._token: int | None = None
        self._held_until = 0.0
        self._running: set[asyncio.Task[None]] = set()
        self._ending = False

    @property
    def leading(self) -> bool:
        """Whether this process may fire ticks now."""
        return self._token is not None and time.monotonic() < self._held_until

    async def run(self, stop: asyncio.Event) -> None:
        """Ticks until `stop`; ticks under way are finished, then the lease is given back."""
        scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        for tick in self._ticks:
            scheduler.add_job(self._start, "interval", seconds=tick.every, args=[tick], name=tick.name)
        scheduler.start(paused=True)
        try:
            while not stop.is_set():
                await self._keep_lease()
                if self.leading:
                    scheduler.resume()
                else:
                    scheduler.pause()
                await _wait(stop, self._lease_seconds / 3)
        finally:
            self._ending = True
            scheduler.pause()
            if self._running:
                await asyncio.wait(self._running)
            scheduler.shutdown(wait=False)
            await self._release()

    async def fire(self, tick: Tick) -> int:
        """Runs one tick until it finds nothing more (or has had its turn). A failure is logged and ends only this run."""
        moved, _ = await self._turn(tick)
        return moved

    async def _turn(self, tick: Tick) -> tuple[int, bool]:
        """How many it moved, and whether there may be more."""
        moved, more = 0, False
        try:
            if tick.look is not None and not await self._anything(tick.look):
                return 0, False
            for _ in range(BATCHES_AT_ONCE):
                known = await self._known(tick)
                async with self._database.write() as session:
                    batch = await tick.verb(session, now=self._clock.now(), **known)
                moved += batch
                if not batch:
                    break
            else:
                more = True
        except Exception:
            log.exception("A tick failed", tick=tick.name)
        if moved:
            self._planned()
        return moved, more

    async def _known(self, tick: Tick) -> dict[str, Any]:
        if tick.weigh is None:
            return {}
        async with self._database.read() as session:
            return {"known": await tick.weigh(session, now=self._clock.now())}

    async def _anything(self, look: Callable[[datetime], Select[Any]]) -> bool:
        async with self._database.read() as session:
            return (await session.execute(look(self._clock.now()).limit(1))).first() is not None

    async def fire_all(self) -> int:
        """Every tick once, in the table's order: for tests and benchmarks."""
        return sum([await self.fire(tick) for tick in self._ticks])

    async def _start(self, tick: Tick) -> None:
        """The ticker's job. The work is a task of ours: APScheduler would cancel its own when it shuts down."""
        if not self.leading:
            return
        task: asyncio.Task[None] = asyncio.create_task(self._fire_quietly(tick), name=f"tick {tick.name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)

    async def _fire_quietly(self, tick: Tick) -> None:
        _, more = await self._turn(tick)
        while more and tick.every > MOMENT_S and self.leading and not self._ending:
            await asyncio.sleep(MOMENT_S)
            _, more = await self._turn(tick)

    async def _keep_lease(self) -> None:
        asked = time.monotonic()
        try:
            async with self._database.write() as session:
                if self._token is not None and not await leases.keep(
                    session, name=LEASE, token=self._token, seconds=self._lease_seconds
                ):
                    log.warning("The scheduler's lease was lost")
                    self._token = None
                if self._token is None:
                    self._token = await leases.take(session, name=LEASE, owner=self._owner, seconds=self._lease_seconds)
        except Exception:
            # Without the database nothing can be moved either; the lease runs out by itself.
            log.exception("The scheduler's lease could not be kept")
            return
        if self._token is not None:
            self._held_until = asked + self._lease_seconds

    async def _release(self) -> None:
        if self._token is None:
            return
        try:
            async with self._database.write() as session:
                await leases.release(session, name=LEASE, token=self._token)
        except Exception:
            log.exception("The scheduler's lease could not be given back; it runs out by itself")


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
