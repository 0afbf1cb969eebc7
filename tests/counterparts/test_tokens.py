"""Logging in by access token at the real Dovecot and, through it, the real Postfix."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.email.imap import MailboxLost, MailboxReader, MailboxRefused
from channels.email.mailbox import Fault
from channels.email.tokens import tokens_of
from channels.message import Outcome
from tests.channels.test_tokens import grant_file
from tests.channels.token_server import TokenServer, handing_out
from tests.counterparts.mail_servers import MailServers
from tests.counterparts.test_mail import _ANN, _message, _send

pytestmark = [pytest.mark.long, pytest.mark.counterpart]


@pytest.fixture
async def server(mail: MailServers) -> AsyncIterator[TokenServer]:
    async with handing_out(TokenServer(), port=mail.ports["tokens"]) as handed:
        yield handed


@pytest.fixture
def oauth(tmp_path: Path, server: TokenServer) -> str:
    return str(grant_file(tmp_path, server.url))


def _imap(mail: MailServers, oauth: str) -> str:
    return f"imaps://crm%40shop.test@localhost:{mail.ports['imaps']}?cafile={mail.ca}&oauth={oauth}"


async def test_a_mailbox_is_read_and_mail_is_sent_by_token(mail: MailServers, server: TokenServer, oauth: str) -> None:
    reader = MailboxReader(_imap(mail, oauth))
    try:
        assert await reader.check() == "IDLE"
    finally:
        await reader.close()
    url = f"smtp://crm%40shop.test@localhost:{mail.ports['submission']}?starttls=always&cafile={mail.ca}&oauth={oauth}"
    assert (await _send(url, _ANN, _message("by token"))).outcome is Outcome.ACCEPTED
    assert len(server.asked) == 1


async def test_a_token_taken_back_is_replaced_on_the_spot(mail: MailServers, server: TokenServer, oauth: str) -> None:
    await tokens_of(oauth).get()
    server.valid.clear()
    reader = MailboxReader(_imap(mail, oauth))
    try:
        await reader.connect()
    finally:
        await reader.close()
    assert len(server.asked) == 2


async def test_somebody_elses_token_is_a_refused_login_and_no_hang(
    mail: MailServers, server: TokenServer, oauth: str
) -> None:
    server.username = "ann@client.test"
    reader = MailboxReader(_imap(mail, oauth), command_timeout=20)
    with pytest.raises(MailboxRefused) as refused:
        await reader.connect()
    assert refused.value.fault is Fault.LOGIN


async def test_who_hands_out_tokens_may_be_away(mail: MailServers, server: TokenServer, oauth: str) -> None:
    server.fails_with = (503, {})
    with pytest.raises(MailboxLost) as lost:
        await MailboxReader(_imap(mail, oauth)).connect()
    assert (lost.value.fault, lost.value.said) == (Fault.TOKEN, "HTTP 503")
