"""Memory while a million rows wait: a worker drains the first thousands of a mailing to a million, and one to few.

The figure is by how many MB the worker's peak lies above its idle size; beside it, as the limit, the same drain where
nothing else waits. What waits must not cost memory.
"""

from __future__ import annotations

import statistics

from benchmarks.drained import Drained, directory, drain, planned, sink
from benchmarks.report import Figure, Options, interleave

JOBS = ("outbox.waiting",)
WAITING = 1_000_000
MAILS = 5_000
MOST_MORE_MB = 10.0


async def run(options: Options) -> list[Figure]:
    waiting, mails = options.size(WAITING), options.size(MAILS)
    many: list[Drained] = []
    async with sink("--pipelining") as port, directory() as place:
        full = await planned(place, waiting)

        async def among_many() -> float:
            many.append(await drain(full, port, mails))
            return _grown(many[-1])

        async def alone() -> float:
            return _grown(await drain(await planned(place, mails), port, mails))

        ours, few = await interleave(options.rounds, among_many, alone)
    limit = statistics.median(few)
    met = statistics.median(ours) <= limit + MOST_MORE_MB
    peak = max(one.peak_mb for one in many)
    note = (
        f"{mails:,} of {waiting:,} sent, peak {peak:.0f} MB, {statistics.median(one.rate for one in many):,.0f} mails/s"
    )
    return [Figure("outbox.waiting", "MB", ours, f"≤ limit + {MOST_MORE_MB:.0f} MB", met, limit=limit, note=note)]


def _grown(one: Drained) -> float:
    return one.peak_mb - one.idle_mb
