"""The mailbox reader against a scripted server: orders of answers, goodbyes and numbers that real ones rarely show."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from channels.email.imap import Cursor, MailboxLost, MailboxReader, MailboxRefused
from channels.email.mailbox import ImapAddress


@dataclass
class Box:
    """A server of one folder. `push` is said within IDLE; `after_push` closes the line behind it."""

    mails: dict[int, bytes] = field(default_factory=dict)
    uidvalidity: int = 7
    capabilities: str = "IMAP4rev1 IDLE"
    greeting: str | None = "* OK here"
    uid_last: bool = False  # the UID behind the literal, as some servers send it
    push: str = ""
    closes_after_push: bool = False
    says_bye_to: str = ""
    login_answer: str = ""
    refuses: set[int] = field(default_factory=set)  # mails it answers NO to, alone or among others
    dies_on: set[int] = field(default_factory=set)  # mails it falls over, when their text is asked for
    commands: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"imap://crm:p%22w@127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if self.greeting is not None:
                writer.write(f"{self.greeting}\r\n".encode())
                while line := (await reader.readline()).decode().rstrip("\r\n"):
                    self.commands.append(line.partition(" ")[2])
                    if not await self._answer(line, reader, writer):
                        return
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _answer(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        tag, _, command = line.partition(" ")
        verb = command.split(" ")[0].upper()
        if self.says_bye_to and command.upper().startswith(self.says_bye_to):
            writer.write(b"* BYE Server shutting down\r\n")
            return False
        if verb == "CAPABILITY":
            writer.write(f"* CAPABILITY {self.capabilities}\r\n".encode())
        elif verb == "LOGIN" and self.login_answer:
            writer.write(f"{tag} {self.login_answer}\r\n".encode())
            return True
        elif verb == "LOGIN" and '"p\\"w"' not in command:
            writer.write(f"{tag} NO wrong\r\n".encode())
            return True
        elif verb == "SELECT":
            writer.write(f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.uidvalidity}] valid\r\n".encode())
        elif command.upper().startswith("UID SEARCH"):
            first = int(re.search(r"UID (\d+):\*", command).group(1))  # type: ignore[union-attr]
            last = max(self.mails, default=0)
            shown = [uid for uid in self.mails if uid >= first or uid == last]
            writer.write(f"* SEARCH {' '.join(map(str, shown))}\r\n".encode())
        elif command.upper().startswith("UID FETCH"):
            asked = set(numbers_of(command.split(" ")[2]))
            if "BODY" in command and asked & self.dies_on:
                return False
            if "BODY" in command and asked & self.refuses:
                writer.write(f"{tag} NO [SERVERBUG] Internal error occurred\r\n".encode())
                return True
            self._fetch(command, writer)
        elif verb == "IDLE":
            writer.write(b"+ idling\r\n")
            await asyncio.sleep(0.05)
            writer.write(self.push.encode())
            if self.closes_after_push:
                return False
            await reader.readline()
        writer.write(f"{tag} OK done\r\n".encode())
        return True

    def _fetch(self, command: str, writer: asyncio.StreamWriter) -> None:
        numbers = numbers_of(command.split(" ")[2])
        part = re.search(r"<(\d+)\.(\d+)>", command)
        writer.write(b"* 3 FETCH (FLAGS (\\Seen))\r\n")  # nobody asked
        for index, uid in enumerate(number for number in numbers if number in self.mails):
            body = self.mails[uid]
            if "BODY" not in command:
                writer.write(f"* {index + 1} FETCH (UID {uid} RFC822.SIZE {len(body)})\r\n".encode())
                continue
            label = "BODY[]"
            size = f"RFC822.SIZE {len(body)} " if "RFC822.SIZE" in command else ""
            if "MESSAGE-ID" in command:
                label, body = "BODY[HEADER.FIELDS (MESSAGE-ID)]", b"Message-ID: <%d@box>\r\n\r\n" % uid
            if part:
                start, count = int(part.group(1)), int(part.group(2))
                body, label = body[start : start + count], f"BODY[]<{start}>"
            head = f"{size}{label} {{{len(body)}}}\r\n".encode()
            if self.uid_last:
                writer.write(f"* {index + 1} FETCH (".encode() + head + body + f" UID {uid})\r\n".encode())
            else:
                writer.write(f"* {index + 1} FETCH (UID {uid} ".encode() + head + body + b")\r\n")


def numbers_of(words: str) -> list[int]:
    """2,5:7 is 2, 5, 6, 7."""
    ends = [word.partition(":") for word in words.split(",")]
    return [number for first, _, last in ends for number in range(int(first), int(last or first) + 1)]


@contextlib.asynccontextmanager
async def running(box: Box, **options: float) -> AsyncIterator[MailboxReader]:
    server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    reader = MailboxReader(box.url, **options)  # type: ignore[arg-type]
    try:
        yield reader
    finally:
        await reader.close()
        server.close()
        await asyncio.sleep(0.01)


async def _uids(reader: MailboxReader, after: Cursor | None) -> list[int]:
    return [mail.uid async for mail in reader.scan(after)]


@pytest.mark.parametrize("uid_last", [False, True])
async def test_everything_above_the_cursor_comes_once_and_as_it_is(uid_last: bool) -> None:
    tricky = b"Subject: )(\r\n\r\n* 1 FETCH (UID 9 BODY[] {3}\r\nA1 OK fake\r\n"
    mails = {uid: tricky + str(uid).encode() for uid in (2, 3, 5, 8, 130)} | dict.fromkeys((131,), b"")
    box = Box(mails=mails, uid_last=uid_last)
    async with running(box) as reader:
        await reader.connect()
        found = {mail.uid: mail.content async for mail in reader.scan(None)}
        assert found == mails
        assert await _uids(reader, Cursor(7, 5)) == [8, 130, 131]
        assert await _uids(reader, Cursor(7, 131)) == []
        assert await _uids(reader, Cursor(6, 131)) == [2, 3, 5, 8, 130, 131]
        box.uidvalidity, box.mails = 8, {1: b"new numbers"}
        assert await _uids(reader, Cursor(7, 131)) == [1]
    # Nothing was marked as seen.
    assert not [command for command in box.commands if re.search(r"BODY\[|STORE", command) and "PEEK" not in command]


async def test_rows_are_asked_for_in_small_numbers() -> None:
    box = Box(mails=dict.fromkeys(range(1, 301), b"Subject: x\r\n\r\n"))
    async with running(box) as reader:
        await reader.connect()
        assert await _uids(reader, None) == list(range(1, 301))
    asked = [len(numbers_of(command.split(" ")[2])) for command in box.commands if command.startswith("UID FETCH")]
    assert max(asked) == 200


async def test_a_large_mail_comes_in_parts_and_a_huge_one_as_its_beginning() -> None:
    large, huge = b"a" * 2_500_000, b"b" * 4_000_000
    async with running(Box(mails={1: large, 2: huge}), largest_mail=3_000_000) as reader:
        await reader.connect()
        first, second = [mail async for mail in reader.scan(None)]
    assert (first.content, first.truncated) == (large, False)
    assert (second.size, second.truncated) == (4_000_000, True)
    assert second.content == huge[: 1024 * 1024]


@pytest.mark.parametrize(
    ("push", "news"),
    [("* 4 EXISTS\r\n", True), ("* OK Still here\r\n", False), ("* 1 EXPUNGE\r\n", False), ("", False)],
)
async def test_only_new_mail_ends_the_wait_early(push: str, news: bool) -> None:
    async with running(Box(push=push)) as reader:
        await reader.connect()
        for _ in range(2):
            started = time.monotonic()
            assert await reader.wait(0.4) is news
            assert (time.monotonic() - started < 0.35) is news
        assert await _uids(reader, None) == []


@pytest.mark.parametrize("push", ["* BYE Server shutting down\r\n", ""])
async def test_a_server_that_leaves_within_idle_is_noticed(push: str) -> None:
    async with running(Box(push=push, closes_after_push=True)) as reader:
        await reader.connect()
        started = time.monotonic()
        with pytest.raises(MailboxLost):
            await reader.wait(60.0)
        assert time.monotonic() - started < 5
        assert not reader.is_connected


@pytest.mark.parametrize("command", ["UID SEARCH", "UID FETCH", "SELECT", "LOGIN", "CAPABILITY"])
async def test_a_line_that_ends_within_a_command_is_lost_at_once(command: str) -> None:
    async with running(Box(mails={1: b"x"}, says_bye_to=command)) as reader:
        started = time.monotonic()
        with pytest.raises(MailboxLost):
            await reader.connect()
            await _uids(reader, None)
        assert time.monotonic() - started < 5


async def test_a_server_that_hangs_up_instead_of_greeting() -> None:
    async with running(Box(greeting=None)) as reader:
        with pytest.raises(MailboxLost):
            await reader.connect()


async def test_without_idle_the_wait_is_a_pause_and_asks_to_look() -> None:
    async with running(Box(capabilities="IMAP4rev1")) as reader:
        await reader.connect()
        assert await reader.check() == "polling"
        assert await reader.wait(0.1) is True


async def test_cancelling_a_wait_gives_the_line_up() -> None:
    async with running(Box()) as reader:
        await reader.connect()
        waiting = asyncio.create_task(reader.wait(60.0))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not reader.is_connected
        await reader.connect()
        assert reader.is_connected


async def test_a_wrong_password_and_missing_tls_are_refusals() -> None:
    box = Box()
    async with running(box) as reader:
        wrong = MailboxReader(box.url.replace("p%22w", "x"))
        with pytest.raises(MailboxRefused):
            await wrong.connect()
        strict = MailboxReader(f"{box.url}?starttls=always")
        with pytest.raises(MailboxRefused):
            await strict.connect()
        broken = MailboxReader(box.url.replace("p%22w", "a%0d%0ab"))
        with pytest.raises(MailboxRefused):
            await broken.connect()
        await reader.connect()


@pytest.mark.parametrize(
    "url", ["http://u@h", "imap://h", "imap://u@", "imap://u:p@h:x", "imap://u:p@h?starttls=x", "imap://u@h?a=b"]
)
def test_bad_settings_name_themselves(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        ImapAddress.parse(url)


def test_settings_are_read_and_hide_the_password() -> None:
    address = ImapAddress.parse("imaps://crm%40shop.test:p%2Fw@mail.shop.test")
    assert (address.username, address.password, address.port) == ("crm@shop.test", "p/w", 993)
    assert "p/w" not in repr(address)


async def test_somebody_else_may_end_the_wait() -> None:
    wake = asyncio.Event()
    async with running(Box()) as reader:
        await reader.connect()
        asyncio.get_running_loop().call_later(0.1, wake.set)
        started = time.monotonic()
        assert await reader.wait(60.0, wake=wake) is False
        assert time.monotonic() - started < 5
        assert await _uids(reader, None) == []  # and the line is as good as before


async def test_a_list_of_what_is_there() -> None:
    async with running(Box(mails=dict.fromkeys(range(1, 451), b"12345"), refuses={9})) as reader:
        await reader.connect()
        listed = [mail async for mail in reader.listed([*await reader.uids(), 999])]
    expected = {uid: f"<{uid}@box>" for uid in range(1, 451)} | {9: ""}
    assert {mail.uid: mail.message_id for mail in listed} == expected


async def test_what_was_listed_is_fetched_without_being_weighed_again() -> None:
    box = Box(mails=dict.fromkeys(range(1, 4), b"Subject: x\r\n\r\n"))
    async with running(box) as reader:
        await reader.connect()
        uids = [mail.uid async for mail in reader.listed(await reader.uids())]
        del box.mails[2], box.commands[:]
        mails = [mail async for mail in reader.fetch(uids)]
        assert [(mail.uid, mail.content) for mail in mails] == [(uid, b"Subject: x\r\n\r\n") for uid in (1, 3)]
        assert not any("SIZE" in command for command in box.commands)
        # Under the same number may lie another mail once the folder was opened anew.
        await reader.refresh()
        _ = [mail async for mail in reader.listed([1])]
        await reader.refresh()
        box.mails[1] = b"Subject: another, and longer\r\n\r\n"
        assert [mail.content async for mail in reader.fetch([1])] == [box.mails[1]]
        assert any("(UID RFC822.SIZE INTERNALDATE)" in command for command in box.commands)


async def test_one_mail_the_server_cannot_read_holds_up_no_other() -> None:
    box = Box(mails=dict.fromkeys(range(1, 301), b"Subject: x\r\n\r\n"), refuses={7, 290})
    async with running(box) as reader:
        await reader.connect()
        mails = [mail async for mail in reader.scan(None)]
    assert [mail.uid for mail in mails] == list(range(1, 301))
    assert {mail.uid: mail.fault for mail in mails if mail.fault} == dict.fromkeys(
        (7, 290), "[SERVERBUG] Internal error occurred"
    )


async def test_a_mail_the_server_falls_over_is_found_out_and_left_aside() -> None:
    box = Box(mails=dict.fromkeys(range(1, 31), b"Subject: x\r\n\r\n"), dies_on={11})
    seen: dict[int, str] = {}
    async with running(box) as reader:
        for _ in range(10):
            await reader.connect()
            try:
                async for mail in reader.scan(Cursor(7, max(seen, default=0))):
                    seen[mail.uid] = mail.fault
                break
            except MailboxLost:
                continue
    assert list(seen) == list(range(1, 31))
    assert [uid for uid, fault in seen.items() if fault] == [11]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("NO [UNAVAILABLE] Temporary authentication failure", MailboxLost),
        ("NO [LIMIT] Too many logins", MailboxLost),
        ("NO [AUTHENTICATIONFAILED] Authentication failed", MailboxRefused),
        ("NO wrong", MailboxRefused),
    ],
)
async def test_a_server_in_trouble_is_told_from_a_wrong_password(answer: str, error: type[Exception]) -> None:
    async with running(Box(login_answer=answer)) as reader:
        with pytest.raises(error, match=re.escape(answer[3:])):
            await reader.connect()


async def test_a_greeting_that_is_a_goodbye_says_why() -> None:
    async with running(Box(greeting="* BYE Too many connections")) as reader:
        with pytest.raises(MailboxLost, match="Too many connections"):
            await reader.connect()
