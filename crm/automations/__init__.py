"""Automations: what is done for a client because something happened, or did not."""

from __future__ import annotations
