"""How a field is said: the phrases of three languages that mean it. The first English one is how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as having

Said = tuple[str, str, str]  # English, Russian, Thai; alternatives parted by |


@dataclass(frozen=True)
class Words:
    """The words of one field, for what its operators need.

    `field` stands before a comparison, `present` and `absent` are whole tests, `silent` is followed by a length of time.
    `implied`: a value follows the field without a sign (`in segment VIP`). `example` is a rule a person may type.
    """

    example: Said
    field: Said | None = None
    present: Said | None = None
    absent: Said | None = None
    silent: Said | None = None
    choices: Mapping[str, Said] = having(default_factory=dict)
    implied: bool = False


def phrases(said: Said | None) -> list[str]:
    """Every phrase, the one it is written with first."""
    return [phrase.strip() for part in said or () for phrase in part.split("|")]
