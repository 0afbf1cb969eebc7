"""One personalised multipart mail as bytes: ours beside EmailMessage and beside joining segments that are encoded already.

Every mail is to somebody not seen before, so that no cache of ours helps; the limit puts the values where they
belong in a mail that is encoded already, and checks nothing. Before the race 10,000 mails (times `--scale`) written to break mail are built and read back.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from html import escape
from itertools import count, islice

from benchmarks.email_message import by_email_message
from benchmarks.hostile_mail import DATE, mails, meant, understood
from benchmarks.report import Figure, Options, Round, interleave
from channels.email.compiled import CompiledBody, Filled, Slot
from channels.email.mime import build
from channels.message import OutgoingEmail

JOBS = ("mime.build",)
HOSTILE = 10_000
MAILS = 5_000
PEER_MAILS = 500
TIMES_PEER = 30
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

_TEXT = (
    "Dear ", "{name}", ",\n\nM8 bolts are back in stock: 2,000 pcs at 0.12 EUR each, delivered to ", "{city}",
    " within two days. Your price holds until Friday.\n\nIf ", "{company}",
    " needs other lengths, simply answer this mail and we look at once what the warehouse has.\n\nKind regards\nYour sales team"
    "\n\n-- \nTouchline Trading, 1 Harbour Road\nUnsubscribe: ", "{link}", "\n",
)  # fmt: skip
_STYLE = "font-family:Arial,sans-serif;font-size:14px;line-height:1.5;color:#222222;margin:0 0 16px 0"


@dataclass(frozen=True)
class _Person:
    number: int

    @property
    def address(self) -> str:
        return f"anna{self.number}@client{self.number % 100}.example"

    @property
    def values(self) -> dict[str, str]:
        return {
            "name": f"Anna Smith {self.number}",
            "city": f"Riga {self.number}",
            "company": f"Smith & Sons {self.number}",
            "link": f"https://touchline.example/u/{self.number:080x}",
        }


async def run(options: Options) -> list[Figure]:
    checked = options.size(HOSTILE)
    right, peer_right = _read_back(checked)
    people = map(_Person, count())
    ours, peer, limit = await interleave(
        options.rounds,
        _round(_ours, people, options.size(MAILS)),
        _round(_peer, people, options.size(PEER_MAILS)),
        _round(_limit, people, options.size(MAILS)),
    )
    times = statistics.median(ours) / statistics.median(peer)
    return [
        Figure(
            job="mime.build",
            unit="mails/s",
            samples=ours,
            limit=statistics.median(limit),
            peer=statistics.median(peer),
            goal=f">= {TIMES_PEER} x EmailMessage, {HOSTILE:,} hostile mails read back as meant",
            met=times >= TIMES_PEER and right == checked,
            note=f"{times:.1f} x EmailMessage; "
            f"{right:,} of {checked:,} hostile mails read as meant, by EmailMessage {peer_right:,} of {checked // 10:,}",
        )
    ]


def _read_back(checked: int) -> tuple[int, int]:
    """How many hostile mails read as meant, and how many of the first tenth do as EmailMessage writes them."""
    right = peer_right = 0
    for number, (mail, plain) in enumerate(mails(checked)):
        wanted = meant(plain)
        right += understood(build(mail, date=DATE)) == wanted
        if number < checked // 10:
            try:
                peer_right += understood(by_email_message(plain, date=DATE)) == wanted
            except (ValueError, MessageError):  # what it wrote cannot be read, or it could not write
                continue
    return right, peer_right


def _round(make: Callable[[_Person], bytes], people: Iterator[_Person], number: int) -> Round:
    async def rate() -> float:
        batch = list(islice(people, number))
        started = time.perf_counter()
        for person in batch:
            make(person)
        return number / (time.perf_counter() - started)

    return rate


def _markup() -> list[str]:
    """The text's pieces as the HTML of a designed mail: a table, and paragraphs with styles."""
    opening = f'<html><head><title>Offer</title></head><body><table width="600" role="presentation"><tr><td><p style="{_STYLE}">'
    inside = (piece.replace("\n\n", f'</p>\n<p style="{_STYLE}">') for piece in _TEXT)
    return [opening, *inside, "</p></td></tr></table>\n</body></html>\n"]


_HTML = _markup()


def _pieces(parts: Sequence[str]) -> list[str | Slot]:
    return [Slot(part[1:-1]) if part.startswith("{") else part for part in parts]


_COMPILED = CompiledBody(text=_pieces(_TEXT), html=_pieces(_HTML))


def _mail(values: Mapping[str, str], *, address: str, text: str = "", html: str | None = None) -> OutgoingEmail:
    return OutgoingEmail(
        to_address=address,
        to_name=values["name"],
        subject=f"{values['name']}: bolts are back",
        text=text,
        html=html,
        message_id=f"<t.{address}>",
        from_address="crm@touchline.example",
        from_name="Touchline Trading",
        unsubscribe_url=values["link"],
        feedback_id="m1:s2:mailing:touchline",
        automatic=True,
        body=None if text else Filled(_COMPILED, values),
    )


def _ours(person: _Person) -> bytes:
    return build(_mail(person.values, address=person.address), date=NOW)


def _peer(person: _Person) -> bytes:
    values = person.values
    text = "".join(values[part[1:-1]] if part.startswith("{") else part for part in _TEXT)
    html = "".join(escape(values[part[1:-1]]) if part.startswith("{") else part for part in _HTML)
    return by_email_message(_mail(values, address=person.address, text=text, html=html), date=NOW)


def _segments() -> tuple[list[bytes], list[tuple[int, str]]]:
    """Our own mail cut where the values stand, and which value stands where."""
    marks = {name: f"mark{name}" for name in ("name", "city", "company")} | {
        "link": "https://touchline.example/marklink"
    }
    raw = build(_mail(marks, address="markaddress@touchline.example"), date=NOW)
    cut = re.split(rb"(marklink|mark(?:name|city|company|address))", raw)
    places = [(place, piece.removeprefix(b"mark").decode()) for place, piece in enumerate(cut) if place % 2]
    return cut, places


_CUT, _PLACES = _segments()


def _limit(person: _Person) -> bytes:
    values = {name: value.encode() for name, value in person.values.items()} | {"address": b"anna"}
    chunks = _CUT.copy()
    for place, name in _PLACES:
        chunks[place] = values[name]
    return b"".join(chunks)
