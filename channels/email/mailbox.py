"""What a mailbox is to the rest: its address in the settings, a mail in it, a place in it, and how it can fail.

The client that speaks IMAP is beside it (imap.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from channels.email.servers import ServerAddress


class Fault(StrEnum):
    """Why a mailbox cannot be used; people read it in their own words."""

    UNREACHABLE = "unreachable"
    SILENT = "silent"
    CLOSED = "closed"
    BROKEN = "broken"
    NOT_NOW = "not-now"
    CERTIFICATE = "certificate"
    NO_TLS = "no-tls"
    LOGIN = "login"
    TOKEN = "token"  # noqa: S105  (a word, not one)
    FOLDER = "folder"
    NO_NUMBERS = "no-numbers"
    NO_SENT_FOLDER = "no-sent-folder"
    NOT_TAKEN = "not-taken"
    OWNER_UNKNOWN = "owner-unknown"
    OWNER_AMBIGUOUS = "owner-ambiguous"


class MailFault(StrEnum):
    """Why one mail does not come, where the server itself says nothing."""

    NO_SIZE = "no-size"
    NOTHING = "nothing"
    ENDS_THE_LINE = "ends-the-line"


# For logs and the command line.
_SENTENCES = {
    Fault.UNREACHABLE: "the server cannot be reached",
    Fault.SILENT: "no answer in time",
    Fault.CLOSED: "the server closed the line",
    Fault.BROKEN: "the server broke off",
    Fault.NOT_NOW: "the server says not now",
    Fault.CERTIFICATE: "the server's certificate was not accepted",
    Fault.NO_TLS: "the server offers no STARTTLS; the password is not sent in the clear",
    Fault.LOGIN: "the login was refused",
    Fault.TOKEN: "no access token could be had",
    Fault.FOLDER: "the folder cannot be opened",
    Fault.NO_NUMBERS: "the folder has no lasting numbers (UIDVALIDITY)",
    Fault.NO_SENT_FOLDER: "the server marks no folder as Sent; name one in the settings",
    Fault.NOT_TAKEN: "the server did not take the copy",
    Fault.OWNER_UNKNOWN: "no colleague has that name or number",
    Fault.OWNER_AMBIGUOUS: "several colleagues have that name; give the number instead",
}


class MailboxError(Exception):
    """Reading the mailbox failed. `said` is in the server's words."""

    def __init__(self, fault: Fault, said: str = "") -> None:
        super().__init__(f"{_SENTENCES[fault]}: {said}" if said else _SENTENCES[fault])
        self.fault = fault
        self.said = said


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

    `arrived_at` is when the server took it in (INTERNALDATE). With a `fault` the server has not handed it over: a
    MailFault, or the server's own words.
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
