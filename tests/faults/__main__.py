"""`make faults`: what must be survived, on SQLite and on PostgreSQL, with what was measured, as one table.

Each fault is a test marked `fault("F1")` that says its figures through the fixture `figures`. Full sizes are the promise;
`--short` is the form of `.ci/run`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import postgres

# What is measured by how long somebody waits has the machine to itself.
TOGETHER = (("fault and not alone", ("-n", "2", "--dist", "worksteal")), ("fault and alone", ("-n", "0")))
NUMBER_OF = {f"F{number}": number for number in range(1, 30)}


@dataclass(frozen=True)
class Line:
    """One row of the table: a test of a fault on one database."""

    fault: str
    test: str
    database: str
    figures: str
    outcome: str
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """0 when every chosen fault was survived on both databases and none was left out."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("faults", nargs="*", help="such as F1 F17; all by default")
    parser.add_argument("--short", action="store_true", help="the small sizes, as .ci/run takes them")
    parser.add_argument("--sqlite", action="store_true", help="only on SQLite")
    parser.add_argument("--keep", help="a directory that keeps what the tests wrote")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.faults) - set(NUMBER_OF)
    if unknown:
        parser.error(f"no fault is called {sorted(unknown)[0]}")
    began = time.monotonic()
    lines: list[Line] = []
    left_out: list[str] = []
    worst = _run(chosen, "SQLite", "", lines)
    if not chosen.sqlite:
        try:
            with postgres.running() as url:
                worst = max(worst, _run(chosen, "PostgreSQL", url, lines))
        except postgres.NoPostgres as missing:
            left_out.append(f"everything on PostgreSQL: {missing}")
    print()
    print(table(lines))
    left_out += [f"{line.fault} on {line.database}: {line.figures}" for line in lines if line.outcome == "skipped"]
    for reason in left_out:
        print(f"left out: {reason}")
    missed = [line for line in lines if line.outcome not in ("passed", "skipped")]
    size = "short" if chosen.short else "full"
    print(
        f"{len(lines) - len(missed)} of {len(lines)} trials survived ({size} sizes) in {time.monotonic() - began:.0f} s"
    )
    return 1 if worst or missed or left_out or not lines else 0


def table(lines: Sequence[Line]) -> str:
    """Aligned rows in the order of the faults' numbers."""
    ordered = sorted(lines, key=lambda line: (NUMBER_OF.get(line.fault, 0), line.test, line.database))
    rows = [("fault", "database", "outcome", "seconds", "trial", "figures")]
    rows += [
        (line.fault, line.database, line.outcome, f"{line.seconds:.1f}", line.test, line.figures) for line in ordered
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[5]]).rstrip()
        for row in rows
    )


def _run(chosen: argparse.Namespace, database: str, url: str, lines: list[Line]) -> int:
    print(f"== faults on {database}", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "figures.jsonl"
        environment = {
            **os.environ,
            "TOUCHLINE_TEST_POSTGRES": url,
            "TOUCHLINE_TEST_FIGURES": str(report),
            "TOUCHLINE_TEST_SIZE": "short" if chosen.short else "full",
            "TOUCHLINE_TEST_FAULTS": ",".join(chosen.faults),
        }
        worst = 0
        for number, (marked, workers) in enumerate(TOGETHER):
            command = [sys.executable, "-m", "pytest", "-q", "-m", marked, *workers, "tests"]
            if chosen.keep:
                place = Path(chosen.keep) / f"{database.lower()}{number}"
                place.parent.mkdir(parents=True, exist_ok=True)
                command.append(f"--basetemp={place}")
            code = subprocess.run(command, check=False, env=environment).returncode
            worst = max(worst, 0 if code == 5 else code)  # 5: none of the chosen faults is a test
        if report.exists():
            lines += [Line(database=database, **json.loads(line)) for line in report.read_text().splitlines()]
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
