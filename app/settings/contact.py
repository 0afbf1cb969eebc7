"""Settings of when, how often and whether at all customers may be written to without having asked."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, Field, field_validator

if TYPE_CHECKING:
    from crm.contact_rules import ContactRules
    from crm.mailings import ApprovalRules
    from crm.touch_tokens import Counted

FIXES = {
    "quiet_hours": "give the hours without mailings in the recipient's own time, for instance 21:00-08:00, or off",
    "frequency_cap": "give the most mailings per client and period over all channels, for instance 5/7d, or off",
    "track_clicks": "give on when the makers of mailings may have clicks counted, else off",
    "track_opens": "give on when the makers of mailings may have openings counted, else off",
    "attribution_days": "give the days after a mailing within which a purchase is put down to it, 1 to 365",
    "consent_required": "give marketing when only clients who said yes may get mailings, else off",
    "approval_over": "give the number of people above which somebody else approves a mailing first, for instance 500",
    "approval_cost": "give the cost above which somebody else approves a mailing first, for instance 50, or off",
}


class ContactSettings(BaseModel):
    """Marketing only: what somebody waits for goes at any hour."""

    quiet_hours: str = "21:00-08:00"
    frequency_cap: str = "5/7d"
    consent_required: Literal["off", "marketing"] = "off"
    track_clicks: Literal["off", "on"] = "off"
    track_opens: Literal["off", "on"] = "off"
    attribution_days: Annotated[int, Field(ge=1, le=365)] = 14
    approval_over: int = Field(default=500, ge=0)
    approval_cost: str = "off"

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        from crm.contact_hours import QuietHours

        QuietHours.read(value)
        return value

    @field_validator("frequency_cap")
    @classmethod
    def _cap(cls, value: str) -> str:
        from crm.frequency import FrequencyCap

        FrequencyCap.read(value)
        return value

    @property
    def counted(self) -> Counted:
        """What mailings may count of what people do with them."""
        from crm.touch_tokens import Counted

        return Counted(clicks=self.track_clicks == "on", opens=self.track_opens == "on")

    @field_validator("approval_cost")
    @classmethod
    def _cost(cls, value: str) -> str:
        _read_cost(value)
        return value

    def approval_rules(self) -> ApprovalRules:
        """When a second person looks at a mailing first."""
        from crm.mailings import ApprovalRules

        return ApprovalRules(over=self.approval_over, cost=_read_cost(self.approval_cost))

    def contact_rules(self, *, zone: str) -> ContactRules:
        """The rules of contact; `zone` is where clients are of whom nobody knows where they are."""
        from crm.contact_hours import QuietHours
        from crm.contact_rules import ContactRules
        from crm.frequency import FrequencyCap

        return ContactRules(
            quiet=QuietHours.read(self.quiet_hours),
            cap=FrequencyCap.read(self.frequency_cap),
            consent_required=self.consent_required == "marketing",
            zone=zone,
        )


def _read_cost(text: str) -> int | None:
    """An amount of the installation's currency in millionths, or None for `off`. Raises ValueError."""
    if text.strip().casefold() == "off":
        return None
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError("not an amount such as 50") from None
    if not amount.is_finite() or not 0 <= amount <= 10**9:
        raise ValueError("not an amount such as 50")
    return int(amount * 1_000_000)
