"""What rows of the ledger become when they are sent: emails and SMS of colleagues, composed from what is true then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.email.address import BadAddress, wire_form
from channels.email.headers import is_identifier
from channels.email.verp import ReturnPath, answer_address
from channels.message import Correspondent, MailFile, OutgoingEmail, OutgoingSms
from channels.outbox.delivery import Delivery
from crm import threads
from crm.templates import as_html
from storage.files import FileStore
from storage.models import Attachment, Client, Interaction, Staff, StoredFile, Thread

SIGNATURE_MARK = "-- "  # by which every mail program knows one (RFC 3676 section 4.3)


@dataclass(frozen=True)
class Sender:
    """Who we are on the wire: the company's address and name, and the file store."""

    mail_from: str
    name: str
    files: FileStore
    status_callback: str | None = None
    return_path: ReturnPath | None = None  # where bounces come back to, each delivery's to an address of its own
    feedback_id: str = ""  # our name in Feedback-ID
    answer_key: bytes = b""  # under it answers come back to an address of each delivery's own; empty: to the company's

    def return_path_of(self, outbox_id: int) -> str | None:
        """The envelope sender of one delivery; None: the channel's own."""
        return self.return_path.of(outbox_id) if self.return_path is not None else None

    def answers_to(self, outbox_id: int) -> str | None:
        """The Reply-To of one delivery that begins no conversation of its own; None: the company's address."""
        return answer_address(self.mail_from, outbox_id, self.answer_key) if self.answer_key else None

    def status_url(self, delivery_id: int) -> str | None:
        """Where Twilio reports on a delivery: it names itself, so that it is known again when the answer is lost."""
        return f"{self.status_callback}?delivery={delivery_id}" if self.status_callback else None


def composers(
    sender: Sender,
) -> dict[str, Callable[[AsyncSession, Delivery], Awaitable[OutgoingEmail | OutgoingSms]]]:
    """What turns ledger rows of kind `email` and `sms` into messages at send time."""

    async def email(session: AsyncSession, row: Delivery) -> OutgoingEmail:
        interaction = await session.get_one(Interaction, int(row.payload["interaction_id"]))
        thread = await session.get_one(Thread, interaction.thread_id)
        client = await session.get(Client, interaction.client_id) if interaction.client_id is not None else None
        staff = await session.get(Staff, interaction.staff_id) if interaction.staff_id else None
        text = whole_text(interaction.text, staff.email_signature if staff is not None else "", interaction.quoted)
        headers = interaction.recipients or {}
        to, cc = _shown(headers.get("to")), _shown(headers.get("cc"))
        names = {one.address: one.name for one in (*to, *cc)}
        return OutgoingEmail(
            to_address=row.address,
            to_name=names.get(row.address, client.name if client is not None else ""),
            subject=interaction.subject,
            text=text,
            html=as_html(text),
            message_id=row.message_id or "",
            envelope_from=sender.return_path_of(row.id),
            from_address=sender.mail_from,
            from_name=sender.name,
            reply_to=threads.reply_address(sender.mail_from, thread.token),
            in_reply_to=next(iter(_identifiers([row.payload.get("in_reply_to") or ""])), None),
            references=_identifiers(row.payload.get("references", ())),
            files=tuple(await _files(session, interaction.id, sender.files)),
            shown_to=to,
            shown_cc=cc,
        )

    async def sms(session: AsyncSession, row: Delivery) -> OutgoingSms:
        interaction = await session.get_one(Interaction, int(row.payload["interaction_id"]))
        return OutgoingSms(to_number=row.address, text=interaction.text, status_callback=sender.status_url(row.id))

    return {"email": email, "sms": sms}


def whole_text(text: str, signature: str, quoted: str = "") -> str:
    """A colleague's words with their signature, unless it stands there already, and what is quoted below."""
    text, signature = text.strip(), signature.strip()
    if signature and not text.endswith(signature):
        text = f"{text}\n\n{SIGNATURE_MARK}\n{signature}".lstrip()
    return f"{text}\n\n{quoted}".strip() if quoted else text


def _identifiers(kept: Sequence[str]) -> tuple[str, ...]:
    """Message-IDs a header can carry: an answer to a mail with a malformed one goes all the same."""
    return tuple(one for one in kept if is_identifier(one))


def _shown(pairs: Sequence[Sequence[str]] | None) -> tuple[Correspondent, ...]:
    """People for a header, but for those no plain header can name."""
    people = [Correspondent(address, name) for address, name in pairs or ()]
    return tuple(one for one in people if _plain(one.address))


def _plain(address: str) -> bool:
    try:
        return wire_form(address).isascii()
    except BadAddress:
        return False


async def _files(session: AsyncSession, interaction_id: int, store: FileStore) -> list[MailFile]:
    query = (
        select(Attachment.name, StoredFile.media_type, StoredFile.sha256)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.interaction_id == interaction_id)
        .order_by(Attachment.id)
    )
    return [
        MailFile(name=name, media_type=media_type, content=await store.get(sha256))
        for name, media_type, sha256 in await session.execute(query)
    ]
