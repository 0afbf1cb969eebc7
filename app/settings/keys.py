"""The installation's secret key: made on first use, kept readable by its owner only, in the data directory."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

SECRET_FILE = "secret_key"  # noqa: S105  (the name of a file, not a secret)


def kept_key(directory: Path) -> bytes:
    """The key kept in the directory; made when absent, so that two processes starting at once agree on one."""
    path = directory / SECRET_FILE
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        fresh = directory / f".{SECRET_FILE}.{secrets.token_hex(8)}"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was first: its key is the one
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip().encode()
