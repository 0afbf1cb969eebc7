"""`make soak`: a company at work while everything around it goes wrong, on SQLite and on PostgreSQL.

Ten minutes on each, or as long as `ARGS="--hours 24"` says. Each round somebody starts a mailing, logs a call, writes, texts,
leaves, arrives, and one trouble comes. Sums are drawn of every mailing that is over, and of the rest at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests import postgres
from tests.soak.scene import Scene, opened
from tests.soak.sums import draw, finish
from tests.soak.troubles import TROUBLES
from tests.soak.work import a_round_of_work

SHORT_MINUTES, MINUTES = 0.5, 10.0


def main(arguments: Sequence[str]) -> int:
    """0 when all of it held on both databases."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--hours", type=float, help="on each database")
    parser.add_argument("--minutes", type=float, help="on each database")
    parser.add_argument("--short", action="store_true", help=f"{SHORT_MINUTES * 60:.0f} seconds, as .ci/run takes it")
    parser.add_argument("--sqlite", action="store_true", help="only on SQLite")
    parser.add_argument("--seed", type=int, default=1, help="another one is another weather")
    parser.add_argument("--keep", type=Path, help="a directory that keeps what was written")
    chosen = parser.parse_args(arguments)
    minutes = chosen.minutes or (chosen.hours or 0) * 60 or (SHORT_MINUTES if chosen.short else MINUTES)
    wrong: list[str] = []
    with _place(chosen.keep) as place:
        wrong += _soak("SQLite", f"sqlite:///{place / 'soak.sqlite3'}", place / "sqlite", minutes * 60, chosen.seed)
        if not chosen.sqlite:
            try:
                with postgres.running() as url:
                    wrong += _soak("PostgreSQL", url, place / "postgresql", minutes * 60, chosen.seed)
            except postgres.NoPostgres as missing:
                wrong.append(f"left out, everything on PostgreSQL: {missing}")
    print("All held." if not wrong else f"{len(wrong)} things did not hold:")
    for one in wrong:
        print(f"  {one}")
    return 1 if wrong else 0


def _soak(name: str, url: str, place: Path, seconds: float, seed: int) -> list[str]:
    place.mkdir(parents=True, exist_ok=True)
    print(f"== {seconds / 60:.1f} min on {name}", flush=True)
    counted, wrong = asyncio.run(_hours(url, place, seconds, seed))
    print("; ".join(f"{what} {count:,}" for what, count in sorted(counted.items())), flush=True)
    return [f"{name}: {one}" for one in wrong]


async def _hours(url: str, place: Path, seconds: float, seed: int) -> tuple[dict[str, int], list[str]]:
    async with opened(place, url, seed=seed) as scene:
        ends, number = time.monotonic() + seconds, 0
        while time.monotonic() < ends and not scene.wrong:
            number += 1
            await _round(scene, number)
        await finish(scene)
        scene.counted["rounds"], scene.counted["mails in doubt"] = number, scene.doubtful
        return dict(scene.counted), scene.wrong


async def _round(scene: Scene, number: int) -> None:
    """Work and one trouble, side by side. Every trouble comes once before any comes again."""
    if not scene.ahead:
        scene.ahead = scene.dice.sample(TROUBLES, len(TROUBLES))
    trouble = scene.ahead.pop()
    scene.counted[trouble.__name__.replace("_", " ")] += 1
    scene.asked.clear()
    await asyncio.gather(a_round_of_work(scene, number), trouble(scene))
    scene.heal()
    await draw(scene)


@contextmanager
def _place(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
