"""Where mail ends up: the company's mailbox (served over IMAP), people's mailboxes, and everybody else's.

Mail to the company is what people write and what bounces; mail to people is what the product sent by SMTP.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import getaddresses
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from sandbox import letters
from sandbox.faults import Faults
from sandbox.letters import Letter
from sandbox.world import Person, World

_BARE_LINE_END = re.compile(rb"(?<!\r)\n")
OTHERS_KEPT = 50_000


@dataclass(slots=True)
class StoredMail:
    """One message of an IMAP folder."""

    uid: int
    raw: bytes
    received_at: datetime
    flags: set[str] = field(default_factory=set)


class Folder:
    """An IMAP folder; UIDs only grow, and a change of UIDVALIDITY gives every message a new one."""

    def __init__(self, name: str, *, uid_validity: int) -> None:
        self.name = name
        self.uid_validity = uid_validity
        self.uid_next = 1
        self.mails: list[StoredMail] = []
        self.watchers: set[Callable[[], None]] = set()

    def append(self, raw: bytes, *, received_at: datetime, flags: set[str] | None = None) -> StoredMail:
        # IMAP speaks CRLF, whatever line ends the mail was kept with.
        raw = _BARE_LINE_END.sub(b"\r\n", raw)
        mail = StoredMail(self.uid_next, raw, received_at, set(flags or ()))
        self.uid_next += 1
        self.mails.append(mail)
        self.wake()
        return mail

    def remove(self, uids: set[int]) -> None:
        self.mails = [mail for mail in self.mails if mail.uid not in uids]
        self.wake()

    def renumber(self) -> None:
        """What a server does after it lost its index: new UIDVALIDITY, new UIDs."""
        self.uid_validity += 1
        for number, mail in enumerate(self.mails, start=1):
            mail.uid = number
        self.uid_next = len(self.mails) + 1

    def wake(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()


class NoSuchMailError(LookupError):
    """That mail is not in this mailbox."""


class PostOffice:
    """Accepts mail from the product, hands out mail to it, and lets people read and answer theirs."""

    def __init__(self, *, world: World, faults: Faults, company_address: str, company_name: str) -> None:
        self.world = world
        self.company_address = company_address
        self.company_name = company_name
        self._faults = faults
        # Another run is another mailbox: the same UIDs would mean other mails.
        validity = int(time.time())
        self.folders = {name: Folder(name, uid_validity=validity) for name in ("INBOX", "Sent", "Drafts", "Trash")}
        self.letters: dict[str, list[Letter]] = {}
        self.others: list[tuple[str, bytes]] = []

    @property
    def inbox(self) -> Folder:
        return self.folders["INBOX"]

    def accept(self, raw: bytes, *, sender: str, recipients: list[str]) -> None:
        """Deliver what came in by SMTP: one copy for each recipient."""
        for recipient in recipients:
            if self._faults.smtp.bounces(recipient):
                self._return_to_sender(raw, sender=sender, recipient=recipient)
                continue
            if self._is_ours(recipient):
                self.inbox.append(raw, received_at=self.world.clock.now())
                continue
            person = self.world.by_email(recipient)
            if person is not None:
                self._hand_over(raw, person)
            elif len(self.others) < OTHERS_KEPT:
                # Nobody reads these; they are kept unopened, so that a large mailing measures the product.
                self.others.append((recipient, raw))

    def mailbox(self, person: Person) -> list[Letter]:
        return self.letters.get(person.id, [])

    def attachment(self, number: int, index: int) -> letters.Attachment:
        for box in self.letters.values():
            for letter in box:
                if letter.number == number and 0 <= index < len(letter.attachments):
                    return letter.attachments[index]
        raise NoSuchMailError(f"no attachment {index} in mail {number}")

    def reply(self, person: Person, *, message_id: str, text: str, attachments: list[Any] | None = None) -> Letter:
        """Answer a received mail as a mail program would, quotation and threading headers included."""
        original = self.find(person, message_id)
        raw = letters.reply(
            original,
            person=person,
            text=text,
            now=self.world.clock.now(),
            message_id=self._message_id(person),
            attachments=attachments or [],
        )
        return self._post(person, raw)

    def send(
        self, person: Person, *, subject: str, text: str, attachments: list[Any] | None = None, cc: str = ""
    ) -> Letter:
        """Write a new mail to the company; `cc` names others, who get it too where they live here."""
        raw = letters.new(
            person=person,
            to=self.company_address,
            subject=subject,
            text=text,
            now=self.world.clock.now(),
            message_id=self._message_id(person),
            attachments=attachments or [],
            cc=cc,
        )
        for _, address in getaddresses([cc]):
            other = self.world.by_email(address)
            if other is not None and other is not person:
                self._hand_over(raw, other)
        return self._post(person, raw)

    async def unsubscribe(self, letter: Letter) -> int:
        """Make RFC 8058's one-click POST and return the answer's status. Raises NoSuchMailError without the headers."""
        headers = {name.lower(): value for name, value in letter.headers.items()}
        address = re.search(r"<(https?:[^>]+)>", headers.get("list-unsubscribe", ""))
        if address is None or "one-click" not in headers.get("list-unsubscribe-post", "").lower():
            raise NoSuchMailError("this mail offers no one-click unsubscribe")
        if urlsplit(address[1]).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise NoSuchMailError("the sandbox calls nobody outside this machine")
        # RFC 8058: one POST, no cookies, no redirects followed.
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as http,
            http.post(address[1], data={"List-Unsubscribe": "One-Click"}, allow_redirects=False) as response,
        ):
            return response.status

    def receive_raw(self, raw: bytes) -> StoredMail:
        """Put any bytes into the company's inbox, as broken mail arrives in life."""
        return self.inbox.append(raw, received_at=self.world.clock.now())

    def find(self, person: Person, message_id: str) -> Letter:
        for letter in reversed(self.mailbox(person)):
            if letter.message_id == message_id or str(letter.number) == message_id:
                return letter
        raise NoSuchMailError(f"{person.id} has no mail {message_id!r}")

    def _hand_over(self, raw: bytes, person: Person) -> None:
        letter = letters.read(raw, number=self._number(), direction="in", received_at=self.world.clock.now())
        self.letters.setdefault(person.id, []).append(letter)
        self.world.touch(person)

    def _post(self, person: Person, raw: bytes) -> Letter:
        now = self.world.clock.now()
        self.inbox.append(letters.with_trace(raw, person=person, to=self.company_address, now=now), received_at=now)
        letter = letters.read(raw, number=self._number(), direction="out", received_at=now)
        self.letters.setdefault(person.id, []).append(letter)
        self.world.touch(person)
        return letter

    def _return_to_sender(self, raw: bytes, *, sender: str, recipient: str) -> None:
        if sender:
            now = self.world.clock.now()
            bounce = letters.bounce(raw, sender=sender, recipient=recipient, now=now, number=self._number())
            self.inbox.append(bounce, received_at=now)

    def _is_ours(self, address: str) -> bool:
        local, _, domain = address.lower().rpartition("@")
        own_local, _, own_domain = self.company_address.lower().rpartition("@")
        return domain == own_domain and self.world.by_email(address) is None and local.partition("+")[0] == own_local

    def _number(self) -> int:
        return 10**9 + secrets.randbelow(10**10)

    def _message_id(self, person: Person) -> str:
        domain = (person.email or "nowhere.example").rpartition("@")[2]
        return f"<{self._number():x}.{self._number():x}@{domain}>"
