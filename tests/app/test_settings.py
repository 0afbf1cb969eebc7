"""Settings: what is absent is off, what is wrong names itself and its fix."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.chatting import mailboxes
from app.settings import PREFIX, Settings, SettingsError, kept_key, load, with_credentials
from crm.mailboxes import OwnMailbox
from crm.mailings import ApprovalRules

TOKEN = "123456789:AAH" + "x" * 32


def read(**values: str) -> Settings:
    return load(environment={PREFIX + name: value for name, value in values.items()}, env_file=None)


def test_nothing_set_means_everything_off_on_sqlite() -> None:
    settings = read()
    assert (settings.has_telegram, settings.has_email, settings.has_mailbox, settings.has_sms) == (False,) * 4
    assert settings.database.startswith("sqlite:////")
    assert settings.telegram_api_url == "https://api.telegram.org"


def test_every_channel_on() -> None:
    settings = read(
        TELEGRAM_TOKEN=TOKEN,
        SMTP_URL="smtp://u:p%40ss@mail.example:587?starttls=always",
        MAIL_FROM="Sales <sales@example.com>",
        IMAP_URL="imaps://u:p%40ss@mail.example",
        TWILIO_ACCOUNT_SID="AC" + "0" * 32,
        TWILIO_AUTH_TOKEN="f" * 32,
        TWILIO_FROM="+15005550006",
    )
    assert settings.has_telegram
    assert settings.has_email
    assert settings.has_mailbox
    assert settings.has_sms
    assert {"p%40ss", "p@ss", TOKEN, "f" * 32} <= set(settings.secrets())


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("WEB_PORT", "eighty", "TOUCHLINE_WEB_PORT"),
        ("WEB_PORT", "70000", "between 1 and 65535"),
        ("TELEGRAM_MODE", "push", "polling or webhook"),
        ("CALLOUT_SECRET", "short", "at least 24"),
        ("CALLOUT_INSIDE", "erp local", "hosts of your own network"),
        ("TELEGRAM_TOKEN", "hello", "BotFather"),
        ("SMTP_URL", "mail.example:25", "smtp://"),
        ("SMTP_URL", "smtp://mail.example?starttls=perhaps", "starttls must be"),
        ("SMTP_URL", "smtp://mail.example:25", "TOUCHLINE_MAIL_FROM is missing"),
        ("BOUNCE_ADDRESS", "not an address", "addresses with + in them"),
        ("BOUNCE_ADDRESS", "b" * 40 + "@shop.example", "no room for a token"),
        ("DKIM_KEY", "/no/such/key.pem", "TOUCHLINE_DKIM_SELECTOR is missing"),
        ("DKIM_SELECTOR", "s 1", "TOUCHLINE_DKIM_SELECTOR"),
        ("FEEDBACK_ID", "no", "5 to 15 letters"),
        ("IMAP_URL", "imap://mail.example", "needs a user"),
        ("IMAP_URL", "imap://u:p@mail.example:port", "not an address"),
        ("MAIL_DOMAIN_RATE", "gmail.com=fast", "gmail.com=30/m"),
        ("MAIL_WARMUP", "fifty", "50 100 200"),
        ("MAIL_RATE", "-1", "messages per second"),
        ("IMAP_FOLDERS", "INBOX,,Orders", "folders must be names"),
        ("MAILBOXES", "/nowhere/mailboxes.toml", "cannot be read"),
        ("TWILIO_FROM", "+15005550006", "TOUCHLINE_TWILIO_ACCOUNT_SID is missing"),
        ("DATABASE_URL", "mysql://host/name", "neither SQLite nor PostgreSQL"),
        ("DEFAULT_TIMEZONE", "Mars/Olympus", "no such time zone"),
        ("DEFAULT_LANGUAGE", "de", "en, ru or th"),
        ("CURRENCY", "euro", "three letters"),
        ("PUBLIC_URL", "crm.example.com", "https://crm.example.com"),
        ("SECRET_KEY", "short", "32 random characters"),
        ("API_KEY", "short", "24 random characters"),
        ("LOG_LEVEL", "LOUD", "DEBUG"),
        ("QUIET_HOURS", "at night", "21:00-08:00"),
        ("APPROVAL_COST", "much", "50"),
        ("APPROVAL_COST", "-1", "50"),
        ("QUIET_HOURS", "08:00-08:00", "less than an hour of the day"),
        ("FREQUENCY_CAP", "often", "5/7d"),
        ("CONSENT_REQUIRED", "always", "who said yes"),
        ("TELEGRAM_WEBHOOK_SECRET", "no spaces allowed", "16 to 256"),
    ],
)
def test_a_wrong_value_names_itself_and_its_fix(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**{name: value})
    message = str(refused.value)
    assert says in message
    assert message.startswith(PREFIX)
    assert "\n" not in message


def test_when_a_second_person_looks_at_a_mailing() -> None:
    assert read().approval_rules() == ApprovalRules(over=500, cost=None)
    assert read(APPROVAL_OVER="50", APPROVAL_COST="12.5").approval_rules() == ApprovalRules(over=50, cost=12_500_000)


def test_rules_of_contact_are_strict_unless_said_otherwise() -> None:
    usual = read(DEFAULT_TIMEZONE="Asia/Bangkok")
    rules = usual.contact_rules(zone=usual.default_timezone)
    assert (str(rules.quiet), rules.cap and rules.cap.limit, rules.consent_required, rules.zone) == (
        "21:00-08:00",
        5,
        False,
        "Asia/Bangkok",
    )
    rules = read(QUIET_HOURS="off", FREQUENCY_CAP="off", CONSENT_REQUIRED="marketing").contact_rules(zone="UTC")
    assert (rules.quiet, rules.cap, rules.consent_required) == (None, None, True)


def test_a_webhook_needs_a_public_address() -> None:
    with pytest.raises(SettingsError, match="TOUCHLINE_PUBLIC_URL is missing"):
        read(TELEGRAM_MODE="webhook")


def test_a_wrong_secret_is_not_repeated() -> None:
    with pytest.raises(SettingsError) as refused:
        read(TELEGRAM_TOKEN="canary-value")
    assert "canary-value" not in str(refused.value)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean TOUCHLINE_SMTP_URL"):
        read(STMP_URL="smtp://x")
    with pytest.raises(SettingsError, match="is not a setting"):
        read(FAVOURITE_COLOUR="green")


def test_names_of_the_tests_are_let_through() -> None:
    assert read(COUNTERPARTS="/x", TEST_POSTGRES="postgresql://x")


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("TOUCHLINE_WEB_PORT=9001\nTOUCHLINE_CURRENCY=THB\nOTHER=1\nTOUCHLINE_PUBLIC_URL=\n")
    settings = load(environment={"TOUCHLINE_WEB_PORT": "9002"}, env_file=file)
    assert (settings.web_port, settings.currency, settings.public_url) == (9002, "THB", "")
    file.write_text("TOUCHLINE_WEBPORT=9001\n")
    with pytest.raises(SettingsError, match="TOUCHLINE_WEB_PORT"):
        load(environment={}, env_file=file)


def test_secrets_stay_out_of_representations() -> None:
    settings = read(TELEGRAM_TOKEN=TOKEN, DATABASE_URL="postgresql://u:canary-pw@h/n")
    assert TOKEN not in repr(settings)
    assert "canary-pw" not in repr(settings)
    assert "canary-pw" in set(settings.secrets())


def test_the_kept_key_is_one_and_private(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(kept_key, [tmp_path / "data"] * 16))
    assert len(keys) == 1
    assert len(keys.pop()) >= 48
    path = tmp_path / "data" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_keys_are_bound_to_their_purpose(tmp_path: Path) -> None:
    settings = read(DATA_DIR=str(tmp_path))
    assert settings.derived_key("unsubscribe") != settings.derived_key("callbacks")
    assert len(settings.webhook_secret()) == 64


def test_credentials_are_escaped() -> None:
    url = with_credentials("smtp", "me@x", "p:a/s@s", "host", 25, "starttls=auto")
    assert url == "smtp://me%40x:p%3Aa%2Fs%40s@host:25?starttls=auto"


def test_a_key_that_cannot_sign_is_found_at_the_start(tmp_path: Path) -> None:
    given = {"DKIM_SELECTOR": "s1", "MAIL_FROM": "Sales <sales@example.com>"}
    with pytest.raises(SettingsError, match=r"TOUCHLINE_DKIM_KEY: cannot be read .*private key in PEM form"):
        read(**given, DKIM_KEY=str(tmp_path / "none.pem"))
    (tmp_path / "key.pem").write_text("no key")
    with pytest.raises(SettingsError, match="TOUCHLINE_DKIM_KEY: is no RSA private key"):
        read(**given, DKIM_KEY=str(tmp_path / "key.pem"))
    with pytest.raises(SettingsError, match="TOUCHLINE_MAIL_FROM is missing though TOUCHLINE_DKIM_KEY"):
        read(DKIM_SELECTOR="s1", DKIM_KEY=str(tmp_path / "key.pem"))


MAILBOXES = """
[[mailbox]]
name = "info"
url = "imaps://info%40example.com:canary%2Fpw@mail.example.com"
folders = ["inbox", "Заказы", "INBOX"]
sent_folder = "auto"

