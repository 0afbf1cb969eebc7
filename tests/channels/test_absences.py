"""Out-of-office notes: told from people's mail and from other machines', and when their writers are back."""

from __future__ import annotations

import random
from datetime import date

import pytest

from channels.email.absence_dates import back_on
from channels.email.reading import parse

TUESDAY = date(2026, 11, 24)

_SAID = {
    "I am out of the office until 5 December.": date(2026, 12, 5),
    "I will be back in the office on Monday, 7 December 2026.": date(2026, 12, 7),
    "I am on vacation from 3 to 14 July": date(2027, 7, 15),
    "Out of office from November 30th through December 4th, with limited access to email": date(2026, 12, 5),
    "I'll be back on Monday": date(2026, 11, 30),
    "I return on December 7th.": date(2026, 12, 7),
    "Returning 2026-12-07": date(2026, 12, 7),
    "I am away 24 Dec - 2 Jan": date(2027, 1, 3),
    "I'll be out from Dec 1, 2026 to Dec 11, 2026.": date(2026, 12, 12),
    "I will be out of the office starting 11/25/2026 and will not return until 11/30/2026.": date(2026, 11, 30),
    "Available again from 7 December": date(2026, 12, 7),
    "I am on leave through Friday": date(2026, 11, 28),
    "Out of office till Monday": date(2026, 11, 30),
    "back on 12/25/2026": date(2026, 12, 25),
    "back tomorrow": date(2026, 11, 25),
    "Я в отпуске до 12 января.": date(2027, 1, 12),
    "Я в отпуске с 3 по 14 июля": date(2027, 7, 15),
    "С 28.12.2026 по 08.01.2027 я в отпуске. Вернусь 11.01.2027.": date(2027, 1, 11),
    "Нахожусь в отпуске с 25.11.2026 по 08.12.2026 включительно": date(2026, 12, 9),
    "Вернусь в понедельник": date(2026, 11, 30),
    "Буду на работе в понедельник": date(2026, 11, 30),
    "Вернусь в офис в понедельник, 7 декабря 2026 г.": date(2026, 12, 7),
    "С 7 декабря снова на связи": date(2026, 12, 7),
    "Отсутствую до 7 декабря включительно": date(2026, 12, 8),
    "Выйду на работу 7-го декабря": date(2026, 12, 7),
    "Меня не будет по 4 декабря": date(2026, 12, 5),
    "กลับมาวันที่ 5 ธันวาคม 2569": date(2026, 12, 5),
    "ดิฉันลาพักร้อนตั้งแต่วันที่ 25 พฤศจิกายน ถึงวันที่ 4 ธันวาคม 2569": date(2026, 12, 5),
    "ผมไม่อยู่ที่ออฟฟิศจนถึงวันที่ 5 ธ.ค. 69": date(2026, 12, 5),
    "จะกลับมาทำงานวันจันทร์ที่ 7 ธันวาคม พ.ศ. 2569": date(2026, 12, 7),
    "กลับเข้าทำงานวันจันทร์ครับ": date(2026, 11, 30),
    "ลาระหว่างวันที่ 25-27 พฤศจิกายน 2569 ค่ะ": date(2026, 11, 28),
    "กลับมาทำงานวันที่ ๕ ธันวาคม ๒๕๖๙": date(2026, 12, 5),
    "กลับมา 05/12/2569": date(2026, 12, 5),
    "Ich bin bis zum 5. Dezember nicht im Büro.": date(2026, 12, 5),
    "Ab dem 7. Dezember bin ich wieder erreichbar.": date(2026, 12, 7),
    "Ich bin vom 30.11. bis 04.12.2026 im Urlaub": date(2026, 12, 5),
    "Rückkehr am 7.12.2026": date(2026, 12, 7),
}
_NOT_SAID = [
    "",
    "I am currently out of the office. Best regards",
    "Thank you for your mail of 5 December",
    "back in March",
    "I am on parental leave until June 2027",
    "until 31 February",
    "Please call +7 495 123-45-67 until 18:00",
    "I was back on 5 October 2026",  # past
    "back on 5 October",  # an old note, or one for ten months
    "back on 05/12/2026",  # May or December?
    "I will be back next Friday",  # this week's or the next one's?
    "next Friday I will be back",
    "I am out until 5 December. In urgent cases write to Ben, he is here until 4 December",
    "Буду в отпуске с 5 декабря",
    "Ваше письмо от 5 декабря получено",
    "จดหมายลงวันที่ 5 ธันวาคม",
]


@pytest.mark.parametrize("note", _SAID)
def test_the_day_of_return(note: str) -> None:
    assert back_on(note, sent=TUESDAY) == _SAID[note]


@pytest.mark.parametrize("note", _NOT_SAID)
def test_no_day_where_none_is_said_or_it_is_not_clear(note: str) -> None:
    assert back_on(note, sent=TUESDAY) is None


