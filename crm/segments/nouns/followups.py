"""Words for promises."""

from __future__ import annotations

from collections.abc import Mapping

from crm.segments.nouns.words import Words

FOLLOWUP_WORDS: Mapping[str, Words] = {
    "followup": Words(
        present=(
            "has followup | has follow-up | has follow up | has a follow-up | with follow-up",
            "есть задача | есть напоминание",
            "มีนัดติดตาม",
        ),
        absent=(
            "no followup | no follow-up | no follow up | has no follow-up | without follow-up",
            "нет задачи | нет задач | без задачи | нет напоминания | без напоминания",
            "ไม่มีนัดติดตาม",
        ),
        example=("no follow-up", "нет задач", "ไม่มีนัดติดตาม"),
    ),
    "late_followup": Words(
        present=(
            "has late followup | has late follow-up | has a late follow-up | has overdue follow-up",
            "есть просроченная задача | есть просроченное напоминание | есть просроченные задачи",
            "มีนัดติดตามที่เลยกำหนด | มีนัดเลยกำหนด",
        ),
        absent=(
            "no late followup | no late follow-up | no late follow-ups | no overdue follow-up",
            "нет просроченных задач | нет просроченных напоминаний",
            "ไม่มีนัดติดตามที่เลยกำหนด | ไม่มีนัดเลยกำหนด",
        ),
        example=("has late follow-up", "есть просроченная задача", "มีนัดเลยกำหนด"),
    ),
}
