"""Whether work grows no faster than what it is done on: told by comparing it with its own half, not with a clock of some machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

_MOST = 3.0  # times the half of it: twice for what is linear, four times for what is square


def is_linear(work: Callable[[int], Any], *, size: int, quick: float) -> bool:
    """`work(size)` costs at most `quick` seconds of processor time, or at most three times what half the size costs."""
    if _spent(work, size) <= quick:
        return True
    # The least of several: a busy machine may interrupt one.
    whole = min(_spent(work, size) for _ in range(5))
    return whole <= quick or whole <= _MOST * min(_spent(work, size // 2) for _ in range(5))


def _spent(work: Callable[[int], Any], size: int) -> float:
    began = time.process_time()
    work(size)
    return time.process_time() - began
