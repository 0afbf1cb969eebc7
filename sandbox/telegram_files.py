"""The files of the Telegram stand-in: what bots and people upload, by file id, and the sizes of pictures."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sandbox.telegram_errors import bad_request

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_PHOTO_EDGES = (90, 320, 800)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One uploaded file."""

    file_id: str
    unique_id: str
    path: str
    name: str
    media_type: str
    content: bytes

    def wire(self) -> dict[str, Any]:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.content)}


class FileStore:
    """Uploads by file id and by download path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def add(self, *, content: bytes, name: str, media_type: str, folder: str) -> StoredFile:
        """Keep an upload. Raises BotApiError when it is empty or over 50 MB."""
        if not content:
            raise bad_request("file must be non-empty")
        if len(content) > UPLOAD_LIMIT:
            raise bad_request("file is too big")
        number = len(self._by_id) + 1
        digest = hashlib.sha256(content).hexdigest()
        suffix = PurePosixPath(name).suffix if name else ""
        stored = StoredFile(
            file_id=f"BQACAgIAAxk{number:06d}{digest[:24]}",
            unique_id=f"AgAD{digest[:12]}",
            path=f"{folder}/file_{number}{suffix}",
            name=name or f"file_{number}",
            media_type=media_type or "application/octet-stream",
            content=content,
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored
        return stored

    def put_back(self, stored: StoredFile) -> None:
        """Keep a file of an earlier run under the id it had."""
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored

    def all(self) -> list[StoredFile]:
        return list(self._by_id.values())

    def by_id(self, file_id: str) -> StoredFile:
        """Raises BotApiError for an id that was never given out."""
        try:
            return self._by_id[file_id]
        except KeyError:
            raise bad_request("wrong file identifier/HTTP URL specified") from None

    def by_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)


def photo_sizes(stored: StoredFile) -> list[dict[str, Any]]:
    """The sizes Telegram would offer; all of them lead to the same bytes. Raises BotApiError for what is no picture."""
    if len(stored.content) > PHOTO_LIMIT:
        raise bad_request("file is too big")
    dimensions = picture_size(stored.content)
    if dimensions is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = dimensions
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    longest = max(width, height)
    scales = [edge / longest for edge in _PHOTO_EDGES if edge < longest] + [1.0]
    return [
        {**stored.wire(), "width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
        for scale in scales
    ]


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, JPEG or GIF; None for anything else."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return (width, height) if width and height else None
    if content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return (width, height) if width and height else None
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(content):
        if content[position] != 0xFF:
            return None
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return (width, height) if width and height else None
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return None
