"""Mailings: drafted, looked at, launched, expanded into the ledger, followed. Split by verb group."""

from __future__ import annotations

from crm.mailings.drafting import Check, NotADraft, Render, TemplateEmpty, draft, get, look, page
from crm.mailings.failing import Failing, read_failing
from crm.mailings.guarding import LINES, Cause, Harm, read_cause
from crm.mailings.launching import (
    APPROVAL_OVER,
    CARD,
    NeedsAnother,
    NobodyReached,
    NoUnsubscribeLink,
    WrongState,
    approve,
    approvers,
    cancel,
    launch,
    pause,
    resume,
    send_back,
    sms_plan,
    test,
)
from crm.mailings.pacing import DoesNotFit, Load, Plan, refused
from crm.mailings.reporting import Held, Progress, progress

__all__ = [
    "APPROVAL_OVER",
    "CARD",
    "LINES",
    "Cause",
    "Check",
    "DoesNotFit",
    "Failing",
    "Harm",
    "Held",
    "Load",
    "NeedsAnother",
    "NoUnsubscribeLink",
    "NobodyReached",
    "NotADraft",
    "Plan",
    "Progress",
    "Render",
    "TemplateEmpty",
    "WrongState",
    "approve",
    "approvers",
    "cancel",
    "draft",
    "get",
    "launch",
    "look",
    "page",
    "pause",
    "progress",
    "read_cause",
    "read_failing",
    "refused",
    "resume",
    "send_back",
    "sms_plan",
    "test",
]