def test_a_day_is_never_past_and_nothing_a_note_holds_raises() -> None:
    rng = random.Random(5)
    words = ["until", "back", "5", "31", "12", "2026", "2569", "02", ".", "/", "-", "December", "до", "января", "вернусь", "กลับมา",
             "วันที่", "ธ.ค.", "monday", "next", "to", "from", "с", "по", "٣", "²", "99", "0", "th", ",", "พ.ศ."]  # fmt: skip
    for _ in range(4_000):
        note = " ".join(rng.choice(words) for _ in range(rng.randrange(1, 12))).replace(" . ", ".").replace(" / ", "/")
        found = back_on(note, sent=TUESDAY)
        assert found is None or found > TUESDAY


def _mail(subject: str, text: str, *headers: str) -> bytes:
    head = ["From: a@client.test", f"Subject: {subject}", "Date: Tue, 24 Nov 2026 16:00:00 +0700", *headers]
    return "\r\n".join([*head, "Content-Type: text/plain; charset=utf-8", "", text]).encode()


@pytest.mark.parametrize(
    ("subject", "text", "header"),
    [
        ("Automatic reply: Quote", "I am out of the office until 5 December.", "Auto-Submitted: auto-generated"),
        ("Out of Office: Quote", "I am out of the office until 5 December", "X-Mailer: any"),
        ("В отпуске: Цена", "Меня не будет, вернусь 5 декабря", "X-Mailer: any"),
        ("On vacation: Quote", "until 5 December", "Auto-Submitted: auto-replied"),
        ("Auto: Quote", "I am on vacation until 5 December", "Auto-Submitted: auto-replied (vacation)"),
        ("Re: Quote", "I am on annual leave until 5 December", "X-Autoreply: yes"),
        ("Автоответ: Цена", "Я в отпуске до 5 декабря", "Precedence: auto_reply"),
        ("Автоматический ответ: Цена", "В командировке. Вернусь 5 декабря.", "X-Mailer: any"),
        ("Re: Quote", "I am on annual leave until 5 December", "Precedence: bulk"),
        ("ตอบกลับอัตโนมัติ: ราคา", "ลาพักร้อน กลับมาวันที่ 5 ธันวาคม 2569", "X-Mailer: any"),
        ("Abwesenheitsnotiz", "Ich bin bis zum 5. Dezember im Urlaub", "Auto-Submitted: auto-replied"),
    ],
)
def test_a_note_is_recognised_by_what_machines_put_on_it(subject: str, text: str, header: str) -> None:
    parsed = parse(_mail(subject, text, header))
    assert parsed.is_automatic
    assert parsed.absence is not None
    assert parsed.absence.returns_on == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("subject", "text", "headers"),
    [
        ("Holidays", "I am out of the office until 5 December, please send the offer before.", ()),
        ("Out of office on Friday", "Please deliver on Thursday, I am out of the office until 5 December.", ()),
        ("В отпуске до пятницы", "Я в отпуске до 5 декабря, пришлите счёт Ивану.", ()),
        ("On vacation: please order before", "I am on vacation: please order 20 pcs before Friday.", ()),
        ("On leave: prices", "Send them by 5 December, please.", ()),
        ("В отпуске: кто заменяет?", "Кто вас заменяет? Нужен счёт до 5 декабря.", ()),
        ("ไม่อยู่ที่สำนักงาน: ใบเสนอราคา", "ขอใบเสนอราคาค่ะ", ()),
        ("Re: Automatic reply: Quote", "Thanks, I will write again on 5 December.", ()),
        ("Отпуск", "Я в отпуске до 5 декабря, пришлите счёт Ивану.", ()),
        ("We received your request", "Your ticket is 12. Answer by 5 December.", ("Auto-Submitted: auto-replied",)),
        ("Automatic reply", "Ben no longer works here since 5 December", ("Auto-Submitted: auto-replied",)),
        ("News", "Vacation offers until 5 December", ("Precedence: bulk",)),
        ("Order", "I am on leave until 5 December, send it before", ("Precedence: list", "List-ID: <sales.us.test>")),
    ],
)
def test_people_other_machines_and_those_who_left_are_no_absences(
    subject: str, text: str, headers: tuple[str, ...]
) -> None:
    assert parse(_mail(subject, text, *headers)).absence is None


@pytest.mark.parametrize(
    "subject",
    ["Holidays", "Out of office on Friday", "Out of office", "On vacation until Monday"],
)
def test_people_who_write_of_their_holidays_are_not_taken_for_machines(subject: str) -> None:
    assert not parse(_mail(subject, "I am out of the office until 5 December, send the offer before.")).is_automatic


@pytest.mark.parametrize("subject", ["On vacation: please order before", "В отпуске: кто заменяет?"])
def test_a_subject_that_people_write_too_makes_no_machine(subject: str) -> None:
    parsed = parse(_mail(subject, "Please order 20 pcs before Friday."))
    assert (parsed.is_automatic, parsed.takes_no_answer, parsed.absence) == (False, False, None)
