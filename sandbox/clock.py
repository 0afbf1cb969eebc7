"""A clock that can be moved forward, for the product inside the demo and for the people around it.

`MovableClock` belongs to the process that moves it; `FollowingClock` follows its file from another process.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

_DURATION = re.compile(r"(?P<sign>[+-]?)\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-z]*)", re.IGNORECASE)
_SECONDS = {"": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400, "w": 604800}


class MovableClock:
    """The real time plus an offset that only grows; kept in `path` when given, so that a restart stays in its time."""

    def __init__(self, *, path: Path | None = None) -> None:
        self._path = path
        self._offset = _read_offset(path) if path is not None and path.exists() else timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    @property
    def offset(self) -> timedelta:
        return self._offset

    def advance(self, step: timedelta) -> datetime:
        """Move forward by `step` and return the new time. Raises ValueError for a step backwards."""
        if step < timedelta():
            raise ValueError("the clock moves forward only")
        self._offset += step
        if self._path is not None:
            _write_offset(self._path, self._offset)
        return self.now()

    def advance_to(self, moment: datetime) -> datetime:
        """Move forward to `moment` (aware); a moment already reached leaves the clock alone."""
        return self.advance(max(moment - self.now(), timedelta()))


class FollowingClock:
    """Reads the offset that another process writes; the file is opened only when it has changed."""

    def __init__(self, *, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    @property
    def offset(self) -> timedelta:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return self._offset
        # The inode too: every write replaces the file, and two writes can share one tick of the modification time.
        mark = (found.st_mtime_ns, found.st_ino)
        if mark != self._seen:
            self._offset, self._seen = _read_offset(self._path), mark
        return self._offset


def parse_duration(text: str) -> timedelta:
    """Read "2h", "15 min", "1d 2h", "90" (seconds). Raises ValueError for anything else."""
    seconds = 0.0
    matches = list(_DURATION.finditer(text))
    if not matches or _DURATION.sub("", text).strip(" ,"):
        raise ValueError(f"not a duration: {text!r}")
    for match in matches:
        unit = match["unit"].lower()
        factor = _SECONDS.get(unit, _SECONDS.get(unit.rstrip("s")))
        if factor is None:
            raise ValueError(f"unknown unit {match['unit']!r} in {text!r}")
        seconds += float(match["number"]) * factor * (-1 if match["sign"] == "-" else 1)
    return timedelta(seconds=seconds)


def _read_offset(path: Path) -> timedelta:
    return timedelta(seconds=float(path.read_text(encoding="ascii") or 0))


def _write_offset(path: Path, offset: timedelta) -> None:
    # Replaced in one step: a follower must never read half a number.
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.write_text(f"{offset.total_seconds():.6f}", encoding="ascii")
    fresh.replace(path)
