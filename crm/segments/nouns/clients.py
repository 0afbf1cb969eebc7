"""Words for what stands in a client's own card."""

from __future__ import annotations

from collections.abc import Mapping

from crm.segments.nouns.words import Words

CLIENT_WORDS: Mapping[str, Words] = {
    "name": Words(
        field=("name | client name", "имя | название | клиент по имени", "ชื่อ | ชื่อลูกค้า"),
        example=("name contains anna", "имя содержит анна", "ชื่อ มีคำว่า สมชาย"),
    ),
    "company": Words(
        field=("company | company name", "компания | фирма | организация", "บริษัท | ชื่อบริษัท"),
        present=("has company | has a company", "есть компания | компания указана", "มีบริษัท"),
        absent=("no company | without company", "нет компании | без компании", "ไม่มีบริษัท"),
        example=("company contains steel", "компания содержит сталь", "บริษัท มีคำว่า เหล็ก"),
    ),
    "city": Words(
        field=("city | town", "город", "เมือง | จังหวัด"),
        present=("has city | has a city", "есть город", "มีเมือง"),
        absent=("no city | without city", "нет города | без города", "ไม่มีเมือง"),
        example=("city in (Bangkok, Phuket)", "город = Москва", "เมือง = กรุงเทพ"),
    ),
    "tag": Words(
        field=("tag | tags", "тег | теги | тэг | метка | метки", "แท็ก | แท็ค | ป้าย"),
        present=("has tag | has tags | has a tag", "есть тег | есть теги", "มีแท็ก"),
        absent=("no tag | no tags | without tags", "нет тега | нет тегов | без тегов", "ไม่มีแท็ก"),
        example=("tag = vip", "тег = опт", "แท็ก = vip"),
    ),
    "owner": Words(
        field=("owner | manager | rep", "ответственный | менеджер | владелец", "ผู้ดูแล | เจ้าของ | เซลส์"),
        present=("has owner | has an owner", "есть ответственный", "มีผู้ดูแล"),
        absent=("no owner | without owner", "нет ответственного | без ответственного", "ไม่มีผู้ดูแล"),
        example=("owner = me", "ответственный = я", "ผู้ดูแล = ฉัน"),
    ),
    "source": Words(
        field=("source", "источник", "แหล่งที่มา | ที่มา"),
        present=("has source | has a source", "есть источник", "มีแหล่งที่มา"),
        absent=("no source | without source", "нет источника | без источника", "ไม่มีแหล่งที่มา"),
        example=("source = Trade fair", "источник = Выставка", "ที่มา = งานแสดงสินค้า"),
    ),
    "language": Words(
        field=("language | lang", "язык", "ภาษา"),
        choices={
            "en": ("en | eng | english", "английский | англ", "อังกฤษ | ภาษาอังกฤษ"),
            "ru": ("ru | rus | russian", "русский | рус", "รัสเซีย | ภาษารัสเซีย"),
            "th": ("th | tha | thai", "тайский | тай", "ไทย | ภาษาไทย"),
        },
        example=("language = Thai", "язык = русский", "ภาษา = ไทย"),
    ),
    "lifecycle": Words(
        field=("lifecycle | status | stage", "статус | стадия | этап", "สถานะ"),
        choices={
            "lead": ("lead | prospect", "лид | потенциальный | потенциальный клиент", "ลีด | ผู้สนใจ | ว่าที่ลูกค้า"),
            "customer": ("customer | client", "клиент | покупатель", "ลูกค้า"),
            "dormant": ("dormant | sleeping | asleep", "спящий | неактивный", "ไม่เคลื่อนไหว | เงียบหาย"),
            "lost": ("lost", "потерян | потерянный | ушел | ушедший", "เลิกซื้อ | เลิกซื้อแล้ว | เสียไปแล้ว | สูญเสีย"),
        },
        example=("lifecycle = customer", "статус = клиент", "สถานะ = ลูกค้า"),
    ),
    "last_contact": Words(
        field=(
            "last contact | last contacted | contacted | contact",
            "последний контакт | последнее общение | контакт",
            "ติดต่อล่าสุด | การติดต่อล่าสุด | ติดต่อครั้งล่าสุด",
        ),
        present=("ever contacted | was contacted", "был контакт", "เคยติดต่อ"),
        absent=(
            "never contacted | no contact | not contacted",
            "нет контакта | нет контактов | не общались | не было контакта | не было контактов",
            "ไม่เคยติดต่อ",
        ),
        silent=(
            "no contact for | no contact | not contacted | not contacted for | no contact in | not contacted in",
            "нет контакта | не было контакта | без контакта | нет контактов | не было контактов | не общались",
            "ไม่ได้ติดต่อ | ไม่ได้ติดต่อมา | ไม่มีการติดต่อ",
        ),
        example=("no contact for 30 days", "нет контакта 30 дней", "ไม่ได้ติดต่อ 30 วัน"),
    ),
    "last_purchase": Words(
        field=(
            "last purchase | last order | last bought | purchase | bought",
            "последняя покупка | последний заказ | последней покупки | покупка",
            "ซื้อล่าสุด | การซื้อล่าสุด | ซื้อครั้งล่าสุด | สั่งซื้อล่าสุด",
        ),
        present=("ever bought | has bought", "покупал", "เคยซื้อ"),
        absent=(
            "never bought | no purchase | no purchases | has no purchases | no orders | not bought",
            "нет покупок | не было покупок | нет заказов | не покупал | без покупок",
            "ไม่เคยซื้อ",
        ),
        silent=(
            "no purchase for | no purchase | no purchases | no orders | not bought | no purchases for | no purchase in"
            " | no purchases in | no order for | no orders for | not bought for | has not bought for",
            "нет покупок | не было покупок | без покупок | не покупал | нет заказов | не было заказов",
            "ไม่ได้ซื้อ | ไม่ได้ซื้อมา | ไม่มีการซื้อ",
        ),
        example=("last purchase within 3 months", "последняя покупка за последние 7 дней", "ซื้อล่าสุดภายใน 3 เดือน"),
    ),
    "created": Words(
        field=("created | added", "создан | добавлен | заведен", "สร้างเมื่อ | เพิ่มเมื่อ"),
        example=("created since 2026-01-01", "добавлен за последние 7 дней", "เพิ่มเมื่อ ภายใน 7 วัน"),
    ),
    "birthday": Words(
        field=("birthday", "день рождения | др", "วันเกิด"),
        present=(
            "has birthday | has a birthday | birthday known",
            "есть день рождения | день рождения известен",
            "มีวันเกิด",
        ),
        absent=("no birthday | birthday unknown", "нет дня рождения | день рождения неизвестен", "ไม่มีวันเกิด"),
        example=("birthday in 7 days", "день рождения через 7 дней", "วันเกิดใน 7 วัน"),
    ),
}
