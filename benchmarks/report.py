"""Figures beside their limits: interleaved rounds, medians, one table and results.json.

A benchmark is a module here with `JOBS` (the ids it measures) and `run(options) -> list[Figure]`; it may be async.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import inspect
import json
import os
import pkgutil
import platform
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")
ROUNDS = 5
Round = Callable[[], Awaitable[float]]


@dataclass(frozen=True)
class Options:
    """What the command line asked for. `rounds` interleaved rounds; `scale` multiplies the sizes (1 is the usual run)."""

    rounds: int = ROUNDS
    scale: float = 1.0

    def size(self, usual: int) -> int:
        return max(1, int(usual * self.scale))


@dataclass(frozen=True)
class Figure:
    """One measured job. `samples` are ours, one per round; `limit` and `peer` are medians of the same run."""

    job: str
    unit: str
    samples: Sequence[float]
    goal: str
    met: bool
    limit: float | None = None
    peer: float | None = None
    note: str = ""

    @property
    def ours(self) -> float:
        return statistics.median(self.samples)

    @property
    def ratio(self) -> float | None:
        """Ours to the limit's, as the unit has it: for a rate more is better, for a time less."""
        return self.ours / self.limit if self.limit else None

    def as_json(self) -> dict[str, Any]:
        return {
            "job": self.job,
            "ours": _rounded(self.ours),
            "limit": _rounded(self.limit),
            "peer": _rounded(self.peer),
            "unit": self.unit,
            "ratio": _rounded(self.ratio),
            "goal": self.goal,
            "met": self.met,
            "runs": len(self.samples),
            "min": _rounded(min(self.samples)),
            "max": _rounded(max(self.samples)),
            "machine": machine(),
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            **({"note": self.note} if self.note else {}),
        }


async def interleave(rounds: int, *jobs: Round) -> list[list[float]]:
    """Runs the jobs in turn, `rounds` times after one warm-up; a list of samples for each."""
    samples: list[list[float]] = [[] for _ in jobs]
    for number in range(rounds + 1):
        for kept, job in zip(samples, jobs, strict=True):
            figure = await job()
            if number:
                kept.append(figure)
    return samples


def machine() -> str:
    """Cores, Python and system, so that figures of two machines are not compared by mistake."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.machine()}"


def modules() -> dict[str, str]:
    """Job ids and the modules that measure them."""
    package = importlib.import_module("benchmarks")
    found: dict[str, str] = {}
    for info in pkgutil.iter_modules(package.__path__):
        if info.name in ("report", "__main__"):
            continue
        module = importlib.import_module(f"benchmarks.{info.name}")
        for job in getattr(module, "JOBS", ()):
            found[job] = module.__name__
    return found


def main(arguments: list[str] | None = None) -> int:
    """Runs the chosen jobs (all by default), prints the table and keeps the results. 1 when a job failed to run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("job", nargs="?", help="an id, or the beginning of one (mail, outbox.claim)")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies the sizes: 0.1 for a quick look")
    chosen = parser.parse_args(arguments)
    known = modules()
    wanted = {job: module for job, module in known.items() if chosen.job is None or _names(chosen.job, job)}
    if not wanted:
        print(f"no job is called {chosen.job}; there are: {', '.join(sorted(known))}", file=sys.stderr)
        return 2
    options = Options(rounds=chosen.rounds, scale=chosen.scale)
    figures: list[Figure] = []
    failed: list[str] = []
    for module in dict.fromkeys(wanted.values()):
        print(f"… {module.removeprefix('benchmarks.')}", file=sys.stderr, flush=True)
        try:
            figures += [figure for figure in _run(module, options) if figure.job in wanted]
        except Exception as error:  # noqa: BLE001  (one broken benchmark must not hide the others' figures)
            failed.append(f"{module}: {type(error).__name__}: {error}")
    _keep(figures)
    print(table(figures))
    for line in failed:
        print(f"failed  {line}", file=sys.stderr)
    return 1 if failed else 0


def table(figures: Sequence[Figure]) -> str:
    """One line per figure, aligned."""
    head = ("job", "ours", "limit", "peer", "unit", "ratio", "goal", "met", "min … max")
    rows = [head]
    for one in figures:
        extremes = f"{_shown(min(one.samples))} … {_shown(max(one.samples))}"
        met = "yes" if one.met else "no"
        shown = (_shown(one.ours), _shown(one.limit), _shown(one.peer), one.unit, _shown(one.ratio), one.goal, met)
        rows.append((one.job, *shown, extremes))
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    notes = [f"{one.job}: {one.note}" for one in figures if one.note]
    return "\n".join([*lines, *notes])


def _names(asked: str, job: str) -> bool:
    return job == asked or job.startswith(f"{asked}.")


def _run(module: str, options: Options) -> list[Figure]:
    outcome = importlib.import_module(module).run(options)
    figures = asyncio.run(outcome) if inspect.iscoroutine(outcome) else outcome
    return list(figures)


def _keep(figures: Sequence[Figure]) -> None:
    """Replaces the jobs just measured in results.json and leaves the others as they are."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    measured = {one.job for one in figures}
    results = [one for one in kept if one["job"] not in measured] + [one.as_json() for one in figures]
    RESULTS.write_text(json.dumps(sorted(results, key=lambda one: one["job"]), indent=1, ensure_ascii=False) + "\n")


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
