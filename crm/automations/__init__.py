"""Automations: what is done for a client because something happened, or did not."""

from __future__ import annotations

from crm.automations import using as using  # whoever knows automations also asks them before something is put away