[[mailbox]]
name = "nina"
url = "imap://nina:canary-2@mail.example.com"
staff = "Nina"
"""


def test_further_mailboxes_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mailboxes.toml"
    file.write_text(MAILBOXES, encoding="utf-8")
    settings = read(
        MAILBOXES=str(file),
        IMAP_URL="imaps://crm%40example.com:first@mail.example.com",
        IMAP_FOLDERS="INBOX, Orders",
        SENT_FOLDER="OFF",
    )
    first, info, nina = settings.mailbox_list
    assert (first.name, first.title, first.folders, first.sent_folder) == (
        "crm@example.com@mail.example.com",
        "crm@example.com",
        ("INBOX", "Orders"),
        "",
    )
    assert (info.title, info.folders, info.staff, info.sent_folder) == ("info", ("INBOX", "Заказы"), None, "auto")
    assert (nina.folders, nina.staff, nina.sent_folder) == (("INBOX",), "Nina", "")
    assert {"canary%2Fpw", "canary/pw", "canary-2", "first"} <= set(settings.secrets())
    assert "canary" not in repr(settings) + repr(settings.mailbox_list)
    assert read(MAILBOXES=str(file)).has_mailbox
    assert [mailbox.title for mailbox in read(MAILBOXES=str(file)).mailbox_list] == ["info", "nina"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('url = "imap://nina:canary-2@mail.example.com"', ""), "mailbox nina: url is missing"),
        (("imap://nina:canary-2@", "imap://"), "mailbox nina: the address needs a user"),
        (("imap://nina:canary-2@mail.example.com", "canary-2"), "mailbox nina: the address must begin with imap"),
        (('staff = "Nina"', "staff = true"), "mailbox nina: staff has the wrong form"),
        (('staff = "Nina"', 'owner = "Nina"'), "mailbox nina: owner is no setting of a mailbox"),
        (('folders = ["inbox", "Заказы", "INBOX"]', "folders = []"), "mailbox info: folders must be names"),
        (('name = "nina"', 'name = "Info"'), "two mailboxes are called info"),
        (('name = "nina"', 'name = ""'), "mailbox 2 needs a name"),
        (("[[mailbox]]", "[[mailboxes]]"), "may hold [[mailbox]] tables only"),
        (('staff = "Nina"', "staff = Nina"), "is not TOML"),
    ],
)
def test_a_fault_in_the_file_of_mailboxes_names_its_mailbox(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    file = tmp_path / "mailboxes.toml"
    file.write_text(MAILBOXES.replace(*change), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read(MAILBOXES=str(file))
    message = str(refused.value)
    assert says in message
    assert message.startswith("TOUCHLINE_MAILBOXES: ")
    assert "canary" not in message
    assert "\n" not in message


def test_calls_to_other_programs_are_always_signed(tmp_path: Path) -> None:
    derived = read(DATA_DIR=str(tmp_path))
    assert len(derived.callout_key()) == 64
    assert derived.callout_key() == read(DATA_DIR=str(tmp_path)).callout_key()
    told = read(CALLOUT_SECRET="s" * 24, CALLOUT_INSIDE="erp.local, 10.0.0.5")
    assert told.callout_key() == b"s" * 24
    assert told.callout_hosts == ("erp.local", "10.0.0.5")
    assert "s" * 24 in set(told.secrets())


def test_the_mailboxes_a_test_may_go_to_are_the_companys_and_each_colleagues_own(tmp_path: Path) -> None:
    file = tmp_path / "mailboxes.toml"
    file.write_text(
        '[[mailbox]]\nname = "info"\nurl = "imaps://Info%40example.com:p@mail.example"\n'
        '[[mailbox]]\nname = "nina"\nurl = "imaps://nina%40example.com:p@mail.example"\nstaff = "Nina"\n'
        '[[mailbox]]\nname = "old"\nurl = "imaps://archive:p@mail.example"\n'
    )
    settings = read(
        SMTP_URL="smtp://u:p@mail.example:587?starttls=always",
        MAIL_FROM="Sales <sales@example.com>",
        MAILBOXES=str(file),
    )
    assert list(mailboxes(settings)) == [
        OwnMailbox("sales@example.com"),
        OwnMailbox("info@example.com"),
        OwnMailbox("nina@example.com", "Nina"),
    ]
