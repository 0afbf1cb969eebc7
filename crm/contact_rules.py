"""The installation's rules of contact: when marketing may reach people, how often, and whether they must have said yes."""

from __future__ import annotations

from dataclasses import dataclass

from crm.contact_hours import QuietHours
from crm.frequency import FrequencyCap


@dataclass(frozen=True, slots=True)
class ContactRules:
    """Marketing only: what somebody waits for goes at any hour. `zone` is where clients of unknown whereabouts are taken to be."""

    quiet: QuietHours | None = None
    cap: FrequencyCap | None = None
    consent_required: bool = False
    zone: str = "UTC"

    @property
    def quiet_span(self) -> tuple[int, int] | None:
        """The quiet hours as minutes of a day, from and until, for plans."""
        return (self.quiet.begin, self.quiet.end) if self.quiet is not None else None
