"""Access tokens for mail servers: asked for once while they last, renewed, and their faults told apart."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from channels.email.mailbox import ImapAddress
from channels.email.smtp import SmtpAddress
from channels.email.tokens import Grant, NoToken, Tokens
from tests.channels.token_server import TokenServer, handing_out

SECRET = "hidden-client-words"


def grant_file(directory: Path, url: str, **more: str) -> Path:
    path = directory / "oauth.toml"
    said = {"token_url": url, "client_id": "touchline", "client_secret": SECRET, "scope": "mail"} | more
    path.write_text("".join(f'{name} = "{value}"\n' for name, value in said.items()))
    return path


async def test_one_token_serves_all_lines_while_it_lasts(tmp_path: Path) -> None:
    async with handing_out(TokenServer()) as server:
        tokens = Tokens(grant_file(tmp_path, server.url))
        assert await asyncio.gather(*(tokens.get() for _ in range(5))) == ["token-1"] * 5
        assert server.asked == [
            {"client_id": "touchline", "client_secret": SECRET, "scope": "mail", "grant_type": "client_credentials"}
        ]
        assert await tokens.get(instead_of="token-1") == "token-2"
        assert await tokens.get(instead_of="token-1") == "token-2", "another line had it replaced already"


async def test_a_token_about_to_end_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 1000.0
    monkeypatch.setattr("channels.email.tokens.time.monotonic", lambda: moment)
    async with handing_out(TokenServer(life=3600)) as server:
        tokens = Tokens(grant_file(tmp_path, server.url))
        assert await tokens.get() == "token-1"
        moment += 3200
        assert await tokens.get() == "token-1"
        moment += 200
        assert await tokens.get() == "token-2"


async def test_a_renewed_refresh_token_outlives_the_process_until_the_file_has_another(tmp_path: Path) -> None:
    async with handing_out(TokenServer(renews=True)) as server:
        path = grant_file(tmp_path, server.url, refresh_token="first")
        await Tokens(path).get()
        await Tokens(path).get()
        grant_file(tmp_path, server.url, refresh_token="given anew")
        await Tokens(path).get()
    assert [one["refresh_token"] for one in server.asked] == ["first", "renewed-1", "given anew"]
    assert {one["grant_type"] for one in server.asked} == {"refresh_token"}
    assert stat.S_IMODE(path.with_name("oauth.toml.renewed").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("status", "answer", "passing", "said"),
    [
        (400, {"error": "invalid_grant", "error_description": "AADSTS70043:\r\n expired"}, False, "invalid_grant AADSTS70043: expired"),
        (401, {}, False, "HTTP 401"),
        (429, {"error": "slow_down"}, True, "slow_down"),
        (503, {}, True, "HTTP 503"),
        (302, {}, False, "HTTP 302"),
        (200, {"token_type": "Bearer"}, False, "the answer holds no access token"),
        (200, {"access_token": "two\r\nlines"}, False, "the answer holds no access token"),
    ],
)  # fmt: skip
async def test_what_a_refusal_means(
    tmp_path: Path, status: int, answer: dict[str, str], passing: bool, said: str
) -> None:
    async with handing_out(TokenServer(fails_with=(status, answer))) as server:
        with pytest.raises(NoToken) as refused:
            await Tokens(grant_file(tmp_path, server.url)).get()
    assert (refused.value.passing, refused.value.said) == (passing, said)


async def test_a_server_that_cannot_be_reached_may_be_tomorrow(tmp_path: Path) -> None:
    async with handing_out(TokenServer()) as server:
        path = grant_file(tmp_path, server.url)
    with pytest.raises(NoToken, match=r"127\.0\.0\.1 cannot be reached") as refused:
        await Tokens(path).get()
    assert refused.value.passing


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("token_url = ", "is not TOML"),
        ('token_url = "https://a.test"\n', "client_id is missing"),
        ('token_url = "https://a.test"\nclient_id = "x"\n', "client_secret or refresh_token is missing"),
        ('token_url = "http://a.test"\nclient_id = "x"\nclient_secret = "s3"\n', "must begin with https"),
        ('token_url = "https://a.test"\nclient_id = 5\n', "client_id must be text"),
        ('tokenurl = "https://a.test"\n', "tokenurl is not known"),
    ],
)
def test_a_file_that_cannot_serve_says_why_and_shows_no_secret(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "oauth.toml"
    path.write_text(content)
    with pytest.raises(ValueError, match=said) as refused:
        Grant.read(path)
    assert "s3" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("{0}://a%40b.test:word@h?oauth={1}", "a password or oauth, not both"),
        ("{0}://h?oauth={1}", "oauth needs the user's name"),
        ("{0}://a%40b.test@h?oauth=/nowhere/at-all", "cannot be read"),
    ],
)
@pytest.mark.parametrize("scheme", ["smtps", "imaps"])
def test_addresses_name_the_file_instead_of_a_password(tmp_path: Path, scheme: str, url: str, said: str) -> None:
    path = grant_file(tmp_path, "https://login.test/token")
    parse = SmtpAddress.parse if scheme == "smtps" else ImapAddress.parse
    found = parse(f"{scheme}://a%40b.test@h?oauth={path}")
    assert (found.username, found.password, found.oauth) == ("a@b.test", "", str(path))
    with pytest.raises(ValueError, match=said):
        parse(url.format(scheme, path))
