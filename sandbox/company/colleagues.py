"""Who works at the demo company."""

from __future__ import annotations

from dataclasses import dataclass

from storage.models import Language, Role

BANGKOK = "Asia/Bangkok"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff; `key` is their id on the people's page, `boss` and `stand_in` are keys."""

    key: str
    name: str
    role: Role
    language: Language
    telegram_id: int
    username: str
    timezone: str
    boss: str | None = None
    stand_in: str | None = None
    phone: str | None = None


# Long days on purpose: whoever moves the clock by a few hours should still see reminders arrive.
WORK_FROM, WORK_UNTIL, WORKDAYS = 8 * 60, 22 * 60, 0b1111111
DIGEST_MINUTE = 8 * 60 + 30

COLLEAGUES = (
    Colleague("manager", "Viktor Hale", Role.MANAGER, Language.EN, 700002, "viktor_hale", BANGKOK),
    Colleague(
        "rep", "Nina Orlova", Role.REP, Language.EN, 700001, "nina_orlova", BANGKOK, "manager", "rep2", "+66812345001"
    ),
    Colleague("warehouse", "ประสิทธิ์ ทองคำ", Role.WAREHOUSE, Language.TH, 700003, "prasit_wh", BANGKOK, "manager"),
    Colleague(
        "rep2",
        "Павел Ким",
        Role.REP,
        Language.RU,
        700004,
        "pavel_kim",
        "Europe/Moscow",
        "manager",
        "rep",
        "+79261234002",
    ),
    Colleague("admin", "Olga Brandt", Role.ADMIN, Language.EN, 700005, "olga_brandt", "Europe/Berlin"),
)
