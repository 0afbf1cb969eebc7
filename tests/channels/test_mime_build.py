"""Messages we build: what must be in them, and what a person's text must never put there."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.email_message import by_email_message
from benchmarks.hostile_mail import mails, meant, understood
from channels.email.compiled import CompiledBody, Filled, Slot, multipart
from channels.email.mime import BadMessage, build, parse
from channels.message import Correspondent, MailFile, OutgoingEmail

DATE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HEADERS = {
    "message-id", "from", "to", "subject", "date", "mime-version", "content-type", "content-transfer-encoding",
}  # fmt: skip


def _email(**changes: object) -> OutgoingEmail:
    values: dict[str, object] = {
        "to_address": "ann@client.test",
        "subject": "Hello",
        "text": "Hi Ann",
        "message_id": "<d1.77@shop.test>",
        "from_address": "crm@shop.test",
    }
    return OutgoingEmail(**{**values, **changes})  # type: ignore[arg-type]


def test_a_full_message_reads_back_as_written() -> None:
    file = MailFile("Прайс ราคา.pdf", "application/pdf", bytes(range(256)))
    raw = build(
        _email(
            to_name="Анна, ООО «Ромашка»",
            from_name='Shop "Best"',
            subject="Предложение สวัสดี",
            text="Добрый день!\n.\nสวัสดี\n",
            html="<p>Добрый <b>день</b></p>",
            reply_to="r+token-Az09@shop.test",
            in_reply_to="<a@b>",
            references=("<root@b>", "<a@b>"),
            unsubscribe_url="https://shop.test/u/" + "x" * 300,
            automatic=True,
            files=(file,),
        ),
        date=DATE,
    )
    assert raw.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    message = message_from_bytes(raw, policy=default)
    assert message["To"].addresses[0].display_name == "Анна, ООО «Ромашка»"
    assert message["From"].addresses[0].display_name == 'Shop "Best"'
    assert message["Subject"] == "Предложение สวัสดี"
    assert message["Message-ID"] == "<d1.77@shop.test>"
    assert message["References"].split() == ["<root@b>", "<a@b>"]
    assert message["List-Unsubscribe"] == f"<https://shop.test/u/{'x' * 300}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["Reply-To"] == "r+token-Az09@shop.test"
    assert message["Date"].datetime == DATE
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == "Добрый день!\n.\nสวัสดี\n"
    assert "<b>день</b>" in html.get_content()
    parsed = parse(raw)
    assert parsed.files == (file,)
    assert parsed.thread == ("<a@b>", "<root@b>")


def test_plain_mail_carries_no_marks_it_was_not_asked_for() -> None:
    raw = build(_email(), date=DATE)
    names = {name.lower() for name in message_from_bytes(raw).keys()}  # noqa: SIM118 - Message is no mapping
    assert names == HEADERS


def test_text_is_made_from_html_where_there_is_none() -> None:
    raw = build(_email(text="", html="<h1>Цены</h1><p>1 &amp; 2 <a href='https://shop.test/p'>тут</a></p>"), date=DATE)
    assert parse(raw).text.strip() == "Цены\n\n1 & 2 тут <https://shop.test/p>"


def test_long_identifiers_are_not_broken_apart() -> None:
    long = f"<{'a' * 300}@mail.example>"
    raw = build(_email(message_id=long, in_reply_to=long, references=(long,) * 80), date=DATE)
    parsed = parse(raw)
    assert (parsed.message_id, parsed.in_reply_to) == (long, long)
    assert len(parsed.references) == 50


@pytest.mark.parametrize(
    "theirs", ["<000a01dc$1b@DESKTOP_12>", "<abc>", "<a(1),b@[10.0.0.1]>", '<"a"@b@c>', f"<{'a' * 900}>"]
)
def test_an_answer_names_the_mail_it_answers_however_odd_its_name(theirs: str) -> None:
    raw = build(_email(in_reply_to=theirs, references=("<a@b>", theirs)), date=DATE)
    parsed = parse(raw)
    assert (parsed.in_reply_to, parsed.references) == (theirs, ("<a@b>", theirs))
    assert max(map(len, raw.split(b"\r\n"))) < 998


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300), name=st.text(max_size=80), file_name=st.text(max_size=80))
def test_nothing_typed_becomes_a_header(text: str, name: str, file_name: str) -> None:
    raw = build(
        _email(
            subject=f"{text}\r\nBcc: e@x.org",
            to_name=f"{name}\nX-Evil: 1",
            from_name=name,
            text=text,
            files=(MailFile(f"{file_name}\r\nX-Evil: 1", "text/plain\r\nX-Evil: 1", b"x"),),
        ),
        date=DATE,
    )
    message = message_from_bytes(raw, policy=default)
    # An empty subject or the like may drop a header, never add one.
    assert {key.lower() for key in message.keys()} <= HEADERS  # noqa: SIM118
    assert [a.addr_spec for a in message["To"].addresses] == ["ann@client.test"]
    assert [a.addr_spec for a in message["From"].addresses] == ["crm@shop.test"]
    for part in message.walk():
        assert not [key for key in part.keys() if key.lower().startswith(("x-", "bcc"))]  # noqa: SIM118


def test_fuzzed_names_and_subjects_leave_the_recipient_alone() -> None:
    rng = random.Random(1)
    alphabet = "ab<>@\"\\,;:()[]\r\n\t\x00\x0b\x0c\x1c\x85\u2028\u2029'= ?éдก😀\u202e\ud800"
    for _ in range(300):
        text = "".join(rng.choice(alphabet) for _ in range(rng.randrange(0, 60)))
        raw = build(_email(subject=text, to_name=text, from_name=text), date=DATE)
        parsed = parse(raw)
        assert (parsed.to, parsed.cc, parsed.from_address) == (("ann@client.test",), (), "crm@shop.test")
        assert set(parsed.headers) <= HEADERS


@pytest.mark.parametrize(
    "changes",
    [
        {"to_address": "a@b.test\r\nBcc: e@x.org"},
        {"to_address": "Ann <a@b.test>"},
        {"from_address": "анна@client.test"},
        {"reply_to": "анна@client.test"},
        {"shown_to": (Correspondent("анна@client.test"),)},
        {"shown_cc": (Correspondent("a@b.test, e@x.org"),)},
        {"to_address": "a@b.test>", "shown_to": (Correspondent("ann@client.test"),)},
        {"feedback_id": "a:b:c:d\r\nBcc: e@x.org"},
        {"feedback_id": "a:b:sender"},
        {"from_address": ""},
        {"reply_to": "a@b.test, e@x.org"},
        {"message_id": "<a@b>\r\nBcc: e@x.org"},
        {"message_id": "no brackets"},
        {"in_reply_to": "<a b@c>"},
        {"in_reply_to": "<a@b>\r\nBcc: e@x.org"},
        {"references": ("<a@b>", "x")},
        {"references": ("<a@b><c@d>",)},
        {"message_id": "<a@DESKTOP_12>"},
        {"unsubscribe_url": "javascript:alert(1)"},
        {"unsubscribe_url": "https://h/>\r\nBcc: e@x.org"},
        {"unsubscribe_url": "https://почта.рф/"},
    ],
)
def test_malformed_parts_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadMessage):
        build(_email(**changes), date=DATE)


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(BadMessage):
        build(_email(), date=DATE.replace(tzinfo=None))


@pytest.mark.long
def test_hostile_mails_read_back_as_meant_and_as_email_message_has_them() -> None:
    same = 0
    for mail, plain in mails(200):
        wanted = meant(plain)
        raw = build(mail, date=DATE)
        assert understood(raw) == wanted
        assert raw.isascii()
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
        _, _, body = raw.partition(b"\r\n\r\n")
        assert max(len(line) for line in body.split(b"\r\n")) <= 78
        try:
            same += understood(by_email_message(plain, date=DATE)) == wanted
        except (ValueError, MessageError):  # the standard library's mail cannot be read back
            continue
    assert same > 100  # where it differs, it changed what it was given


def test_values_are_escaped_in_html_and_written_into_links_whole() -> None:
    body = CompiledBody(
        text=("Dear ", Slot("name", "friend"), ", see https://shop.test/?c=", Slot("city", in_link=True), "&p=1\n"),
        html=("<p>Dear ", Slot("name", "friend"), '</p><a href="https://shop.test/?c=', Slot("city", in_link=True), '">x</a>'),
    )  # fmt: skip
    values = {"name": '<b>Анна</b> & "Ко"\r\nBcc: e@x.org', "city": 'Нижний Новгород&p=9"'}
    message = message_from_bytes(build(_email(text="", body=Filled(body, values)), date=DATE), policy=default)
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    city = "%D0%9D%D0%B8%D0%B6%D0%BD%D0%B8%D0%B9%20%D0%9D%D0%BE%D0%B2%D0%B3%D0%BE%D1%80%D0%BE%D0%B4%26p%3D9%22"
    assert text.replace("\r\n", "\n") == (
        f'Dear <b>Анна</b> & "Ко" Bcc: e@x.org, see https://shop.test/?c={city}&p=1\n'
    )
    assert "Dear &lt;b&gt;Анна&lt;/b&gt; &amp; &quot;Ко&quot; Bcc: e@x.org</p>" in html
    assert f'<a href="https://shop.test/?c={city}">' in html
    assert body.plain({}) == "Dear friend, see https://shop.test/?c=&p=1\n"


@pytest.mark.parametrize(
    ("text", "coding"), [("Dear {}, the bolts are here", "quoted-printable"), ("Болты на складе, {}", "base64")]
)
def test_the_shorter_encoding_is_taken(text: str, coding: str) -> None:
    before, after = text.split("{}")
    body = CompiledBody(text=(before, Slot("name"), after))
    message = message_from_bytes(build(_email(body=Filled(body, {"name": "Анна"})), date=DATE), policy=default)
    assert message["Content-Transfer-Encoding"] == coding
    assert message.get_content() == f"{before}Анна{after}\r\n"


@pytest.mark.parametrize("words", ["100 % of {}, %b, %% and {}", "100 % болтов, {}: %b, %% и {}"])
def test_a_letter_filled_at_once_is_what_its_parts_make(words: str) -> None:
    """The quick way for letters without files; a per cent sign stands for itself."""
    first, second, third = words.split("{}")
    pieces = (first, Slot("name"), second, Slot("name"), third, Slot("city", "your % city"), Slot("name", in_link=True))
    filled = Filled(CompiledBody(text=pieces, html=("<p>", *pieces, "</p>")), {"name": "Анна & %s"})
    assert filled.whole() == multipart("alternative", f"{filled.body.boundary}_a", filled.entities())
    message = message_from_bytes(build(_email(text="", body=filled), date=DATE), policy=default)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.rstrip() == words.format("Анна & %s", "Анна & %s") + "your % city%D0%90%D0%BD%D0%BD%D0%B0%20%26%20%25s"


def test_pictures_stand_with_the_html_that_shows_them_and_files_beside() -> None:
    logo, price = (
        MailFile("logo.png", "image/png", b"\x89PNG", "logo@shop"),
        MailFile("a.pdf", "application/pdf", b"%PDF"),
    )
    raw = build(_email(html='<img src="cid:logo@shop">', files=(price, logo)), date=DATE)
    message = message_from_bytes(raw, policy=default)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
        "application/pdf",
    ]  # fmt: skip
    assert [part["Content-ID"] for part in message.walk() if part["Content-ID"]] == ["<logo@shop>"]
    without = build(_email(files=(logo,)), date=DATE)
    assert parse(without).files[0].content == logo.content
    with pytest.raises(BadMessage):
        build(_email(html="x", files=(MailFile("x", "image/png", b"", "a>\r\nBcc: e@x.org"),)), date=DATE)


def test_several_people_may_stand_in_the_headers() -> None:
    shown = (Correspondent("ann@client.test", "Анна, бухгалтер"), Correspondent("bob@client.test"))
    raw = build(_email(shown_to=shown, shown_cc=(Correspondent("eve@client.test", 'Eve "E"'),)), date=DATE)
    message = message_from_bytes(raw, policy=default)
    assert [(one.display_name, one.addr_spec) for one in message["To"].addresses] == [
        ("Анна, бухгалтер", "ann@client.test"), ("", "bob@client.test"),
    ]  # fmt: skip
    assert [one.display_name for one in message["Cc"].addresses] == ['Eve "E"']


def test_an_address_with_letters_outside_ascii_stands_in_the_header_of_its_own_mail() -> None:
    raw = build(_email(to_address="анна@почта.рф", to_name="Анна"), date=DATE)
    assert "<анна@xn--80a1acny.xn--p1ai>".encode() in raw
    assert build(_email(to_address="ann@почта.рф"), date=DATE).isascii()


def test_marks_of_bulk_and_automatic_mail() -> None:
    raw = build(_email(automatic=True, feedback_id="m1:s2:mailing:shop1"), date=DATE)
    headers = parse(raw).headers
    assert headers["auto-submitted"] == "auto-generated"
    assert headers["feedback-id"] == "m1:s2:mailing:shop1"
    # Bounces are wanted: Exchange would keep them from us for "All" or "NDR".
    assert set(headers["x-auto-response-suppress"].split(", ")) == {"DR", "RN", "NRN", "OOF", "AutoReply"}


def test_an_answer_to_an_invitation_is_one_more_form_of_the_text() -> None:
    answer = "BEGIN:VCALENDAR\nMETHOD:REPLY\nSUMMARY:Встреча\nEND:VCALENDAR\n"
    message = message_from_bytes(build(_email(calendar=answer), date=DATE), policy=default)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/calendar",
    ]
    *_, calendar = message.walk()
    assert calendar["Content-Type"].params["method"] == "REPLY"
    assert calendar.get_content() == answer.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("url", "offered"),
    [
        ("https://shop.test/u/x", True),
        ("http://shop.test/u/x", False),
        ("http://127.0.0.1.shop.test/u/x", False),
        ("http://[v1.x]/u/x", False),
        ("http://127.0.0.1:8080/u/x", True),
        ("http://localhost/u/x", True),
        ("http://[::1]:8080/u/x", True),
    ],
)
def test_unsubscribing_with_one_press_is_offered_by_https_alone(url: str, offered: bool) -> None:
    message = message_from_bytes(build(_email(unsubscribe_url=url), date=DATE), policy=default)
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if offered else None)
