"""STOP in the words people use: the whole message says it, give or take a please.

A sentence that merely holds such a word ("please stop by tomorrow", "cancel my order") is none.
"""

from __future__ import annotations

import unicodedata

# What carriers require (CTIA), then Russian and Thai as people write them.
_WORDS = frozenset(
    {
        "stop",
        "stopall",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "optout",
        "revoke",
        "стоп",
        "отписка",
        "отписаться",
        "отпишите",
        "отпишитесь",
        "отмена",
        "хватит",
        "прекратите",
        "หยุด",
        "ยกเลิก",
        "เลิกส่ง",
        "หยุดส่ง",
        "ไม่รับ",
        "ไม่ต้องส่ง",
        "ไม่ต้องการรับ",
        "ยกเลิกรับข่าว",
        "ยกเลิกการรับข่าวสาร",
    }
)
_PHRASES = frozenset(
    {
        "opt out",
        "stop all",
        "stop it",
        "stop sending",
        "stop texting",
        "stop messaging",
        "leave alone",
        "don't text",
        "dont text",
        "do not text",
        "do not contact",
        "не пишите",
        "не присылайте",
        "не надо писать",
        "больше не пишите",
        "не пишите больше",
        "не надо",
        "стоп смс",
        "отписать",
    }
)
_POLITE = frozenset(
    {
        "please",
        "pls",
        "plz",
        "thanks",
        "thank",
        "you",
        "now",
        "me",
        "us",
        "sms",
        "texts",
        "messages",
        "this",
        "пожалуйста",
        "спасибо",
        "плиз",
        "мне",
        "нам",
        "меня",
        "нас",
        "сообщения",
        "рассылку",
        "рассылки",
    }
)
_THAI_PARTICLES = ("นะครับ", "นะคะ", "นะค่ะ", "ครับ", "ค่ะ", "คะ", "คับ", "จ้า", "นะ", "ด้วย", "SMS", "sms", "แล้ว")
_LONGEST = 80
_BACK = frozenset({"start", "unstop"})


def means_stop(text: str) -> bool:
    """Whether an SMS asks to get no more of them."""
    if len(text) > _LONGEST:
        return False
    # Thai vowels above and below are marks, not letters; both stay.
    plain = "".join(one for one in unicodedata.normalize("NFC", text).casefold() if _is_text(one)).strip()
    if plain in _WORDS or _without_particles(plain) in _WORDS:
        return True
    words = [word for word in plain.split() if word not in _POLITE]
    return (len(words) == 1 and words[0] in _WORDS) or " ".join(words) in _PHRASES


def means_start(text: str) -> bool:
    """Whether an SMS takes a STOP back. Twilio's own words only: a "yes" may answer something else."""
    return text.strip(" .!\n").casefold() in _BACK


def _is_text(one: str) -> bool:
    return one.isspace() or one == "'" or unicodedata.category(one)[0] in "LMN"


def _without_particles(plain: str) -> str:
    plain = plain.replace(" ", "")
    shorter = True
    while shorter:
        shorter = False
        for particle in _THAI_PARTICLES:
            if plain.endswith(particle.casefold()) and len(plain) > len(particle):
                plain, shorter = plain[: -len(particle)], True
    return plain
