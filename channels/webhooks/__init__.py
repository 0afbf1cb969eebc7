"""Calls to other programs: signed POSTs to addresses people wrote down, never to anything inside the house."""

from __future__ import annotations

from channels.webhooks.caller import WebhookCaller
from channels.webhooks.guard import PublicOnly, Refused, is_public
from channels.webhooks.signature import SIGNATURE_HEADER, signature

__all__ = ["SIGNATURE_HEADER", "PublicOnly", "Refused", "WebhookCaller", "is_public", "signature"]
