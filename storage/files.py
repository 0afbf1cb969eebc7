"""Files on disk, content-addressed: the name is the SHA-256 of what is inside, so nothing a sender types becomes a path."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from io import BufferedWriter
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import StoredFile


class FileStore:
    """Contents under `root/ab/cdef…`. Writing the same content twice keeps one copy."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, content: bytes) -> str:
        """Stores the content durably and returns its SHA-256; safe to repeat."""
        return await asyncio.to_thread(self._put, content)

    async def put_pieces(self, pieces: AsyncIterator[bytes]) -> str:
        """The same for a content that is never whole in memory."""
        handle, temporary = await asyncio.to_thread(self._begin)
        digest = hashlib.sha256()
        try:
            with os.fdopen(handle, "wb") as file:
                async for piece in pieces:
                    digest.update(piece)
                    await asyncio.to_thread(file.write, piece)
                await asyncio.to_thread(_sync, file)
        except BaseException:
            await asyncio.to_thread(temporary.unlink, missing_ok=True)
            raise
        await asyncio.to_thread(self._finish, temporary, digest.hexdigest())
        return digest.hexdigest()

    async def size(self, sha256: str) -> int:
        """How large a content is. Raises FileNotFoundError when the store does not hold it."""
        return (await asyncio.to_thread(self._path(sha256).stat)).st_size

    async def pieces(self, sha256: str, *, size: int) -> AsyncIterator[bytes]:
        """The content in pieces of at most `size` bytes. Raises FileNotFoundError when the store does not hold it."""
        with self._path(sha256).open("rb") as file:
            while piece := await asyncio.to_thread(file.read, size):
                yield piece

    async def get(self, sha256: str) -> bytes:
        """The content. Raises FileNotFoundError when the store does not hold it."""
        return await asyncio.to_thread(self._path(sha256).read_bytes)

    def _begin(self) -> tuple[int, Path]:
        self._root.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._root)
        return handle, Path(name)

    def _finish(self, temporary: Path, sha256: str) -> None:
        path = self._path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(path)

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise ValueError("not a SHA-256 name")
        return self._root / sha256[:2] / sha256[2:]

    def _put(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        if path.exists():
            return name
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        return name


def _sync(file: BufferedWriter) -> None:
    file.flush()
    os.fsync(file.fileno())


async def register(session: AsyncSession, *, sha256: str, size: int, media_type: str, now: datetime) -> StoredFile:
    """The row of a stored content, made on first sight."""
    found = (await session.execute(select(StoredFile).where(StoredFile.sha256 == sha256))).scalar_one_or_none()
    if found is None:
        found = StoredFile(sha256=sha256, size=size, media_type=media_type[:120], created_at=now)
        session.add(found)
        await session.flush()
    return found
