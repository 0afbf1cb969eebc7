"""Settings: from the environment or `.env`, checked once at the start. A file per noun; `core.py` puts them together."""

from app.settings.core import (
    ALLOWED_ELSEWHERE,
    OFFICIAL_TELEGRAM,
    PREFIX,
    ROOT,
    TEST_PREFIX,
    Settings,
    SettingsError,
    load,
    with_credentials,
)
from app.settings.keys import SECRET_FILE, kept_key
from app.settings.sms import OFFICIAL_TWILIO

__all__ = [
    "ALLOWED_ELSEWHERE",
    "OFFICIAL_TELEGRAM",
    "OFFICIAL_TWILIO",
    "PREFIX",
    "ROOT",
    "SECRET_FILE",
    "TEST_PREFIX",
    "Settings",
    "SettingsError",
    "kept_key",
    "load",
    "with_credentials",
]
