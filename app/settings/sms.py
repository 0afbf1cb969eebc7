"""Settings of SMS and calls: the Twilio account, and how far and how dear messages may go."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field, SecretStr, field_validator

if TYPE_CHECKING:
    from channels.sms.terms import SmsTerms

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
OFFICIAL_TWILIO = "https://api.twilio.com"

FIXES = {
    "twilio_account_sid": "give the account SID of the Twilio console: AC and 32 hex digits",
    "twilio_auth_token": "give the auth token of the Twilio console",
    "twilio_from": "give a number such as +15005550006, a messaging service SID (MG…) or a name of up to 11 letters",
    "twilio_api_url": f"give the root of the API, for instance {OFFICIAL_TWILIO}",
    "sms_rate": "give segments per second and sender; a US long code has 1",
    "sms_validity": "give seconds between 60 and 36000 after which an undelivered SMS is given up",
    "sms_countries": "give the countries SMS may go to as two letters each, for instance DE TH RU; leave it out for all",
    "sms_price": "give prices per segment in your currency, for instance TH=0.03 DE=0.09 *=0.08",
    "sms_day_segments": "give how many segments a day may have, 0 for no limit",
    "sms_day_budget": "give how much money a day may have in your currency, 0 for no limit",
    "voice_from": "give the number calls are made from; left out, it is TWILIO_FROM",
    "voice_record": "give yes or no; announcing a recording is the law in many countries",
}


class SmsSettings(BaseModel):
    """Money is in the installation's currency."""

    public_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr | None = None
    twilio_from: str = ""
    twilio_api_url: str = OFFICIAL_TWILIO
    sms_rate: Annotated[float, Field(gt=0, le=1000)] = 10
    sms_validity: Annotated[int, Field(ge=60, le=36_000)] = 14_400
    sms_countries: str = ""
    sms_price: str = ""
    sms_day_segments: Annotated[int, Field(ge=0)] = 20_000
    sms_day_budget: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    voice_from: str = ""
    voice_record: bool = False

    @field_validator("twilio_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        from channels.sms.terms import is_sender  # the adapter's own reading, so that both agree

        if value and not is_sender(value):
            raise ValueError("neither a number with its country code, nor a service, nor a name")
        return value

    @field_validator("sms_price")
    @classmethod
    def _prices(cls, value: str) -> str:
        from channels.sms.terms import read_prices

        read_prices(value)
        return value

    @field_validator("sms_countries")
    @classmethod
    def _countries(cls, value: str) -> str:
        from channels.sms.terms import read_countries

        read_countries(value)
        return value

    @property
    def sms_terms(self) -> SmsTerms:
        """What SMS go out on, put together."""
        from channels.sms.terms import MILLION, SmsTerms, read_countries, read_prices

        return SmsTerms(
            sender=self.twilio_from,
            rate=self.sms_rate,
            validity=self.sms_validity,
            prices=read_prices(self.sms_price),
            countries=read_countries(self.sms_countries),
            day_segments=self.sms_day_segments,
            day_money=int(self.sms_day_budget * MILLION),
            public_url=self.public_url,
        )

    @field_validator("voice_from")
    @classmethod
    def _voice(cls, value: str) -> str:
        if value and not _NUMBER.fullmatch(value):
            raise ValueError("not a number with its country code")
        return value

    @property
    def voice_number(self) -> str:
        """The number calls are made from; empty where SMS go out by a service or a name and nothing else is set."""
        if self.twilio_auth_token is None:
            return ""
        return self.voice_from or (self.twilio_from if _NUMBER.fullmatch(self.twilio_from) else "")

    @property
    def has_sms(self) -> bool:
        return self.twilio_auth_token is not None
