"""What a mailbox is to the rest: its address in the settings, a mail in it, a place in it, and how it can fail.

The client that speaks IMAP is beside it (imap.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit


class MailboxError(Exception):
    """Reading the mailbox failed."""


class MailboxLost(MailboxError):
    """The line to the server is gone or silent; connecting again may help."""


class MailboxRefused(MailboxError):
    """The server does not accept our login, folder or lack of TLS; only other settings help."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last mail taken in. A folder with another `uidvalidity` has been numbered anew: read it from the start."""

    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class RawMail:
    """One mail as it lies in the mailbox. `truncated`: it was too large, and `content` is only its beginning."""

    uidvalidity: int
    uid: int
    content: bytes
    size: int
    truncated: bool = False

    @property
    def cursor(self) -> Cursor:
        """Where to go on once this mail is stored."""
        return Cursor(self.uidvalidity, self.uid)


@dataclass(frozen=True, slots=True)
class ImapAddress:
    """`imap://user:pass@host:port?starttls=auto|always|never&cafile=…` or `imaps://…`; ports default to 143 and 993."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    implicit_tls: bool = False
    starttls: str = "auto"
    cafile: str | None = None

    @classmethod
    def parse(cls, url: str) -> ImapAddress:
        """Read IMAP_URL. Raises ValueError naming what is wrong, never the password."""
        parts = urlsplit(url)
        if parts.scheme not in {"imap", "imaps"}:
            raise ValueError("the address must begin with imap:// or imaps://")
        if not parts.hostname or not parts.username:
            raise ValueError("the address needs a user and a host")
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        unknown = set(options) - {"starttls", "cafile"}
        if unknown:
            raise ValueError(f"unknown option {', '.join(sorted(unknown))}")
        starttls = options.get("starttls", "auto")
        if starttls not in {"auto", "always", "never"}:
            raise ValueError("starttls must be auto, always or never")
        try:
            port = parts.port
        except ValueError:
            raise ValueError("the port is not a number") from None
        implicit = parts.scheme == "imaps"
        username, password = unquote(parts.username), unquote(parts.password or "")
        return cls(
            parts.hostname,
            port or (993 if implicit else 143),
            username,
            password,
            implicit,
            starttls,
            options.get("cafile"),
        )

    @property
    def is_loopback(self) -> bool:
        """Whether the line never leaves this machine."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")
