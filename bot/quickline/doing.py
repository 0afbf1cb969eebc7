"""The words for things done and to be done: calls, meetings, SMS, emails and notes, in English, Russian and Thai."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from storage.models.enums import CallOutcome, Direction, InteractionKind

CALL, MEETING, SMS, EMAIL, NOTE = (
    InteractionKind.CALL,
    InteractionKind.MEETING,
    InteractionKind.SMS,
    InteractionKind.EMAIL,
    InteractionKind.NOTE,
)
IN, OUT = Direction.IN, Direction.OUT


@dataclass(frozen=True, slots=True)
class Verb:
    """A way of saying that something was done, or is to be done."""

    kind: InteractionKind
    direction: Direction | None = None
    plain: bool = False  # says what, not when: "call", "meeting", โทรหา; with a date and nothing said it is a plan
    intended: bool = False  # an infinitive: it has not been done yet
    reminder: bool = False  # "remind me to": what is to be done follows
    by_case: bool = False  # Russian past tense: "звонил Анне" went out, "звонила Анна" came in
    after_name: Direction | None = None  # what it is when the name stands before it: "Anna called"
    outcome: CallOutcome | None = None


VERBS: Final[dict[tuple[str, ...], Verb]] = {}
LONGEST_VERB: Final = 5


def _verb(verb: Verb, phrases: str) -> None:
    for phrase in phrases.split("|"):
        VERBS[tuple(phrase.strip().split(" "))] = verb


_verb(
    Verb(CALL, OUT, plain=True, after_name=OUT),
    "call|call to|call with|phone call|phone call with|phone call to|phone|ring",
)
_verb(Verb(CALL, OUT, after_name=IN), "called|rang|phoned|called back|rang back|dialed|dialled")
_verb(
    Verb(CALL, OUT),
    "calling|outgoing call|outgoing call to|outbound call|outbound call to|had a call with|had call with|i called",
)
_verb(Verb(CALL, OUT, outcome=CallOutcome.REACHED), "spoke to|spoke with|talked to|talked with|reached|got hold of")
_verb(Verb(CALL, OUT, outcome=CallOutcome.NO_ANSWER), "tried to call|tried calling|could not reach|couldn't reach")
_verb(
    Verb(CALL, IN, after_name=IN),
    "call from|a call from|incoming call|incoming call from|inbound call|inbound call from|incoming|incoming from|got a call from|"
    "got call from|received a call from|phone call from|called me|called us|rang me|rang us|phoned us",
)
_verb(Verb(CALL, IN, outcome=CallOutcome.NO_ANSWER), "missed call|missed call from|missed a call from")
_verb(
    Verb(MEETING, plain=True, after_name=None),
    "meeting|meeting with|a meeting with|meet|meet with|visit|visit to|appointment|appointment with",
)
_verb(
    Verb(MEETING),
    "met|met with|visited|had a meeting with|had meeting with|was at|lunch with|coffee with|visit from|visited us",
)
_verb(Verb(SMS, OUT, plain=True), "sms|sms to|text|text to|text message|text message to|an sms to")
_verb(Verb(SMS, OUT, after_name=IN), "texted|messaged")
_verb(Verb(SMS, OUT), "sent sms|sent sms to|sent an sms to|sent a text to|sent text to")
_verb(
    Verb(SMS, IN, after_name=IN),
    "sms from|text from|text message from|got sms from|got an sms from|got a text from|received sms from|texted me|texted us|sent me an sms",
)
_verb(Verb(EMAIL, OUT, plain=True), "email|e-mail|mail|email to|e-mail to|mail to|an email to")
_verb(Verb(EMAIL, OUT, after_name=IN), "emailed|e-mailed|mailed|wrote|wrote to|wrote back")
_verb(Verb(EMAIL, OUT), "sent email|sent email to|sent an email to|sent mail to|sent a mail to")
_verb(
    Verb(EMAIL, IN, after_name=IN),
    "email from|e-mail from|mail from|an email from|got email from|got an email from|got mail from|received email from|"
    "received an email from|wrote me|wrote us|emailed me|emailed us|sent me an email|sent us an email",
)
_verb(Verb(NOTE), "note|notes|memo|note on|note about|note for|remark")

_verb(Verb(CALL, OUT, plain=True, after_name=OUT), "звонок|звонок с|звонок к|созвон|созвон с")
_verb(Verb(CALL, OUT, intended=True), "позвонить|перезвонить|набрать|созвониться|созвониться с|прозвонить")
_verb(
    Verb(CALL, OUT, by_case=True, after_name=IN),
    "звонил|звонила|звонили|позвонил|позвонила|позвонили|перезвонил|перезвонила|перезвонили|звонит",
)
_verb(
    Verb(CALL, OUT),
    "набрал|набрала|набрали|исходящий|исходящий звонок|звоню|звонили в|звонил в|звонила в|звонил к|звонил клиенту|звонила клиенту",
)
_verb(Verb(CALL, OUT, after_name=OUT), "созвонился|созвонилась|созвонились|созвонился с|созвонилась с|созвонились с")
_verb(
    Verb(CALL, OUT, outcome=CallOutcome.REACHED, after_name=OUT),
    "дозвонился|дозвонилась|дозвонились|дозвонился до|дозвонилась до|дозвонились до|поговорил с|поговорила с|поговорили с|говорил с|"
    "говорила с|говорили с|пообщался с|пообщалась с|пообщались с|разговор с|переговорил с|переговорила с",
)
_verb(
    Verb(CALL, OUT, outcome=CallOutcome.NO_ANSWER),
    "не дозвонился|не дозвонилась|не дозвонились|не дозвонился до|не дозвонилась до|недозвон|недозвон до|недозвон к",
)
_verb(
    Verb(CALL, IN, after_name=IN),
    "звонок от|входящий|входящий от|входящий звонок|входящий звонок от|был звонок от|поступил звонок от|мне звонил|мне звонила|"
    "мне позвонил|мне позвонила|нам звонили|нам позвонили|нам звонил|нам звонила|звонил сам|звонила сама|позвонил сам|позвонила сама",
)
_verb(
    Verb(CALL, IN, outcome=CallOutcome.NO_ANSWER), "пропущенный|пропущенный от|пропущенный звонок|пропущенный звонок от"
)
_verb(Verb(MEETING, plain=True), "встреча|встреча с|встреча у|визит|визит к|переговоры|переговоры с")
_verb(Verb(MEETING, intended=True), "встретиться|встретиться с|заехать к|съездить к|заехать в")
_verb(
    Verb(MEETING, after_name=None),
    "встретился|встретилась|встретились|встретился с|встретилась с|встретились с|встречался с|встречалась с|встречались с|был у|была у|"
    "были у|был в|была в|были в|заехал к|заехала к|заезжал к|заезжала к|съездил к|съездила к|ездил к|ездила к|виделся с|виделась с|"
    "виделись с|приезжал|приезжала|приезжали|обед с|провел встречу с|провела встречу с",
)
_verb(Verb(SMS, OUT, plain=True), "смс|смска|смс к|смс для|эсэмэс|sms для")
_verb(
    Verb(SMS, OUT),
    "отправил смс|отправила смс|отправили смс|послал смс|послала смс|написал смс|написала смс|скинул смс|скинула смс",
)
_verb(
    Verb(SMS, IN, after_name=IN),
    "смс от|смска от|эсэмэс от|пришла смс от|прислал смс|прислала смс|прислали смс|получил смс от|получила смс от",
)
_verb(Verb(EMAIL, OUT, plain=True), "письмо|письмо для|письмо к|почта|имейл|емейл|мейл|мэйл|е-мейл|имэйл")
_verb(Verb(EMAIL, OUT, intended=True), "написать|отправить письмо|написать письмо")
_verb(Verb(EMAIL, OUT, by_case=True, after_name=IN), "написал|написала|написали|писал|писала|писали")
_verb(
    Verb(EMAIL, OUT),
    "отправил письмо|отправила письмо|отправили письмо|написал письмо|написала письмо|послал письмо|послала письмо|отправил почту|отправил на почту",
)
_verb(
    Verb(EMAIL, IN, after_name=IN),
    "письмо от|почта от|имейл от|емейл от|мейл от|пришло письмо от|получил письмо от|получила письмо от|прислал письмо|прислала письмо|"
    "прислали письмо|мне написал|мне написала|нам написали|нам написал|нам написала",
)
_verb(Verb(NOTE), "заметка|заметка о|заметка про|заметка по|запись|пометка|комментарий|комментарий по|примечание")

_verb(
    Verb(NOTE, intended=True, reminder=True),
    "remind me to|remind me|remind|reminder|remember to|need to|i need to|must|todo|to do|have to|don't forget to|"
    "напомни|напомнить|напоминание|надо|нужно|не забыть|не забудь|должен|должна",
)
_verb(Verb(CALL, OUT, intended=True), "follow up|follow up with|follow-up|follow-up with|get back to|связаться с")
_verb(
    Verb(CALL, OUT, outcome=CallOutcome.REACHED),
    "agreed with|договорился с|договорилась с|договорились с|договорился|договорилась|договорились",
)

# Thai stands without spaces: these are looked for at the beginning of the line, longest first.
THAI_VERBS: Final[list[tuple[str, Verb]]] = []
# ... and these after a name, which may stick to them.
THAI_AFTER_NAME: Final[list[tuple[str, Verb]]] = []


def _thai(verb: Verb, words: str, into: list[tuple[str, Verb]] = THAI_VERBS) -> None:
    into.extend((word, verb) for word in words.split())
    into.sort(key=lambda item: -len(item[0]))


_thai(Verb(CALL, OUT, plain=True), "โทรศัพท์หา โทรศัพท์ถึง โทรศัพท์ โทรหา โทรไปหา โทรไป โทรถึง โทรกลับหา โทรกลับ โทร")
_thai(Verb(CALL, OUT), "โทรคุยกับ โทรคุย โทรศัพท์คุยกับ คุยโทรศัพท์กับ คุยโทรศัพท์ คุยสายกับ ได้โทรหา โทรหาแล้ว")
_thai(Verb(CALL, OUT, outcome=CallOutcome.REACHED), "คุยกับ พูดคุยกับ ตกลงกับ")
_thai(Verb(CALL, IN), "สายเข้าจาก สายเข้า รับสายจาก ได้รับสายจาก รับโทรศัพท์จาก โทรเข้าจาก มีสายจาก ได้รับโทรศัพท์จาก")
_thai(Verb(CALL, IN, outcome=CallOutcome.NO_ANSWER), "ไม่ได้รับสายจาก สายที่ไม่ได้รับจาก")
_thai(Verb(CALL, IN), "โทรเข้ามา โทรมาหา โทรมา โทรเข้า โทรกลับมา โทรศัพท์มา", THAI_AFTER_NAME)
_thai(
    Verb(MEETING, plain=True),
    "ประชุมกับ ประชุมที่ ประชุม นัดพบกับ นัดพบ นัดเจอกับ นัดเจอ นัดกับ นัด เข้าพบ ไปพบ พบกับ พบ เยี่ยม ไปเยี่ยม เข้าเยี่ยม ไปหา",
)
_thai(Verb(MEETING), "เจอกับ เจอ ได้เจอ ได้พบกับ ได้พบ ทานข้าวกับ กินข้าวกับ")
_thai(Verb(MEETING), "มาพบ แวะมา เข้ามาพบ มาเยี่ยม", THAI_AFTER_NAME)
_thai(
    Verb(SMS, OUT, plain=True),
    "ส่งข้อความหา ส่งข้อความถึง ส่งข้อความให้ ส่งข้อความไปหา ส่งข้อความ เอสเอ็มเอสหา เอสเอ็มเอสถึง เอสเอ็มเอส ข้อความถึง ส่งเอสเอ็มเอส",
)
_thai(Verb(SMS, IN), "ข้อความจาก ได้รับข้อความจาก เอสเอ็มเอสจาก ได้ข้อความจาก")
_thai(Verb(SMS, IN), "ส่งข้อความมาหา ส่งข้อความมา ส่งเอสเอ็มเอสมา", THAI_AFTER_NAME)
_thai(
    Verb(EMAIL, OUT, plain=True),
    "ส่งอีเมลหา ส่งอีเมลถึง ส่งอีเมลให้ ส่งอีเมลไปหา ส่งอีเมล ส่งอีเมล์ถึง ส่งอีเมล์หา ส่งอีเมล์ อีเมลหา อีเมลถึง อีเมล อีเมล์ถึง อีเมล์หา อีเมล์ "
    "ส่งเมลหา ส่งเมลถึง ส่งเมลให้ ส่งเมล ส่งเมล์ถึง ส่งเมล์หา ส่งเมล์ เมลหา เมลถึง เมล เมล์หา เมล์ถึง เมล์ เขียนอีเมลถึง เขียนอีเมล",
)
_thai(Verb(EMAIL, IN), "อีเมลจาก อีเมล์จาก เมลจาก เมล์จาก ได้รับอีเมลจาก ได้รับเมลจาก ได้อีเมลจาก ได้เมลจาก")
_thai(Verb(EMAIL, IN), "ส่งอีเมลมา ส่งอีเมล์มา ส่งเมลมา ส่งเมล์มา อีเมลมา เมลมา เขียนอีเมลมา ตอบเมลมา", THAI_AFTER_NAME)
_thai(Verb(NOTE), "โน้ต โน๊ต โน็ต จดโน้ต บันทึก หมายเหตุ จดบันทึก")
