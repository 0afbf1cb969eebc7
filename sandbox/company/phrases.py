"""What was said at the demo company in the last month: short lines by language, never about anybody real."""

from __future__ import annotations

from storage.models import InteractionKind, Language

_EN, _RU, _TH = Language.EN, Language.RU, Language.TH

SAID: dict[InteractionKind, dict[Language, tuple[str, ...]]] = {
    InteractionKind.CALL: {
        _EN: (
            "agreed 200 pcs of M8x40, wants delivery on Thursday",
            "asked for a discount on wedge anchors",
            "will decide after the site meeting",
            "price is fine, waiting for the contract",
            "needs stainless instead of zinc",
            "moved the order to next month",
            "asked whether Riga has ball valves",
            "happy with the last delivery",
        ),
        _RU: (
            "договорились на 500 шт М10х50, отгрузка в среду",
            "просит скидку на анкеры",
            "ждёт счёт на доставку",
            "перенесли заказ на следующий месяц",
            "спрашивал про нержавейку А2",
            "согласуют с бухгалтерией",
            "последняя партия устроила",
            "просил прайс на герметики",
        ),
        _TH: (
            "ตกลง 300 ตัว M8x40 ส่งวันพฤหัส",
            "ขอส่วนลดพุกเหล็ก",
            "รอใบเสนอราคา",
            "เลื่อนคำสั่งซื้อไปเดือนหน้า",
            "ถามสต็อกบอลวาล์ว 1/2 นิ้ว",
            "พอใจกับการส่งครั้งล่าสุด",
            "ขอคุยกับฝ่ายบัญชีก่อน",
        ),
    },
    InteractionKind.MEETING: {
        _EN: ("showed samples of the coated screws", "walked the site, about 40 boxes a month", "signed the frame contract"),
        _RU: ("показали образцы кровельных саморезов", "осмотрели объект, около 40 коробок в месяц", "подписали рамочный договор"),
        _TH: ("นำตัวอย่างสกรูไปให้ดู", "ดูหน้างาน ใช้ประมาณเดือนละ 40 กล่อง", "เซ็นสัญญากรอบแล้ว"),
    },
    InteractionKind.NOTE: {
        _EN: ("pays within 10 days, no need to chase", "new buyer starts next week", "prefers mail to calls"),
        _RU: ("платят за 10 дней, можно не напоминать", "со следующей недели новый закупщик", "лучше писать, чем звонить"),
        _TH: ("จ่ายภายใน 10 วัน ไม่ต้องทวง", "สัปดาห์หน้ามีผู้จัดซื้อคนใหม่", "ชอบอีเมลมากกว่าโทร"),
    },
    InteractionKind.SMS: {
        _EN: ("Your order is ready for pick-up.", "The driver comes today between 14 and 16."),
        _RU: ("Ваш заказ готов к выдаче.", "Водитель приедет сегодня с 14 до 16."),
        _TH: ("สินค้าของคุณพร้อมรับแล้ว", "คนขับจะไปถึงวันนี้ 14-16 น."),
    },
}  # fmt: skip

SMS_ANSWERS = {
    _EN: ("Thanks, we will send somebody", "OK, call me when you are near"),
    _RU: ("Спасибо, пришлём человека", "Хорошо, позвоните, как подъедете"),
    _TH: ("ขอบคุณ เดี๋ยวส่งคนไปรับ", "โอเค ใกล้ถึงแล้วโทรมา"),
}

# Conversations by mail: the subject, what we wrote, what they answered.
LETTERS = {
    _EN: (
        ("Offer for M8 and M10 bolts", "Hello,\n\nas agreed, here is our offer for M8x40 and M10x50. It holds until the end of the month.", "Thank you. Could you add 500 washers M8 and tell us the delivery time?"),
        ("Delivery of your order", "Hello,\n\nyour goods leave the warehouse tomorrow morning.", "Great, please tell the driver to use the gate at the back."),
        ("Samples of coated screws", "Hello,\n\nthe samples are on their way. We look forward to hearing how they do.", "They arrived. The installers like them; what is the price for 40 boxes?"),
    ),
    _RU: (
        ("КП на болты М8 и М10", "Здравствуйте!\n\nКак договаривались, отправляем предложение на М8х40 и М10х50. Цены действуют до конца месяца.", "Спасибо. Добавьте, пожалуйста, 500 шайб М8 и напишите срок поставки."),
        ("Отгрузка вашего заказа", "Здравствуйте!\n\nТовар уедет со склада завтра утром.", "Отлично. Попросите водителя заехать с заднего двора."),
        ("Образцы саморезов", "Здравствуйте!\n\nОбразцы в пути, будем рады отзыву.", "Получили, монтажникам понравилось. Какая цена на 40 коробок?"),
    ),
    _TH: (
        ("ใบเสนอราคาโบลท์ M8 และ M10", "สวัสดีครับ\n\nตามที่คุยกัน ส่งใบเสนอราคา M8x40 และ M10x50 มาให้ ราคายืนถึงสิ้นเดือน", "ขอบคุณค่ะ ขอเพิ่มแหวน M8 อีก 500 ตัว และแจ้งกำหนดส่งด้วยค่ะ"),
        ("การจัดส่งสินค้า", "สวัสดีครับ\n\nสินค้าจะออกจากคลังพรุ่งนี้เช้า", "ดีเลยค่ะ บอกคนขับให้เข้าประตูหลังนะคะ"),
        ("ตัวอย่างสกรู", "สวัสดีครับ\n\nส่งตัวอย่างไปแล้ว ใช้แล้วเป็นอย่างไรบอกได้เลยครับ", "ได้รับแล้วค่ะ ช่างชอบมาก 40 กล่องราคาเท่าไรคะ"),
    ),
}  # fmt: skip

QUOTED = {
    _EN: "On {day} {name} wrote:\n> {line}",
    _RU: "{day} {name} пишет:\n> {line}",
    _TH: "เมื่อ {day} {name} เขียนว่า:\n> {line}",
}

PROMISES = {
    _EN: ("send the offer", "call about the contract", "check the payment", "bring samples", "ask how the delivery went", "agree the next order"),
    _RU: ("отправить КП", "позвонить по договору", "проверить оплату", "привезти образцы", "узнать про доставку", "согласовать новый заказ"),
    _TH: ("ส่งใบเสนอราคา", "โทรเรื่องสัญญา", "ตรวจการชำระเงิน", "นำตัวอย่างไปให้", "ถามเรื่องการจัดส่ง", "คุยคำสั่งซื้อถัดไป"),
}  # fmt: skip
