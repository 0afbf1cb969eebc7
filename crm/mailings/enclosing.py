"""A mailing's files in its letters: read once for thousands, attached, or shown where the text names them."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from channels.message import MailFile
from crm.merge_fields import Piece
from storage.files import FileStore
from storage.models import MailingFile, StoredFile, TemplateVersion

_KEPT_BYTES: Final = 16 * 1024 * 1024
# What may stand in a Content-ID, and so in the text, and is an image that mail programs show.
_SHOWN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,80}\.(?:png|jpe?g|gif|webp)", re.IGNORECASE)
_NAMED: Final = re.compile(r"\[([A-Za-z0-9][A-Za-z0-9._+-]{0,80}\.(?:png|jpe?g|gif|webp))\]", re.IGNORECASE)


class MailingFiles:
    """Reads the files of mailings for their letters; what was read lately is kept, for thousands carry the same."""

    def __init__(self, store: FileStore) -> None:
        self._store = store
        self._contents: OrderedDict[str, bytes] = OrderedDict()

    async def of(self, session: AsyncSession, mailing_ids: Collection[int]) -> dict[int, tuple[MailFile, ...]]:
        """By mailing, in their order."""
        query = (
            select(MailingFile.mailing_id, MailingFile.name, StoredFile.media_type, StoredFile.sha256)
            .join(StoredFile, StoredFile.id == MailingFile.file_id)
            .where(MailingFile.mailing_id.in_(mailing_ids))
            .order_by(MailingFile.id)
        )
        found: dict[int, tuple[MailFile, ...]] = {}
        for mailing_id, name, media_type, sha256 in (await session.execute(query)).all():
            file = MailFile(name=name, media_type=media_type, content=await self._content(sha256))
            found[mailing_id] = (*found.get(mailing_id, ()), file)
        return found

    async def _content(self, sha256: str) -> bytes:
        content = self._contents.get(sha256)
        if content is None:
            content = self._contents[sha256] = await self._store.get(sha256)
            while sum(map(len, self._contents.values())) > _KEPT_BYTES and len(self._contents) > 1:
                self._contents.popitem(last=False)
        self._contents.move_to_end(sha256)
        return content


def shown_in(version: TemplateVersion, files: Sequence[MailFile]) -> frozenset[str]:
    """Which files a version shows: a design by `cid:name`, a plain text by `[name]`."""
    names = {file.name for file in files if _SHOWN.fullmatch(file.name)}
    if version.html is not None:
        html = version.html
        return frozenset(name for name in names if f"cid:{name}" in html)
    return frozenset(names & set(_NAMED.findall(version.text)))


def placed(files: Sequence[MailFile], shown: Collection[str]) -> tuple[MailFile, ...]:
    """The files, those that are shown with the identifier by which the letter names them."""
    return tuple(
        MailFile(one.name, one.media_type, one.content, content_id=one.name) if one.name in shown else one
        for one in files
    )


def without_names(pieces: Sequence[Piece], shown: Collection[str]) -> tuple[Piece, ...]:
    """A text part, where pictures cannot be shown."""
    return tuple(piece if piece.field else Piece(text=_replaced(piece.text, shown, "")) for piece in pieces)


def with_pictures(pieces: Sequence[Piece], shown: Collection[str]) -> tuple[Piece, ...]:
    """The HTML of a plain text, with the pictures where it names them."""
    tag = '<img src="cid:{name}" alt="" style="max-width:100%">'
    return tuple(piece if piece.field else Piece(text=_replaced(piece.text, shown, tag)) for piece in pieces)


def _replaced(text: str, shown: Collection[str], by: str) -> str:
    return _NAMED.sub(lambda one: by.format(name=one.group(1)) if one.group(1) in shown else one.group(0), text)
