"""What the demo company writes to many: templates in three languages, two segments, and a mailing that is over."""

from __future__ import annotations

from dataclasses import dataclass

from storage.models import Channel, Language, SegmentKind

_EN, _RU, _TH = Language.EN, Language.RU, Language.TH


@dataclass(frozen=True, slots=True)
class Words:
    """A template's wording in one language; only letters have a subject."""

    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class TemplateSketch:
    name: str
    channel: Channel
    words: dict[Language, Words]


@dataclass(frozen=True, slots=True)
class SegmentSketch:
    """`rule` as somebody would type it; an empty one is a list."""

    name: str
    rule: str = ""

    @property
    def kind(self) -> SegmentKind:
        return SegmentKind.RULE if self.rule else SegmentKind.LIST


FAIR = SegmentSketch("Autumn fair visitors")
SEGMENTS = (
    SegmentSketch("Riga and Berlin with email", "city in (Riga, Berlin) and has email"),
    FAIR,
)
FAIR_VISITORS = 64

# What mailings are about: as colleagues call it, and as customers read it on their page.
TOPICS = (
    ("Prices and stock", {_EN: "New prices and arrivals", _RU: "Новые цены и поступления", _TH: "ราคาใหม่และสินค้าเข้า"}),
    ("Fairs", {_EN: "Fairs and visits", _RU: "Выставки и встречи", _TH: "งานแสดงสินค้าและการเยี่ยมชม"}),
)

TEMPLATES = (
    TemplateSketch(
        "Autumn prices",
        Channel.EMAIL,
        {
            _EN: Words(
                "Hello {name},\n\nour autumn prices for bolts, nuts and anchors hold until 15 December. "
                "Answer this letter with what you need and {owner|our team} will make an offer for {company|you} the same day.\n\n"
                "Touchline Trading",
                "Autumn prices for {company|you}",
            ),
            _RU: Words(
                "Здравствуйте, {name}!\n\nОсенние цены на болты, гайки и анкеры действуют до 15 декабря. "
                "Ответьте на это письмо, что вам нужно, и {owner|наш отдел продаж} в тот же день подготовит предложение.\n\n"
                "Touchline Trading",
                "Осенние цены: {company|для вас}",
            ),
            _TH: Words(
                "สวัสดีคุณ {name}\n\nราคาพิเศษสำหรับโบลท์ น็อต และพุก ถึงวันที่ 15 ธันวาคม "
                "ตอบกลับอีเมลนี้ว่าต้องการอะไร แล้ว {owner|ทีมของเรา} จะส่งใบเสนอราคาให้ภายในวันเดียวกัน\n\nTouchline Trading",
                "ราคาพิเศษสำหรับ {company|คุณ}",
            ),
        },
    ),
    TemplateSketch(
        "We miss you",
        Channel.EMAIL,
        {
            _EN: Words(
                "Hello {name},\n\nyour last order with us: {last_purchase|a while ago}. Is there anything we can do better? "
                "Just answer this letter.\n\n{owner|our team}\nTouchline Trading",
                "How are things at {company|your company}?",
            ),
            _RU: Words(
                "Здравствуйте, {name}!\n\nВаш последний заказ у нас: {last_purchase|давно}. Что нам сделать лучше? "
                "Просто ответьте на это письмо.\n\n{owner|наш отдел продаж}\nTouchline Trading",
                "Как дела в {company|вашей компании}?",
            ),
            _TH: Words(
                "สวัสดีคุณ {name}\n\nคำสั่งซื้อล่าสุดของคุณ: {last_purchase|นานแล้ว} มีอะไรให้เราปรับปรุงบ้าง "
                "ตอบกลับอีเมลนี้ได้เลย\n\n{owner|ทีมของเรา}\nTouchline Trading",
                "สบายดีไหม {company|ลูกค้าของเรา}",
            ),
        },
    ),
    TemplateSketch(
        "New delivery",
        Channel.SMS,
        {
            _EN: Words("Touchline: new stock of M8 and M10 has arrived. Reply with what you need."),
            _RU: Words("Touchline: пришли болты М8 и М10. Ответьте, что нужно."),
            _TH: Words("Touchline: โบลท์ M8 และ M10 มาแล้ว ตอบกลับมาได้เลย"),
        },
    ),
)
