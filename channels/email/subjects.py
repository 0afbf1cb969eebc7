"""What mail programs put before the subject of an answer or of a mail that is passed on."""

from __future__ import annotations

import re
from typing import Final

_ANSWER: Final = re.compile(
    r"^\s{0,5}(?:re|fw|fwd|aw|wg|tr|rv|sv|vs|vb|ynt|odp|antw|回复|回覆|答复|转发|ответ|отв|пересл|ตอบ|ตอบกลับ|ส่งต่อ)"
    r"\s{0,3}(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,3})?\s{0,3}[:：]",
    re.IGNORECASE,
)


def is_answer(subject: str) -> bool:
    """Whether the words behind the mark are somebody's before: of the mail that is answered or passed on."""
    return bool(_ANSWER.match(subject))
