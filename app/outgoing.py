"""What the worker is built with: the channels that are on, and what turns rows of the ledger into messages."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.settings import Settings
    from app.wiring import Product
    from channels.email.pace import MailPace
    from channels.email.verp import ReturnPath
    from channels.sender import Sender
    from channels.webhooks import WebhookCaller
    from crm.writing import Sender as Writer
    from storage.files import FileStore


def writer(settings: Settings, files: FileStore) -> Writer:
    """Who we are to customers."""
    from crm.writing import Sender as Writer

    name, address = parseaddr(settings.mail_from)
    path = return_path(settings)
    return Writer(
        mail_from=address,
        name=name,
        files=files,
        status_callback=f"{settings.public_url}/twilio/status" if settings.public_url else None,
        return_path=path,
        feedback_id=settings.feedback_id,
        answer_key=answer_key(settings),
    )


def answer_key(settings: Settings) -> bytes:
    """What signs the addresses that mailings are answered at; empty where MAIL_FROM has no room for a token before its @."""
    from channels.email.address import BadAddress
    from channels.email.verp import answer_address

    key = settings.derived_key("answer")
    try:
        answer_address(parseaddr(settings.mail_from)[1], 0, key)
    except BadAddress:
        return b""
    return key


def return_path(settings: Settings) -> ReturnPath | None:
    """Where undelivered mail comes back to; None where MAIL_FROM is none, or has no room for a token before its @."""
    from channels.email.address import BadAddress
    from channels.email.verp import ReturnPath

    path = ReturnPath(base=settings.bounce_address or settings.sender_address, key=settings.derived_key("bounce"))
    try:
        path.of(0)
    except BadAddress:
        return None
    return path


def senders(product: Product) -> list[Sender]:
    """The channels that are on."""
    settings = product.settings
    built: list[Sender] = []
    if settings.smtp_url is not None:
        from channels.email.sender import EmailSender

        url, address = settings.smtp_url.get_secret_value(), settings.sender_address
        built.append(
            EmailSender(
                url=url,
                envelope_from=address,
                clock=product.clock,
                signer=settings.signer(),
                pace=mail_pace(settings),
                soft_limit=settings.soft_bounce_limit,
            )
        )
    if settings.twilio_auth_token is not None:
        from channels.sms.sender import SmsSender

        built.append(
            SmsSender(
                account_sid=settings.twilio_account_sid,
                auth_token=settings.twilio_auth_token.get_secret_value(),
                terms=settings.sms_terms,
                api_url=settings.twilio_api_url,
            )
        )
    if settings.has_telegram:
        from channels.telegram.sender import TelegramSender

        built.append(TelegramSender(product.telegram))
    return built


def mail_pace(settings: Settings) -> MailPace:
    """How fast mail may go, from the settings' words."""
    from channels.email.pace import MailPace, read_domain_rates, read_warmup

    return MailPace(
        rate=settings.mail_rate,
        domains=read_domain_rates(settings.mail_domain_rate),
        warmup=read_warmup(settings.mail_warmup),
    )


def caller(product: Product) -> WebhookCaller:
    """What tells other programs what automations have for them."""
    from channels.webhooks import WebhookCaller

    settings = product.settings
    return WebhookCaller(
        database=product.database, clock=product.clock, key=settings.callout_key(), inside=settings.callout_hosts
    )


def composers(product: Product) -> dict[str, Any]:
    """What turns a row of the ledger into a message, by the row's kind."""
    from crm import autoreply, calls, invitations, writing
    from crm.automations.composing import AutomationComposer
    from crm.automations.sending import KIND as AUTOMATION
    from crm.inbound import wishes
    from crm.mailings.composing import Links, MailingComposer

    made: dict[str, Any] = dict(writing.composers(product.writer))
    made[wishes.HELP_KIND] = wishes.help_composer(product.writer)
    links = Links(
        public_url=product.settings.public_url,
        key=product.settings.derived_key("unsubscribe"),
        touch_key=product.settings.derived_key("touches"),
        counted=product.settings.counted,
    )
    made |= dict.fromkeys(
        ("mailing", "mailing_test"),
        MailingComposer(product.writer, links, takes_replies=product.settings.sms_terms.takes_replies),
    )
    takes_replies = product.settings.sms_terms.takes_replies
    made[AUTOMATION] = AutomationComposer(product.writer, links, takes_replies=takes_replies)
    made |= {autoreply.KIND: autoreply.composer(product.writer), invitations.KIND: invitations.composer(product.writer)}
    made["call"] = calls.composer(product.call_terms, product.clock.now)
    if product.settings.has_telegram:
        made |= {"card": product.bot.compose_card, "card_edit": product.bot.compose_card}
    return made
