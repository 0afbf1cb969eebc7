"""The mailboxes customers write to: how they stand, who is told when one cannot be read, and what their receipts say."""

from crm.mailboxes.keeping import ALARM_AFTER, CARD, Enrolled, ask_history, enroll, failed, looked, owner_of, retire
from crm.mailboxes.receipts import (
    OVERDUE_AFTER,
    RECEIPT_CARD,
    DueReceipt,
    ask_receipt,
    due_receipts,
    next_night,
    overdue_folders,
    take_receipt,
    tell_overdue,
)
from crm.mailboxes.showing import FolderView, MailboxView, ReceiptView, listed, receipt, view

__all__ = [
    "ALARM_AFTER",
    "CARD",
    "OVERDUE_AFTER",
    "RECEIPT_CARD",
    "DueReceipt",
    "Enrolled",
    "FolderView",
    "MailboxView",
    "ReceiptView",
    "ask_history",
    "ask_receipt",
    "due_receipts",
    "enroll",
    "failed",
    "listed",
    "looked",
    "next_night",
    "overdue_folders",
    "owner_of",
    "receipt",
    "retire",
    "take_receipt",
    "tell_overdue",
    "view",
]
