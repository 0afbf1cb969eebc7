"""What people type as a segment, in three languages, becomes one tree; what cannot be read says where and why."""

from __future__ import annotations

import contextlib
import re
import time
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.errors import CrmError
from crm.segments import SegmentSyntax, SegmentTooComplex, comparison_name, describe, field_name, parse, render
from crm.segments.nouns import WORDS, phrases
from crm.segments.vocabulary import FIELD_WORDS, JOINERS, NEGATIONS, OPERATORS, PRESENCE_WORDS, SILENCE_WORDS
from storage.filters import FIELDS, PRESENCE, Not, Op, Test, comparisons
from storage.models import Language
from tests.factories.segment_trees import random_tree

TODAY = date(2026, 11, 24)

READ_AS = [
    (
        "city = Bangkok and not tag = vip and last contact > 30 days ago",
        "city = Bangkok and not tag = vip and last contact before 30 days ago",
    ),
    ("город = Москва и тег = опт", "city = Москва and tag = опт"),
    ("เมือง = กรุงเทพ และ ไม่ใช่ แท็ก = vip", "city = กรุงเทพ and not tag = vip"),
    ("เมือง=กรุงเทพและแท็ก=vip และไม่มีอีเมล", "city = กรุงเทพ and tag = vip and no email"),
    ("City is New York", "city = New York"),
    ("city Bangkok", "city = Bangkok"),
    ("city not Bangkok", "city != Bangkok"),
    ("город не Москва", "city != Москва"),
    ("เมือง ไม่ใช่ กรุงเทพ", "city != กรุงเทพ"),
    ("ГОРОД = Орёл или город = Тверь", "city = Орёл or city = Тверь"),
    ("city in (Bangkok, Phuket , Hat Yai)", "city in (Bangkok, Phuket, Hat Yai)"),
    ("город в (Москва, Тула)", "city in (Москва, Тула)"),
    ("เมือง ใน (กรุงเทพ, ภูเก็ต)", "city in (กรุงเทพ, ภูเก็ต)"),
    ("tag not in (a, b)", "tag not in (a, b)"),
    ("tag is not in (a, b)", "tag not in (a, b)"),
    ("тег не в (опт, розница)", "tag not in (опт, розница)"),
    ('city in (Bangkok, "Rock, and roll")', 'city in (Bangkok, "Rock, and roll")'),
    ("город = «Ростов и Дон»", 'city = "Ростов и Дон"'),
    ("tag contains opt", "tag ~ opt"),
    ("тег содержит опт", "tag ~ опт"),
    ("no contact for 30 days", "no contact for 30 days"),
    ("no contact in 2 weeks", "no contact for 2 weeks"),
    ("нет контакта 30 дней", "no contact for 30 days"),
    ("не было контакта более 2 недель", "no contact for 2 weeks"),
    ("ไม่ได้ติดต่อ 30 วัน", "no contact for 30 days"),
    ("ไม่ได้ซื้อมา 3 เดือน", "no purchase for 3 months"),
    ("нет покупок 3 месяца и город Нижний Новгород", "no purchase for 3 months and city = Нижний Новгород"),
    ("нет покупок", "never bought"),
    ("нет покупок и последний контакт < 5 дней назад", "never bought and last contact within 5 days"),
    ("city isn’t Bangkok", "city != Bangkok"),
    ("город - Москва", "city = Москва"),
    ("city – Bangkok and tag — vip", "city = Bangkok and tag = vip"),
    ("city = 'Riga' and tag = ‘vip’", "city = Riga and tag = vip"),
    ("city = ”Riga”", "city = Riga"),
    ("city in ('Riga', 'New York')", "city in (Riga, New York)"),
    ("city = 's-Hertogenbosch and name = O’Brien", "city = 's-Hertogenbosch and name = O’Brien"),
    ("field Level = '10'", 'field "Level" = "10"'),
    ("звонки >= 2 за месяц", "calls >= 2 in 1 month"),
    ("calls >= 2 in a month", "calls >= 2 in 1 month"),
    ("нет встреч за неделю", "no meetings for 1 week"),
    ("no contact for a month", "no contact for 1 month"),
    ("не покупал полгода", "no purchase for 6 months"),
    ("ไม่ได้ติดต่อ หนึ่งเดือน", "no contact for 1 month"),
    ("день рождения через неделю", "birthday in 1 week"),
    ("last purchase more than half a year ago", "last purchase before 6 months ago"),
    ("last contact within a year", "last contact within 1 year"),
    ("field Plan in month", 'field "Plan" in ("month")'),
    ("не покупал с 01.01.2026", "not last purchase since 2026-01-01"),
    ("purchases sum > €1,000", "purchases sum > 1000.00 EUR"),
    ("ยอดซื้อ > 10,000 บาท", "purchases sum > 10000.00 THB"),
    ("purchases sum > 1,000.50 EUR", "purchases sum > 1000.50 EUR"),
    ("сумма покупок > 1.000.000,50 руб", "purchases sum > 1000000.50 RUB"),
    ("purchases sum > 10,50 EUR and city = Riga", "purchases sum > 10.50 EUR and city = Riga"),
    ("city in (1,2)", "city in (1, 2)"),
    ("purchases sum > 1.000 KWD", "purchases sum > 1.000 KWD"),
    ("purchases sum > £5", "purchases sum > 5.00 GBP"),
    ("birthday = 31.12", "birthday on 2000-12-31"),
    ("день рождения 29 февраля", "birthday on 2000-02-29"),
    ("birthday = 1 Sep", "birthday on 2000-09-01"),
    ("วันเกิด = 31 ธันวาคม", "birthday on 2000-12-31"),
    ("เมือง = 'กรุงเทพหรือภูเก็ต'", 'city = "กรุงเทพหรือภูเก็ต"'),
    ("never contacted or no contact", "never contacted or never contacted"),
    ("ไม่เคยซื้อ", "never bought"),
    ("last purchase never", "never bought"),
    ("last contact > 30 days ago", "last contact before 30 days ago"),
    ("last contact older than 1 year", "last contact before 1 year ago"),
    ("last contact < 2 weeks ago", "last contact within 2 weeks"),
    ("last contact in the last 10 days", "last contact within 10 days"),
    ("последний контакт более 30 дней назад", "last contact before 30 days ago"),
    ("последняя покупка за последние 7 дней", "last purchase within 7 days"),
    ("ติดต่อล่าสุด > 30 วันที่แล้ว", "last contact before 30 days ago"),
    ("ซื้อล่าสุดภายใน 3 เดือน", "last purchase within 3 months"),
    ("last contact after 2026-01-31", "last contact after 2026-01-31"),
    ("last contact > 2026-01-31", "last contact after 2026-01-31"),
    ("last purchase since 31/01/2026", "last purchase since 2026-01-31"),
    ("последний контакт раньше 01.02.2026", "last contact before 2026-02-01"),
    ("последняя покупка до 01.02.2569", "last purchase before 2026-02-01"),
    ("ซื้อล่าสุด หลัง 1/2/2569", "last purchase after 2026-02-01"),
    ("last contact on today", "last contact on 2026-11-24"),
    ("последний контакт = вчера", "last contact on 2026-11-23"),
    ("owner = me", "owner = me"),
    ("ответственный = я", "owner = me"),
    ("ผู้ดูแล = ฉัน", "owner = me"),
    ("owner = Anna Petrova", "owner = Anna Petrova"),
    ("no owner and нет телефона", "no owner and no phone"),
    ("language = Russian", "language = ru"),
    ("язык не русский", "language != ru"),
    ("ภาษา ไทย", "language = th"),
    ("lifecycle in (lead, dormant)", "lifecycle in (lead, dormant)"),
    ("стадия = клиент", "lifecycle = customer"),
    ("สถานะ = ลูกค้า", "lifecycle = customer"),
    ("source = Trade fair", "source = Trade fair"),
    ("источник = Выставка", "source = Выставка"),
    ("has email and has phone and no follow-up", "has email and has phone and no followup"),
    ("с почтой и без телефона", "has email and no phone"),
    ("มีอีเมล และ มีเบอร์โทร", "has email and has phone"),
    ("created < 7 days", "created within 7 days"),
    ("добавлен за последние 7 дней", "created within 7 days"),
    ("(city = a or city = b) and tag = c", "(city = a or city = b) and tag = c"),
    ("city = a or city = b and tag = c", "city = a or city = b and tag = c"),
    ("not (city = a or tag = b)", "not (city = a or tag = b)"),
    ("not not tag = c", "not not tag = c"),
    ("tag = email", "tag = email"),
    ("  city   =   Nizhny    Novgorod  ", "city = Nizhny Novgorod"),
    ("calls >= 2 in 30 days", "calls >= 2 in 30 days"),
    ("calls more than 3", "calls > 3"),
    ("звонков не менее 2 раз за последние 30 дней и город = Тула", "calls >= 2 in 30 days and city = Тула"),
    ("สายโทร >= 2 ครั้งใน 30 วัน", "calls >= 2 in 30 days"),
    ("no meetings for 90 days", "no meetings for 90 days"),
    ("нет встреч 90 дней", "no meetings for 90 days"),
    ("ไม่มีการประชุม 90 วัน", "no meetings for 90 days"),
    ("emails in > 0 since 2026-01-01", "incoming emails > 0 since 2026-01-01"),
    ("входящих писем > 0 с 01.01.2026", "incoming emails > 0 since 2026-01-01"),
    ("has calls since yesterday", "has calls since 2026-11-23"),
    ("consent email is yes", "consent email = yes"),
    ("согласие на sms = отозвано", "consent sms = no"),
    ("not unsubscribed from email", "not unsubscribed from email"),
    ('field "Discount" > 10', 'field "Discount" > 10'),
    ('поле "Скидка" >= 10,5 %'.replace(",", "."), 'field "Скидка" >= 10.5'),
    ("field Level = Gold", 'field "Level" = "Gold"'),
    ('field "Tax id" = "0770"', 'field "Tax id" = "0770"'),
    ('field "Contract end" before 01.02.2026', 'field "Contract end" < 2026-02-01'),
    ('field "Contract end" in 30 days', 'field "Contract end" in 30 days'),
    ('нет поля "Скидка" и есть поле Уровень', 'no field "Скидка" and has field "Уровень"'),
    ("in segment VIP and not in segment «Дилеры»", 'in segment "VIP" and not in segment "Дилеры"'),
    ('สายโทร >= 2 ใน 30 วัน และ ไม่ อยู่ในกลุ่ม "VIP"', 'calls >= 2 in 30 days and not in segment "VIP"'),
    ('не в сегменте "VIP"', 'not in segment "VIP"'),
    ('received mailing "Spring" in 2 weeks', 'received mailing "Spring" in 2 weeks'),
    ("received mailing Spring sale since 2026-01-01", 'received mailing "Spring sale" since 2026-01-01'),
    ("clicked any mailing in 30 days", "clicked any mailing in 30 days"),
    ("не открывал рассылки с 01.01.2026", "opened no mailing since 2026-01-01"),
    ("purchases sum > 1000 EUR in 12 months", "purchases sum > 1000.00 EUR in 12 months"),
    ("сумма покупок > 50 000 руб за 12 месяцев", "purchases sum > 50000.00 RUB in 12 months"),
    ("spent at least ¥5".replace("¥", "€"), "purchases sum >= 5.00 EUR"),
    ("product group in (Bolts, Nuts) in 6 months", "product group in (Bolts, Nuts) in 6 months"),
    ("birthday in 7 days", "birthday in 7 days"),
    ("день рождения через 7 дней", "birthday in 7 days"),
    ("วันเกิดใน 7 วัน", "birthday in 7 days"),
    ("birthday today", "birthday on 2026-11-24"),
    ("last purchase in 30 days", "last purchase within 30 days"),
    ("email contains @gmail.com", "email ~ @gmail.com"),
    ("name contains anna or company ~ steel", "name ~ anna or company ~ steel"),
]


