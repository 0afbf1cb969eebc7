"""`python -m benchmarks [JOB] [--rounds N] [--scale F]`."""

from __future__ import annotations

import sys

from benchmarks.report import main

if __name__ == "__main__":
    sys.exit(main())
