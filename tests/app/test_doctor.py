"""The doctor beside the stand-ins: everything well, then each account ill in its own way."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import dns.rdatatype
import dns.resolver
import pytest
from dns.rdataclass import IN
from dns.rdtypes.ANY.TXT import TXT

from app import doctor
from app.findings import Finding, State
from app.settings import Settings, load
from sandbox.product import product_environment
from sandbox.server import Sandbox
from storage import migrations
from storage.database import Database
from tests.factories import make_staff


@pytest.fixture
async def sandbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    sandbox = Sandbox()
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


def settings_of(sandbox: Sandbox, data: Path, url: str, **changed: str) -> Settings:
    environment = {**product_environment(sandbox, data=data, port=8999), "TOUCHLINE_DATABASE_URL": url}
    return load(
        environment={**environment, **{f"TOUCHLINE_{name}": value for name, value in changed.items()}}, env_file=None
    )


async def states(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding for finding in await doctor.examine(settings)}


async def test_everything_is_well(sandbox: Sandbox, tmp_path: Path, empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await migrations.upgrade(database)
    await database.close()
    found = await states(settings_of(sandbox, tmp_path, empty_database_url))
    well = ("database", "schema", "clock", "telegram", "email out", "email in", "sms")
    assert {name: (found[name].state, found[name].said) for name in well if found[name].state is not State.OK} == {}
    assert "@touchline_sandbox_bot" in found["telegram"].said
    assert "IDLE" in found["email in"].said


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"TWILIO_FROM": "TOUCHLINE"}, "nobody can answer"), ({"SMS_DAY_SEGMENTS": "0"}, "nothing limits")],
)
async def test_sms_that_work_but_not_well_say_so(
    sandbox: Sandbox, tmp_path: Path, empty_database_url: str, changed: dict[str, str], said: str
) -> None:
    found = await states(settings_of(sandbox, tmp_path, empty_database_url, **changed))
    assert found["sms"].state is State.WARNING
    assert said in found["sms"].said
    assert found["sms"].fix


@pytest.mark.parametrize(
    ("name", "changed", "fix"),
    [
        ("telegram", {"TELEGRAM_TOKEN": "7000000001:" + "B" * 35}, "TOUCHLINE_TELEGRAM_TOKEN"),
        ("telegram", {"TELEGRAM_API_URL": "http://127.0.0.1:9"}, "TOUCHLINE_TELEGRAM_API_URL"),
        ("email out", {"SMTP_URL": "smtp://crm:wrong@{smtp}"}, "TOUCHLINE_SMTP_URL"),
        ("email in", {"IMAP_URL": "imap://crm:wrong@{imap}"}, "TOUCHLINE_IMAP_URL"),
        ("email in", {"IMAP_URL": "imap://crm:wrong@127.0.0.1:9"}, "TOUCHLINE_IMAP_URL"),
        ("sms", {"TWILIO_AUTH_TOKEN": "f" * 32}, "TOUCHLINE_TWILIO_AUTH_TOKEN"),
        ("database", {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "TOUCHLINE_DATABASE_URL"),
    ],
)
async def test_what_is_ill_names_its_setting(
    sandbox: Sandbox, tmp_path: Path, empty_database_url: str, name: str, changed: dict[str, str], fix: str
) -> None:
    ports: dict[str, Any] = {"smtp": f"127.0.0.1:{sandbox.smtp.port}", "imap": f"127.0.0.1:{sandbox.imap.port}"}
    filled = {key: value.format(**ports) for key, value in changed.items()}
    finding = (await states(settings_of(sandbox, tmp_path, empty_database_url, **filled)))[name]
    assert (finding.state, fix in finding.fix) == (State.FAILED, True), finding
    assert "wrong" not in finding.said + finding.fix


async def test_a_webhook_that_is_not_ours_yet(sandbox: Sandbox, tmp_path: Path, empty_database_url: str) -> None:
    changed = {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": "https://crm.example.com"}
    finding = (await states(settings_of(sandbox, tmp_path, empty_database_url, **changed)))["telegram"]
    assert (finding.state, "sets it" in finding.fix) == (State.WARNING, True)


@pytest.fixture
def signing_key(tmp_path: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the key")
    key = tmp_path / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", str(key), "1024"], check=True, capture_output=True)
    return key


async def test_the_key_that_signs_is_compared_with_dns(signing_key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"MAIL_FROM": "crm@shop.test", "DKIM_KEY": str(signing_key), "DKIM_SELECTOR": "s1"}
    settings = load(environment={f"TOUCHLINE_{name}": value for name, value in given.items()}, env_file=None)
    signer = settings.signer()
    assert signer is not None
    zone: dict[str, list[str]] = {}

    def resolve(name: str, kind: str, **_: object) -> list[TXT]:
        if name not in zone:
            raise dns.resolver.NXDOMAIN
        return [TXT(IN, dns.rdatatype.TXT, [text[:200], text[200:]]) for text in zone[name]]

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
    finding = await doctor.check_signing(settings)
    assert (finding.state, signer.record in finding.fix) == (State.FAILED, True)
    zone["s1._domainkey.shop.test"] = ["v=DKIM1; k=rsa; p=AAAA"]
    assert (await doctor.check_signing(settings)).state is State.FAILED
    zone["s1._domainkey.shop.test"].append(signer.record)
    assert (await doctor.check_signing(settings)).state is State.OK
    assert (await doctor.check_signing(load(environment={}, env_file=None))).state is State.OFF


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("", State.OFF),
        ("http://crm.shop.test", State.WARNING),
        ("https://crm.shop.test", State.OK),
        ("http://127.0.0.1:8080", State.OK),
    ],
)
async def test_an_address_without_https_is_named(url: str, state: State) -> None:
    found = await doctor.check_public_address(load(environment={"TOUCHLINE_PUBLIC_URL": url}, env_file=None))
    assert found.state is state
    assert ("one press" in found.said) is (state is State.WARNING)


async def test_each_mailbox_has_a_finding_of_its_own(sandbox: Sandbox, tmp_path: Path, empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await migrations.upgrade(database)
    async with database.write() as session:
        await make_staff(session, name="Nina")
    await database.close()
    good, bad = sandbox.imap_url, sandbox.imap_url.replace("://", "://x")
    file = tmp_path / "mailboxes.toml"
    file.write_text(
        f'[[mailbox]]\nname = "info"\nurl = "{good}"\nfolders = ["INBOX", "Trash"]\nsent_folder = "auto"\n'
        f'[[mailbox]]\nname = "nina"\nurl = "{good}"\nstaff = "nina"\nsent_folder = "Nowhere"\n'
        f'[[mailbox]]\nname = "bob"\nurl = "{good}"\nstaff = "Bob"\n'
        f'[[mailbox]]\nname = "wrong"\nurl = "{bad}"\n'
    )
    file.chmod(0o644)
    found = await states(settings_of(sandbox, tmp_path, empty_database_url, MAILBOXES=str(file)))
    assert found["email in"].state is State.OK
    assert found["email in: info"].state is State.OK
    assert "reads INBOX, Trash" in found["email in: info"].said
    assert "go to Sent" in found["email in: info"].said
    assert "Nowhere (INBOX, Sent, Drafts, Trash)" in found["email in: nina"].said
    assert found["email in: bob"].said == "no colleague is called Bob"
    assert "refused" in found["email in: wrong"].said
    assert {found[f"email in: {name}"].state for name in ("nina", "bob", "wrong")} == {State.FAILED}
    assert found["settings"].fix == f"chmod 600 {file}"