@pytest.mark.parametrize(("typed", "meant"), READ_AS)
def test_what_people_type_is_read(typed: str, meant: str) -> None:
    tree = parse(typed, today=TODAY)
    assert render(tree) == meant
    assert parse(meant, today=TODAY) == tree


REFUSED = [
    ("", 1, "field", ""),
    ("cty = Bangkok", 1, "field", "city"),
    ("город = Москва и теги = опт и источнек = сайт", 31, "field", "источник"),
    ("city = ", 8, "value", ""),
    ("city", 5, "operator", ""),
    ("city > b", 6, "operator", ""),
    ("(city = a", 10, "bracket", ""),
    ("city = a)", 9, "joiner", ""),
    ("city = a and", 13, "field", ""),
    ("city = A or B", 13, "field", ""),
    ("last contact > banana", 16, "day", ""),
    ("last contact before 31.02.2026", 21, "day", ""),
    ("last contact Bangkok", 14, "operator", ""),
    ("no contact for ages", 16, "age", ""),
    ("language = russan", 12, "choice", "russian"),
    ('city = "a', 8, "quote", ""),
    ("город = Москва тег = опт", 20, "joiner", ""),
    ("city in (a, b", 14, "list", ""),
    ("city in (a, , b)", 13, "value", ""),
    ("language never", 1, "operator", ""),
    ("calls >= many", 10, "number", ""),
    ("calls >= 2 in 2026", 15, "since", ""),
    ("purchases sum > 1000", 17, "money", ""),
    ("purchases sum > 1000.505 EUR", 17, "money", ""),
    ('field = "x"', 7, "name", ""),
    ("consent email is mabe", 18, "choice", ""),
    ("city = Riga in 30 days and calls in 30 days", 37, "number", ""),
    ("birthday > 7 days", 10, "operator", ""),
    ('field "Level" >= Gold', 18, "size", ""),
    ('field "Level" >= "10"', 18, "size", ""),
    ("metings > 2", 1, "field", "meetings"),
    ("เมืองกรุงเทพหรือภูเก็ต", 17, "field", ""),
    ("birthday = 31.13", 12, "day", ""),
    ("purchases sum > 1,0000 EUR", 17, "money", ""),
    ("purchases sum > 1,000 KWD", 17, "money", ""),
    ('field "Discount" > 1,000', 21, "joiner", ""),
    ("CİTY = Riga", 1, "field", "city"),
    ("tag ıs vip", 5, "operator", ""),
    ("city = Riga anD tag ıs vip", 21, "operator", ""),
]


