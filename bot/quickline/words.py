"""The words around the verb of a quick line: before names, after them, how a call ended and what is intended."""

from __future__ import annotations

from typing import Final

from storage.models.enums import CallOutcome


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Longer words that begin like a Thai verb
THAI_OTHER_WORDS: Final = _words("โทรทัศน์ โทรสาร เมลอน เมล็ด บันทึกเทป โทรคมนาคม โทรเลข พบพาน เมลดา เมลิสา พบธรรม พบสุข")

# What may stand before the verb without being a name
LEADING: Final = _set(
    "i we just today yesterday had a an the have log now so also again then my я мы только что сегодня вчера сейчас "
    "был снова еще раз опять утром"
)

THAI_LEADING: Final = _words(
    "วันนี้ เมื่อวานนี้ เมื่อวาน เมื่อกี้ เมื่อเช้า เพิ่ง ผม ดิฉัน ฉัน เรา ได้ ไป พึ่ง ต้อง อย่าลืม ช่วยเตือนให้ ช่วยเตือน เตือนให้ เตือน"
)

# What stands between the verb and the name, or before a name
NAME_LINKS: Final = _set(
    "to with from by at about for on of the client customer mr mrs ms dr and back с со от из к ко у в во для до по о об "
    "про на клиент клиенту клиентом клиента и กับ จาก ถึง หา ให้ ลูกค้า ของ ที่"
)

THAI_HONORIFICS: Final = _words("ลูกค้า คุณ นางสาว นาย นาง พี่ น้อง ป้า ลุง เฮีย เจ๊ ช่าง หมอ ดร. บริษัท ร้าน")

# ... of these, what may stand inside a name
INSIDE_NAMES: Final = _set("of and the и ของ")

# Where in a line the name is over: what people say next
NAME_ENDS: Final = _set(
    "agreed agrees asked asks wants want wanted needs need said says told confirmed ordered orders interested no not "
    "didn't busy will is was are has had he she they about discussed re ok okay yes left voicemail paid promised "
    "refused price offer complained thinks don't doesn't sent send wrong number answered switched unavailable for "
    "regarding with that decided likes договорились договорился договорилась согласен согласна согласились "
    "согласился согласилась просил просила попросил попросила хочет хотят нужно нужны нужен нужна сказал сказала "
    "говорит заказал заказала подтвердил подтвердила не занят занята занято обещал обещала обсудили обсудил обсудила "
    "интересует интересуется по про о об что ок да нет думает подумает отказался отказалась отказ цена спросил "
    "спросила ждет ждут оплатил оплатила автоответчик недоступен недоступна взял взяла ответил ответила спрашивал "
    "спрашивала жалуется жаловался жаловалась будет сообщил сообщила решил решила"
)

THAI_NAME_ENDS: Final = _words(
    "ตกลง ตอบตกลง ขอ ไม่รับ ไม่ได้ ไม่มี ไม่สน ไม่ว่าง ไม่เอา สั่ง อยาก ต้องการ สนใจ จะ รับสาย แล้ว บอก ว่า นัด "
    "เรื่อง ถาม ราคา สอบถาม ยืนยัน โอเค โทรกลับ สายไม่ว่าง ปิดเครื่อง เบอร์ผิด ซื้อ จ่าย ปฏิเสธ รอ คุย แจ้ง ส่ง"
)

# A refusal to answer goes before words that only sound like a talk
OUTCOMES: Final = {
    CallOutcome.WRONG_NUMBER: [
        "wrong number",
        "не тот номер",
        "неверный номер",
        "ошибочный номер",
        "ошибся номером",
        "ошиблась номером",
        "เบอร์ผิด",
        "ผิดเบอร์",
        "เบอร์ไม่ถูก",
    ],
    CallOutcome.VOICEMAIL: [
        "voicemail",
        "voice mail",
        "left a message",
        "answering machine",
        "автоответчик",
        "голосовая почта",
        "голосовую почту",
        "ฝากข้อความ",
        "วอยซ์เมล",
    ],
    CallOutcome.BUSY: ["busy", "line busy", "engaged", "занято", "занят", "занята", "สายไม่ว่าง", "ไม่ว่าง", "ติดสาย"],
    CallOutcome.NO_ANSWER: [
        "no answer",
        "no reply",
        "not answering",
        "not answered",
        "didn't answer",
        "did not answer",
        "didnt answer",
        "doesn't answer",
        "unanswered",
        "no response",
        "didn't pick up",
        "not picking up",
        "no pickup",
        "not reachable",
        "unreachable",
        "switched off",
        "n/a",
        "не ответил",
        "не ответила",
        "не ответили",
        "не отвечает",
        "не отвечают",
        "нет ответа",
        "без ответа",
        "не берет",
        "не взял",
        "не взяла",
        "не взяли",
        "не берут",
        "недозвон",
        "не дозвонился",
        "не дозвонилась",
        "трубку не берет",
        "недоступен",
        "недоступна",
        "вне зоны",
        "ไม่รับสาย",
        "ไม่รับโทรศัพท์",
        "ไม่มีคนรับ",
        "ไม่รับ",
        "ไม่มีผู้รับ",
        "โทรไม่ติด",
        "ติดต่อไม่ได้",
        "ปิดเครื่อง",
        "ไม่ตอบ",
    ],
    CallOutcome.REACHED: [
        "agreed",
        "spoke",
        "talked",
        "reached",
        "answered",
        "discussed",
        "confirmed",
        "договорились",
        "дозвонился",
        "дозвонилась",
        "поговорили",
        "поговорил",
        "поговорила",
        "обсудили",
        "обсудил",
        "согласен",
        "согласна",
        "согласился",
        "согласилась",
        "подтвердил",
        "подтвердила",
        "ответил",
        "ответила",
        "ตกลง",
        "คุยแล้ว",
        "รับสาย",
        "ยืนยัน",
        "คุยเรื่อง",
    ],
}

# What is to be done, where no comma tells it from what was said
INTENTIONS: Final = _set(
    "send call follow check ask email prepare visit remind confirm deliver ship invoice offer quote отправить "
    "выслать позвонить перезвонить написать напомнить узнать уточнить подготовить проверить отгрузить выставить "
    "встретиться заехать связаться набрать скинуть прислать согласовать сделать доставить"
)

THAI_INTENTIONS: Final = _words("ส่ง โทรกลับ โทรหา ติดตาม ติดต่อ นัด เช็ค ถาม เตรียม ออกใบ จัดส่ง แจ้ง")
