"""DKIM signatures as a receiver checks them, with keys made by openssl for the test."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest

from channels.email.compiled import CompiledBody, Filled, Slot
from channels.email.mime import build
from channels.email.sender import EmailSender
from channels.email.signing import BadKey, Signer
from channels.message import Correspondent, MailFile, Outcome, OutgoingEmail, SendResult
from channels.sender import Handover
from tests.channels.outbox.play import MovedClock
from tests.channels.smtp_script import Script, running

DATE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the keys")


def _openssl(*arguments: str) -> bytes:
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def key() -> bytes:
    return _openssl("genrsa", "2048")


@pytest.fixture(scope="module")
def signer(key: bytes) -> Signer:
    return Signer(key=key, selector="s1", domain="shop.test")


def _accepts(signer: Signer, message: bytes) -> bool:
    def txt(name: bytes, timeout: int = 5) -> bytes | None:
        return signer.record.encode() if name.decode().rstrip(".") == signer.record_name else None

    return bool(dkim.verify(message, dnsfunc=txt))


def _mail(**changes: object) -> OutgoingEmail:
    values: dict[str, object] = {
        "to_address": "ann@client.test",
        "to_name": "Анна, бухгалтер",
        "subject": "Болты =?x? на складе",
        "text": "Добрый день\n\n.\nFrom us\n-- \nsig",
        "message_id": "<d1.77@shop.test>",
        "from_address": "crm@shop.test",
        "from_name": "Shop",
        "reply_to": "crm+t.x@shop.test",
        "in_reply_to": "<a@b.test>",
        "references": ("<a@b.test>",),
        "unsubscribe_url": "https://shop.test/u/x",
        "feedback_id": "m1:s2:mailing:shop1",
        "shown_cc": (Correspondent("bob@client.test", "Bob"),),
        "automatic": True,
    }
    return OutgoingEmail(**{**values, **changes})  # type: ignore[arg-type]


def test_a_receiver_accepts_it_and_both_list_headers_are_covered(signer: Signer) -> None:
    signed = signer.sign(build(_mail(), date=DATE))
    assert _accepts(signer, signed)
    tags = re.sub(rb"\s", b"", signed.partition(b"\r\nMessage-ID")[0])
    names = re.search(rb";h=([^;]+);", tags).group(1).split(b":")  # type: ignore[union-attr]
    assert set(names) >= {
        b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references",
        b"mime-version", b"content-type", b"list-unsubscribe", b"list-unsubscribe-post", b"feedback-id",
    }  # fmt: skip
    assert names.count(b"from") == 2
    assert b"c=relaxed/relaxed" in tags


@pytest.mark.parametrize(
    "changes",
    [
        {"html": "<p>Добрый день</p>\n" * 30},
        {"files": (MailFile("прайс.bin", "application/pdf", bytes(range(256)) * 20),)},
        {"to_address": "анна@client.test"},
        {"body": Filled(CompiledBody(text=("Hi ", Slot("name"), "\n\n\n")), {"name": "Анна  "})},
        {"text": ""},
    ],
)
async def test_whatever_we_build_can_be_signed(signer: Signer, changes: dict[str, object]) -> None:
    assert _accepts(signer, await signer.signed(build(_mail(**changes), date=DATE)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: ", b"Subject: Re: "),
        (b"List-Unsubscribe: <https://shop.test/u/x>", b"List-Unsubscribe: <https://evil.test/>"),
        (b"MIME-Version", b"From: boss@shop.test\r\nMIME-Version"),
        (b"\r\n\r\n", b"\r\n\r\nx"),
    ],
)
def test_a_change_on_the_way_shows(signer: Signer, old: bytes, new: bytes) -> None:
    signed = signer.sign(build(_mail(), date=DATE))
    assert old in signed
    assert not _accepts(signer, signed.replace(old, new, 1))


def test_the_record_is_what_openssl_says(signer: Signer, key: bytes, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(key)
    public = _openssl("rsa", "-in", str(tmp_path / "key.pem"), "-pubout", "-outform", "DER")
    assert signer.record == f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
    assert signer.record_name == "s1._domainkey.shop.test"
    assert signer.is_published_in(signer.record.replace("; ", " ; ").replace("p=", "t=s; p="))
    assert not signer.is_published_in("v=DKIM1; p=")
    assert not signer.is_published_in("v=spf1 -all")


def test_keys_of_either_form_and_line_end_are_read(key: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(key)
    older = _openssl("rsa", "-in", str(path), "-traditional")
    records = {
        Signer(key=one, selector="s", domain="d.test").record for one in (key, older, key.replace(b"\n", b"\r\n"))
    }
    assert len(records) == 1
    assert Signer.load(path, selector="s", domain="d.test").record in records


def test_what_cannot_sign_says_why(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / "key.pem"

    def why(content: bytes) -> str:
        path.write_bytes(content)
        with pytest.raises(BadKey) as caught:
            Signer.load(path, selector="s", domain="d.test")
        return str(caught.value)

    assert "PEM" in why(b"")
    assert "PEM" in why(b"-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n")
    assert "PEM" in why(key[: len(key) // 2] + b"\n-----END PRIVATE KEY-----\n")
    assert "PEM" in why(_openssl("genpkey", "-algorithm", "ed25519"))
    assert "1024" in why(_openssl("genrsa", "768"))
    assert "passphrase" in why(_openssl("genrsa", "-aes128", "-passout", "pass:x", "1024"))
    with pytest.raises(BadKey, match="cannot be read"):
        Signer.load(tmp_path / "none.pem", selector="s", domain="d.test")


class _Desk:
    """One message, handed out again when it comes back; the gate's word of the first time ends as it is given."""

    def __init__(self) -> None:
        self.handed_out = 0
        self.ended: list[SendResult] = []
        self._is_here = True

    def waiting(self) -> bool:
        return self._is_here

    def take(self) -> Handover | None:
        if not self._is_here:
            return None
        self._is_here = False
        self.handed_out += 1
        good_until = time.monotonic() + (60 if self.handed_out > 1 else 0)
        return Handover(_mail(), good_until, self.ended.append, self._take_back)

    def _take_back(self) -> None:
        self._is_here = True


async def test_a_signed_letter_whose_leave_ran_out_before_there_was_a_line_is_asked_about_again(signer: Signer) -> None:
    async with running(Script()) as script:
        sender = EmailSender(url=script.url, envelope_from="crm@shop.test", clock=MovedClock(DATE), signer=signer)
        desk = _Desk()
        try:
            await sender.stream(desk)
        finally:
            await sender.close()
    assert (desk.handed_out, len(script.messages)) == (2, 1)
    assert [result.outcome for result in desk.ended] == [Outcome.ACCEPTED]