@pytest.mark.parametrize(("typed", "position", "expected", "suggestion"), REFUSED)
def test_what_cannot_be_read_says_where(typed: str, position: int, expected: str, suggestion: str) -> None:
    with pytest.raises(SegmentSyntax) as refusal:
        parse(typed, today=TODAY)
    found = refusal.value.params
    assert (found["position"], found["expected"], found["suggestion"]) == (position, expected, suggestion)


def test_the_words_of_every_field_are_whole() -> None:
    """Each field has words for what it allows in every language, an example that uses it, and can be said back."""
    assert set(WORDS) == set(FIELDS)
    scripts = (r"[a-z]", r"[а-яё]|sms|смс", r"[\u0e00-\u0e7f]|sms")
    for name, field in FIELDS.items():
        words = WORDS[name]
        wanted = {
            "field": bool(field.ops - PRESENCE - {Op.SILENT}),
            "present": Op.PRESENT in field.ops,
            "absent": Op.ABSENT in field.ops,
            "silent": Op.SILENT in field.ops,
        }
        for part, is_wanted in wanted.items():
            said = getattr(words, part)
            assert (said is not None) is is_wanted, (name, part)
            for text, script in zip(said or (), scripts, strict=bool(said)):
                assert re.search(script, text), (name, part, text)
        assert set(words.choices) == set(field.choices), name
        for example, script in zip(words.example, scripts, strict=True):
            tree = parse(example, today=TODAY)
            assert name in {test.field for test in comparisons(tree)}, (name, example)
            assert re.search(script, example, re.IGNORECASE), (name, example)


