"""Every table, importable from one place; Alembic reads the metadata from here."""

from __future__ import annotations

from storage.models.automations import (
    Automation,
    AutomationDay,
    AutomationVersion,
    Enrolment,
    EnrolmentEvent,
    FeedCursor,
    PostedEvent,
    SegmentPresence,
    SegmentWatch,
    WebhookCall,
)
from storage.models.calls import Call
from storage.models.clients import Client, ClientCounterParty, ClientTag, CounterParty, Source, Tag
from storage.models.contacts import Consent, ContactPerson, ContactPoint
from storage.models.enums import *  # noqa: F403  (the enums are the vocabulary of the tables)
from storage.models.events import DomainEvent
from storage.models.followups import FollowUp
from storage.models.imports import ImportChange, ImportRun
from storage.models.inbox import Draft, FormProgress, Inbox, Lease, Meta, UsedPress
from storage.models.interactions import Attachment, Interaction, SharedMessage, StoredFile, Thread
from storage.models.limits import AutoReply, RatePause, SendBudget, SoftBounce
from storage.models.mailboxes import Mailbox, MailboxCursor, MailboxFolder, MailboxMail, MailboxReceipt
from storage.models.mailings import (
    Mailing,
    MailingFile,
    MailingSeries,
    MailingTrial,
    MissedOccurrence,
    Segment,
    SegmentMember,
    Template,
    TemplateVersion,
)
from storage.models.outbox import CardMessage, DeliveryAttempt, DeliveryEvent, Outbox, Suppression
from storage.models.products import IncomingStock, Product, ProductGroup, StockBalance, StockMove, Warehouse
from storage.models.purchases import Purchase, PurchaseTotal
from storage.models.searchable import SEARCHABLE
from storage.models.staff import Staff, StaffInvite
from storage.models.tracking import Topic, TopicOptOut, Touch, TrackedLink

__all__ = [
    "SEARCHABLE",
    "Attachment",
    "AutoReply",
    "Automation",
    "AutomationDay",
    "AutomationVersion",
    "Call",
    "CardMessage",
    "Client",
    "ClientCounterParty",
    "ClientTag",
    "Consent",
    "ContactPerson",
    "ContactPoint",
    "CounterParty",
    "DeliveryAttempt",
    "DeliveryEvent",
    "DomainEvent",
    "Draft",
    "Enrolment",
    "EnrolmentEvent",
    "FeedCursor",
    "FollowUp",
    "FormProgress",
    "ImportChange",
    "ImportRun",
    "Inbox",
    "IncomingStock",
    "Interaction",
    "Lease",
    "Mailbox",
    "MailboxCursor",
    "MailboxFolder",
    "MailboxMail",
    "MailboxReceipt",
    "Mailing",
    "MailingFile",
    "MailingSeries",
    "MailingTrial",
    "Meta",
    "MissedOccurrence",
    "Outbox",
    "PostedEvent",
    "Product",
    "ProductGroup",
    "Purchase",
    "PurchaseTotal",
    "RatePause",
    "Segment",
    "SegmentMember",
    "SegmentPresence",
    "SegmentWatch",
    "SendBudget",
    "SharedMessage",
    "SoftBounce",
    "Source",
    "Staff",
    "StaffInvite",
    "StockBalance",
    "StockMove",
    "StoredFile",
    "Suppression",
    "Tag",
    "Template",
    "TemplateVersion",
    "Thread",
    "Topic",
    "TopicOptOut",
    "Touch",
    "TrackedLink",
    "UsedPress",
    "Warehouse",
    "WebhookCall",
]
