"""What a button carries: a typed action in at most 64 bytes.

Reading presses are plain; a press that writes carries an expiry, a nonce and a signature bound to the person, and works
once. Whoever presses is checked again in crm for role and scope: the signature only stops forging and replay.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import secrets
import types
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

LIMIT = 64
LIFETIME = timedelta(days=14)
_INT_LIMIT = 16  # digits: no id is longer, and both databases can count with what fits
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

_registry: dict[str, type[Callback]] = {}


class BadPress(Exception):
    """The data of a press is not ours, was forged, is another person's or has expired."""


class Callback:
    """Base of all actions. Subclass as a frozen dataclass: `class Snooze(Callback, prefix="fz", writes=True)`."""

    prefix: ClassVar[str]
    writes: ClassVar[bool] = False

    def __init_subclass__(cls, *, prefix: str = "", writes: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not prefix:
            return
        known = _registry.get(prefix)
        if known is not None and known.__qualname__ != cls.__qualname__:
            raise TypeError(f"callback prefix {prefix!r} is taken by {known.__qualname__}")
        cls.prefix, cls.writes = prefix, writes
        _registry[prefix] = cls

    def body(self) -> str:
        """The plain part: prefix and fields."""
        return ":".join([self.prefix, *(_write(getattr(self, name)) for name, _ in _fields(type(self)))])

    @classmethod
    def read(cls, parts: list[str]) -> Self:
        fields = _fields(cls)
        if len(parts) != len(fields):
            raise BadPress
        try:
            return cls(**{name: _read(kind, part) for (name, kind), part in zip(fields, parts, strict=True)})
        except (ValueError, TypeError) as error:
            raise BadPress from error


@dataclass(frozen=True)
class Pressed:
    """An action that was pressed, and the one-use key it spends (empty for reading presses)."""

    action: Callback
    key: str


class Signer:
    """Packs and checks actions with the installation's secret key."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"touchline.callback:" + secret.encode()).digest()

    def pack(self, action: Callback, *, staff_id: int, now: datetime) -> str:
        """The callback data. Raises ValueError when the fields do not fit."""
        data = action.body()
        if action.writes:
            minutes = int((now + LIFETIME).timestamp()) // 60
            data += f"~{_base36(minutes)}.{secrets.token_urlsafe(4)[:5]}"
            data += self._mark(data, staff_id)
        if len(data.encode()) > LIMIT:
            raise ValueError(f"callback data of {len(data.encode())} bytes: {data}")
        return data

    def unpack(self, data: str, *, staff_id: int, now: datetime) -> Pressed:
        """The action. Raises BadPress for anything but what `pack` made for this person and is still in time."""
        body, mark, signed = data.partition("~")
        prefix, *parts = body.split(":")
        kind = _registry.get(prefix)
        if kind is None or kind.writes != bool(mark):
            raise BadPress
        if not kind.writes:
            return Pressed(kind.read(parts), "")
        if len(signed) < 23:
            raise BadPress
        unsigned, given = data[:-22], data[-22:]
        if not hmac.compare_digest(self._mark(unsigned, staff_id).encode(), given.encode()):
            raise BadPress
        minutes = int(signed.partition(".")[0], 36)
        if datetime.fromtimestamp(minutes * 60, UTC) < now:
            raise BadPress
        return Pressed(kind.read(parts), given)

    def _mark(self, data: str, staff_id: int) -> str:
        digest = hmac.new(self._key, f"{staff_id}|{data}".encode(), hashlib.sha256).digest()[:16]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


_field_cache: dict[type[Callback], list[tuple[str, Any]]] = {}


def _fields(kind: type[Callback]) -> list[tuple[str, Any]]:
    if kind not in _field_cache:
        hints = get_type_hints(kind)
        names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
        _field_cache[kind] = [(name, hints[name]) for name in names]
    return _field_cache[kind]


def _write(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    text = value.value if isinstance(value, StrEnum) else str(value)
    if ":" in text or "~" in text:
        raise ValueError(f"callback field {text!r}")
    return text


def _read(kind: Any, text: str) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        if text == "":
            return None
        kind = next(option for option in get_args(kind) if option is not type(None))
    if kind is bool:
        return {"1": True, "0": False}[text] if text in ("0", "1") else _refuse()
    if kind is int:
        # Ids and pages only: PostgreSQL refuses to skip fewer than no rows.
        if not text.isascii() or not text.isdigit() or len(text) > _INT_LIMIT:
            raise ValueError(text)
        return int(text)
    return kind(text)


def _refuse() -> bool:
    raise ValueError("not a flag")


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return digits or "0"
