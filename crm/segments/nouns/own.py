"""Words for custom fields: `field "Discount" > 10`."""

from __future__ import annotations

from collections.abc import Mapping

from crm.segments.nouns.words import Words

OWN_WORDS: Mapping[str, Words] = {
    "own": Words(
        field=("field | custom field", "поле | свое поле", "ฟิลด์ | ช่อง"),
        present=("has field | has custom field", "есть поле | заполнено поле", "มีฟิลด์ | มีช่อง"),
        absent=("no field | without field", "нет поля | не заполнено поле", "ไม่มีฟิลด์ | ไม่มีช่อง"),
        example=('field "Discount" > 10', 'поле "Скидка" >= 10', 'ฟิลด์ "ส่วนลด" > 10'),
    ),
}
