"""The people of a mail: whom an answer to all goes to, never ourselves, never anybody the mail did not name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from channels.message import Correspondent
from crm import contacts
from crm.contacts import BadEmail
from crm.errors import CrmError
from storage.models import Direction, Interaction, Thread

MOST_RECIPIENTS = 50


class TooManyRecipients(CrmError):
    """A mail went to more people than one answer is sent to. Parameters: count, limit."""

    code = "writing.too_many_recipients"


@dataclass(frozen=True)
class Ours:
    """The addresses mail reaches us at: with anything after a + they are ours too, our reply addresses among them."""

    addresses: frozenset[str] = frozenset()

    @classmethod
    def of(cls, *addresses: str) -> Ours:
        return cls(frozenset(filter(None, (_spelled(one) for one in addresses))))

    def __contains__(self, address: str) -> bool:
        local, _, domain = address.lower().rpartition("@")
        parts = local.split("+")  # one of ours may hold a + itself
        return any(f"{'+'.join(parts[:end])}@{domain}" in self.addresses for end in range(1, len(parts) + 1))


@dataclass(frozen=True)
class People:
    """Everybody a mail goes to, as its headers show them."""

    to: tuple[Correspondent, ...] = ()
    cc: tuple[Correspondent, ...] = field(default=())

    @property
    def everybody(self) -> tuple[Correspondent, ...]:
        return self.to + self.cc


def correspondents(interaction: Interaction, thread: Thread, ours: Ours) -> People:
    """Everybody else of a mail: who wrote it (and where they want answers), then its To, then its Cc; each once.

    The headers as they came are used, and nothing else: an address nobody could write to is left out.
    """
    headers: dict[str, Any] = interaction.recipients or {}
    first = [(thread.address, str(headers.get("from_name") or thread.name))]
    if interaction.direction is Direction.OUT and headers:
        first = []
    # A mailbox is called after its login, with or without the server's name behind it.
    mailbox = interaction.mailbox or ""
    known = Ours(ours.addresses | Ours.of(mailbox, mailbox.rpartition("@")[0]).addresses)
    seen: set[str] = set()
    to = tuple(_new([*first, *_replies_to(headers), *_pairs(headers.get("to"))], known, seen))
    cc = tuple(_new(_pairs(headers.get("cc")), known, seen))
    return People(to, cc)


def limited(people: People) -> People:
    """The same people. Raises TooManyRecipients."""
    if len(people.everybody) > MOST_RECIPIENTS:
        raise TooManyRecipients(count=len(people.everybody), limit=MOST_RECIPIENTS)
    return people


def wants_answers_at(interaction: Interaction) -> str:
    """The address a received mail asks to be answered at, where it is another than its sender's."""
    headers: dict[str, Any] = interaction.recipients or {}
    sender = _spelled(str(headers.get("from") or ""))
    asked = next((found for address, _ in _replies_to(headers) if (found := _spelled(address))), "")
    return asked if asked != sender else ""


def _replies_to(headers: dict[str, Any]) -> list[tuple[str, str]]:
    """Reply-To as it is kept: one address, or pairs of address and name."""
    kept = headers.get("reply_to")
    return [(kept, "")] if isinstance(kept, str) and kept else _pairs(kept)


def _pairs(kept: Any) -> list[tuple[str, str]]:
    found = []
    for one in kept if isinstance(kept, list) else ():
        address, name = (*one, "", "")[:2] if isinstance(one, list | tuple) else (one, "")
        found.append((str(address), str(name or "")))
    return found


def _new(pairs: Iterable[tuple[str, str]], ours: Ours, seen: set[str]) -> Iterator[Correspondent]:
    for address, name in pairs:
        spelled = _spelled(address)
        if spelled and spelled not in seen and spelled not in ours:
            seen.add(spelled)
            yield Correspondent(spelled, " ".join(name.split())[:200])


def _spelled(address: str) -> str:
    """The one spelling of an address; empty for what is none."""
    try:
        return contacts.read_email(address)
    except BadEmail:
        return ""
