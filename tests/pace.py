"""Whether work grows no faster than what it is done on: told by comparing it with its own quarter, not with a clock of some machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

_MOST = 8.0  # times the quarter of it: four times for what is linear, sixteen for what is square
_TRIES = 7


def is_linear(work: Callable[[int], Any], *, size: int, quick: float) -> bool:
    """`work(size)` costs at most `quick` seconds of processor time, or at most eight times what a quarter of the size costs."""
    # Side by side and more than once: a busy machine slows one of them, now and then.
    for _ in range(_TRIES):
        whole = _spent(work, size)
        if whole <= quick or whole <= _MOST * _spent(work, size // 4):
            return True
    return False


def _spent(work: Callable[[int], Any], size: int) -> float:
    began = time.process_time()
    work(size)
    return time.process_time() - began
