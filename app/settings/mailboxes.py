"""The file of further mailboxes: one `[[mailbox]]` each, read so that a fault names its mailbox and no password.

[[mailbox]]
name = "info"
url = "imaps://info%40example.com:password@mail.example.com"
folders = ["INBOX", "Orders"]
sent_folder = "auto"

[[mailbox]]
name = "nina"
url = "imaps://nina%40example.com:password@mail.example.com"
staff = "Nina"                  # personal: strangers who write there are shown to her alone
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

_KEYS: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "url": (str,),
    "folders": (list,),
    "staff": (str, int),
    "sent_folder": (str,),
}
_NAME_LIMIT, _FOLDER_LIMIT = 100, 200


@dataclass(frozen=True)
class MailboxSettings:
    """A mailbox that is read. `name` is its key in the database, `title` what people call it.

    `staff` is a colleague's name or number where the mailbox is personal; `sent_folder` is `auto`, a name, or empty: off.
    """

    name: str
    title: str
    url: SecretStr
    folders: tuple[str, ...] = ("INBOX",)
    staff: str | int | None = None
    sent_folder: str = ""


def read_file(path: Path) -> list[MailboxSettings]:
    """The mailboxes a file describes. Raises ValueError naming what is wrong, never what stands in a URL."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {error}") from None
    tables = found.pop("mailbox", [])
    if found or not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ValueError(f"{path} may hold [[mailbox]] tables only")
    mailboxes = [_mailbox(table, number) for number, table in enumerate(tables, start=1)]
    names = [mailbox.name.casefold() for mailbox in mailboxes]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two mailboxes are called {name}")
    return mailboxes


def read_folders(names: Sequence[object]) -> tuple[str, ...]:
    """Folder names, each once, in their order. Raises ValueError."""
    folders = [name.strip() for name in names if isinstance(name, str)]
    if not folders or len(folders) != len(names) or not all(folders):
        raise ValueError("folders must be names, at least one")
    if any(len(folder) > _FOLDER_LIMIT or not folder.isprintable() for folder in folders):
        raise ValueError("a folder's name is too long, or holds what cannot be printed")
    return tuple(dict.fromkeys("INBOX" if folder.upper() == "INBOX" else folder for folder in folders))


def read_sent_folder(value: str) -> str:
    """`auto`, a folder's name, or empty for off."""
    value = value.strip()
    return {"off": "", "auto": "auto"}.get(value.lower(), value)


def _mailbox(table: Mapping[str, Any], number: int) -> MailboxSettings:
    from channels.email.mailbox import ImapAddress

    name = table.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > _NAME_LIMIT or not name.isprintable():
        raise ValueError(f"mailbox {number} needs a name")
    if unknown := table.keys() - _KEYS.keys():
        raise ValueError(f"mailbox {name}: {min(unknown)} is no setting of a mailbox; there are {', '.join(_KEYS)}")
    if misshapen := [key for key, value in table.items() if type(value) not in _KEYS[key]]:
        raise ValueError(f"mailbox {name}: {misshapen[0]} has the wrong form")
    if "url" not in table:
        raise ValueError(f"mailbox {name}: url is missing")
    try:
        ImapAddress.parse(table["url"])
        folders = read_folders(table.get("folders", ["INBOX"]))
    except ValueError as error:
        raise ValueError(f"mailbox {name}: {error}") from None
    return MailboxSettings(
        name=name.strip(),
        title=name.strip(),
        url=SecretStr(table["url"]),
        folders=folders,
        staff=table.get("staff") or None,
        sent_folder=read_sent_folder(table.get("sent_folder", "")),
    )
