"""Settings of email: the server it goes out by, who we are, how fast we may go, and the mailboxes that are read."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs, unquote

from pydantic import BaseModel, Field, SecretStr, field_validator

from app.settings.mailboxes import MailboxSettings, read_file, read_folders, read_sent_folder
from app.settings.urls import split

if TYPE_CHECKING:
    from channels.email.signing import Signer

FIXES = {
    "smtp_url": "give smtp://user:password@host:587?starttls=auto or smtps://user:password@host:465; ?oauth=FILE for tokens",
    "mail_from": "give the address mail is sent from, for instance Sales <sales@example.com>",
    "mail_rate": "give messages per second over all processes, 0 for no limit",
    "mail_domain_rate": "give limits by receiving domain, for instance gmail.com=30/m mail.ru=60/m *=300/m",
    "mail_warmup": "give how many messages each day of a new sender may have, for instance 50 100 200 400 800",
    "bounce_address": "give the address undelivered mail returns to; it must take addresses with + in them",
    "soft_bounce_limit": "give after how many soft bounces in a row an address is no longer written to",
    "feedback_id": "give 5 to 15 letters that name the sender to Gmail's feedback loop",
    "dkim_key": "give the file of the private key in PEM form",
    "dkim_selector": "give the selector under which the public key stands in DNS",
    "dkim_domain": "give the signing domain, or leave it out: the domain of MAIL_FROM",
    "imap_url": "give imaps://user:password@host:993 or imap://user:password@host:143",
    "imap_folders": "give the folders to read, with commas between them, for instance INBOX, Orders",
    "sent_folder": "give the folder that gets copies of what is sent, auto for the server's own choice, or leave it out",
    "mailboxes": "give the file that describes further mailboxes; docs/going-live.md shows one",
}


class MailSettings(BaseModel):
    """A limit or a feature whose setting is absent is off."""

    smtp_url: SecretStr | None = None
    mail_from: str = ""
    mail_rate: Annotated[float, Field(ge=0, le=100_000)] = 0
    mail_domain_rate: str = ""
    mail_warmup: str = ""
    bounce_address: str = ""
    soft_bounce_limit: Annotated[int, Field(ge=1, le=100)] = 5
    feedback_id: Annotated[str, Field(pattern=r"^([A-Za-z0-9]{5,15})?$")] = ""
    dkim_key: Path | None = None
    dkim_selector: Annotated[str, Field(pattern=r"^([A-Za-z0-9]([A-Za-z0-9._-]{0,60}[A-Za-z0-9])?)?$")] = ""
    dkim_domain: str = ""
    imap_url: SecretStr | None = None
    imap_folders: str = "INBOX"
    sent_folder: str = ""
    mailboxes: Path | None = None

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            from channels.email.smtp import SmtpAddress  # the adapter's own reading, so that both agree

            split(value.get_secret_value())
            SmtpAddress.parse(value.get_secret_value())
        return value

    @field_validator("mail_domain_rate")
    @classmethod
    def _domain_rate(cls, value: str) -> str:
        if value:
            from channels.email.pace import read_domain_rates

            read_domain_rates(value)
        return value

    @field_validator("mail_warmup")
    @classmethod
    def _warmup(cls, value: str) -> str:
        if value:
            from channels.email.pace import read_warmup

            read_warmup(value)
        return value

    @field_validator("imap_url")
    @classmethod
    def _imap(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            from channels.email.mailbox import ImapAddress

            split(value.get_secret_value())
            ImapAddress.parse(value.get_secret_value())
        return value

    @field_validator("bounce_address")
    @classmethod
    def _bounces(cls, value: str) -> str:
        if value:
            from channels.email.verp import bounce_address

            bounce_address(value, 0, b"")
        return value

    @property
    def sender_address(self) -> str:
        """The address of MAIL_FROM without its name."""
        return parseaddr(self.mail_from)[1]

    def signer(self) -> Signer | None:
        """Who signs our mail; None: nobody here. Raises BadKey."""
        if self.dkim_key is None:
            return None
        from channels.email.signing import Signer

        domain = self.dkim_domain or self.sender_address.rpartition("@")[2]
        return Signer.load(self.dkim_key, selector=self.dkim_selector, domain=domain)

    @field_validator("imap_folders")
    @classmethod
    def _folders(cls, value: str) -> str:
        read_folders(value.split(","))
        return value

    @field_validator("mailboxes")
    @classmethod
    def _mailboxes(cls, value: Path | None) -> Path | None:
        if value is not None:
            read_file(value)
        return value

    @property
    def has_email(self) -> bool:
        return self.smtp_url is not None

    @property
    def has_mailbox(self) -> bool:
        return self.imap_url is not None or self.mailboxes is not None

    @cached_property
    def mailbox_list(self) -> tuple[MailboxSettings, ...]:
        """All mailboxes that are read: the one of IMAP_URL, then those of the file as it was when first asked for."""
        further = read_file(self.mailboxes) if self.mailboxes is not None else []
        if self.imap_url is None:
            return tuple(further)
        from channels.email.mailbox import ImapAddress

        address = ImapAddress.parse(self.imap_url.get_secret_value())
        first = MailboxSettings(
            name=f"{address.username}@{address.host}"[:320],
            title=address.label[:320],
            url=self.imap_url,
            folders=read_folders(self.imap_folders.split(",")),
            sent_folder=read_sent_folder(self.sent_folder),
        )
        return (first, *further)

    def token_secrets(self) -> Iterator[str]:
        """What the files of access tokens hold that nobody may read."""
        urls = [mailbox.url for mailbox in self.mailbox_list] + ([self.smtp_url] if self.smtp_url else [])
        files = {
            options["oauth"][-1]
            for url in urls
            if "oauth" in (options := parse_qs(split(url.get_secret_value()).query))
        }
        if not files:
            return
        from channels.email.tokens import Grant

        for file in files:
            grant = Grant.read(Path(file))
            yield from filter(None, (grant.client_secret, grant.refresh_token))

    def mailbox_passwords(self) -> Iterator[str]:
        """As they stand in the URLs, and as they are meant."""
        for mailbox in self.mailbox_list:
            if password := split(mailbox.url.get_secret_value()).password:
                yield password
                yield unquote(password)
