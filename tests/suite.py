"""`make test`: the suite on SQLite, then everything that touches a database on PostgreSQL; says at the end what was left out.

The tests that kill processes, the longest proofs, and most of PostgreSQL's run take minutes: they run only with
`--everything`, as `.ci/run` asks. The trials of faults have a run and a table of their own: `make faults`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests import postgres

# The rooms whose code speaks otherwise to the two databases; what stands on them is the same on both.
WHERE_THEY_DIFFER = ("tests/storage", "tests/channels/outbox", "tests/channels/test_inbox.py", "tests/scheduler")
# One more than there are cores: much of the time is spent waiting for servers and deadlines.
WORKERS = str(min(4, (os.cpu_count() or 2) + 1))


def main(arguments: list[str]) -> int:
    """`--keep DIR` leaves what the tests wrote and their reports there, apart for each database."""
    started = time.monotonic()
    left_out: list[str] = []
    only_once: list[str] = []
    if "--everything" in arguments:
        arguments = [*(argument for argument in arguments if argument != "--everything"), "-m", "not fault"]
    else:
        arguments = [*arguments, "-m", "not crash and not long and not fault"]
        left_out.append("the tests that kill processes and the longest proofs: make test ARGS=--everything has them")
        left_out.append("most of the second run, on PostgreSQL: make test ARGS=--everything has it whole")
        only_once = list(WHERE_THEY_DIFFER)
    with tempfile.TemporaryDirectory() as directory:
        reports = Path(directory)
        print("== on SQLite", flush=True)
        worst = _pytest(arguments, reports / "sqlite.json", url="")
        left_out += _skipped(reports / "sqlite.json")
        second = [*arguments, "--database-only", *only_once]
        worst = max(worst, _on_postgres(second, reports / "postgres.json", left_out))
    print(f"== {time.monotonic() - started:.0f} s; " + ("nothing was left out" if not left_out else "left out:"))
    for line in left_out:
        print(f"   {line}")
    print("== all passed" if worst == 0 else "== FAILED")
    return worst


def _on_postgres(arguments: list[str], report: Path, left_out: list[str]) -> int:
    given = os.environ.get("TOUCHLINE_TEST_POSTGRES", "")
    if given:
        print("== on PostgreSQL (the server named by TOUCHLINE_TEST_POSTGRES)", flush=True)
        return _pytest(arguments, report, url=given)
    try:
        with postgres.running() as url:
            print("== on PostgreSQL (a server of its own)", flush=True)
            return _pytest(arguments, report, url=url)
    except postgres.NoPostgres as missing:
        left_out.append(f"the whole second run, on PostgreSQL: {missing}")
        return 0


def _pytest(arguments: list[str], report: Path, *, url: str) -> int:
    environment = {**os.environ, "TOUCHLINE_TEST_POSTGRES": url, "TOUCHLINE_TEST_REPORT": str(report)}
    command = [sys.executable, "-m", "pytest", "-q", "-n", WORKERS, "--dist", "worksteal"]
    if "--keep" in arguments:
        place = arguments.index("--keep")
        kept = Path(arguments[place + 1]) / report.stem
        kept.mkdir(parents=True, exist_ok=True)
        arguments = [*arguments[:place], *arguments[place + 2 :]]
        command += [f"--basetemp={kept / 'written'}", f"--junitxml={kept / 'tests.xml'}"]
    command += arguments
    return subprocess.run(command, check=False, env=environment).returncode


def _skipped(report: Path) -> list[str]:
    if not report.exists():
        return []
    counted = Counter(json.loads(report.read_text()))
    return [f"{times} test{'s' if times > 1 else ''}: {reason}" for reason, times in counted.most_common()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
