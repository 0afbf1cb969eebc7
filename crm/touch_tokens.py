"""What the links of clicks and the pictures of openings carry, and what this installation counts at all."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from crm.signed import BadToken, seal, unseal

CLICK, OPEN = b"touchline click 1", b"touchline open 1"
_CLICK_BODY, _OPEN_BODY = struct.Struct(">QQ"), struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Counted:
    """What this installation counts at all."""

    clicks: bool = False
    opens: bool = False


NOTHING_COUNTED = Counted()


def click_token(*, key: bytes, outbox_id: int, link_id: int) -> str:
    """The last part of `PUBLIC_URL/c/…`: 43 letters."""
    return seal(_CLICK_BODY.pack(outbox_id, link_id), key=key, purpose=CLICK)


def open_token(*, key: bytes, outbox_id: int) -> str:
    """The name of a picture under `PUBLIC_URL/o/`: 32 letters."""
    return seal(_OPEN_BODY.pack(outbox_id), key=key, purpose=OPEN)


def read_click(token: str, *, key: bytes) -> tuple[int, int]:
    """(delivery, link) of a click's link. Raises BadToken."""
    outbox_id, link_id = _numbers(_CLICK_BODY, unseal(token, key=key, purpose=CLICK))
    return outbox_id, link_id


def read_open(token: str, *, key: bytes) -> int:
    """The delivery a picture belongs to. Raises BadToken."""
    (outbox_id,) = _numbers(_OPEN_BODY, unseal(token, key=key, purpose=OPEN))
    return outbox_id


def _numbers(body: struct.Struct, raw: bytes) -> tuple[int, ...]:
    if len(raw) != body.size:
        raise BadToken
    numbers: tuple[int, ...] = body.unpack(raw)
    if any(number >= 1 << 63 for number in numbers):
        raise BadToken
    return numbers