def test_every_rule_of_the_page_can_be_read() -> None:
    page = (Path(__file__).parents[3] / "docs" / "segments.md").read_text(encoding="utf-8")
    rules = [rule for line in page.splitlines() if line.startswith("| ") for rule in re.findall(r"`([^`]+)`", line)]
    assert len(rules) > 35
    for rule in rules:
        assert parse(rule, today=TODAY), rule


def test_no_phrase_means_two_things() -> None:
    for part in ("field", "present", "absent"):
        said = Counter(phrase for words in WORDS.values() for phrase in set(phrases(getattr(words, part))))
        assert [phrase for phrase, times in said.items() if times > 1] == []


def test_a_rule_has_limits() -> None:
    many = f"city in ({', '.join(['a'] * 600)})"
    for rule in ("not " * 20 + "tag = a", " and ".join(["tag = a"] * 120), "city = " + "a" * 4000, many):
        with pytest.raises(SegmentTooComplex):
            parse(rule, today=TODAY)
    assert render(parse("not " * 9 + "tag = a", today=TODAY)) == "not " * 9 + "tag = a"
    assert render(parse("(" * 900 + "tag = a" + ")" * 900, today=TODAY)) == "tag = a"


def test_a_random_tree_is_read_back_from_its_own_rule() -> None:
    chance = Random(7)
    for _ in range(2000):
        tree = random_tree(chance)
        assert parse(render(tree), today=TODAY) == tree, render(tree)


