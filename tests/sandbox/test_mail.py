"""The mail stand-ins, spoken to by aiosmtplib, aioimaplib and the standard library's imaplib."""

from __future__ import annotations

import asyncio
import imaplib
import shutil
import ssl
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from aiohttp import web
from aioimaplib import IMAP4

from sandbox import letters
from sandbox.server import Sandbox
from tests.sandbox.conftest import Control


def letter(to: str = "anna@baltic.example", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Nina Orlova <crm@touchline.example>"
    message["To"] = to
    message["Subject"] = "Предложение: bolts M8"
    message["Message-ID"] = "<offer-1@touchline.example>"
    message["Reply-To"] = "crm+t0ken@touchline.example"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Hello Anna,\n\n20 pcs at 3.10\n")
    message.add_alternative("<p>Hello <b>Anna</b></p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="offer.pdf")
    return message


def test_a_letters_own_picture_is_shown_where_the_page_names_it() -> None:
    message = letter()
    page = message.get_body(("html",))
    assert isinstance(page, EmailMessage)
    page.set_content('<p><img src="cid:logo.png" alt=""><img src="cid:gone.png"></p>', subtype="html")
    page.add_related(b"PNG", maintype="image", subtype="png", cid="<logo.png>", disposition="inline")
    read = letters.read(message.as_bytes(), number=1, direction="in", received_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert read.describe()["html"] == '<p><img src="data:image/png;base64,UE5H" alt=""><img src="cid:gone.png"></p>'
    assert "cid:logo.png" in read.html, "what is quoted in an answer stays as it was written"


async def deliver(sandbox: Sandbox, message: EmailMessage, **options: object) -> None:
    known = sandbox.accounts
    await aiosmtplib.send(
        message,
        hostname="127.0.0.1",
        port=sandbox.smtp.port,
        username=known.mail_user,
        password=options.get("password", known.mail_password),
        timeout=5,
    )


@pytest.fixture
async def imap(sandbox: Sandbox) -> AsyncIterator[IMAP4]:
    client = IMAP4("127.0.0.1", sandbox.imap.port, timeout=5)
    await client.wait_hello_from_server()
    assert (await client.login(sandbox.accounts.mail_user, sandbox.accounts.mail_password)).result == "OK"
    yield client
    if client.protocol.transport is not None and not client.protocol.transport.is_closing():
        client.protocol.transport.abort()


async def test_a_mail_arrives_as_it_was_written(sandbox: Sandbox, control: Control) -> None:
    await deliver(sandbox, letter(List_Unsubscribe="<http://127.0.0.1/u/x>"))
    (got,) = await control.get("people/anna/mailbox")
    assert got["message_id"] == "<offer-1@touchline.example>"
    assert got["subject"] == "Предложение: bolts M8"
    assert got["text"] == "Hello Anna,\n\n20 pcs at 3.10"
    assert "<b>Anna</b>" in got["html"]
    assert got["headers"]["List-Unsubscribe"] == "<http://127.0.0.1/u/x>"
    assert (got["direction"], got["attachments"][0]["name"]) == ("in", "offer.pdf")


async def test_strangers_may_not_send(sandbox: Sandbox) -> None:
    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await deliver(sandbox, letter(), password="guess")
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sandbox.smtp.port) as client:
        with pytest.raises(aiosmtplib.SMTPSenderRefused) as refused:
            await client.mail("crm@touchline.example")
    assert refused.value.code == 530


@pytest.mark.parametrize(
    ("language", "person", "heading"),
    [("en", "anna", "wrote:"), ("ru", "ivan", "2026 г. в")],
)
async def test_a_reply_is_threaded_and_quotes(
    sandbox: Sandbox, control: Control, imap: IMAP4, language: str, person: str, heading: str
) -> None:
    address = sandbox.world.person(person).email
    await deliver(sandbox, letter(address))
    await control.post(
        f"people/{person}/mailbox/reply", {"message_id": "<offer-1@touchline.example>", "text": "Согласен"}
    )
    await imap.select("INBOX")
    fetched = await imap.uid("fetch", "1", "(UID RFC822.SIZE BODY.PEEK[])")
    reply = message_from_bytes(bytes(fetched.lines[1]), policy=policy.default)
    assert reply["In-Reply-To"] == "<offer-1@touchline.example>"
    assert reply["References"] == "<offer-1@touchline.example>"
    assert reply["To"] == "crm+t0ken@touchline.example"
    assert reply["Subject"] == "Re: Предложение: bolts M8"
    text = reply.get_body(("plain",)).get_content()
    assert text.startswith("Согласен")
    assert heading in text
    assert "> 20 pcs at 3.10" in text
    mine = [item for item in await control.get(f"people/{person}/mailbox") if item["direction"] == "out"]
    assert len(mine) == 1


async def test_scanning_by_uid(sandbox: Sandbox, control: Control, imap: IMAP4) -> None:
    for number in range(3):
        await control.post("people/anna/mailbox/send", {"subject": f"Order {number}", "text": "x" * 500})
    await imap.select("INBOX")
    assert (await imap.uid_search("2:*")).lines[0] == b"2 3"
    # RFC 3501: the last mail answers to n:* whatever n is.
    assert (await imap.uid_search("9:*")).lines[0] == b"3"
    assert (await imap.uid_search("ALL UNSEEN")).lines[0] == b"1 2 3"
    part = await imap.uid("fetch", "2", "(UID BODY.PEEK[]<10.20>)")
    assert len(part.lines[1]) == 20
    whole = bytes((await imap.uid("fetch", "2", "(BODY.PEEK[])")).lines[1])
    assert bytes(part.lines[1]) == whole[10:30]
    header = bytes((await imap.uid("fetch", "2", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")).lines[1])
    assert header == b"Subject: Order 1\r\n\r\n"
    await imap.uid("store", "1", "+FLAGS (\\Seen)")
    assert (await imap.uid_search("UNSEEN")).lines[0] == b"2 3"
    status = await imap.status("INBOX", "(MESSAGES UIDNEXT UIDVALIDITY)")
    assert b"MESSAGES 3 UIDNEXT 4" in status.lines[0]


async def test_idle_tells_of_new_mail_at_once(control: Control, imap: IMAP4) -> None:
    await imap.select("INBOX")
    idle = await imap.idle_start(timeout=10)
    started = time.monotonic()
    await control.post("people/anna/mailbox/send", {"subject": "Hi", "text": "there"})
    pushed = await asyncio.wait_for(imap.wait_server_push(), 5)
    assert pushed == [b"1 EXISTS"]
    assert time.monotonic() - started < 4
    imap.idle_done()
    await asyncio.wait_for(idle, 5)
    assert (await imap.uid_search("1:*")).lines[0] == b"1"


async def test_a_server_that_goes_away_says_bye(control: Control, imap: IMAP4) -> None:
    await imap.select("INBOX")
    await imap.idle_start(timeout=10)
    await control.post("faults", {"imap": {"drop": True}})
    pushed = await asyncio.wait_for(imap.wait_server_push(), 5)
    assert pushed[0].startswith(b"BYE")


async def test_the_mailbox_as_imaplib_sees_it(sandbox: Sandbox) -> None:
    sandbox.office.receive_raw(b"Subject: raw\n\nbroken \xff body\n")

    def visit() -> tuple[object, ...]:
        with imaplib.IMAP4("127.0.0.1", sandbox.imap.port) as client:
            with pytest.raises(imaplib.IMAP4.error):
                client.login("crm", "wrong")
            client.login(sandbox.accounts.mail_user, sandbox.accounts.mail_password)
            folders = client.list()[1]
            client.append("Sent", "\\Seen", None, b"Subject: copy\r\n\r\nhello (unbalanced\r\n")  # type: ignore[arg-type]
            client.select("Sent")
            copy = client.fetch("1", "(FLAGS BODY[])")[1]
            client.store("1", "+FLAGS", "\\Deleted")
            expunged = client.expunge()[1]
            client.select("INBOX", readonly=True)
            found = client.search(None, "SUBJECT", '"raw"')[1]
            missing = client.select("Nowhere")[0]
            return folders, copy, expunged, found, missing

    folders, copy, expunged, found, missing = await asyncio.to_thread(visit)
    assert b'(\\HasNoChildren \\Sent) "/" "Sent"' in folders
    assert copy[0][1] == b"Subject: copy\r\n\r\nhello (unbalanced\r\n"
    assert (expunged, found, missing) == ([b"1"], [b"1"], "NO")


async def test_a_new_uidvalidity_gives_new_uids(sandbox: Sandbox, imap: IMAP4) -> None:
    for number in range(3):
        sandbox.office.receive_raw(b"Subject: %d\r\n\r\n" % number)
    sandbox.office.inbox.remove({1})
    before = (await imap.select("INBOX")).lines
    sandbox.office.inbox.renumber()
    after = (await imap.select("INBOX")).lines
    assert [line for line in before if b"UIDVALIDITY" in line] != [line for line in after if b"UIDVALIDITY" in line]
    assert (await imap.uid_search("ALL")).lines[0] == b"1 2"


async def test_smtp_faults(sandbox: Sandbox, control: Control) -> None:
    await control.post("faults", {"smtp": {"refuse": 550, "only": "ivan@*"}})
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await deliver(sandbox, letter("ivan@krepezh.example"))
    assert refused.value.recipients[0].code == 550
    await deliver(sandbox, letter())
    await control.post("faults", {"smtp": {"refuse": 554, "stage": "data"}})
    with pytest.raises(aiosmtplib.SMTPDataError):
        await deliver(sandbox, letter())
    await control.post("faults", {"smtp": {"accept_then_drop": True, "times": 1}})
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await deliver(sandbox, letter())
    await control.post("faults", {"smtp": {"drop": True, "stage": "mail", "times": 1}})
    with pytest.raises(aiosmtplib.SMTPException):
        await deliver(sandbox, letter())
    await control.post("faults", {"smtp": {"refuse": 421, "stage": "connect", "times": 1}})
    with pytest.raises(aiosmtplib.SMTPException):
        await deliver(sandbox, letter())
    await deliver(sandbox, letter())
    assert len(await control.get("people/anna/mailbox")) == 3
    assert await control.get("people/ivan/mailbox") == []


async def test_a_hard_bounce_comes_back_as_a_report(sandbox: Sandbox, control: Control, imap: IMAP4) -> None:
    await control.post("faults", {"smtp": {"bounce": ["anna@*"]}})
    await deliver(sandbox, letter())
    assert await control.get("people/anna/mailbox") == []
    await imap.select("INBOX")
    raw = bytes((await imap.uid("fetch", "1", "(BODY.PEEK[])")).lines[1])
    report = message_from_bytes(raw, policy=policy.default)
    assert report.get_content_type() == "multipart/report"
    status = report.get_payload()[1].get_payload()[1]
    assert (status["Action"], status["Status"]) == ("failed", "5.1.1")
    assert "offer-1@touchline.example" in report.get_payload()[2].get_payload()


async def test_imap_refusals(control: Control, imap: IMAP4) -> None:
    await control.post("faults", {"imap": {"refuse": 1, "only": "SELECT"}})
    assert (await imap.select("INBOX")).result == "NO"
    await control.post("faults", {"imap": {}})
    assert (await imap.select("INBOX")).result == "OK"


async def test_one_click_unsubscribe_is_one_post(sandbox: Sandbox, control: Control) -> None:
    posted: list[str] = []

    async def receive(request: web.Request) -> web.Response:
        posted.append((await request.read()).decode())
        return web.Response()

    application = web.Application()
    application.router.add_post("/u/token", receive)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        headers = {
            "List_Unsubscribe": f"<mailto:crm@touchline.example>, <http://127.0.0.1:{runner.addresses[0][1]}/u/token>",
            "List_Unsubscribe_Post": "List-Unsubscribe=One-Click",
        }
        await deliver(sandbox, letter(**headers))
        wanted = {"message_id": "<offer-1@touchline.example>"}
        assert await control.post("people/anna/mailbox/unsubscribe", wanted) == {"status": 200}
        assert posted == ["List-Unsubscribe=One-Click"]
        await deliver(sandbox, letter("ivan@krepezh.example"))
        await control.post("people/ivan/mailbox/unsubscribe", wanted, status=404)
    finally:
        await runner.cleanup()


async def test_starttls_where_a_certificate_is_given(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate to try STARTTLS with")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    await (
        await asyncio.create_subprocess_exec(
            openssl,
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)),
            stderr=asyncio.subprocess.DEVNULL,
        )
    ).wait()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(certificate, key)
    sandbox = Sandbox(smtp_tls=served)
    sandbox.add_person("anna", "Anna Schmidt", "customer", email="anna@baltic.example")
    await sandbox.start()
    try:
        trusted = ssl.create_default_context(cafile=str(certificate))
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sandbox.smtp.port, tls_context=trusted) as client:
            assert client.get_transport_info("cipher") is not None
            await client.login(sandbox.accounts.mail_user, sandbox.accounts.mail_password)
            await client.send_message(letter())
        assert len(sandbox.office.mailbox(sandbox.world.person("anna"))) == 1
    finally:
        await sandbox.stop()
