"""Words for mailings received, returned, answered, clicked and opened: by a mailing's name, or any."""

from __future__ import annotations

from collections.abc import Mapping

from crm.segments.nouns.words import Words

MAILING_WORDS: Mapping[str, Words] = {
    "received": Words(
        field=(
            "received mailing | got mailing | received",
            "получил рассылку | получили рассылку | получал рассылку",
            "ได้รับข้อความกลุ่ม",
        ),
        present=(
            "received any mailing | got any mailing | received any mailings",
            "получал рассылки | получил любую рассылку | получали рассылки",
            "เคยได้รับข้อความกลุ่ม",
        ),
        absent=(
            "received no mailing | got no mailing | received no mailings",
            "не получал рассылок | не получил ни одной рассылки | не получали рассылок",
            "ไม่เคยได้รับข้อความกลุ่ม",
        ),
        implied=True,
        example=('received mailing "Spring"', "получил рассылку Весна", 'ได้รับข้อความกลุ่ม "ฤดูร้อน"'),
    ),
    "returned": Words(
        field=(
            "bounced mailing | mailing bounced",
            "рассылка вернулась | не дошла рассылка",
            "ข้อความกลุ่มตีกลับ",
        ),
        present=(
            "bounced any mailing | any mailing bounced",
            "рассылки возвращались | не дошла любая рассылка",
            "เคยมีข้อความกลุ่มตีกลับ",
        ),
        absent=(
            "bounced no mailing | no mailing bounced",
            "рассылки не возвращались | дошли все рассылки",
            "ไม่เคยมีข้อความกลุ่มตีกลับ",
        ),
        implied=True,
        example=("bounced any mailing in 90 days", "рассылки возвращались за 90 дней", "เคยมีข้อความกลุ่มตีกลับ ใน 90 วัน"),
    ),
    "answered": Words(
        field=(
            "answered mailing | replied to mailing | answered",
            "ответил на рассылку | ответили на рассылку",
            "ตอบข้อความกลุ่ม",
        ),
        present=(
            "answered any mailing | replied to any mailing",
            "отвечал на рассылки | ответил на любую рассылку | отвечали на рассылки",
            "เคยตอบข้อความกลุ่ม",
        ),
        absent=(
            "answered no mailing | replied to no mailing",
            "не отвечал на рассылки | не ответил ни на одну рассылку | не отвечали на рассылки",
            "ไม่เคยตอบข้อความกลุ่ม",
        ),
        implied=True,
        example=('answered mailing "Spring"', "ответил на рассылку Весна", 'ตอบข้อความกลุ่ม "ฤดูร้อน"'),
    ),
    "clicked": Words(
        field=(
            "clicked mailing | clicked in mailing | clicked",
            "перешел из рассылки | кликнул в рассылке",
            "คลิกในข้อความกลุ่ม",
        ),
        present=(
            "clicked any mailing | clicked in any mailing",
            "переходил из рассылок | кликал в рассылках",
            "เคยคลิกในข้อความกลุ่ม",
        ),
        absent=(
            "clicked no mailing | clicked in no mailing",
            "не переходил из рассылок | не кликал в рассылках",
            "ไม่เคยคลิกในข้อความกลุ่ม",
        ),
        implied=True,
        example=("clicked any mailing in 30 days", "переходил из рассылок за 30 дней", "เคยคลิกในข้อความกลุ่ม ใน 30 วัน"),
    ),
    "opened": Words(
        field=("opened mailing | opened", "открыл рассылку | открыли рассылку", "เปิดข้อความกลุ่ม"),
        present=("opened any mailing", "открывал рассылки | открыл любую рассылку", "เคยเปิดข้อความกลุ่ม"),
        absent=(
            "opened no mailing",
            "не открывал рассылки | не открывал рассылок | не открыл ни одной рассылки",
            "ไม่เคยเปิดข้อความกลุ่ม",
        ),
        implied=True,
        example=(
            "opened no mailing since 2026-01-01",
            "не открывал рассылки с 01.01.2026",
            "ไม่เคยเปิดข้อความกลุ่ม ใน 30 วัน",
        ),
    ),
}
