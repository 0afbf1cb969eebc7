"""One IMAP connection: its state, its view of the selected folder, and what each command does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from sandbox.mail_imap_syntax import (
    ImapSyntaxError,
    Token,
    in_set,
    internal_date,
    part_of,
    quoted,
    search_test,
    section_of,
    text_of,
)
from sandbox.mailboxes import Folder, PostOffice, StoredMail

CAPABILITIES = "IMAP4rev1 LITERAL+ IDLE UIDPLUS NAMESPACE ID UNSELECT"
_FLAGS = "\\Answered \\Flagged \\Deleted \\Seen \\Draft"
_PERMANENT = _FLAGS + " \\*"
_MACROS = {"FAST": ["FLAGS", "INTERNALDATE", "RFC822.SIZE"]}
_RFC822 = {"RFC822": "BODY[]", "RFC822.HEADER": "BODY.PEEK[HEADER]", "RFC822.TEXT": "BODY[TEXT]"}
_SPECIAL_USE = {"Sent": "\\Sent", "Drafts": "\\Drafts", "Trash": "\\Trash"}

Command = Callable[["ImapSession", str, list[Token]], Awaitable[str] | str]


class Owner(Protocol):
    office: PostOffice

    def credentials_are_right(self, user: str, password: str) -> bool: ...


class ImapSession:
    """The state of one connection."""

    def __init__(self, owner: Owner, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._owner = owner
        self.reader, self.writer = reader, writer
        self.logged_in = False
        self.over = False
        self._muted = False
        self._folder: Folder | None = None
        self._read_only = False
        self._known: list[int] = []
        self._woken = asyncio.Event()

    def send(self, line: str) -> None:
        if not self._muted:
            self.writer.write(line.encode("utf-8", "surrogateescape") + b"\r\n")

    def mute(self) -> None:
        """Do what is asked from now on, but answer nothing."""
        self._muted = True

    async def run(self, tag: str, name: str, tokens: list[Token]) -> str:
        """Carry out one command and answer it; returns OK, NO or BAD."""
        by_uid = name.startswith("UID ")
        command = _COMMANDS.get(name)
        arguments = tokens[2:] if by_uid else tokens[1:]
        try:
            if command is None:
                raise ImapSyntaxError(f"Unknown command {name}")
            if name not in _BEFORE_LOGIN and not self.logged_in:
                raise ImapSyntaxError("Please log in first")
            if name in _IN_FOLDER and self._folder is None:
                raise ImapSyntaxError("No folder selected")
            answer = command(self, name, arguments)
            text = await answer if isinstance(answer, Awaitable) else answer
        except (ImapSyntaxError, IndexError) as error:
            text = f"BAD {error or 'Missing arguments'}"
        if name not in ("LOGOUT", "IDLE") and self._folder is not None:
            self._tell_changes()
        self.send(f"{tag} {text}")
        return text.partition(" ")[0]

    def leave_folder(self) -> None:
        if self._folder is not None:
            self._folder.watchers.discard(self._woken.set)
        self._folder, self._known = None, []

    # Before a folder is selected

    def capability(self, name: str, arguments: list[Token]) -> str:
        self.send(f"* CAPABILITY {CAPABILITIES}")
        return "OK Capability completed."

    def noop(self, name: str, arguments: list[Token]) -> str:
        return f"OK {name.capitalize()} completed."

    def identify(self, name: str, arguments: list[Token]) -> str:
        self.send('* ID ("name" "Sandbox")')
        return "OK ID completed."

    def namespace(self, name: str, arguments: list[Token]) -> str:
        self.send('* NAMESPACE (("" "/")) NIL NIL')
        return "OK Namespace completed."

    def logout(self, name: str, arguments: list[Token]) -> str:
        self.over = True
        self.send("* BYE Logging out")
        return "OK Logout completed."

    def login(self, name: str, arguments: list[Token]) -> str:
        if not self._owner.credentials_are_right(text_of(arguments[0]), text_of(arguments[1])):
            return "NO [AUTHENTICATIONFAILED] Authentication failed."
        self.logged_in = True
        return f"OK [CAPABILITY {CAPABILITIES}] Logged in"

    # Folders

    def select(self, name: str, arguments: list[Token]) -> str:
        self.leave_folder()
        folder = self._find_folder(text_of(arguments[0]))
        if folder is None:
            return "NO [NONEXISTENT] Mailbox doesn't exist"
        self._folder, self._read_only = folder, name == "EXAMINE"
        self._known = [mail.uid for mail in folder.mails]
        folder.watchers.add(self._woken.set)
        self.send(f"* FLAGS ({_FLAGS})")
        self.send(f"* OK [PERMANENTFLAGS ({'' if self._read_only else _PERMANENT})] Flags permitted.")
        self.send(f"* {len(self._known)} EXISTS")
        self.send("* 0 RECENT")
        unseen = [number for number, mail in self._numbered() if "\\Seen" not in mail.flags]
        if unseen:
            self.send(f"* OK [UNSEEN {unseen[0]}] First unseen.")
        self.send(f"* OK [UIDVALIDITY {folder.uid_validity}] UIDs valid")
        self.send(f"* OK [UIDNEXT {folder.uid_next}] Predicted next UID")
        return f"OK [READ-{'ONLY' if self._read_only else 'WRITE'}] {name.capitalize()} completed."

    def status(self, name: str, arguments: list[Token]) -> str:
        folder = self._find_folder(text_of(arguments[0]))
        if folder is None:
            return "NO [NONEXISTENT] Mailbox doesn't exist"
        known = {
            "MESSAGES": len(folder.mails),
            "RECENT": 0,
            "UIDNEXT": folder.uid_next,
            "UIDVALIDITY": folder.uid_validity,
            "UNSEEN": sum("\\Seen" not in mail.flags for mail in folder.mails),
        }
        wanted = [text_of(item).upper() for item in arguments[1]] if isinstance(arguments[1], list) else []
        if not wanted or not set(wanted) <= set(known):
            raise ImapSyntaxError("Invalid status items")
        self.send(f"* STATUS {quoted(folder.name)} ({' '.join(f'{item} {known[item]}' for item in wanted)})")
        return "OK Status completed."

    def list_folders(self, name: str, arguments: list[Token]) -> str:
        pattern = text_of(arguments[1])
        for folder in self._owner.office.folders.values():
            if pattern in ("*", "%") or pattern.upper() == folder.name.upper():
                use = _SPECIAL_USE.get(folder.name)
                self.send(f'* {name} (\\HasNoChildren{" " + use if use else ""}) "/" {quoted(folder.name)}')
        return f"OK {name.capitalize()} completed."

    def create(self, name: str, arguments: list[Token]) -> str:
        wanted = text_of(arguments[0])
        if self._find_folder(wanted) is not None:
            return "NO [ALREADYEXISTS] Mailbox already exists"
        self._owner.office.folders[wanted] = Folder(wanted, uid_validity=self._owner.office.inbox.uid_validity)
        return "OK Create completed."

    def append(self, name: str, arguments: list[Token]) -> str:
        folder, raw = self._find_folder(text_of(arguments[0])), arguments[-1]
        if folder is None:
            return "NO [TRYCREATE] Mailbox doesn't exist"
        if not isinstance(raw, bytes):
            raise ImapSyntaxError("Expected a literal")
        flags = {text_of(flag) for argument in arguments[1:-1] if isinstance(argument, list) for flag in argument}
        mail = folder.append(raw, received_at=self._owner.office.world.clock.now(), flags=flags)
        return f"OK [APPENDUID {folder.uid_validity} {mail.uid}] Append completed."

    # In the selected folder

    def close(self, name: str, arguments: list[Token]) -> str:
        if self._folder is not None and name == "CLOSE" and not self._read_only:
            self._folder.remove({mail.uid for mail in self._folder.mails if "\\Deleted" in mail.flags})
        self.leave_folder()
        return f"OK {name.capitalize()} completed."

    def expunge(self, name: str, arguments: list[Token]) -> str:
        assert self._folder is not None
        doomed = {mail.uid for mail in self._folder.mails if "\\Deleted" in mail.flags}
        if arguments:
            chosen = in_set(text_of(arguments[0]), largest=self._largest_uid())
            doomed = {uid for uid in doomed if chosen(uid)}
        self._folder.remove(doomed)
        return "OK Expunge completed."

    def search(self, name: str, arguments: list[Token]) -> str:
        test = search_test(arguments, count=len(self._known), largest_uid=self._largest_uid())
        by_uid = name.startswith("UID")
        found = [mail.uid if by_uid else number for number, mail in self._numbered() if test(number, mail)]
        self.send(" ".join(["* SEARCH", *map(str, found)]))
        return "OK Search completed."

    def fetch(self, name: str, arguments: list[Token]) -> str:
        by_uid = name.startswith("UID")
        items = _fetch_items(arguments[1])
        if by_uid and "UID" not in items:
            items = ["UID", *items]
        for number, mail in self._chosen(arguments[0], by_uid=by_uid):
            self._send_fetch(number, mail, items)
        return "OK Fetch completed."

    def store(self, name: str, arguments: list[Token]) -> str:
        if self._read_only:
            return "NO [CANNOT] Mailbox is read-only"
        by_uid = name.startswith("UID")
        action = text_of(arguments[1]).upper()
        kind, silent = action.removesuffix(".SILENT"), action.endswith(".SILENT")
        given = arguments[2] if isinstance(arguments[2], list) else arguments[2:]
        flags = {text_of(flag) for flag in given}
        if kind not in ("FLAGS", "+FLAGS", "-FLAGS"):
            raise ImapSyntaxError("Unknown store item")
        for number, mail in self._chosen(arguments[0], by_uid=by_uid):
            mail.flags = {"FLAGS": flags, "+FLAGS": mail.flags | flags, "-FLAGS": mail.flags - flags}[kind]
            if not silent:
                self._send_fetch(number, mail, ["UID", "FLAGS"] if by_uid else ["FLAGS"])
        return "OK Store completed."

    def copy(self, name: str, arguments: list[Token]) -> str:
        target = self._find_folder(text_of(arguments[1]))
        if target is None:
            return "NO [TRYCREATE] Mailbox doesn't exist"
        for _, mail in self._chosen(arguments[0], by_uid=name.startswith("UID")):
            target.append(mail.raw, received_at=mail.received_at, flags=mail.flags)
        return "OK Copy completed."

    async def idle(self, name: str, arguments: list[Token]) -> str:
        """Tell what arrives until the client says DONE."""
        self.send("+ idling")
        ended = asyncio.ensure_future(self.reader.readline())
        try:
            while not ended.done():
                self._woken.clear()
                self._tell_changes()
                await self.writer.drain()
                woken = asyncio.ensure_future(self._woken.wait())
                try:
                    await asyncio.wait({ended, woken}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    woken.cancel()
        finally:
            ended.cancel()
        line = ended.result()
        if not line:
            self.over = True
        return "OK Idle completed." if line.strip().upper() == b"DONE" else "BAD Expected DONE."

    # Inside

    def _find_folder(self, name: str) -> Folder | None:
        folders = self._owner.office.folders
        return folders["INBOX"] if name.upper() == "INBOX" else folders.get(name)

    def _numbered(self) -> list[tuple[int, StoredMail]]:
        assert self._folder is not None
        held = {mail.uid: mail for mail in self._folder.mails}
        return [(number, held[uid]) for number, uid in enumerate(self._known, start=1) if uid in held]

    def _largest_uid(self) -> int:
        return self._known[-1] if self._known else 0

    def _chosen(self, token: Token, *, by_uid: bool) -> list[tuple[int, StoredMail]]:
        chosen = in_set(text_of(token), largest=self._largest_uid() if by_uid else len(self._known))
        return [(number, mail) for number, mail in self._numbered() if chosen(mail.uid if by_uid else number)]

    def _tell_changes(self) -> None:
        assert self._folder is not None
        present = [mail.uid for mail in self._folder.mails]
        kept = set(present)
        for number in range(len(self._known), 0, -1):
            if self._known[number - 1] not in kept:
                del self._known[number - 1]
                self.send(f"* {number} EXPUNGE")
        if len(present) != len(self._known):
            self._known = present
            self.send(f"* {len(present)} EXISTS")

    def _send_fetch(self, number: int, mail: StoredMail, items: list[str]) -> None:
        parts: list[bytes] = []
        newly_seen = False
        for item in items:
            section = section_of(_RFC822.get(item.upper(), item))
            if section is None:
                parts.append(_plain_item(mail, item.upper()))
                continue
            peek, label, name, start, length = section
            content = part_of(mail.raw, name)
            if start is not None:
                content = content[start : start + length]
            label = item.upper() if item.upper() in _RFC822 else label
            parts.append(f"{label} {{{len(content)}}}\r\n".encode() + content)
            if not peek and not self._read_only and "\\Seen" not in mail.flags:
                mail.flags.add("\\Seen")
                newly_seen = True
        if newly_seen and "FLAGS" not in items:
            parts.append(_plain_item(mail, "FLAGS"))
        if not self._muted:
            self.writer.write(b"* %d FETCH (" % number + b" ".join(parts) + b")\r\n")


def _fetch_items(token: Token) -> list[str]:
    if isinstance(token, list):
        return [text_of(item) for item in token]
    return _MACROS.get(text_of(token).upper(), [text_of(token)])


def _plain_item(mail: StoredMail, item: str) -> bytes:
    if item == "UID":
        return b"UID %d" % mail.uid
    if item == "FLAGS":
        return f"FLAGS ({' '.join(sorted(mail.flags))})".encode()
    if item == "RFC822.SIZE":
        return b"RFC822.SIZE %d" % len(mail.raw)
    if item == "INTERNALDATE":
        return f"INTERNALDATE {internal_date(mail.received_at)}".encode()
    raise ImapSyntaxError(f"Item {item} is not served here")


_BEFORE_LOGIN = frozenset({"CAPABILITY", "NOOP", "ID", "LOGOUT", "LOGIN"})
_IN_FOLDER = frozenset(
    [
        "CLOSE",
        "UNSELECT",
        "EXPUNGE",
        "SEARCH",
        "FETCH",
        "STORE",
        "COPY",
        "IDLE",
        "CHECK",
        "UID EXPUNGE",
        "UID SEARCH",
        "UID FETCH",
        "UID STORE",
        "UID COPY",
    ]
)
_COMMANDS: dict[str, Command] = {
    "CAPABILITY": ImapSession.capability,
    "NOOP": ImapSession.noop,
    "CHECK": ImapSession.noop,
    "ID": ImapSession.identify,
    "NAMESPACE": ImapSession.namespace,
    "LOGOUT": ImapSession.logout,
    "LOGIN": ImapSession.login,
    "SELECT": ImapSession.select,
    "EXAMINE": ImapSession.select,
    "STATUS": ImapSession.status,
    "LIST": ImapSession.list_folders,
    "LSUB": ImapSession.list_folders,
    "CREATE": ImapSession.create,
    "SUBSCRIBE": ImapSession.noop,
    "APPEND": ImapSession.append,
    "CLOSE": ImapSession.close,
    "UNSELECT": ImapSession.close,
    "EXPUNGE": ImapSession.expunge,
    "UID EXPUNGE": ImapSession.expunge,
    "SEARCH": ImapSession.search,
    "UID SEARCH": ImapSession.search,
    "FETCH": ImapSession.fetch,
    "UID FETCH": ImapSession.fetch,
    "STORE": ImapSession.store,
    "UID STORE": ImapSession.store,
    "COPY": ImapSession.copy,
    "UID COPY": ImapSession.copy,
    "IDLE": ImapSession.idle,
}
