"""Looks for the secrets of the tests in everything the product wrote: logs, databases, exports, screenshots' neighbours.

`python -m tests.canaries DIRECTORY…`; exit code 1 names every file that holds one. Settings files may: that is their place.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from sandbox.server import Accounts

WRITTEN = (".log", ".sqlite3", ".sqlite3-wal", ".csv", ".json", ".txt", ".xml", ".html")


def canaries() -> dict[str, bytes]:
    """The secrets that every test through the sandbox uses."""
    known = Accounts()
    return {
        "bot token": known.telegram_token.encode(),
        "mail password": known.mail_password.encode(),
        "twilio token": known.twilio_auth_token.encode(),
    }


def found_in(directory: Path) -> Iterator[str]:
    """Every written file below the directory that holds a secret."""
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.name.endswith(WRITTEN):
            content = path.read_bytes()
            for name, secret in canaries().items():
                if secret in content:
                    yield f"{path}: {name}"


def main(directories: list[str]) -> int:
    looked = [Path(directory) for directory in directories if Path(directory).is_dir()]
    files = sum(1 for one in looked for path in one.rglob("*") if path.is_file() and path.name.endswith(WRITTEN))
    hits = [hit for one in looked for hit in found_in(one)]
    for hit in hits:
        print(hit)
    print(f"{len(hits)} secrets in {files} files")
    return 1 if hits or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
