"""Settings from the environment or `.env`, checked once at the start; a bad one names itself and its fix.

A channel whose settings are absent is off. Secrets never appear in messages, representations or logs.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote, unquote
from zoneinfo import available_timezones

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.settings import callouts, contact, mail, sms
from app.settings.keys import SECRET_FILE, kept_key
from app.settings.urls import split
from storage.models.enums import Language
from storage.spelling import errors_between

PREFIX = "TOUCHLINE_"
ALLOWED_ELSEWHERE = frozenset({"TOUCHLINE_COUNTERPARTS"})
TEST_PREFIX = "TOUCHLINE_TEST_"
OFFICIAL_TELEGRAM = "https://api.telegram.org"
ROOT = Path(__file__).parents[2]

_FIXES = (
    {
        "database_url": "give sqlite:///FILE or postgresql://user:password@host/name",
        "data_dir": "give a directory that can be written",
        "public_url": "give the address customers reach, for instance https://crm.example.com",
        "telegram_token": "give the token BotFather shows, digits, a colon and 35 letters",
        "telegram_api_url": f"give the root of a Bot API server, for instance {OFFICIAL_TELEGRAM}",
        "telegram_mode": "give polling or webhook",
        "telegram_webhook_secret": "give 16 to 256 letters, digits, _ or -",
        "web_host": "give an address to listen on, for instance 127.0.0.1",
        "web_port": "give a port between 1 and 65535",
        "secret_key": "give at least 32 random characters, or leave it out: one is made and kept in the data directory",
        "default_language": "give en, ru or th",
        "default_timezone": "give a zone such as Europe/Berlin or Asia/Bangkok",
        "currency": "give three letters such as EUR, THB or RUB",
        "log_level": "give DEBUG, INFO, WARNING or ERROR",
        "log_format": "give console or json",
        "api_key": "give at least 24 random characters, or leave it out: /api/v1 is then off",
    }
    | mail.FIXES
    | sms.FIXES
    | contact.FIXES
    | callouts.FIXES
)


class SettingsError(Exception):
    """A setting is unknown or wrong; the message is one line that names it and what to do."""


class Settings(mail.MailSettings, sms.SmsSettings, contact.ContactSettings, callouts.CalloutSettings, BaseSettings):
    """All settings of DESIGN section 6. Build them with `load()`, which words the faults."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = None
    data_dir: Path = Path("data")
    public_url: str = ""
    telegram_token: SecretStr | None = None
    telegram_api_url: str = OFFICIAL_TELEGRAM
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    web_host: str = "127.0.0.1"
    web_port: Annotated[int, Field(ge=1, le=65535)] = 8080
    secret_key: SecretStr | None = None
    default_language: Language = Language.EN
    default_timezone: str = "UTC"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], NoDecode] = "INFO"
    log_format: Literal["console", "json"] = "console"
    api_key: SecretStr | None = None

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("public_url", "telegram_api_url", "twilio_api_url", check_fields=False)
    @classmethod
    def _http(cls, value: str) -> str:
        if value:
            parts = split(value)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
                raise ValueError("not an http or https address")
        return value.rstrip("/")

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            number, colon, rest = value.get_secret_value().partition(":")
            if not (number.isdigit() and colon and len(rest) >= 8 and rest.replace("-", "").replace("_", "").isalnum()):
                raise ValueError("not the shape of a bot token")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            text = value.get_secret_value()
            if not 16 <= len(text) <= 256 or not text.replace("-", "").replace("_", "").isalnum() or not text.isascii():
                raise ValueError("not 16 to 256 letters, digits, _ or -")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and split(value.get_secret_value()).scheme.partition("+")[0] not in (
            "sqlite",
            "postgresql",
            "postgres",
        ):
            raise ValueError("neither SQLite nor PostgreSQL")
        return value

    @field_validator("default_timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("no such time zone")
        return value

    @field_validator("secret_key")
    @classmethod
    def _long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("too short")
        return value

    @field_validator("api_key")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 24:
            raise ValueError("too short")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.smtp_url is not None and "@" not in self.mail_from:
            raise ValueError(f"mail_from|is missing though {PREFIX}SMTP_URL is set")
        if self.dkim_key is not None:
            self._check_signing()
        twilio = {
            "twilio_account_sid": bool(self.twilio_account_sid),
            "twilio_auth_token": self.twilio_auth_token is not None,
            "twilio_from": bool(self.twilio_from),
        }
        if any(twilio.values()) and not all(twilio.values()):
            missing = next(name for name, given in twilio.items() if not given)
            raise ValueError(f"{missing}|is missing though other Twilio settings are there")
        if self.sms_day_budget and "*=" not in self.sms_price:
            raise ValueError(
                f"sms_price|is missing a price for all other countries though {PREFIX}SMS_DAY_BUDGET is set"
            )
        if self.telegram_mode == "webhook" and not self.public_url:
            raise ValueError(f"public_url|is missing though {PREFIX}TELEGRAM_MODE is webhook")
        return self

    def _check_signing(self) -> None:
        """A key that cannot sign is found at the start, not in the customers' spam folders."""
        if not self.dkim_selector:
            raise ValueError(f"dkim_selector|is missing though {PREFIX}DKIM_KEY is set")
        if "@" not in self.mail_from:
            raise ValueError(f"mail_from|is missing though {PREFIX}DKIM_KEY is set")
        try:
            self.signer()
        except ValueError as error:
            raise ValueError(f"dkim_key|{error}") from None

    @property
    def database(self) -> str:
        """The database's URL, its default under the data directory filled in."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'touchline.sqlite3').absolute()}"

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file; None for PostgreSQL."""
        from storage.database import normalise_url

        url = normalise_url(self.database)
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    @property
    def files(self) -> Path:
        """Where the contents of files lie."""
        return self.data_dir / "files"

    @property
    def has_telegram(self) -> bool:
        return self.telegram_token is not None

    def key(self) -> bytes:
        """The installation's secret key; made on first use and kept, readable by its owner only, in the data directory."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        return kept_key(self.data_dir)

    def derived_key(self, purpose: str) -> bytes:
        """A key for one purpose, so that a token made for one door opens no other."""
        return hmac.new(self.key(), purpose.encode(), hashlib.sha256).digest()

    def webhook_secret(self) -> str:
        """What Telegram must send with each webhook call: as set, else derived from the secret key; never empty."""
        if self.telegram_webhook_secret is not None:
            return self.telegram_webhook_secret.get_secret_value()
        return self.derived_key("telegram-webhook").hex()

    def callout_key(self) -> bytes:
        """What calls to other programs are signed with: as set, else derived, so that none goes unsigned."""
        if self.callout_secret is not None:
            return self.callout_secret.get_secret_value().encode()
        return self.derived_key("callout").hex().encode()

    def secrets(self) -> Iterator[str]:
        """Everything that must never be seen in a log, passwords inside URLs included."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, SecretStr):
                text = value.get_secret_value()
                if "://" not in text:
                    yield text
                elif password := split(text).password:
                    yield password
                    yield unquote(password)
        yield from self.mailbox_passwords()
        yield from self.token_secrets()
        kept = self.data_dir / SECRET_FILE
        if self.secret_key is None and kept.exists():
            yield kept.read_text(encoding="ascii").strip()
        if self.telegram_webhook_secret is None and (self.secret_key is not None or kept.exists()):
            yield self.webhook_secret()


def load(*, environment: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """The settings of this process: the environment, then `.env` in the working directory.

    Raises SettingsError with one line naming the setting and its fix.
    """
    given = {name.upper(): value for name, value in (os.environ if environment is None else environment).items()}
    from_file: dict[str, str] = {}
    if env_file is not None and env_file.is_file():
        from_file = {name.upper(): value for name, value in dotenv_values(env_file).items() if value is not None}
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in [*from_file, *given]:
        if name.startswith(PREFIX) and name not in known and not _allowed_elsewhere(name):
            raise SettingsError(_unknown(name, known))
    values = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in {**from_file, **given}.items()
        if name in known and value.strip()
    }
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_worded(error)) from None


def with_credentials(scheme: str, user: str, password: str, host: str, port: int, query: str = "") -> str:
    """A server URL with user and password escaped, as SMTP_URL and IMAP_URL want it."""
    account = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    return f"{scheme}://{account}{host}:{port}{'?' + query if query else ''}"


def _allowed_elsewhere(name: str) -> bool:
    return name in ALLOWED_ELSEWHERE or name.startswith(TEST_PREFIX)


def _unknown(name: str, known: set[str]) -> str:
    nearest = min(sorted(known), key=lambda candidate: errors_between(name, candidate))
    if errors_between(name, nearest) <= max(2, len(nearest) // 4):
        return f"{name} is not a setting; did you mean {nearest}? Rename or remove it"
    return f"{name} is not a setting; remove it (the nearest name is {nearest})"


def _worded(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    message = fault["msg"].removeprefix("Value error, ")
    if fault["loc"]:
        field = str(fault["loc"][0])
    else:
        field, _, message = message.partition("|")
    message = message[:1].lower() + message[1:]
    separator = " " if message.startswith("is missing") else ": "
    return f"{PREFIX}{field.upper()}{separator}{message}; {_FIXES[field]}"
