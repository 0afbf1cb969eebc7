"""Mailings: drafted, looked at, launched, expanded into the ledger, followed. Split by verb group."""

from __future__ import annotations

from crm.mailings.approving import (
    APPROVAL_OVER,
    CARD,
    ApprovalRules,
    Needed,
    NeedsAnother,
    WrongState,
    asked,
)
from crm.mailings.attaching import FILES_LIMIT, Attached, FilesTooLarge, attach, attached, detach
from crm.mailings.deciding import approve, may_approve, send_back
from crm.mailings.drafting import NotADraft, TemplateEmpty, draft, get, page
from crm.mailings.failing import Failing, read_failing
from crm.mailings.guarding import LINES, Cause, Harm, read_cause
from crm.mailings.halting import read_halt
from crm.mailings.launching import (
    NobodyReached,
    NotForTests,
    NoUnsubscribeLink,
    cancel,
    launch,
    pause,
    resume,
    sms_plan,
    test,
    test_addresses,
)
from crm.mailings.looking import Check, Fallback, Gap, Hard, Render, lacking, look
from crm.mailings.measuring import Terms
from crm.mailings.pacing import DoesNotFit, Load, Plan, refused
from crm.mailings.planning import (
    BadWindow,
    WrongChannel,
    at_a_time,
    change_series,
    in_own_time,
    keep_hours,
    recur,
    window_of,
    with_sms,
)
from crm.mailings.recurring import MAKER_LEFT, Standing, local_of, standing, wall_of, zone_name
from crm.mailings.repeating import copy, leave_out
from crm.mailings.reporting import Held, Progress, progress

__all__ = [
    "APPROVAL_OVER",
    "CARD",
    "FILES_LIMIT",
    "LINES",
    "MAKER_LEFT",
    "ApprovalRules",
    "Attached",
    "BadWindow",
    "Cause",
    "Check",
    "DoesNotFit",
    "Failing",
    "Fallback",
    "FilesTooLarge",
    "Gap",
    "Hard",
    "Harm",
    "Held",
    "Load",
    "Needed",
    "NeedsAnother",
    "NoUnsubscribeLink",
    "NobodyReached",
    "NotADraft",
    "NotForTests",
    "Plan",
    "Progress",
    "Render",
    "Standing",
    "TemplateEmpty",
    "Terms",
    "WrongChannel",
    "WrongState",
    "approve",
    "asked",
    "at_a_time",
    "attach",
    "attached",
    "cancel",
    "change_series",
    "copy",
    "detach",
    "draft",
    "get",
    "in_own_time",
    "keep_hours",
    "lacking",
    "launch",
    "leave_out",
    "local_of",
    "look",
    "may_approve",
    "page",
    "pause",
    "progress",
    "read_cause",
    "read_failing",
    "read_halt",
    "recur",
    "refused",
    "resume",
    "send_back",
    "sms_plan",
    "standing",
    "test",
    "test_addresses",
    "wall_of",
    "window_of",
    "with_sms",
    "zone_name",
]