def test_every_tree_can_be_said_in_every_language() -> None:
    chance = Random(8)
    for _ in range(400):
        tree = random_tree(chance)
        for language in Language:
            assert describe(tree, language)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.EN, "city is Bangkok and tag is not vip and (no contact for 30 days or never bought)"),
        (Language.RU, "город — Bangkok и тег — не vip и (нет контакта 30 дней или покупок не было)"),
        (Language.TH, "เมืองคือ Bangkok และ แท็กไม่ใช่ vip และ (ไม่ได้ติดต่อมา 30 วัน หรือ ไม่เคยซื้อ)"),
    ],
)
def test_a_rule_is_said_back_in_words(language: Language, said: str) -> None:
    rule = "city = Bangkok and not tag = vip and (no contact for 30 days or never bought)"
    assert describe(parse(rule, today=TODAY), language) == said


def test_a_birthday_is_said_without_a_year() -> None:
    said = {language: describe(parse("birthday = 29.02", today=TODAY), language) for language in Language}
    assert not [words for words in said.values() if any(year in words for year in ("2000", "2543"))]
    assert said[Language.EN] == "birthday on 29 Feb"


def test_negation_is_kept_in_the_tree() -> None:
    assert parse("not tag = vip", today=TODAY) == Not(Test("tag", Op.IS, ("vip",)))


_WORDS = [
    *FIELD_WORDS,
    *JOINERS,
    *NEGATIONS,
    *OPERATORS,
    *PRESENCE_WORDS,
    *SILENCE_WORDS,
    *[
        "(",
        ")",
        ",",
        '"',
        "«",
        "»",
        "30",
        "days",
        "ago",
        "Bangkok",
        "กรุงเทพ",
        "Москва",
        "2026-01-31",
        "';",
        "DROP",
        "%",
        "_",
        "\\",
    ],
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(_WORDS), st.text(max_size=6)), max_size=14).map(" ".join))
def test_no_text_does_more_than_be_refused(typed: str) -> None:
    try:
        tree = parse(typed, today=TODAY)
    except CrmError:
        return
    assert parse(render(tree), today=TODAY) == tree


@pytest.mark.parametrize(
    "piece", ["(", ")", "not ", "city ", '"', "a", "и ", "และ", "no contact ", "нет покупок ", "= "]
)
def test_hostile_repetition_is_read_quickly(piece: str) -> None:
    started = time.process_time()  # a busy machine is no slow reader
    with contextlib.suppress(CrmError):
        parse((piece * 4000)[:4000], today=TODAY)
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    ("language", "label", "exactly", "other"),
    [
        (Language.EN, "calls", "calls exactly …", "calls not exactly 3"),
        (Language.RU, "звонки", "звонков ровно …", "звонков любое число, кроме 3"),
        (Language.TH, "สายโทร", "จำนวนสายโทร เท่ากับ …", "จำนวนสายโทร ไม่เท่ากับ 3"),
    ],
)
def test_how_many_is_said_as_a_number_is(language: Language, label: str, exactly: str, other: str) -> None:
    """Calls are three; they are not "is three"."""
    assert field_name("calls", language) == label
    assert comparison_name("calls", Op.IS, language) == exactly
    assert describe(Test("calls", Op.IS_NOT, (3,)), language) == other
