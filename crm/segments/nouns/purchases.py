"""Words for what clients bought: how often, for how much, and what."""

from __future__ import annotations

from collections.abc import Mapping

from crm.segments.nouns.words import Words

PURCHASE_WORDS: Mapping[str, Words] = {
    "purchases": Words(
        field=(
            "purchases | purchases count | number of purchases | orders",
            "покупок | число покупок | количество покупок | заказов",
            "จำนวนการซื้อ | จำนวนครั้งที่ซื้อ | การซื้อ",
        ),
        present=("has purchases | any purchases", "есть покупки | были покупки", "มีการซื้อ"),
        absent=("zero purchases", "ноль покупок | ни одной покупки", "ไม่มีรายการซื้อ"),
        example=("purchases >= 2 in 12 months", "покупок >= 2 за 12 месяцев", "จำนวนการซื้อ >= 2 ใน 12 เดือน"),
    ),
    "purchase_sum": Words(
        field=(
            "purchases sum | purchase sum | sum of purchases | spent | revenue",
            "сумма покупок | купил на | выручка",
            "ยอดซื้อ | ยอดซื้อรวม",
        ),
        example=(
            "purchases sum > 1000 EUR in 12 months",
            "сумма покупок > 50000 руб за 12 месяцев",
            "ยอดซื้อ > 10000 บาท ใน 12 เดือน",
        ),
    ),
    "purchase_group": Words(
        field=(
            "product group | bought group | purchases group",
            "группа товаров | товарная группа | купил группу",
            "กลุ่มสินค้า",
        ),
        example=("product group = Bolts in 6 months", "группа товаров = Болты за 6 месяцев", "กลุ่มสินค้า = สลักเกลียว"),
    ),
}
