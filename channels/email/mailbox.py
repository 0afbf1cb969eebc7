"""What a mailbox is to the rest: its address in the settings, a mail in it, a place in it, and how it can fail.

The client that speaks IMAP is beside it (imap.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from channels.email.servers import ServerAddress


class MailboxError(Exception):
    """Reading the mailbox failed."""


class MailboxLost(MailboxError):
    """The line to the server is gone or silent, or the server says not now; connecting again may help."""


class MailboxRefused(MailboxError):
    """The server does not accept our login, folder or lack of TLS; only other settings help."""


class CopyRefused(MailboxError):
    """The server does not take this one mail into the folder; others it may take."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last mail taken in. A folder with another `uidvalidity` has been numbered anew: read it from the start."""

    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class RawMail:
    """One mail as it lies in the mailbox. `truncated`: it was too large, and `content` is only its beginning.

    `arrived_at` is when the server took it in (INTERNALDATE). With a `fault` the server has not handed it over.
    """

    uidvalidity: int
    uid: int
    content: bytes
    size: int
    truncated: bool = False
    arrived_at: datetime | None = None
    fault: str = ""

    @property
    def cursor(self) -> Cursor:
        """Where to go on once this mail is stored."""
        return Cursor(self.uidvalidity, self.uid)


@dataclass(frozen=True, slots=True)
class ListedMail:
    """A mail the server says it has: what it is called, without its text."""

    uid: int
    message_id: str
    size: int
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAddress(ServerAddress):
    """Where the mailbox is and how to log in."""

    @classmethod
    def parse(cls, url: str) -> ImapAddress:
        """Read IMAP_URL. Ports default to 143 and 993. Raises ValueError naming what is wrong, never the password."""
        found = cls._read(url, scheme="imap", ports=(143, 993))
        if not found.username:
            raise ValueError("the address needs a user and a host")
        return found

    @property
    def label(self) -> str:
        """The mailbox as people know it: the user's name where that is an address, else user@host."""
        return self.username if "@" in self.username else f"{self.username}@{self.host}"
