"""Settings of when and how often customers may be written to without having asked: quiet hours and the cap."""

from __future__ import annotations

from pydantic import BaseModel

FIXES = {
    "quiet_hours": "give the hours without mailings in the recipient's own time, for instance 21:00-08:00, or off",
    "frequency_cap": "give the most mailings per client and period over all channels, for instance 5/7d, or off",
}


class ContactSettings(BaseModel):
    """Marketing only: what somebody waits for goes at any hour."""

    quiet_hours: str = "21:00-08:00"
    frequency_cap: str = "5/7d"
