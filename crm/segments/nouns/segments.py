"""Words for being in another segment."""

from __future__ import annotations

from collections.abc import Mapping

from crm.segments.nouns.words import Words

SEGMENT_WORDS: Mapping[str, Words] = {
    "segment": Words(
        field=(
            "in segment | segment | in the segment",
            "в сегменте | сегмент | из сегмента",
            "อยู่ในกลุ่มลูกค้า | อยู่ในกลุ่ม | กลุ่มลูกค้า",
        ),
        implied=True,
        example=('in segment "VIP"', 'не в сегменте "VIP"', 'อยู่ในกลุ่ม "VIP"'),
    ),
}
