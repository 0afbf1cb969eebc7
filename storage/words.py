"""Words of the tables that are also needed where no table is: the process that reads mail must not load the database for one."""

from __future__ import annotations

from enum import StrEnum


class BounceKind(StrEnum):
    """What came back about an email after it was handed over."""

    HARD = "hard"  # the address is dead
    SOFT = "soft"  # not now: a full mailbox, a server away for days
    BLOCK = "block"  # refused for what we sent or who we are; says nothing against the address
    COMPLAINT = "complaint"  # the recipient called it spam
