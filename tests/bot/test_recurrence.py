"""Recurring dates as three languages say them: each sentence is one rule, and what is not understood whole is refused."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recurrence import read_rule
from bot.recurrence_words import say_rule
from bot.render import plain, translate
from crm.errors import CrmError
from crm.recurrence import Every, Rule
from storage.models import Language

BERLIN = ZoneInfo("Europe/Berlin")

# Said on Tuesday, 24 November 2026: the rule as it is kept (weekdays from Monday 0, times in minutes).
SENTENCES = {
    "every Monday at 10": "week 1 1970-01-05 0 0 0 600",
    "every monday 10:00": "week 1 1970-01-05 0 0 0 600",
    "mondays at 9": "week 1 1970-01-05 0 0 0 540",
    "Every weekday": "week 1 1970-01-05 0,1,2,3,4 0 0 600",
    "every weekday at 8:30": "week 1 1970-01-05 0,1,2,3,4 0 0 510",
    "weekdays 9am": "week 1 1970-01-05 0,1,2,3,4 0 0 540",
    "every day at 7": "day 1 1970-01-05 - 0 0 420",
    "daily 18:00": "day 1 1970-01-05 - 0 0 1080",
    "every morning": "day 1 1970-01-05 - 0 0 540",
    "every morning at 8": "day 1 1970-01-05 - 0 0 480",
    "every 2 weeks": "week 2 2026-12-01 1 0 0 600",
    "every 2 weeks on Friday at 15:00": "week 2 2026-11-27 4 0 0 900",
    "every other Monday at 10": "week 2 2026-11-30 0 0 0 600",
    "every second week": "week 2 2026-12-01 1 0 0 600",
    "every 3 days at 10": "day 3 2026-11-25 - 0 0 600",
    "on the 1st of each month": "month 1 1970-01-05 - 1 0 600",
    "on the 1st of every month at 9": "month 1 1970-01-05 - 1 0 540",
    "1st of the month at 10": "month 1 1970-01-05 - 1 0 600",
    "every month on the 15th at 12:00": "month 1 1970-01-05 - 15 0 720",
    "every 15th at 10": "month 1 1970-01-05 - 15 0 600",
    "monthly": "month 1 1970-01-05 - 24 0 600",
    "last day of month": "month 1 1970-01-05 - -1 0 600",
    "on the last day of each month at 17:00": "month 1 1970-01-05 - -1 0 1020",
    "first Monday of each month at 10": "month 1 1970-01-05 0 0 1 600",
    "the last Friday of every month": "month 1 1970-01-05 4 0 -1 600",
    "every Monday and Thursday at 10 and 15": "week 1 1970-01-05 0,3 0 0 600,900",
    "mon-fri at 9": "week 1 1970-01-05 0,1,2,3,4 0 0 540",
    "every weekend at 11": "week 1 1970-01-05 5,6 0 0 660",
    "every week on tuesday": "week 1 1970-01-05 1 0 0 600",
    "fortnightly": "week 2 2026-12-01 1 0 0 600",
    "every 2 months on the 1st": "month 2 2026-12-01 - 1 0 600",
    "каждый понедельник в 10": "week 1 1970-01-05 0 0 0 600",
    "по понедельникам в 10:00": "week 1 1970-01-05 0 0 0 600",
    "по будням в 9:30": "week 1 1970-01-05 0,1,2,3,4 0 0 570",
    "каждый будний день": "week 1 1970-01-05 0,1,2,3,4 0 0 600",
    "каждый день в 8 утра": "day 1 1970-01-05 - 0 0 480",
    "ежедневно в 18:00": "day 1 1970-01-05 - 0 0 1080",
    "каждые две недели": "week 2 2026-12-01 1 0 0 600",
    "раз в две недели по пятницам в 15": "week 2 2026-11-27 4 0 0 900",
    "каждую вторую среду в 10": "week 2 2026-11-25 2 0 0 600",
    "1 числа каждого месяца": "month 1 1970-01-05 - 1 0 600",
    "каждое 15 число в 12": "month 1 1970-01-05 - 15 0 720",
    "1-го числа каждого месяца в 9": "month 1 1970-01-05 - 1 0 540",
    "последний день месяца": "month 1 1970-01-05 - -1 0 600",
    "в последний день каждого месяца в 17:00": "month 1 1970-01-05 - -1 0 1020",
    "первый понедельник каждого месяца в 10": "month 1 1970-01-05 0 0 1 600",
    "в последнюю пятницу месяца": "month 1 1970-01-05 4 0 -1 600",
    "каждый месяц 5-го": "month 1 1970-01-05 - 5 0 600",
    "с понедельника по пятницу в 9": "week 1 1970-01-05 0,1,2,3,4 0 0 540",
    "каждую неделю": "week 1 1970-01-05 1 0 0 600",
    "каждые 3 дня": "day 3 2026-11-25 - 0 0 600",
    "каждое утро": "day 1 1970-01-05 - 0 0 540",
    "по выходным в 11": "week 1 1970-01-05 5,6 0 0 660",
    "ежемесячно": "month 1 1970-01-05 - 24 0 600",
    "каждый вторник и четверг в 10": "week 1 1970-01-05 1,3 0 0 600",
    "ทุกวันจันทร์ 10 โมง": "week 1 1970-01-05 0 0 0 600",
    "ทุกวันจันทร์ เวลา 10:00": "week 1 1970-01-05 0 0 0 600",
    "ทุกวันทำการ 9 โมง": "week 1 1970-01-05 0,1,2,3,4 0 0 540",
    "ทุกวัน 8 โมงเช้า": "day 1 1970-01-05 - 0 0 480",
    "ทุก 2 สัปดาห์": "week 2 2026-12-01 1 0 0 600",
    "ทุกวันศุกร์ บ่าย 3 โมง": "week 1 1970-01-05 4 0 0 900",
    "ทุกวันที่ 1 ของเดือน": "month 1 1970-01-05 - 1 0 600",
    "ทุกวันที่ 1 ของเดือน 10 โมง": "month 1 1970-01-05 - 1 0 600",
    "วันที่ 1 ของทุกเดือน": "month 1 1970-01-05 - 1 0 600",
    "ทุกเดือนวันที่ 15": "month 1 1970-01-05 - 15 0 600",
    "วันสุดท้ายของเดือน": "month 1 1970-01-05 - -1 0 600",
    "ทุกสิ้นเดือน 17:00": "month 1 1970-01-05 - -1 0 1020",
    "วันจันทร์แรกของเดือน 10 โมง": "month 1 1970-01-05 0 0 1 600",
    "ทุกวันศุกร์สุดท้ายของเดือน": "month 1 1970-01-05 4 0 -1 600",
    "ทุกอาทิตย์": "week 1 1970-01-05 1 0 0 600",
    "ทุกวันอาทิตย์ 10 โมง": "week 1 1970-01-05 6 0 0 600",
    "จันทร์ถึงศุกร์ 9 โมง ทุกสัปดาห์": "week 1 1970-01-05 0,1,2,3,4 0 0 540",
    "สัปดาห์เว้นสัปดาห์": "week 2 2026-12-01 1 0 0 600",
    "ทุกวันจันทร์และวันพฤหัส 10 โมง": "week 1 1970-01-05 0,3 0 0 600",
    "ทุกเช้า": "day 1 1970-01-05 - 0 0 540",
    "1st and 15th of each month at 9": "month 1 1970-01-05 - 1,15 0 540",
    "on the 1st, 10th and 20th of each month at 9": "month 1 1970-01-05 - 1,10,20 0 540",
    "5 и 20 числа каждого месяца": "month 1 1970-01-05 - 5,20 0 600",
    "5, 15 и 25 числа каждого месяца в 9": "month 1 1970-01-05 - 5,15,25 0 540",
    "1 и 15 числа каждого месяца в 9": "month 1 1970-01-05 - 1,15 0 540",
    "1-го и 15-го числа каждого месяца в 9": "month 1 1970-01-05 - 1,15 0 540",
    "วันที่ 1 และ 15 ของทุกเดือน 9 โมง": "month 1 1970-01-05 - 1,15 0 540",
    "пн, ср, пт в 9:30": "week 1 1970-01-05 0,2,4 0 0 570",
    "mon, wed and fri at 9": "week 1 1970-01-05 0,2,4 0 0 540",
    "0 10 * * 1": "cron 0 10 * * 1",
}


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_is_one_rule(text: str, now: datetime) -> None:
    assert str(read_rule(text, now=now, zone=BERLIN)) == SENTENCES[text]


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow at 10",
        "Monday at 10",
        "every banana",
        "каждый завтра",
        "every monday of potatoes",
        "в понедельник",
        "",
        "each",
        "at 10",
        "every monday and every 15th at 10",
        "every monday and 15 at 10",
        "каждый понедельник и 15 числа в 10",
        "ทุกวันจันทร์และวันที่ 15 เวลา 10:00",
        "first Monday of each month and the 15th at 9",
    ],
)
def test_what_does_not_recur_or_is_not_understood_whole_is_refused(text: str, now: datetime) -> None:
    assert read_rule(text, now=now, zone=BERLIN) is None


@given(st.text(max_size=80) | st.lists(st.sampled_from(" ".join(SENTENCES).split()), max_size=9).map(" ".join))
def test_no_line_breaks_it(text: str) -> None:
    now = datetime.fromisoformat("2026-11-24T09:00:00+00:00")
    try:
        rule = read_rule(text, now=now, zone=BERLIN)
    except CrmError:
        return
    assert rule is None or rule.minutes()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("count", [1, 2, 5, 21])
def test_every_rule_is_said_in_words(language: Language, count: int, now: datetime) -> None:
    say = partial(translate, language)
    rules = [
        Rule(Every.DAY, (600,), count),
        Rule(Every.WEEK, (600,), count, weekdays=frozenset({0, 3})),
        Rule(Every.WEEK, (600,), count, weekdays=frozenset(range(5))),
        Rule(Every.MONTH, (600,), count, month_days=frozenset({31})),
        Rule(Every.MONTH, (600,), count, month_days=frozenset({-1})),
        Rule(Every.MONTH, (600,), count, weekdays=frozenset({4}), nth=-1),
    ]
    said = {plain(say_rule(say, rule, language)) for rule in rules}
    assert len(said) == len(rules)
    assert all("10:00" in sentence for sentence in said)
    assert all(count == 1 or str(count) in sentence for sentence in said)
    nths = [Rule(Every.MONTH, (600,), count, weekdays=frozenset({0}), nth=nth) for nth in (1, 2, 3, 4, -1)]
    assert len({plain(say_rule(say, rule, language)) for rule in nths}) == len(nths)
    several = plain(say_rule(say, Rule(Every.MONTH, (600,), count, month_days=frozenset({1, 20, 10})), language))
    assert "1, 10" in several
    assert "20" in several
    fields = read_rule("0 10 * * 1-5", now=now, zone=BERLIN)
    assert fields is not None
    assert "0 10 * * 1-5" in plain(say_rule(say, fields, language))
