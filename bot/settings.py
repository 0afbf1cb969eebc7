"""What the bot needs to know of this installation: handed over in app/wiring.py, read by handlers and renderers alike."""

from __future__ import annotations

from dataclasses import dataclass, field

from channels.sms.terms import SmsTerms
from crm.calls import CallTerms
from crm.contact_rules import ContactRules
from crm.mailboxes import OwnMailbox
from crm.mailings import ApprovalRules, Terms
from crm.touch_tokens import NOTHING_COUNTED, Counted
from crm.writing import Ours


@dataclass(frozen=True, slots=True)
class BotSettings:
    """A channel that is off, and a rule that is not set, are so by default."""

    username: str = ""
    mail_domain: str = "localhost"  # what our Message-IDs end in
    ours: Ours = field(default_factory=Ours)  # the addresses mail reaches us at
    mailboxes: tuple[OwnMailbox, ...] = ()  # where a test of a mailing may go
    public_url: str = ""
    email_on: bool = False
    sms_on: bool = False
    currency: str = "EUR"
    sms: SmsTerms = field(default_factory=SmsTerms)  # on what terms SMS go out
    calls: CallTerms = field(default_factory=CallTerms)
    contact: ContactRules = field(default_factory=ContactRules)  # when and how often marketing may reach people
    counted: Counted = NOTHING_COUNTED  # of what people do with mailings
    attribution_days: int = 14  # within which a purchase is put down to a mailing
    approval: ApprovalRules = field(default_factory=ApprovalRules)  # when a second person looks at a mailing first
    region: str = ""  # default region of phone numbers typed without a country code

    @property
    def series_terms(self) -> Terms:
        """What an approval of a series is good for."""
        return Terms(self.approval, self.sms, self.contact.consent_required)
