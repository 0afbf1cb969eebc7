"""Settings of the calls automations make to other programs."""

from __future__ import annotations

import re

from pydantic import BaseModel, SecretStr, field_validator

FIXES = {
    "callout_secret": "give at least 24 random characters, the same as the programs that are called",
    "callout_inside": "give the hosts of your own network that may be called, with commas between, for instance erp.local",
}
_HOST = re.compile(r"[A-Za-z0-9.:\-\[\]]{1,253}")


class CalloutSettings(BaseModel):
    """`callout_inside`: hosts at inner addresses; all others must be on the open internet."""

    callout_secret: SecretStr | None = None
    callout_inside: str = ""

    @field_validator("callout_secret")
    @classmethod
    def _hard_to_forge(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 24:
            raise ValueError("too short")
        return value

    @field_validator("callout_inside")
    @classmethod
    def _inner_hosts(cls, value: str) -> str:
        if any(not _HOST.fullmatch(host.strip()) for host in value.split(",") if host.strip()):
            raise ValueError("not hosts")
        return value

    @property
    def callout_hosts(self) -> tuple[str, ...]:
        return tuple(host.strip().lower() for host in self.callout_inside.split(",") if host.strip())
