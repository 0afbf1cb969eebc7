"""Prices, countries, caps: what a message costs, and what never goes."""

from __future__ import annotations

import pytest

from app.settings import SettingsError, load
from channels.sms.terms import DAY_SCOPE, Quote, Refusal, SmsTerms, is_name, is_sender, read_countries, read_prices

GERMAN, THAI, KAZAKH, PREMIUM = "+4915112345678", "+66812345678", "+77011234567", "+19005551234"
TERMS = SmsTerms(sender="+15005550006", prices={"TH": 30_000, "*": 80_000}, countries=frozenset({"DE", "TH"}))
TWILIO = {
    "TOUCHLINE_TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
    "TOUCHLINE_TWILIO_AUTH_TOKEN": "t" * 32,
    "TOUCHLINE_TWILIO_FROM": "+15005550006",
}


def test_a_message_is_quoted_by_country_and_length() -> None:
    assert TERMS.quote(THAI, "ก" * 71) == Quote(2, 60_000)
    assert TERMS.quote(GERMAN, "Hello") == Quote(1, 80_000)
    assert SmsTerms().quote(GERMAN, "Hello") == Quote(1, None)
    assert SmsTerms(prices={"TH": 30_000}).quote(GERMAN, "Hello") == Quote(1, None)


@pytest.mark.parametrize(
    ("number", "refused"),
    [
        (GERMAN, None),
        (KAZAKH, Refusal.COUNTRY),  # +7, but not Russia
        ("+79161234567", Refusal.COUNTRY),
        (PREMIUM, Refusal.PREMIUM),
        ("+448450000000", Refusal.PREMIUM),  # shared cost
        ("+447012345678", Refusal.PREMIUM),  # a "personal number", not a mobile
        ("+999", Refusal.COUNTRY),
        ("BANK", Refusal.COUNTRY),
    ],
)
def test_only_the_countries_that_are_switched_on_and_nobody_who_earns_by_it(
    number: str, refused: Refusal | None
) -> None:
    assert TERMS.refusal(number, "Hello") is refused


def test_without_a_list_every_country_is_fine_but_premium_numbers_are_not() -> None:
    assert SmsTerms().refusal(KAZAKH) is None
    assert SmsTerms().refusal(PREMIUM) is Refusal.PREMIUM


def test_a_message_larger_than_a_whole_day_is_refused_at_once() -> None:
    assert SmsTerms(day_segments=2).refusal(GERMAN, "ж" * 200) is Refusal.LARGE
    assert SmsTerms(day_segments=3).refusal(GERMAN, "ж" * 200) is None
    assert SmsTerms(prices={"*": 50}, day_money=99).refusal(GERMAN, "ж" * 100) is Refusal.LARGE


def test_what_is_taken_of_the_shared_allowances() -> None:
    pace, average = SmsTerms(sender="+1500", rate=10).charges(GERMAN, "ж" * 71)
    assert (pace.scope, pace.amount, pace.limit, pace.seconds) == ("sms:+1500", 2, 10, 1)
    assert (average.amount, average.limit, average.seconds) == (2, 30, 3)
    (fast,) = SmsTerms(sender="MG1", rate=100).charges(GERMAN, "x")
    assert (fast.limit, fast.seconds) == (100, 1)
    slow, slower = SmsTerms(rate=0.5).charges(GERMAN, "x")
    assert (slow.limit, slower.limit, slower.seconds) == (1, 24, 48)
    *_, day = SmsTerms(day_segments=100, day_money=7, prices={"*": 3}).charges(GERMAN, "ж" * 71)
    assert (day.scope, day.amount, day.limit, day.money, day.money_limit, day.strict) == (DAY_SCOPE, 2, 100, 6, 7, True)


@pytest.mark.parametrize(
    ("sender", "valid", "name"),
    [
        ("+15005550006", True, False),
        ("MG" + "a" * 32, True, False),
        ("24681", True, False),
        ("TOUCHLINE", True, True),
        ("Shop 24", True, True),
        ("TOUCHLINE-SHOP", False, False),
        ("+49", False, False),
        ("15005550006", False, False),
    ],
)
def test_who_it_comes_from(sender: str, valid: bool, name: bool) -> None:
    assert is_sender(sender) is valid
    assert is_name(sender) is name
    assert SmsTerms(sender=sender).takes_replies is not name


def test_settings_are_read_and_a_fault_names_itself() -> None:
    settings = load(
        environment=TWILIO
        | {
            "TOUCHLINE_SMS_PRICE": "TH=0.03, DE=0.0905 *=1",
            "TOUCHLINE_SMS_COUNTRIES": "th de",
            "TOUCHLINE_SMS_DAY_BUDGET": "25.50",
            "TOUCHLINE_PUBLIC_URL": "https://crm.shop.example",
        },
        env_file=None,
    )
    terms = settings.sms_terms
    assert terms.prices == {"TH": 30_000, "DE": 90_500, "*": 1_000_000}
    assert (terms.countries, terms.day_money, terms.day_segments) == (frozenset({"TH", "DE"}), 25_500_000, 20_000)
    assert (terms.sender, terms.rate, terms.validity) == ("+15005550006", 10.0, 14_400)
    assert terms.public_url == "https://crm.shop.example"


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("SMS_PRICE", "TH=free", "TH=free"),
        ("SMS_PRICE", "TH=-1", "TH=-1"),
        ("SMS_PRICE", "TH=NaN", "TH=NaN"),
        ("SMS_PRICE", "XX=1", "XX"),
        ("SMS_COUNTRIES", "UK", "GB"),
        ("SMS_DAY_BUDGET", "5", "SMS_PRICE"),
        ("SMS_VALIDITY", "40000", "SMS_VALIDITY"),
        ("TWILIO_FROM", "+0800", "TWILIO_FROM"),
        ("TWILIO_FROM", "a name far too long", "TWILIO_FROM"),
    ],
)
def test_odd_settings_are_refused_at_the_start(setting: str, value: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        load(environment=TWILIO | {f"TOUCHLINE_{setting}": value}, env_file=None)


def test_the_readers_take_what_people_write() -> None:
    assert read_countries("") == frozenset()
    assert read_prices("") == {}
    assert read_countries("de,th RU") == {"DE", "TH", "RU"}
